/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents both ways: any text put into a configuration either changes it or is
 * refused and changes nothing, and what was put is no edit the second time; what
 * any configuration is shown as is taken back without a difference; and any text
 * as a template ends.
 */
#include "fuzz.h"
#include "penstock/config/json.h"
#include "penstock/config/json_template.h"

static const char base[] =
	"defaults\n    mode http\n\nfrontend myapp\n    bind *:8080\n    default_backend live\n\n"
	"backend live\n    balance roundrobin\n    server app1 10.0.0.1:80 check weight 10\n\n"
	"backend staged\n    #@ source thalassa ui 1.0.0\n"
	"frontend http\n    bind *:80\n    acl one hdr(host) -i one.example\n"
	"    use_backend one if one\n    use_backend %[req.hdr(x)] if TRUE\n"
	"backend one\n    #@ cosmos t\n    server a 10.0.0.1:80 check\n"
	"listen web\n    bind *:9001\n    default-server check\n";

static struct candidate *candidate_of(struct span text)
{
	struct document *doc = document_new();

	document_add_file(doc, "x.cfg", text);
	return candidate_new(doc);
}

static int put(struct candidate *c, struct span input, struct err *err)
{
	struct put_input from = {
		.source = "input", .name = span_of("web"), .stem = span_of("stem"),
	};
	struct str said = STR_INIT;
	int        result = json_put_as(c, input, &from, &said, err);

	str_release(&said);
	return result;
}

static void check_put(struct span input)
{
	struct candidate *c = candidate_of(span_of(base));
	struct document  *once;
	struct err        err = ERR_INIT;

	edit_begin(c, "put");
	if (put(c, input, &err) < 0) {
		LAW(err.text.len);
		LAW(document_equal(c->base, c->now));
	} else {
		once = document_dup(c->now);
		if (put(c, input, &err) == 0)
			LAW(document_equal(once, c->now));
		document_free(once);
	}
	edit_end(c);
	err_release(&err);
	candidate_free(c);
}

static void check_template(struct span input)
{
	struct candidate     *c = candidate_of(span_of(base));
	struct template_input template = {
		.text = input, .source = "input", .model = c->now, .settings = c->now,
		.file = SIZE_MAX,
	};
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	if (template_render(&template, &out, &err) < 0)
		LAW(err.text.len);
	str_release(&out);
	err_release(&err);
	candidate_free(c);
}

/* Lines that HAProxy cannot split into words say nothing that JSON could keep. */
static bool has_faults(const struct document *doc)
{
	struct words words = WORDS_INIT;
	bool         found = false;

	for (size_t i = 0; i < doc->lines.count && !found; i++) {
		words_split(&words, line_span(&doc->lines.items[i]));
		found = words.fault != LEX_OK;
	}
	words_release(&words);
	return found;
}

static void check_back(struct span input)
{
	struct candidate *c = candidate_of(input);
	json_t           *shown = document_json(c->now);
	char             *text = json_dumps(shown, 0);
	struct err        err = ERR_INIT;

	/* Names that are no UTF-8 cannot be shown as JSON. */
	if (text && !has_faults(c->now)) {
		edit_begin(c, "put");
		if (json_put(c, span_of(text), "shown", &err) == 0)
			LAW(document_equal(c->base, c->now));
		edit_end(c);
	}
	free(text);
	json_decref(shown);
	err_release(&err);
	candidate_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_put(fuzz_span(data, size));
	if (size < 1 << 12)
		check_template(fuzz_span(data, size));
	if (size < 1 << 16)
		check_back(fuzz_span(data, size));
	return 0;
}
