/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What http-request, tcp-request and redirect do to a request. */
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/acl.h"
#include "penstock/config/expression.h"
#include "penstock/config/route_walk.h"

struct action_def {
	const char *name;  /* a pattern */
	size_t      fixed; /* words that are arguments whatever they are */
	/* NULL: changes nothing that decides the way */
	void      (*run)(struct rule_call *call);
};

struct span rule_arg(const struct rule_call *call, size_t index)
{
	size_t at = call->args + index;

	return at < call->end ? call->line->words[at] : span_make("", 0);
}

size_t condition_start(const struct flat_line *line, size_t from)
{
	while (from < line->count && !flat_is(line, from, "if") && !flat_is(line, from, "unless"))
		from++;
	return from < line->count ? from : line->count;
}

enum truth line_condition(struct walk *walk, const struct flat_line *line, size_t at,
			  const char **why)
{
	enum truth is;

	if (line->varies) {
		*why = line->why;
		return TRUTH_UNKNOWN;
	}
	is = acl_condition(&walk->scene, line->words + at, line->count - at, why);
	if (is != TRUTH_FALSE && line->active == TRUTH_UNKNOWN && !*why)
		*why = line->why ? line->why : "the .if around it cannot be decided";
	is = truth_and(is, line->active);
	if (is == TRUTH_TRUE && walk->gate != TRUTH_TRUE)
		*why = walk->gate_why;
	return truth_and(is, walk->gate);
}

void walk_note(struct walk *walk, const struct flat_line *line, enum truth verdict, bool decides,
	       const char *note)
{
	*vec_push(&walk->hop->steps) = (struct route_step){ line->line, verdict, decides, note };
}

void walk_end(struct walk *walk, enum truth verdict, const char *why, struct route_end end)
{
	if (verdict == TRUTH_TRUE) {
		walk->hop->end = end;
		walk->ended = true;
		return;
	}
	end.unless = why ? why : "it cannot be decided";
	*vec_push(&walk->hop->possible) = end;
}

static void end_with(struct rule_call *call, enum route_end_kind kind, const char *what)
{
	struct route_end end = { .kind = kind, .line = call->line->line, .what = what };

	call->decides = call->verdict == TRUTH_TRUE;
	walk_end(call->walk, call->verdict, call->why, end);
}

static const char *text_of(struct rule_call *call, struct span text)
{
	return arena_copy(call->walk->scene.arena, text).at;
}

/* The word behind `keyword` among the arguments, or what else there would be. */
static const char *value_behind(struct rule_call *call, const char *keyword,
				const char *otherwise)
{
	for (size_t i = 0; call->args + i + 1 < call->end; i++)
		if (span_is(rule_arg(call, i), keyword))
			return text_of(call, rule_arg(call, i + 1));
	return otherwise;
}

static void do_deny(struct rule_call *call)
{
	const char *status = value_behind(call, "deny_status", NULL);

	end_with(call, ROUTE_DENY, status ? status : value_behind(call, "status", "403"));
}

static void do_tarpit(struct rule_call *call)
{
	const char *status = value_behind(call, "deny_status", NULL);

	end_with(call, ROUTE_TARPIT, status ? status : value_behind(call, "status", "500"));
}

static void do_reject(struct rule_call *call)
{
	end_with(call, ROUTE_REJECT, NULL);
}

static void do_return(struct rule_call *call)
{
	end_with(call, ROUTE_RETURN, value_behind(call, "status", "200"));
}

static void do_auth(struct rule_call *call)
{
	end_with(call, ROUTE_AUTH, "401");
}

static void do_service(struct rule_call *call)
{
	end_with(call, ROUTE_SERVICE, text_of(call, rule_arg(call, 0)));
}

