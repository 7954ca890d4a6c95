/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What HAProxy prints of its keywords, read; and the tables held against what the
 * installed one, and those that HAPROXIES names, print.
 */
#include "live.h"

#include "penstock/apply/vocabulary.h"
#include "penstock/base/mem.h"
#include "penstock/config/keyword.h"
#include "penstock/config/unknown.h"

static const char printed[] = "# List of registered ACL keywords:\n"
			      "path_beg = path -m beg\n"
			      "# List of registered configuration keywords:\n"
			      "global\n"
			      "\tca-base\n"
			      "\tnew.thing\n"
			      "listen\n"
			      "\tfrobnicate\n"
			      "\tbind <addr> accept-proxy\n"
			      "\tbind <addr> ssl alpn +1\n"
			      "\tserver <name> <addr> weight +1\n"
			      "\toption newish [ FE BE HTTP ]\n"
			      "\thttp-request set-var*\n"
			      "\thttp-request deny\n"
			      "\ttcp-request content do-resolve*\n"
			      "\ttcp-request session do-resolve*\n"
			      "newsection\n"
			      "\tunheard-of\n"
			      "acme\n"
			      "\tcontact\n"
			      "# List of registered CLI keywords:\n"
			      "add acl [WORKER] \n"
			      "# List of registered sample converter functions:\n"
			      "add(string): sint => sint\n"
			      "# List of registered filter names:\n"
			      "trace\n"
			      "# List of registered sample fetch functions:\n"
			      "#    _.--- frontend tcp-request connection rule\n"
			      "[ Y . ] base32+src: bin\n"
			      "[ Y Y ] be_conn(backend): sint\n"
			      "# List of registered service names:\n"
			      "prometheus-exporter\n";

static bool has(const struct vocabulary *vocabulary, enum word_class class, const char *word)
{
	return vocabulary_has(vocabulary, class, span_of(word));
}

static void words_are_sorted_into_classes(void **state)
{
	static const struct {
		enum word_class class;
		const char     *word;
	} wanted[] = {
		{ WORD_CRITERION, "path_beg" },   { WORD_GLOBAL, "ca-base" },
		{ WORD_GLOBAL, "new.thing" },     { WORD_PROXY, "frobnicate" },
		{ WORD_BIND, "accept-proxy" },    { WORD_BIND, "alpn" },
		{ WORD_SERVER, "weight" },        { WORD_OPTION, "newish" },
		{ WORD_HTTP_REQUEST, "set-var" }, { WORD_TCP_REQUEST, "do-resolve" },
		{ WORD_ACME, "contact" },         { WORD_COMMAND, "add acl" },
		{ WORD_CONVERTER, "add" },        { WORD_FILTER, "trace" },
		{ WORD_SAMPLE, "base32+src" },    { WORD_SAMPLE, "be_conn" },
		{ WORD_SERVICE, "prometheus-exporter" },
	};
	struct vocabulary vocabulary = { 0 };

	(void)state;
	assert_true(vocabulary_read(&vocabulary, span_of(printed)) > N(wanted));
	for (size_t i = 0; i < N(wanted); i++)
		if (!has(&vocabulary, wanted[i].class, wanted[i].word))
			fail_msg("'%s' is no %s", wanted[i].word,
				 word_class_title(wanted[i].class));
	assert_int_equal(vocabulary.words[WORD_TCP_REQUEST].list.count, 1);
	vocabulary_release(&vocabulary);
}

static void sections_that_are_new_to_us_give_nothing(void **state)
{
	struct vocabulary vocabulary = { 0 };

	(void)state;
	vocabulary_read(&vocabulary, span_of(printed));
	for (size_t i = 0; i < WORD_CLASSES; i++) {
		assert_false(has(&vocabulary, (enum word_class)i, "unheard-of"));
		assert_false(has(&vocabulary, (enum word_class)i, "newsection"));
	}
	vocabulary_release(&vocabulary);
}

static void other_text_gives_nothing(void **state)
{
	struct vocabulary vocabulary = { 0 };

	(void)state;
	assert_int_equal(vocabulary_read(&vocabulary, span_of("HAProxy version 2.4\nUsage : x\n"
							      "global\n\tdaemon\n")),
			 0);
	assert_int_equal(vocabulary_read(&vocabulary, span_of("")), 0);
	assert_false(vocabulary_is_known(&vocabulary));
	vocabulary_release(&vocabulary);
}

static void keywords_are_known_where_they_stand(void **state)
{
	struct vocabulary vocabulary = { 0 };
	struct span       none = { "", 0 };

	(void)state;
	vocabulary_read(&vocabulary, span_of(printed));
	assert_true(vocabulary_knows(&vocabulary, SECTION_BACKEND, span_of("frobnicate"), none));
	assert_true(vocabulary_knows(&vocabulary, SECTION_GLOBAL, span_of("new.thing"), none));
	assert_false(vocabulary_knows(&vocabulary, SECTION_BACKEND, span_of("new.thing"), none));
	assert_false(vocabulary_knows(&vocabulary, SECTION_CACHE, span_of("frobnicate"), none));
	assert_true(vocabulary_knows(&vocabulary, SECTION_LISTEN, span_of("option"),
				     span_of("newish")));
	assert_false(vocabulary_knows(&vocabulary, SECTION_LISTEN, span_of("option"),
				      span_of("other")));
	vocabulary_release(&vocabulary);
}

/* The unknown keyword of a line of a listen section. */
static void assert_unknown(const struct vocabulary *vocabulary, const char *line,
			   const char *wanted)
{
	struct words words = WORDS_INIT;
	struct span  found;

	words_split(&words, span_of(line));
	found = unknown_keyword(&words, span_of(line), SECTION_LISTEN, vocabulary);
	if (!span_is(found, wanted))
		fail_msg("'%s': '%.*s', not '%s'", line, (int)found.len, found.at, wanted);
	words_release(&words);
}

