/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Templates: what their names become, and that rendering twice is rendering once. */
#include "put.h"

#include "penstock/config/json_template.h"

static const char model[] =
	"global\n    stats socket /run/lb.sock level admin\n\n"
	"# the way in\nfrontend web\n    mode http # m\n    bind :80\n"
	"    use_backend api if { path_beg /api }\n    default_backend live\n\n"
	"listen db\n    bind :5432\n    server d 10.0.1.1:5432\n\n"
	"backend live\n    # two of them\n    server a 10.0.0.1:80 check # old\n"
	"    server b 10.0.0.2:80 check\n\nbackend api\n    balance first\n";

static int render(const char *config, const char *text, const char *variable, struct str *out,
		  struct err *err)
{
	struct document *doc = document_new();
	struct span      variables[] = { span_of(variable) };
	int              result;

	document_add_file(doc, "a.cfg", span_of(config));
	result = template_render(
		&(struct template_input){
			.text = span_of(text), .source = "t", .model = doc, .settings = doc,
			.file = SIZE_MAX, .variables = variables, .count = variable ? 1 : 0,
		},
		out, err);
	document_free(doc);
	return result;
}

/* What was rendered is the model of the second time. */
static void assert_renders(const char *text, const char *wanted)
{
	struct str once = STR_INIT, twice = STR_INIT;
	struct err err = ERR_INIT;

	if (render(model, text, NULL, &once, &err) < 0)
		show("render", &err);
	assert_string_equal(once.bytes, wanted);
	assert_int_equal(render(once.bytes, text, "haproxySocketPath=/run/lb.sock", &twice, &err),
			 0);
	assert_string_equal(twice.bytes, once.bytes);
	str_release(&once);
	str_release(&twice);
	err_release(&err);
}

static void sections_are_as_they_are(void **state)
{
	(void)state;
	assert_renders("defaults\n    mode http\n\n{{ frontends }}\n\n{{{backends}}}\n# end\n",
		       "defaults\n    mode http\n\n# the way in\nfrontend web\n"
		       "    mode http # m\n    bind :80\n"
		       "    use_backend api if { path_beg /api }\n    default_backend live\n\n"
		       "listen db\n    bind :5432\n    server d 10.0.1.1:5432\n\n"
		       "backend live\n    # two of them\n    server a 10.0.0.1:80 check # old\n"
		       "    server b 10.0.0.2:80 check\n\nbackend api\n    balance first\n# end\n");
}

static void what_the_template_has_itself_is_not_repeated(void **state)
{
	(void)state;
	assert_renders("# the way in\n{{frontends}}\nlisten db\n    bind :1\n"
		       "backend api\n{{backends}}\n",
		       "# the way in\nfrontend web\n    mode http # m\n    bind :80\n"
		       "    use_backend api if { path_beg /api }\n    default_backend live\n"
		       "listen db\n    bind :1\nbackend api\n"
		       "backend live\n    # two of them\n    server a 10.0.0.1:80 check # old\n"
		       "    server b 10.0.0.2:80 check\n");
}

static void servers_of_a_backend_take_the_indent_of_their_name(void **state)
{
	(void)state;
	assert_renders("backend live\n  balance first\n  {{ backends_live }}\n",
		       "backend live\n  balance first\n  server a 10.0.0.1:80 check # old\n"
		       "  server b 10.0.0.2:80 check\n");
	assert_renders("backend api\n    balance first\n    {{ backends_api }}\n",
		       "backend api\n    balance first\n");
}

static void aqueducts_blocks_and_helpers_are_known(void **state)
{
	(void)state;
	assert_renders("global\n  stats socket {{haproxySocketPath}} level admin\n\n"
		       "{{#each frontends}}\n  frontend {{key}}\n    {{frontendHelper this}}\n"
		       "{{/each}}\n\n{{#each backends}}\n  backend {{this.key}}\n"
		       "    {{backendHelper this}}\n{{/each}}\n",
		       "global\n  stats socket /run/lb.sock level admin\n\n"
		       "  frontend web\n    mode http # m\n    bind :80\n"
		       "    use_backend api if { path_beg /api }\n    default_backend live\n\n"
		       "  backend live\n    # two of them\n    server a 10.0.0.1:80 check # old\n"
		       "    server b 10.0.0.2:80 check\n  backend api\n    balance first\n");
}

static void assert_once(const char *text, const char *variable, const char *wanted)
{
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	if (render(model, text, variable, &out, &err) < 0)
		show("render", &err);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
	err_release(&err);
}

static void fields_and_rules_can_be_spelled_out(void **state)
{
	(void)state;
	assert_once("{{#each frontends}}{{@index}} {{key}} {{bind}} {{mode}}\n{{#each rules}}\n"
		    "{{aclRule this}}\n{{/each}}\n{{/each}}\n",
		    NULL, "0 web :80 http\nuse_backend api if { path_beg /api }\n");
	assert_once("{{#each backends}}{{key}}{{#each members}} {{host}}:{{port}}{{/each}};"
		    "{{/each}}",
		    NULL, "live 10.0.0.1:80 10.0.0.2:80;api;");
}