/* What may answer, or change anything, and is not run here. */
static void do_script(struct rule_call *call)
{
	struct request *request = call->walk->scene.request;
	struct span     name = flat_word(call->line, call->args - 1);
	const char     *why = arena_format(call->walk->scene.arena,
					   "'%.*s' is not run on paper", (int)name.len, name.at);

	call->verdict = TRUTH_UNKNOWN;
	call->why = why;
	end_with(call, ROUTE_SCRIPT, text_of(call, name));
	request_add_doubt(request, DOUBT_URI, span_of(""), why);
	request_add_doubt(request, DOUBT_METHOD, span_of(""), why);
	request_add_doubt(request, DOUBT_HEADER, span_of(""), why);
	call->walk->scene.variables_why = why;
}

static void do_ask_agent(struct rule_call *call)
{
	call->walk->scene.variables_why = "an agent may have set it";
}

static void do_cache(struct rule_call *call)
{
	call->note = "the cache may answer, if it has the object";
}

/* The rest of these rules is passed over. */
static void do_allow(struct rule_call *call)
{
	if (call->verdict == TRUTH_TRUE) {
		call->walk->gate = TRUTH_FALSE;
		call->decides = true;
		return;
	}
	call->walk->gate = truth_and(call->walk->gate, TRUTH_UNKNOWN);
	call->walk->gate_why = call->why;
}

/* "https://host" + path, "prefix" + path, or the location itself. */
static void add_location(struct rule_call *call, const char *kind, struct span value, bool query,
			 struct str *out)
{
	const struct request *request = call->walk->scene.request;
	struct span           path = query ? request_pathq(request) : request_path(request), host;

	if (!path.len)
		path = span_of("/");
	if (!strcmp(kind, "scheme")) {
		str_add_span(out, value);
		str_add_text(out, "://");
		if (request_header(request, "Host", &host))
			str_add_span(out, host);
	} else if (strcmp(kind, "prefix") || !span_is(value, "/")) {
		str_add_span(out, value);
	}
	if (strcmp(kind, "location"))
		str_add_span(out, path);
}

static void do_redirect(struct rule_call *call)
{
	static const char *const kinds[] = { "location", "prefix", "scheme" };
	const char  *code = value_behind(call, "code", "302");
	struct str   text = STR_INIT;
	struct datum value;
	bool         query = true;

	str_addf(&text, "%s ", code);
	for (size_t i = 0; call->args + i < call->end; i++)
		if (span_is(rule_arg(call, i), "drop-query"))
			query = false;
	for (size_t i = 0; i < N(kinds); i++) {
		const char *given = value_behind(call, kinds[i], NULL);

		if (!given)
			continue;
		value = format_value(&call->walk->scene, span_of(given), true);
		if (value.type == DATUM_TEXT)
			add_location(call, kinds[i], value.text, query, &text);
		else
			str_addf(&text, "%s (%s)", given, value.why);
	}
	end_with(call, ROUTE_REDIRECT, text_of(call, str_span(&text)));
	str_release(&text);
}

/* The first row that fits; an action without one changes nothing here. */
static const struct action_def http_actions[] = {
	{ "add-header",       2, rule_add_header },
	{ "set-header",       2, rule_set_header },
	{ "del-header",       1, rule_del_header },
	{ "replace-header",   3, rule_replace_header },
	{ "replace-value",    3, rule_replace_header },
	{ "set-method",       1, rule_set_method },
	{ "set-path",         1, rule_set_uri },
	{ "set-pathq",        1, rule_set_uri },
	{ "set-query",        1, rule_set_uri },
	{ "set-uri",          1, rule_set_uri },
	{ "replace-path",     2, rule_replace_uri },
	{ "replace-pathq",    2, rule_replace_uri },
	{ "replace-uri",      2, rule_replace_uri },
	{ "normalize-uri",    1, rule_normalize },
	{ "set-var(*",        1, rule_set_var },
	{ "set-var-fmt(*",    1, rule_set_var_format },
	{ "unset-var(*",      0, rule_unset_var },
	{ "do-resolve(*",     1, rule_resolve },
	{ "set-src",          1, rule_set_source },
	{ "allow",            0, do_allow },
	{ "deny",             0, do_deny },
	{ "block",            0, do_deny },
	{ "tarpit",           0, do_tarpit },
	{ "reject",           0, do_reject },
	{ "silent-drop",      0, do_reject },
	{ "return",           0, do_return },
	{ "auth",             0, do_auth },
	{ "redirect",         0, do_redirect },
	{ "use-service",      1, do_service },
	{ "lua.*",            0, do_script },
	{ "send-spoe-group",  2, do_ask_agent },
	{ "cache-use",        1, do_cache },
};

