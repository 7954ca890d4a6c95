/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which lines name what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "penstock/config/proxy.h"
#include "penstock/config/reference.h"

static struct document *document_of(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(text));
	return doc;
}

/* The referring lines, counted from 1, as "2 5 9". */
static void lines_of(const struct references *refs, struct str *out)
{
	str_reset(out);
	for (size_t i = 0; i < refs->list.count; i++)
		str_addf(out, i ? " %zu" : "%zu", refs->list.items[i].line + 1);
}

static void assert_refers(const char *text, unsigned kinds, const char *name,
			  const char *wanted)
{
	struct document  *doc = document_of(text);
	struct references refs = REFERENCES_INIT;
	struct str        lines = STR_INIT;

	references_to_section(doc, kinds, span_of(name), &refs);
	lines_of(&refs, &lines);
	assert_string_equal(lines.bytes, wanted);
	str_release(&lines);
	references_release(&refs);
	document_free(doc);
}

enum { SERVED = SECTION_BACKEND | SECTION_LISTEN };

static void backends_are_named_by_rules(void **state)
{
	static const char text[] =
		"defaults\n"
		"  default_backend live\n"
		"frontend f\n"
		"  use_backend live if { path /a }\n"
		"  use_backend lively if { path /live }\n"
		"  use_backend \"live\"\n"
		"  default_backend live # live\n"
		"  # use_backend live\n"
		"backend live\n"
		"  description live\n";

	(void)state;
	assert_refers(text, SERVED, "live", "2 4 6 7");
	assert_refers(text, SERVED, "nothing", "");
	assert_refers(text, SERVED, "", "");
	assert_refers(text, SECTION_FRONTEND, "live", "");
}

static void a_backend_that_a_sample_names_is_found_in_any_rule(void **state)
{
	static const char text[] =
		"frontend f\n"
		"  acl few nbsrv(live) lt 2\n"
		"  monitor fail if { \"nbsrv( live )\" lt 1 }\n"
		"  http-request set-header X \"%[be_sess_rate(live)]:%[queue(b)]\"\n"
		"  http-request set-header X live\n"
		"  http-request deny if { path,map(live) -m found }\n"
		"  use_backend b if { connslots(live) lt 10 } or { avg_queue(live) gt 1 }\n"
		"backend live\n"
		"backend b\n";

	(void)state;
	assert_refers(text, SERVED, "live", "2 3 4 7 7");
	assert_refers(text, SERVED, "b", "4 7");
}

static void a_dynamic_backend_is_not_known(void **state)
{
	static const char text[] =
		"frontend f\n"
		"  use_backend %[path,map(m)]\n"
		"  use_backend \"$LIVE\"\n"
		"  use_backend b%[int(1)]\n"
		"backend b\n";

	(void)state;
	assert_refers(text, SERVED, "b", "");
	assert_refers(text, SERVED, "m", "");
}

static void lines_inside_the_section_do_not_count(void **state)
{
	static const char text[] =
		"backend b\n"
		"  acl few nbsrv(b) lt 2\n"
		"  server a h:1 track b/c\n"
		"  server c h:1\n"
		"backend d\n"
		"  server a h:1 track b/c\n";
	struct document  *doc = document_of(text);
	struct references refs = REFERENCES_INIT;
	struct str        lines = STR_INIT;

	(void)state;
	assert_refers(text, SERVED, "b", "6");
	references_to_name(doc, SERVED, span_of("b"), &refs);
	lines_of(&refs, &lines);
	assert_string_equal(lines.bytes, "2 3 6");
	str_release(&lines);
	references_release(&refs);
	document_free(doc);
}

static void defaults_are_named_by_headers(void **state)
{
	static const char text[] =
		"defaults base\n"
		"defaults more from base\n"
		"frontend f from base\n"
		"backend base from more\n"
		"defaults from base\n"
		"backend from\n";

	(void)state;
	assert_refers(text, SECTION_DEFAULTS, "base", "2 3 5");
	assert_refers(text, SECTION_DEFAULTS, "more", "4");
	assert_refers(text, SERVED, "base", "");
}