static void conditions_choose(void **state)
{
	(void)state;
	assert_once("{{#if x}}\nyes {{x}}\n{{else}}\nno\n{{/if}}\n", "x=1", "yes 1\n");
	assert_once("{{#if x}}\nyes {{x}}\n{{else}}\nno\n{{/if}}\n", NULL, "no\n");
	assert_once("{{#unless x}}no{{else}}yes{{/unless}}", "x=", "no");
	assert_once("{{#if x}}{{#if y}}{{else}}{{/if}}{{#each z}}{{/each}}{{/if}}-", NULL, "-");
	assert_once("a {{! not this }}b\n{{!-- {{nor this}} --}}\nc \\{{d}}\n", NULL,
		    "a b\nc {{d}}\n");
}

static void a_variable_goes_before_the_model(void **state)
{
	(void)state;
	assert_once("{{ haproxySocketPath }} <&>", "haproxySocketPath=/a&b", "/a&b <&>");
}

struct refusal {
	const char *text, *variable;
	const char *wanted;
};

static const struct refusal refusal_table[] = {
	{ "a\n b {{ frontend }}", NULL,
	  "t:2:4: there is no variable 'frontend'; did you mean 'frontends'?" },
	{ "{{ x }}", NULL,
	  "t:1:1: there is no variable 'x'; 'load template FILE x=VALUE' sets one" },
	{ "{{ backends_none }}", NULL,
	  "t:1:1: there is no backend 'none' whose servers could stand here" },
	{ "\n{{ frontends", NULL, "t:2:1: '{{' is not closed by '}}'" },
	{ "{{{ frontends }}", NULL, "t:1:1: '{{{' is not closed by '}}}'" },
	{ "{{#each frontends}}", NULL, "t:1:1: '{{#each}}' is not closed by '{{/each}}'" },
	{ "{{#each frontends}}{{/if}}", NULL, "t:1:1: '{{#each}}' is not closed by '{{/each}}'" },
	{ "{{#each haproxySocketPath}}{{/each}}", NULL,
	  "t:1:1: 'haproxySocketPath' is no list" },
	{ "x{{/each}}", NULL, "t:1:2: '{{/each}}' closes nothing" },
	{ "{{#with x}}{{/with}}", NULL, "t:1:1: there is no block 'with'; try each, if or unless" },
	{ "{{#each backends}}{{members}}{{/each}}", NULL,
	  "t:1:19: 'members' is no text; take its parts with {{#each}}" },
	{ "{{#each frontends}}{{helper this}}{{/each}}", NULL,
	  "t:1:20: 'helper this' cannot be rendered; there are frontendHelper, backendHelper and "
	  "aclRule" },
	{ "{{}}", NULL, "t:1:1: '{{ }}' names nothing" },
	{ "x", "y", "'y' sets no variable; try NAME=VALUE" },
	{ "x", "y=a\nb", "the value of 'y' is not one line" },
};

static void what_is_no_template_is_refused_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(refusal_table); i++) {
		struct str out = STR_INIT, shown = STR_INIT;
		struct err err = ERR_INIT;

		assert_int_equal(render(model, refusal_table[i].text, refusal_table[i].variable,
					&out, &err),
				 -1);
		err_format(&err, &shown);
		assert_string_equal(shown.bytes, refusal_table[i].wanted);
		str_release(&out);
		str_release(&shown);
		err_release(&err);
	}
}

static void every_prefix_of_a_template_is_survived(void **state)
{
	static const char text[] =
		"{{! c }}{{#each frontends}}{{frontendHelper this}}{{#each rules}}{{aclRule this}}"
		"{{/each}}{{/each}}{{#if x}}{{else}}{{{backends}}}{{/if}}{{ backends_live }}";
	char prefix[sizeof(text)];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		struct str out = STR_INIT;
		struct err err = ERR_INIT;

		memcpy(prefix, text, i);
		prefix[i] = '\0';
		if (render(model, prefix, NULL, &out, &err) < 0)
			assert_true(err.text.len > 0);
		str_release(&out);
		err_release(&err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_as_they_are),
		cmocka_unit_test(what_the_template_has_itself_is_not_repeated),
		cmocka_unit_test(servers_of_a_backend_take_the_indent_of_their_name),
		cmocka_unit_test(aqueducts_blocks_and_helpers_are_known),
		cmocka_unit_test(fields_and_rules_can_be_spelled_out),
		cmocka_unit_test(conditions_choose),
		cmocka_unit_test(a_variable_goes_before_the_model),
		cmocka_unit_test(what_is_no_template_is_refused_with_its_place),
		cmocka_unit_test(every_prefix_of_a_template_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