static const struct action_def tcp_actions[] = {
	{ "accept",           0, do_allow },
	{ "reject",           0, do_reject },
	{ "silent-drop",      0, do_reject },
	{ "set-var(*",        1, rule_set_var },
	{ "set-var-fmt(*",    1, rule_set_var_format },
	{ "unset-var(*",      0, rule_unset_var },
	{ "do-resolve(*",     1, rule_resolve },
	{ "set-src",          1, rule_set_source },
	{ "lua.*",            0, do_script },
	{ "use-service",      1, do_service },
};

static const struct action_def redirect_action[] = { { "redirect", 0, do_redirect } };

static const struct action_def *action_find(const struct action_def *actions, size_t count,
					    struct span name)
{
	for (size_t i = 0; i < count; i++)
		if (text_glob(span_of(actions[i].name), name))
			return &actions[i];
	return NULL;
}

/* One rule whose action is word `at`. */
static void run_rule(struct walk *walk, const struct flat_line *line, size_t at,
		     const struct action_def *action)
{
	struct rule_call call = { .walk = walk, .line = line, .args = at + 1 };

	call.end = condition_start(line, at + 1 + (action ? action->fixed : 0));
	call.verdict = line_condition(walk, line, call.end, &call.why);
	if (call.verdict != TRUTH_FALSE && action && action->run)
		action->run(&call);
	walk_note(walk, line, call.verdict, call.decides,
		  call.verdict == TRUTH_UNKNOWN ? call.why : call.note);
}

/* The rules of the section itself; `second` is the word behind the first, or NULL. */
static void run_rules(struct walk *walk, const struct flat_section *section, const char *first,
		      const char *second, const struct action_def *actions, size_t count)
{
	const struct flat *flat = walk->scene.flat;

	walk->scene.proxy = section;
	for (size_t i = 0; i < section->count && !walk->ended && walk->gate != TRUTH_FALSE; i++) {
		const struct flat_line *line = &flat->lines.items[section->first + i];
		size_t                  at = second ? 2 : strcmp(first, "redirect") ? 1 : 0;

		if (!flat_is(line, 0, first) || (second && !flat_is(line, 1, second)) ||
		    at >= line->count)
			continue;
		run_rule(walk, line, at, action_find(actions, count, line->words[at]));
	}
}

/* The rules of the defaults come first; the end of one list ends both. */
static void run_both(struct walk *walk, const struct flat_section *section, const char *first,
		     const char *second, const struct action_def *actions, size_t count)
{
	walk->gate = TRUTH_TRUE;
	if (section->defaults && strcmp(first, "redirect"))
		run_rules(walk, section->defaults, first, second, actions, count);
	run_rules(walk, section, first, second, actions, count);
	walk->gate = TRUTH_TRUE;
	walk->scene.proxy = section;
}

void walk_http_rules(struct walk *walk, const struct flat_section *section)
{
	run_both(walk, section, "http-request", NULL, http_actions, N(http_actions));
}

void walk_tcp_rules(struct walk *walk, const struct flat_section *section, const char *kind)
{
	run_both(walk, section, "tcp-request", kind, tcp_actions, N(tcp_actions));
}

void walk_redirects(struct walk *walk, const struct flat_section *section)
{
	run_both(walk, section, "redirect", NULL, redirect_action, N(redirect_action));
}