static void other_sections_are_named_by_their_keywords(void **state)
{
	static const char text[] =
		"global\n"
		"  log ring@r local0 profile p\n"
		"  httpclient.resolvers.id d\n"
		"frontend f\n"
		"  errorfiles e\n"
		"  http-request deny deny_status 403 errorfiles e if { path /errorfiles }\n"
		"  http-request set-header errorfiles e\n"
		"  http-request auth unless { http_auth(u) } or { http_auth_group(u) x }\n"
		"  http-request do-resolve(txn.ip,d,ipv4) hdr(Host)\n"
		"  tcp-request content do-resolve(txn.ip,d) src\n"
		"  email-alert mailers m\n"
		"  log backend@b local0\n"
		"backend b\n"
		"  http-request cache-use c\n"
		"  http-response cache-store c\n"
		"  filter cache c\n"
		"  use-fcgi-app a\n"
		"  filter fcgi-app a\n"
		"  stick-table type ip size 1m peers p\n"
		"  server s h:1 check resolvers d\n"
		"  server-template t 5 h:1 resolvers d\n"
		"  default-server resolvers d\n"
		"  server d h:1 cookie d\n"
		"crt-store\n"
		"  load crt x acme a\n"
		"traces\n"
		"  trace h1 sink r\n";

	(void)state;
	assert_refers(text, SECTION_RING, "r", "2 27");
	assert_refers(text, SECTION_LOG_PROFILE, "p", "2");
	assert_refers(text, SECTION_RESOLVERS, "d", "3 9 10 20 21 22");
	assert_refers(text, SECTION_HTTP_ERRORS, "e", "5 6");
	assert_refers(text, SECTION_USERLIST, "u", "8 8");
	assert_refers(text, SECTION_MAILERS, "m", "11");
	assert_refers(text, SERVED, "b", "12");
	assert_refers(text, SECTION_CACHE, "c", "14 15 16");
	assert_refers(text, SECTION_FCGI_APP, "a", "17 18");
	assert_refers(text, SECTION_PEERS, "p", "19");
	assert_refers(text, SECTION_ACME, "a", "25");
}

static void healthchecks_are_named_by_servers(void **state)
{
	static const char text[] = "healthcheck h\n"
				   "  type httpchk\n"
				   "  http-check send uri /\n"
				   "backend b\n"
				   "  default-server healthcheck h\n"
				   "  server s 127.0.0.1:1 check healthcheck h\n"
				   "  server-template t 2 a.example:1 healthcheck h\n"
				   "  server h 127.0.0.1:1\n";

	(void)state;
	assert_refers(text, SECTION_HEALTHCHECK, "h", "5 6 7");
}

static void stick_tables_are_named_by_their_proxy(void **state)
{
	static const char text[] =
		"frontend f\n"
		"  http-request track-sc0 src table t\n"
		"  tcp-request content track-sc1 src table p/x if TRUE\n"
		"  http-request deny if { sc_http_req_rate(0,t) gt 10 } { src_conn_cur(t) gt 1 }\n"
		"  http-request deny if { src,table_gpc0(t) gt 1 } { sc0_conn_rate(p/x) gt 1 }\n"
		"  http-request set-header table t\n"
		"  filter bwlim-in x key src table t limit 1m\n"
		"backend b\n"
		"  stick on src table t\n"
		"backend t\n"
		"  stick-table type ip size 1k\n"
		"peers p\n"
		"  table x type ip size 1k\n";

	(void)state;
	assert_refers(text, SERVED, "t", "2 4 4 5 7 9");
	assert_refers(text, SECTION_PEERS, "p", "3 5");
}

static void a_proxy_without_a_table_is_not_meant_by_a_table(void **state)
{
	static const char text[] =
		"frontend t\n"
		"  http-request track-sc0 src table t\n"
		"frontend f\n"
		"  http-request track-sc0 src table t\n"
		"backend t\n"
		"  stick-table type ip size 1k\n";

	(void)state;
	assert_refers(text, SECTION_FRONTEND, "t", "");
	assert_refers(text, SECTION_BACKEND, "t", "2 4");
}

static void servers_are_named_with_and_without_their_backend(void **state)
{
	static const char text[] =
		"frontend f\n"
		"  acl up srv_is_up(b/s)\n"
		"  acl up srv_is_up(s)\n"
		"  acl s path /s\n"
		"backend b\n"
		"  use-server s if { srv_sess_rate(s) lt 5 }\n"
		"  use-server s2 if { always_true }\n"
		"  server s h:1 cookie s\n"
		"  server s2 h:1 track s\n"
		"  server s3 h:1 track c/s\n"
		"backend c\n"
		"  use-server s if TRUE\n"
		"  server s h:1\n"
		"  server x h:1 track b/s\n"
		"  server y h:1 track \"b/s\"\n";
	struct document  *doc = document_of(text);
	struct references refs = REFERENCES_INIT;
	struct str        lines = STR_INIT;

	(void)state;
	references_to_server(doc, span_of("b"), span_of("s"), &refs);
	lines_of(&refs, &lines);
	assert_string_equal(lines.bytes, "2 6 6 9 14 15");
	references_release(&refs);
	references_to_server(doc, span_of("c"), span_of("s"), &refs);
	lines_of(&refs, &lines);
	assert_string_equal(lines.bytes, "10 12");
	references_release(&refs);
	references_to_server(doc, span_of("b"), span_of(""), &refs);
	assert_int_equal(refs.list.count, 0);
	str_release(&lines);
	document_free(doc);
}

