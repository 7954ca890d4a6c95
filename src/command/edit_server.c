/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/edit_server.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/selector.h"
#include "penstock/config/bind_edit.h"
#include "penstock/config/entry.h"
#include "penstock/config/lines.h"
#include "penstock/config/proxy.h"
#include "penstock/config/slots.h"

static struct candidate *candidate_of(struct call *call)
{
	return call->console->candidate;
}

/* The words of `value`; the caller frees. */
static struct span *values_of(const struct call *call)
{
	size_t       count = call_count(call, "value");
	struct span *values = xcalloc(count, sizeof(*values));

	for (size_t i = 0; i < count; i++)
		values[i] = call_item(call, "value", i);
	return values;
}

/* One of the servers that a command is about. */
struct chosen_server {
	struct span backend, name;
	size_t      line; /* SIZE_MAX: to be looked for, with its own errors */
};

typedef int (*server_fn)(struct call *call, const struct chosen_server *server,
			 struct err *err);

/* What does not apply to one of many is no error as long as it does to another. */
static int act_on_servers(struct call *call, const struct selection *servers,
			  const bool *keep, server_fn act, struct err *err)
{
	struct candidate *candidate = candidate_of(call);
	size_t            touched = 0, refused = 0;
	bool              many = servers->is_pattern || keep;

	/* From the last one on, so that a line that goes moves no other. */
	for (size_t i = servers->names.list.count; i-- > 0;) {
		struct chosen_server server = { .line = servers->lines.items[i] };
		size_t               before = candidate->open.splices.count;

		if (keep && !keep[i])
			continue;
		selector_split(span_of(servers->names.list.items[i]), &server.backend,
			       &server.name);
		if (act(call, &server, err) == 0)
			touched += candidate->open.splices.count > before;
		else if (many && err->code == ERR_NOT_FOUND)
			refused++;
		else
			return -1;
	}
	if (refused && !touched)
		return -1;
	err_clear(err);
	if (many)
		output_say(call->out, "%zu server%s changed", touched, touched == 1 ? "" : "s");
	return 0;
}

/* The servers that the call means, and which of them its condition leaves. */
static int select_servers(struct call *call, struct selection *servers, bool **keep,
			  struct err *err)
{
	*keep = NULL;
	if (selector_document(candidate_of(call)->now, call_text(call, "server"), servers, err) < 0)
		return -1;
	if (!call_given(call, "where"))
		return 0;
	return selector_where(call->console, "servers", call_source(call, "where"),
			      &servers->names, keep, err);
}

static int for_each_server(struct call *call, server_fn act, struct err *err)
{
	struct selection servers = SELECTION_INIT;
	bool            *keep;
	int              status = select_servers(call, &servers, &keep, err);

	if (status == 0)
		status = act_on_servers(call, &servers, keep, act, err);
	free(keep);
	selection_release(&servers);
	return status;
}

int edit_add_server(struct call *call, struct err *err)
{
	struct span backend, server, keywords = call_source(call, "keyword");
	struct str  slot = STR_INIT;
	int         status;

	selector_split(call_text(call, "server"), &backend, &server);
	/* The keywords are the configuration's own text, quotes and all. */
	status = slots_take(candidate_of(call), backend, server, call_text(call, "address"),
			    keywords, &slot, err);
	if (status > 0)
		output_say(call->out, "the server takes the spare slot '%s'", slot.bytes);
	str_release(&slot);
	if (status)
		return status < 0 ? -1 : 0;
	return server_add(candidate_of(call), backend, server, call_text(call, "address"),
			  keywords, err);
}

static int drop_server(struct call *call, const struct chosen_server *server,
		       struct err *err)
{
	int status = slots_empty(candidate_of(call), server->backend, server->name, err);

	if (status)
		return status < 0 ? -1 : 0;
	return server_drop(candidate_of(call), server->backend, server->name, err);
}

/* Before the first one goes, so that lines have the numbers that the operator knows. */
static int check_unused(struct call *call, const struct selection *servers, const bool *keep,
			struct err *err)
{
	struct span backend, name;

