/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aqueduct's documents: what is printed, and what is put back of it. */
#include "put.h"

static bool is_proxy(const struct section *section)
{
	return section->name.len &&
	       (section->kind & (SECTION_FRONTEND | SECTION_BACKEND | SECTION_LISTEN));
}

/* Calls each for every section of every file of the corpus. */
static void each_section(void (*each)(struct candidate *candidate, size_t index,
				      const char *path))
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;

	corpus_list(&paths);
	if (!paths.list.count)
		skip();
	for (size_t i = 0; i < paths.list.count; i++) {
		struct document  *doc = document_new();
		struct candidate *candidate;

		corpus_read(paths.list.items[i], &bytes);
		document_add_file(doc, "a.cfg", str_span(&bytes));
		candidate = candidate_new(doc);
		for (size_t j = 0; j < candidate->now->sections.count; j++)
			if (is_proxy(&candidate->now->sections.items[j]))
				each(candidate, j, paths.list.items[i]);
		candidate_free(candidate);
	}
	str_release(&bytes);
	strings_release(&paths);
}

static void put_back(struct candidate *candidate, size_t index, const char *path)
{
	for (int half = 0; half < 2; half++) {
		char *text = print_section(candidate->now,
					   &candidate->now->sections.items[index], half);

		if (put(candidate, text)) {
			char *after = text_of(candidate);

			print_message("%s:\n%s\n%s\n", path, text, after);
			fail();
		}
		free(text);
	}
}

static void what_is_printed_is_put_without_an_edit(void **state)
{
	(void)state;
	each_section(put_back);
}

/* That file holds addresses and names that HAProxy refuses, and so do we. */
static bool is_copyable(const struct section *section, const char *path)
{
	return section->kind != SECTION_LISTEN && !strstr(path, "tests_conf_ports.cfg");
}

/* An empty section for each one that the document names. */
static struct candidate *neighbours(const char *text)
{
	json_t    *json = json_loads(text, 0, NULL), *rule;
	struct str config = STR_INIT;
	size_t     i;
	struct candidate *made;
	const char *name = json_string_value(json_object_get(json, "backend"));

	if (json_object_get(json, "from"))
		str_addf(&config, "defaults %s\n",
			 json_string_value(json_object_get(json, "from")));
	if (name)
		str_addf(&config, "backend %s\n", name);
	json_array_foreach(json_object_get(json, "rules"), i, rule)
		str_addf(&config, "backend %s\n",
			 json_string_value(json_object_get(rule, "backend")));
	made = candidate_of(config.len ? config.bytes : "");
	str_release(&config);
	json_decref(json);
	return made;
}

static void copy_over(struct candidate *candidate, size_t index, const char *path)
{
	const struct section *section = &candidate->now->sections.items[index];
	char                 *text = print_section(candidate->now, section, 0), *again;
	struct candidate     *other = neighbours(text);

	if (is_copyable(section, path)) {
		assert_true(put(other, text));
		again = print_section(
			other->now, document_section(other->now, section->kind, section->name), 0);
		if (strcmp(text, again) != 0)
			print_message("%s\n", path);
		assert_string_equal(again, text);
		assert_false(put(other, text));
		free(again);
	}
	free(text);
	candidate_free(other);
}

static void a_printed_section_put_elsewhere_prints_the_same(void **state)
{
	(void)state;
	each_section(copy_over);
}


/* Print A, put it into B, change B by hand, put A again: as A was. */
static void a_document_brings_back_what_was_changed(void **state)
{
	struct candidate *c = candidate_of(
		"frontend f\n    mode http\n    bind *:80 # web\n    default_backend a\n"
		"    acl x path_beg /x\n    use_backend b if x\n    log global\n");
	char             *text = print_named(c, SECTION_FRONTEND, "f");
	struct candidate *other = candidate_of(
		"frontend f\n    bind *:81 # web\n    mode http\n    default_backend c\n"
		"    acl y path_beg /y # gone\n    use_backend b if y\n"
		"    option httpclose\n    log global\n    maxconn 5\nbackend a\n");

	(void)state;
	assert_true(put(other, text));
	assert_text(other, "frontend f\n    bind *:80 # web\n    mode http\n"
			   "    default_backend a\n    acl x path_beg /x\n"
			   "    use_backend b if x\n    log global\nbackend a\n");
	free(text);
	candidate_free(c);
	candidate_free(other);
}

static void assert_prints(const char *config, unsigned kinds, const char *wanted)
{
	struct candidate *c = candidate_of(config);
	char             *text = print_named(c, kinds, "x");
	json_t           *got = json_loads(text, 0, NULL), *expected;
	char             *again;

	expected = json_loads(wanted, 0, NULL);
	assert_non_null(expected);
	again = json_dumps(expected, JSON_INDENT(1));
	assert_string_equal(text, again);
	json_decref(got);
	json_decref(expected);
	free(again);
	free(text);
	candidate_free(c);
}