static void acls_are_named_by_conditions(void **state)
{
	static const char text[] =
		"frontend f\n"
		"  acl a path /a\n"
		"  acl a path /b\n"
		"  acl b \"acl( a, !c )\"\n"
		"  use_backend x if a b\n"
		"  use_backend y unless !a or b\n"
		"  use_backend z if { hdr(a) a } b\n"
		"  use_backend a if ! a\n"
		"  http-request set-header a a\n"
		"  acl a path if a\n"
		"frontend g\n"
		"  use_backend x if a\n";
	struct document  *doc = document_of(text);
	struct references refs = REFERENCES_INIT;
	struct str        lines = STR_INIT;

	(void)state;
	references_to_acl(doc, &doc->sections.items[0], span_of("a"), &refs);
	lines_of(&refs, &lines);
	assert_string_equal(lines.bytes, "4 5 6 8");
	references_release(&refs);
	references_to_acl(doc, &doc->sections.items[0], span_of("c"), &refs);
	lines_of(&refs, &lines);
	assert_string_equal(lines.bytes, "4");
	references_release(&refs);
	str_release(&lines);
	document_free(doc);
}

static void references_point_at_the_name_itself(void **state)
{
	struct document  *doc = document_of("backend d\n  server a h:1 track \"b/s\"\n");
	struct references refs = REFERENCES_INIT;

	(void)state;
	references_to_server(doc, span_of("b"), span_of("s"), &refs);
	assert_int_equal(refs.list.count, 1);
	assert_int_equal(refs.list.items[0].word, 4);
	assert_int_equal(refs.list.items[0].at, 3);
	assert_int_equal(refs.list.items[0].len, 1);
	references_release(&refs);
	document_free(doc);
}

static void a_rename_reaches_each_name_and_nothing_else(void **state)
{
	struct document *doc = document_of(
		"frontend f\n"
		"  use_backend b   if { nbsrv(b) gt 1 } # b\n"
		"  http-request set-header b \"%[nbsrv(b)]b%[be_conn(b)]\"\n"
		"backend b\n"
		"  server b h:1 track b/b\n");
	struct candidate *candidate = candidate_new(doc);
	struct references refs = REFERENCES_INIT;
	struct str        out = STR_INIT;

	(void)state;
	references_to_name(candidate->now, SERVED, span_of("b"), &refs);
	edit_begin(candidate, "rename");
	references_rename(candidate, &refs, span_of("blue"));
	edit_end(candidate);
	document_render(candidate->now, 0, &out);
	assert_string_equal(out.bytes,
			    "frontend f\n"
			    "  use_backend blue   if { nbsrv(blue) gt 1 } # b\n"
			    "  http-request set-header b \"%[nbsrv(blue)]b%[be_conn(blue)]\"\n"
			    "backend b\n"
			    "  server b h:1 track blue/b\n");
	str_release(&out);
	references_release(&refs);
	candidate_free(candidate);
}

static void assert_format(size_t count, const char *wanted)
{
	struct document  *doc = document_of("a\nb\nc\nd\ne\n");
	struct references refs = REFERENCES_INIT;
	struct str        out = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		*vec_push(&refs.list) = (struct reference){ .line = i };
		*vec_push(&refs.list) = (struct reference){ .line = i, .word = 1 };
	}
	references_format(doc, &refs, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
	references_release(&refs);
	document_free(doc);
}

static void lines_are_listed_once_and_not_without_end(void **state)
{
	(void)state;
	assert_format(0, "");
	assert_format(1, "a.cfg:1");
	assert_format(2, "a.cfg:1 and a.cfg:2");
	assert_format(3, "a.cfg:1, a.cfg:2 and a.cfg:3");
	assert_format(5, "a.cfg:1, a.cfg:2 and 3 more");
}

static void lines_that_make_no_sense_refer_to_nothing(void **state)
{
	static const char text[] =
		"use_backend b\n"
		"frontend f\n"
		"  use_backend\n"
		"  use_backend \"b\n"
		"  acl x nbsrv(b\n"
		"  acl x (b) nbsrv() nbsrv(,b,) do-resolve(b) srv_is_up(b/) srv_is_up(/b)\n"
		"  if b\n"
		"  stick-table peers\n"
		"backend b\n";

	(void)state;
	assert_refers(text, SERVED, "b", "5 6");
}

/* Every name in the corpus and each byte string must leave the search whole. */
static void the_corpus_is_searched_for_each_of_its_names(void **state)
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;
	size_t         total = 0;

	(void)state;
	corpus_list(&paths);
	if (!paths.list.count)
		print_message("no corpus beside the checkout: skipped\n");
	for (size_t i = 0; i < paths.list.count; i++) {
		struct document  *doc;
		struct references refs = REFERENCES_INIT;

		corpus_read(paths.list.items[i], &bytes);
		doc = document_of(bytes.bytes);
		for (size_t s = 0; s < doc->sections.count && s < 20; s++)
			references_to_section(doc, doc->sections.items[s].kind,
					      doc->sections.items[s].name, &refs);
		for (size_t r = 0; r < refs.list.count; r++)
			assert_true(refs.list.items[r].line < doc->lines.count);
		total += refs.list.count;
		references_release(&refs);
		document_free(doc);
	}
	if (paths.list.count)
		assert_true(total > 10);
	str_release(&bytes);
	strings_release(&paths);
}