	for (size_t i = 0; i < servers->names.list.count; i++) {
		if (keep && !keep[i])
			continue;
		selector_split(span_of(servers->names.list.items[i]), &backend, &name);
		if (server_check_unused(candidate_of(call), backend, name, err) < 0)
			return -1;
	}
	return 0;
}

int edit_delete_server(struct call *call, struct err *err)
{
	struct selection servers = SELECTION_INIT;
	bool            *keep;
	int              status = select_servers(call, &servers, &keep, err);

	if (status == 0 && !call_given(call, "force"))
		status = check_unused(call, &servers, keep, err);
	if (status == 0)
		status = act_on_servers(call, &servers, keep, drop_server, err);
	free(keep);
	selection_release(&servers);
	return status;
}

int edit_rename_server(struct call *call, struct err *err)
{
	struct span backend, server, new_backend, name = call_text(call, "new");

	selector_split(call_text(call, "server"), &backend, &server);
	if (selector_split(name, &new_backend, &name) && !span_equal(new_backend, backend))
		return err_set(err, ERR_USAGE, "a server keeps its backend; try 'add server'");
	return server_rename(candidate_of(call), backend, server, name, err);
}

static int set_one_server(struct call *call, const struct chosen_server *server,
			  struct err *err)
{
	size_t       count = call_count(call, "value");
	struct span *values, keyword = call_text(call, "keyword");
	int          status;

	if (span_is(keyword, "address") && count == 1)
		return server_set_address(candidate_of(call), server->backend, server->name,
					  call_text(call, "value"), err);
	values = values_of(call);
	if (server->line == SIZE_MAX)
		status = server_set(candidate_of(call), server->backend, server->name, keyword,
				    values, count, err);
	else
		status = server_line_set(candidate_of(call), server->line, keyword, values,
					 count, err);
	free(values);
	return status;
}

int edit_set_server(struct call *call, struct err *err)
{
	return for_each_server(call, set_one_server, err);
}

static int unset_one_server(struct call *call, const struct chosen_server *server,
			    struct err *err)
{
	struct span keyword = call_text(call, "keyword");

	if (server->line != SIZE_MAX)
		return server_line_unset(candidate_of(call), server->line, keyword, err);
	return server_unset(candidate_of(call), server->backend, server->name, keyword, err);
}

int edit_unset_server(struct call *call, struct err *err)
{
	return for_each_server(call, unset_one_server, err);
}

/* A line of keywords that a section has: default-server, server-template, bind. */
typedef int (*line_fn)(struct call *call, const struct entries *entries, struct err *err);

static int for_each_named(struct call *call, unsigned kinds, const char *keyword, line_fn act,
			  struct err *err)
{
	struct candidate *candidate = candidate_of(call);
	struct chosen     chosen = CHOSEN_INIT;
	int               status = selector_sections(candidate->now, kinds,
						     call_text(call, "section"), &chosen, err);

	for (size_t i = 0; status == 0 && i < chosen.list.count; i++) {
		struct entries entries = {
			candidate,
			candidate->now->sections.items[chosen.list.items[i]].first,
			span_of(keyword),
		};

		status = act(call, &entries, err);
	}
	if (status == 0 && chosen.list.count > 1)
		output_say(call->out, "%zu sections", chosen.list.count);
	vec_release(&chosen.list);
	return status;
}

static int set_line(struct call *call, struct candidate *candidate, size_t line,
		    struct err *err)
{
	struct span *values = values_of(call);
	int          status = server_line_set(candidate, line, call_text(call, "keyword"), values,
					      call_count(call, "value"), err);

	free(values);
	return status;
}

/* The line that says the keyword, else the last one; SIZE_MAX: there is none. */
struct default_line {
	const struct document *doc;
	const char            *keyword;
	size_t                 line, last;
};

static void look_at_default(size_t line, void *data)
{
	struct default_line *found = data;
	struct server        server = SERVER_INIT;

	found->last = line;
	if (server_read(&server, line_span(&found->doc->lines.items[line])) &&
	    server_param(&server, found->keyword))
		found->line = line;
	server_release(&server);
}