static void the_keyword_that_nobody_knows_is_found(void **state)
{
	struct vocabulary vocabulary = { 0 };

	(void)state;
	vocabulary_read(&vocabulary, span_of(printed));
	assert_unknown(NULL, "balanse source", "balanse");
	assert_unknown(NULL, "no option httpcloze", "option httpcloze");
	assert_unknown(NULL, "timeout cleint 5s", "timeout cleint");
	assert_unknown(NULL, "server a 1.1.1.1:1 check wieght 5", "wieght");
	assert_unknown(NULL, "bind :1 ssl crt ssl aplpn h2", "aplpn");
	assert_unknown(NULL, "default-server \"$X\" inter 1s", "");
	assert_unknown(NULL, "frobnicate", "frobnicate");
	assert_unknown(&vocabulary, "frobnicate", "");
	assert_unknown(&vocabulary, "option newish", "");
	assert_unknown(NULL, "http-request dney", "");
	assert_unknown(&vocabulary, "http-request dney", "http-request dney");
	assert_unknown(&vocabulary, "http-request set-var(txn.x) path", "");
	assert_unknown(&vocabulary, "http-request lua.mine", "");
	assert_unknown(&vocabulary, "http-response anything", "");
	vocabulary_release(&vocabulary);
}

/* A word of that class has a row of the tables. */
static bool is_in_tables(enum word_class class, struct span word)
{
	static const unsigned kinds[WORD_CLASSES] = {
		[WORD_GLOBAL] = SECTION_GLOBAL,      [WORD_PROXY] = SECTION_PROXY,
		[WORD_USERLIST] = SECTION_USERLIST,  [WORD_PEERS] = SECTION_PEERS,
		[WORD_CRT_STORE] = SECTION_CRT_STORE, [WORD_TRACES] = SECTION_TRACES,
		[WORD_ACME] = SECTION_ACME,
	};

	if (class == WORD_SERVER)
		return server_keyword_find(word) != NULL;
	for (size_t i = 0; class == WORD_BIND && i < bind_keyword_table_count; i++)
		if (span_is(word, bind_keyword_table[i].name))
			return true;
	if (class == WORD_OPTION)
		return keyword_find(span_of("option"), word) != NULL;
	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first;

		span_split(&rest, ' ', &first);
		if (span_equal(first, word) && (keyword_table[i].sections & kinds[class]))
			return true;
	}
	return false;
}

static void compare_tables(const struct vocabulary *vocabulary, const char *binary)
{
	static const enum word_class classes[] = { WORD_GLOBAL, WORD_PROXY,     WORD_USERLIST,
						   WORD_PEERS,  WORD_CRT_STORE, WORD_TRACES,
						   WORD_ACME,   WORD_BIND,      WORD_SERVER,
						   WORD_OPTION };
	struct str missing = STR_INIT;

	for (size_t c = 0; c < N(classes); c++) {
		const struct strings *words = &vocabulary->words[classes[c]];

		for (size_t i = 0; i < words->list.count; i++) {
			struct span word = span_of(words->list.items[i]);

			if (!is_in_tables(classes[c], word))
				str_addf(&missing, " '%.*s' (%s)", (int)word.len, word.at,
					 word_class_title(classes[c]));
		}
	}
	if (missing.len)
		fail_msg("%s knows, and the tables do not:%s", binary, missing.bytes);
	str_release(&missing);
}

/* Gives whether it had anything to tell. */
static bool check_binary(const char *binary)
{
	struct loop      *loop = loop_new();
	struct service    service = { .loop = loop };
	struct vocabulary vocabulary = { 0 };
	bool              asked;

	service.options.binary = binary;
	asked = vocabulary_ask(&service, &vocabulary, NULL) == 0;
	if (asked) {
		assert_true(has(&vocabulary, WORD_SERVER, "weight"));
		assert_true(has(&vocabulary, WORD_SAMPLE, "path"));
		assert_true(has(&vocabulary, WORD_HTTP_REQUEST, "set-header"));
		compare_tables(&vocabulary, binary);
	}
	vocabulary_release(&vocabulary);
	service_release(&service);
	loop_free(loop);
	return asked;
}

static void the_tables_have_what_the_installed_haproxy_knows(void **state)
{
	struct span rest = span_of(getenv("HAPROXIES")), part;
	bool        asked = check_binary("haproxy");

	(void)state;
	while (rest.at && span_split(&rest, ':', &part)) {
		char *binary = span_dup(part);

		asked |= part.len && check_binary(binary);
		free(binary);
	}
	if (!asked)
		skip();
}

static void a_program_that_tells_nothing_is_an_error(void **state)
{
	struct loop      *loop = loop_new();
	struct service    service = { .loop = loop };
	struct vocabulary vocabulary = { 0 };
	struct err        err = ERR_INIT;

	(void)state;
	service.options.binary = "/bin/true";
	assert_int_equal(vocabulary_ask(&service, &vocabulary, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	service.options.binary = "/nonexistent/haproxy";
	assert_int_equal(vocabulary_ask(&service, &vocabulary, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	err_release(&err);
	service_release(&service);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_sorted_into_classes),
		cmocka_unit_test(sections_that_are_new_to_us_give_nothing),
		cmocka_unit_test(other_text_gives_nothing),
		cmocka_unit_test(keywords_are_known_where_they_stand),
		cmocka_unit_test(the_keyword_that_nobody_knows_is_found),
		cmocka_unit_test(the_tables_have_what_the_installed_haproxy_knows),
		cmocka_unit_test(a_program_that_tells_nothing_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