static const char routed[] =
	"frontend web\n"
	"    http-request set-var(txn.be) hdr(host),map(hosts.map,live)\n"
	"    http-request set-header X-Other %[path,map(other.map)]\n"
	"    use_backend %[path,map_beg(paths.map,live)] if { nbsrv(live) gt 0 }\n"
	"    use_backend %[var(txn.be)]\n"
	"backend live\n";

/* A candidate whose configuration takes names of backends from maps. */
static struct candidate *candidate_with_maps(void)
{
	struct document *doc = document_of(routed);

	document_attach_file(doc, FILE_MAP, "hosts.map", "/etc/hosts.map",
			     span_of("a.example.com live\r\nlive api\n"));
	document_attach_file(doc, FILE_MAP, "paths.map", "/etc/paths.map",
			     span_of("# live\n/live   live\n/x\tlive  \n/y liver"));
	document_attach_file(doc, FILE_MAP, "other.map", "/etc/other.map", span_of("/ live\n"));
	return candidate_new(doc);
}

static void assert_rendered(const struct candidate *candidate, size_t file, const char *wanted)
{
	struct str out = STR_INIT;

	document_render(candidate->now, file, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
}

static void a_rename_reaches_the_maps_that_name_backends(void **state)
{
	struct candidate *c = candidate_with_maps();
	const char       *title;

	(void)state;
	edit_begin(c, "rename");
	assert_int_equal(proxy_rename(c, SECTION_BACKEND, span_of("live"), span_of("shop"), NULL),
			 0);
	edit_end(c);
	assert_rendered(c, 0, "frontend web\n"
			      "    http-request set-var(txn.be) hdr(host),map(hosts.map,shop)\n"
			      "    http-request set-header X-Other %[path,map(other.map)]\n"
			      "    use_backend %[path,map_beg(paths.map,shop)] "
			      "if { nbsrv(shop) gt 0 }\n"
			      "    use_backend %[var(txn.be)]\n"
			      "backend shop\n");
	assert_rendered(c, 1, "a.example.com shop\r\nlive api\n");
	assert_rendered(c, 2, "# live\n/live   shop\n/x\tshop  \n/y liver");
	assert_rendered(c, 3, "/ live\n");
	assert_int_equal(edit_undo(c, &title, NULL), 0);
	assert_rendered(c, 0, routed);
	assert_rendered(c, 1, "a.example.com live\r\nlive api\n");
	candidate_free(c);
}

static void a_backend_that_a_map_names_is_in_use(void **state)
{
	struct candidate *c = candidate_with_maps();
	struct err        err = ERR_INIT;

	(void)state;
	edit_begin(c, "create");
	assert_int_equal(proxy_create(c, SECTION_BACKEND, span_of("api"), span_of(""), NULL), 0);
	assert_int_equal(proxy_delete(c, SECTION_BACKEND, span_of("api"), &err), -1);
	assert_int_equal(err.code, ERR_IN_USE);
	edit_end(c);
	err_release(&err);
	candidate_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rename_reaches_the_maps_that_name_backends),
		cmocka_unit_test(a_backend_that_a_map_names_is_in_use),
		cmocka_unit_test(backends_are_named_by_rules),
		cmocka_unit_test(a_backend_that_a_sample_names_is_found_in_any_rule),
		cmocka_unit_test(a_dynamic_backend_is_not_known),
		cmocka_unit_test(lines_inside_the_section_do_not_count),
		cmocka_unit_test(defaults_are_named_by_headers),
		cmocka_unit_test(other_sections_are_named_by_their_keywords),
		cmocka_unit_test(healthchecks_are_named_by_servers),
		cmocka_unit_test(stick_tables_are_named_by_their_proxy),
		cmocka_unit_test(a_proxy_without_a_table_is_not_meant_by_a_table),
		cmocka_unit_test(servers_are_named_with_and_without_their_backend),
		cmocka_unit_test(acls_are_named_by_conditions),
		cmocka_unit_test(references_point_at_the_name_itself),
		cmocka_unit_test(a_rename_reaches_each_name_and_nothing_else),
		cmocka_unit_test(lines_are_listed_once_and_not_without_end),
		cmocka_unit_test(lines_that_make_no_sense_refer_to_nothing),
		cmocka_unit_test(the_corpus_is_searched_for_each_of_its_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