static void a_frontend_is_aqueducts_document(void **state)
{
	(void)state;
	assert_prints("frontend x\n bind *:80,*:81\n bind *:443 ssl crt /x\n mode http\n"
		      " default_backend live\n option httpclose\n"
		      " acl path_a path /a\n use_backend b if path_a\n"
		      " acl mine hdr_dom(host) h.i\n use_backend c if mine\n"
		      " use_backend d if { url_beg /u }\n maxconn 5\n",
		      SECTION_FRONTEND,
		      "{\"id\": \"frontend/x\", \"_type\": \"frontend\", \"key\": \"x\","
		      "\"bind\": \"*:80,*:81,*:443\","
		      "\"bind_options\": {\"*:443\": \"ssl crt /x\"},"
		      "\"backend\": \"live\", \"mode\": \"http\", \"keepalive\": \"close\","
		      "\"rules\": [{\"type\": \"path\", \"operation\": \"path\","
		      "\"value\": \"/a\", \"backend\": \"b\"},"
		      "{\"type\": \"header\", \"operation\": \"hdr_dom\", \"header\": \"host\","
		      "\"value\": \"h.i\", \"backend\": \"c\", \"acl\": \"mine\"},"
		      "{\"type\": \"url\", \"operation\": \"url_beg\", \"value\": \"/u\","
		      "\"backend\": \"d\", \"form\": \"inline\"}],"
		      "\"natives\": [\"maxconn 5\"]}");
}

static void a_backend_is_aqueducts_document(void **state)
{
	(void)state;
	assert_prints("backend x\n mode http\n balance source\n"
		      " http-request set-header Host www\n cookie S insert\n"
		      " option httpchk GET /up\n timeout server 2s\n"
		      " server x_1.1.1.1:80 1.1.1.1:80 check inter 3000\n"
		      " server b 1.1.1.2:80 check inter 3000 backup\n",
		      SECTION_BACKEND,
		      "{\"id\": \"backend/x\", \"_type\": \"backend\", \"key\": \"x\","
		      "\"type\": \"static\", \"balance\": \"source\", \"host\": \"www\","
		      "\"mode\": \"http\", \"cookie\": \"S insert\","
		      "\"health\": {\"method\": \"GET\", \"uri\": \"/up\","
		      "\"httpVersion\": \"HTTP/1.0\", \"interval\": 3000},"
		      "\"members\": [{\"host\": \"1.1.1.1\", \"port\": 80},"
		      "{\"host\": \"1.1.1.2\", \"port\": 80, \"server\": \"b\","
		      "\"options\": \"check inter 3000 backup\"}],"
		      "\"natives\": [\"timeout server 2s\"]}");
}

static void a_dynamic_member_is_a_registration(void **state)
{
	(void)state;
	assert_prints("backend x\n #@ source thalassa app 1.0\n"
		      " server x_1.1.1.1:80 1.1.1.1:80 check inter 2000\n",
		      SECTION_BACKEND,
		      "{\"id\": \"backend/x\", \"_type\": \"backend\", \"key\": \"x\","
		      "\"type\": \"dynamic\", \"name\": \"app\", \"version\": \"1.0\","
		      "\"balance\": \"roundrobin\", \"host\": null, \"mode\": \"tcp\","
		      "\"members\": [{\"name\": \"app\", \"version\": \"1.0\","
		      "\"id\": \"/app/1.0/1.1.1.1/80\", \"host\": \"1.1.1.1\","
		      "\"port\": 80}], \"natives\": []}");
}

static void bytes_that_are_no_utf8_are_escaped_and_come_back(void **state)
{
	struct candidate *c = candidate_of("frontend x\n    bind :80\n    errorloc 503 /caf\xe9\n"
					   "    acl a path /\xe9\n    use_backend b if a\n");
	char             *text = print_named(c, SECTION_FRONTEND, "x");

	(void)state;
	assert_non_null(strstr(text, "errorloc 503 /caf\\\\xe9"));
	assert_false(put(c, text));
	free(text);
	candidate_free(c);
}

static void the_whole_document_can_be_put_back(void **state)
{
	struct candidate *c = candidate_of("frontend f\n    bind :80\nlisten l\n    bind :81\n"
					   "    server a 1.1.1.1:80\nbackend b\n");
	json_t           *json = document_json(c->now);
	char             *text = json_dumps(json, 0);

	(void)state;
	assert_int_equal(json_array_size(json_object_get(json, "frontends")), 2);
	assert_int_equal(json_array_size(json_object_get(json, "backends")), 2);
	assert_false(put(c, text));
	json_decref(json);
	free(text);
	candidate_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_put_without_an_edit),
		cmocka_unit_test(a_printed_section_put_elsewhere_prints_the_same),
		cmocka_unit_test(a_document_brings_back_what_was_changed),
		cmocka_unit_test(a_frontend_is_aqueducts_document),
		cmocka_unit_test(a_backend_is_aqueducts_document),
		cmocka_unit_test(a_dynamic_member_is_a_registration),
		cmocka_unit_test(bytes_that_are_no_utf8_are_escaped_and_come_back),
		cmocka_unit_test(the_whole_document_can_be_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