static size_t find_default(struct call *call, const struct entries *entries)
{
	char               *keyword = span_dup(call_text(call, "keyword"));
	struct default_line found = { entries->candidate->now, keyword, SIZE_MAX, SIZE_MAX };

	entries_each(entries, look_at_default, &found);
	free(keyword);
	return found.line != SIZE_MAX ? found.line : found.last;
}

static int set_default(struct call *call, const struct entries *entries, struct err *err)
{
	size_t line = find_default(call, entries);

	if (line == SIZE_MAX)
		line = section_add(entries->candidate, entries->header, span_of("default-server"));
	return set_line(call, entries->candidate, line, err);
}

enum { WITH_SERVERS = SECTION_BACKS | SECTION_DEFAULTS | SECTION_PEERS };

int edit_set_default_server(struct call *call, struct err *err)
{
	if (for_each_named(call, WITH_SERVERS, "default-server", set_default, err) < 0)
		return -1;
	return 0;
}

static int unset_default(struct call *call, const struct entries *entries, struct err *err)
{
	size_t       line = find_default(call, entries);
	struct words words = WORDS_INIT;

	if (line == SIZE_MAX)
		return err_at(err, ERR_NOT_FOUND,
			      document_place(entries->candidate->now, entries->header),
			      "the section has no default-server");
	if (server_line_unset(entries->candidate, line, call_text(call, "keyword"), err) < 0)
		return -1;
	words_split(&words, line_span(&entries->candidate->now->lines.items[line]));
	if (words.count == 1 && !words.comment.len)
		edit_delete_lines(entries->candidate, line, 1);
	words_release(&words);
	return 0;
}

int edit_unset_default_server(struct call *call, struct err *err)
{
	return for_each_named(call, WITH_SERVERS, "default-server", unset_default, err);
}

/* The line of the entry that `which` names, by number or by its first word. */
static int find_line(struct call *call, const struct entries *entries, size_t *line,
		     struct err *err)
{
	struct span which = call_text(call, "which");
	size_t      number;
	long        value;

	if (span_to_long(which, &value) && value > 0)
		number = (size_t)value;
	else if (entries_find(entries, which, &number, err) < 0)
		return -1;
	return entries_line(entries, number, line, err);
}

static int set_template(struct call *call, const struct entries *entries, struct err *err)
{
	size_t line;

	if (find_line(call, entries, &line, err) < 0)
		return -1;
	return set_line(call, entries->candidate, line, err);
}

int edit_set_template(struct call *call, struct err *err)
{
	if (for_each_named(call, SECTION_BACKS, "server-template", set_template, err) < 0)
		return -1;
	return 0;
}

static int unset_template(struct call *call, const struct entries *entries, struct err *err)
{
	size_t line;

	if (find_line(call, entries, &line, err) < 0)
		return -1;
	return server_line_unset(entries->candidate, line, call_text(call, "keyword"), err);
}

int edit_unset_template(struct call *call, struct err *err)
{
	return for_each_named(call, SECTION_BACKS, "server-template", unset_template, err);
}

enum { WITH_BINDS = SECTION_FRONTS | SECTION_PEERS | SECTION_LOG_FORWARD };

static int set_bind(struct call *call, const struct entries *entries, struct err *err)
{
	struct span *values;
	size_t       line;
	int          status = find_line(call, entries, &line, err);

	values = values_of(call);
	if (status == 0)
		status = bind_set(entries->candidate, line, call_text(call, "keyword"), values,
				  call_count(call, "value"), err);
	free(values);
	return status;
}

int edit_set_bind(struct call *call, struct err *err)
{
	return for_each_named(call, WITH_BINDS, "bind", set_bind, err);
}

static int unset_bind(struct call *call, const struct entries *entries, struct err *err)
{
	size_t line;

	if (find_line(call, entries, &line, err) < 0)
		return -1;
	return bind_unset(entries->candidate, line, call_text(call, "keyword"), err);
}

int edit_unset_bind(struct call *call, struct err *err)
{
	return for_each_named(call, WITH_BINDS, "bind", unset_bind, err);
}
