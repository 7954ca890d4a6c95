/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits that bring the lines to what the documents say. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/config/json.h"
#include "penstock/config/json_adopt.h"
#include "penstock/config/json_read.h"
#include "penstock/config/json_sections.h"
#include "penstock/config/lines.h"
#include "penstock/config/member.h"
#include "penstock/config/reference.h"

/* A document and what it is to change. */
struct job {
	const struct wants *wants;
	struct want        *want;
	unsigned            fields; /* that differ */
	bool                fresh;  /* the section is still to be made */
};

static unsigned kinds_of(const struct want *want)
{
	return (unsigned)want->side | SECTION_LISTEN;
}

static const struct section *section_for(const struct document *doc, const struct want *want)
{
	struct span name = span_of(want->proxy->name);

	return name.len ? document_section(doc, kinds_of(want), name) : NULL;
}

/* A text of the lines that is no UTF-8, and as the document has it. */
struct twin {
	char *raw, *clean;
};

struct twins {
	VEC(struct twin) list;
};

static void note_twin(char **text, void *data)
{
	struct twins *twins = data;
	char         *clean = json_clean(*text);

	if (clean && strcmp(clean, *text) != 0)
		*vec_push(&twins->list) = (struct twin){ xstrdup(*text), clean };
	else
		free(clean);
}

static void restore_text(char **text, void *data)
{
	const struct twins *twins = data;

	for (size_t i = 0; i < twins->list.count && *text; i++) {
		if (strcmp(*text, twins->list.items[i].clean) != 0)
			continue;
		free(*text);
		*text = xstrdup(twins->list.items[i].raw);
		return;
	}
}

/* What was printed as \xNN and came back so is the line's own bytes again. */
static void restore_bytes(struct proxy *now, struct proxy *want)
{
	struct twins twins = { VEC_INIT };

	proxy_each_text(now, note_twin, &twins);
	if (twins.list.count)
		proxy_each_text(want, restore_text, &twins);
	for (size_t i = 0; i < twins.list.count; i++) {
		free(twins.list.items[i].raw);
		free(twins.list.items[i].clean);
	}
	vec_release(&twins.list);
}

/* Other modes than Aqueduct's two are taken where they are already. */
static int check_mode(const struct job *job, const struct proxy *now, struct err *err)
{
	const char *mode = job->want->proxy->mode;

	if (strcmp(mode, "http") == 0 || strcmp(mode, "tcp") == 0 || strcmp(mode, now->mode) == 0)
		return 0;
	return want_fail(job->wants, job->want, "mode", SIZE_MAX, err, "expected http or tcp");
}

static int check_addresses(const struct job *job, const struct proxy *now, struct err *err)
{
	const struct proxy *want = job->want->proxy;
	size_t             *pairs = xcalloc(want->members.count + 1, sizeof(*pairs));
	struct str          address = STR_INIT;
	int                 result = 0;

	members_pair(now, want, pairs);
	for (size_t i = 0; i < want->members.count && result == 0; i++) {
		const struct member *member = &want->members.items[i];

		/* Addresses from the environment are for HAProxy to judge. */
		if (pairs[i] != SIZE_MAX || strpbrk(member->host, "$\""))
			continue;
		str_reset(&address);
		member_address(member, &address);
		result = server_check_address(str_span(&address), err);
		if (result < 0)
			want_locate(job->wants, job->want, "members", i, err);
	}
	if (result < 0 && err)
		err->code = ERR_PARSE;
	str_release(&address);
	free(pairs);
	return result;
}

static int check_members(const struct job *job, const struct proxy *now, struct err *err)
{
	size_t index = 0;

	if (!(job->fields & FIELD_MEMBERS))
		return 0;
	if (check_addresses(job, now, err) < 0)
		return -1;
	if (members_check(now, job->want->proxy, &index, err) == 0)
		return 0;
	if (err)
		err->code = ERR_PARSE;
	return want_locate(job->wants, job->want, "members", index, err);
}

/* The fields that differ, but for ours of which the document says nothing. */
static unsigned differing(const struct want *want, const struct proxy *now)
{
	unsigned unsaid = ~want->said & (unsigned)FIELDS_OURS;

	return proxy_compare(now, want->proxy, want->side) & ~unsaid;
}

/* A document that holds the section's header and nothing else. */
static struct document *empty_section(const struct want *want)
{
	struct document *doc = document_new();
	struct str       text = STR_INIT;

	str_addf(&text, "%s %s\n",
		 section_keyword(want->is_listen ? SECTION_LISTEN : want->side),
		 want->proxy->name);
	document_add_file(doc, "", str_span(&text));
	str_release(&text);
	return doc;
}

/* The same object in other bytes is no change. */
static void restore_meta(const struct proxy *now, struct proxy *want)
{
	json_t *a = now->meta ? json_loads(now->meta, 0, NULL) : NULL;
	json_t *b = want->meta ? json_loads(want->meta, 0, NULL) : NULL;

	if (a && b && json_equal(a, b)) {
		free(want->meta);
		want->meta = xstrdup(now->meta);
	}
	json_decref(a);
	json_decref(b);
}

static int prepare_with(struct job *job, struct proxy *now, struct err *err)
{
	struct proxy *want = job->want->proxy;

	restore_bytes(now, want);
	restore_meta(now, want);
	if (check_mode(job, now, err) < 0 || want_adopt(job->wants, job->want, now, err) < 0)
		return -1;
	job->fields = differing(job->want, now);
	return check_members(job, now, err);
}

/* A name that HAProxy makes out of something is not known here. */
static bool is_plain_name(const char *name)
{
	return name && *name && !strpbrk(name, "$%\"");
}

static int require_section(const struct job *job, const struct document *doc, unsigned kinds,
			   const char *name, const char *field, struct err *err)
{
	const char *what = kinds == SECTION_DEFAULTS ? "defaults" : "backend";

	if (!is_plain_name(name) || document_section(doc, kinds, span_of(name)))
		return 0;
	return want_fail(job->wants, job->want, field, SIZE_MAX, err,
			 "there is no %s '%s'; put it first, or in the same document", what, name);
}

static int check_name(const struct job *job, const struct document *doc, struct err *err)
{
	const struct want *want = job->want;

	if (!doc->files.count)
		return err_set(err, ERR_USAGE,
			       "there is no configuration file; start with -f FILE");
	if (name_check(section_keyword(want->side), span_of(want->proxy->name), err) == 0)
		return 0;
	if (err)
		err->code = ERR_PARSE;
	return want_locate(job->wants, want, want->key, SIZE_MAX, err);
}

static int check_from(const struct job *job, const struct document *doc, struct err *err)
{
	return require_section(job, doc, SECTION_DEFAULTS, job->want->proxy->from, "from", err);
}

/* Finds out what is to be done; changes nothing but the wish. */
static int prepare(struct job *job, const struct document *doc, struct err *err)
{
	const struct section *section = section_for(doc, job->want);
	struct document      *empty = NULL;
	struct proxy         *now;
	int                   result;

	if (job->want->gone)
		return 0;
	job->fresh = !section;
	if (job->fresh) {
		if (check_name(job, doc, err) < 0 || check_from(job, doc, err) < 0)
			return -1;
		empty = empty_section(job->want);
		section = &empty->sections.items[0];
	}
	now = proxy_read(empty ? empty : doc, section, job->want->side);
	result = prepare_with(job, now, err);
	proxy_free(now);
	document_free(empty);
	return result;
}

/* A new section says mode and balance even where they are inherited, unless its
 * document leaves them open. */
static unsigned create(struct candidate *candidate, const struct want *want)
{
	enum section_kind kind = want->is_listen ? SECTION_LISTEN : want->side;
	struct proxy     *now;
	unsigned          fields;

	if (proxy_create(candidate, kind, span_of(want->proxy->name),
			 span_of(want->proxy->from), NULL) < 0)
		BUG("no %s '%s'", section_keyword(kind), want->proxy->name);
	now = proxy_read(candidate->now, section_for(candidate->now, want), want->side);
	fields = differing(want, now);
	if (!want->partial)
		fields |= FIELD_MODE | (want->side == SECTION_BACKEND ? FIELD_BALANCE : 0u);
	proxy_free(now);
	return fields;
}

/* With other defaults the section inherits other values. */
static unsigned inherit(struct candidate *candidate, const struct want *want)
{
	struct proxy *now;
	unsigned      fields;

	put_from(candidate, section_for(candidate->now, want)->first, want->proxy->from);
	now = proxy_read(candidate->now, section_for(candidate->now, want), want->side);
	fields = differing(want, now);
	proxy_free(now);
	return fields;
}

static void put(struct candidate *candidate, struct job *job)
{
	const struct section *section = section_for(candidate->now, job->want);

	/* The other half of a listen section has just made this one as well. */
	if ((job->fresh && section) || job->want->gone)
		return;
	if (job->fresh)
		job->fields = create(candidate, job->want);
	else if (job->fields & FIELD_FROM)
		job->fields = inherit(candidate, job->want);
	section = section_for(candidate->now, job->want);
	proxy_put(candidate, section->first, job->want->side, job->want->proxy, job->fields);
}

static const char *field_name(unsigned fields)
{
	static const struct {
		unsigned    field;
		const char *name;
	} names[] = {
		{ FIELD_BIND, "bind" },       { FIELD_BACKEND, "backend" },
		{ FIELD_MODE, "mode" },       { FIELD_KEEPALIVE, "keepalive" },
		{ FIELD_RULES, "rules" },     { FIELD_BALANCE, "balance" },
		{ FIELD_HOST, "host" },       { FIELD_COOKIE, "cookie" },
		{ FIELD_SOURCE, "type" },     { FIELD_HEALTH | FIELD_INTERVAL, "health" },
		{ FIELD_MEMBERS, "members" }, { FIELD_NATIVES, "natives" },
		{ FIELD_FROM, "from" },       { FIELD_VERSION, "version" },
		{ FIELD_META, "meta" },       { FIELD_PRAGMAS, "pragmas" },
	};

	for (size_t i = 0; i < N(names); i++)
		if (fields & names[i].field)
			return names[i].name;
	return NULL;
}

/* Whether the other half of the same listen section is put as well. */
static bool has_twin(const struct job *job)
{
	for (size_t i = 0; i < job->wants->list.count; i++) {
		const struct want *other = &job->wants->list.items[i];

		if (other->side != job->want->side &&
		    strcmp(other->proxy->name, job->want->proxy->name) == 0)
			return true;
	}
	return false;
}

/*
 * What was put must be what is shown, else fields and natives of the document
 * speak against each other.  With both halves of a listen section the natives
 * may differ: what one half changes is a native of the other.
 */
static int verify(const struct job *job, const struct document *doc, struct err *err)
{
	const struct section *section = section_for(doc, job->want);
	struct proxy         *now = proxy_read(doc, section, job->want->side);
	unsigned              fields = differing(job->want, now);

	if (section->kind == SECTION_LISTEN && has_twin(job))
		fields &= ~(unsigned)FIELD_NATIVES;
	proxy_free(now);
	if (!fields)
		return 0;
	return want_fail(job->wants, job->want, field_name(fields), SIZE_MAX, err,
			 "the document contradicts itself here; look at its natives");
}

/* Whether the server is still named in `after`; then says where in `before`. */
static int refuse_used(const struct job *job, const struct document *before,
		       const struct document *after, const char *server, struct err *err)
{
	struct span       backend = span_of(job->want->proxy->name), name = span_of(server);
	struct references refs = REFERENCES_INIT;
	struct str        lines = STR_INIT;
	bool              used;

	references_to_server(after, backend, name, &refs);
	used = refs.list.count > 0;
	references_release(&refs);
	refs = (struct references)REFERENCES_INIT;
	if (used) {
		references_to_server(before, backend, name, &refs);
		references_format(before, &refs, &lines);
		err_set(err, ERR_IN_USE, "server '%s/%s' goes, but is in use%s%s",
			job->want->proxy->name, server, lines.len ? " at " : "", lines.bytes);
		want_locate(job->wants, job->want, "members", SIZE_MAX, err);
	}
	references_release(&refs);
	str_release(&lines);
	return used ? -1 : 0;
}

/* No line may be left that names a server which goes. */
static int check_gone(const struct job *job, const struct document *before,
		      const struct document *after, struct err *err)
{
	struct map    names = MAP_INIT;
	struct proxy *old, *new;
	int           result = 0;

	if (!section_for(before, job->want) || job->want->side != SECTION_BACKEND ||
	    !(job->fields & FIELD_MEMBERS))
		return 0;
	old = proxy_read(before, section_for(before, job->want), SECTION_BACKEND);
	new = proxy_read(after, section_for(after, job->want), SECTION_BACKEND);
	for (size_t i = 0; i < new->members.count; i++)
		map_put(&names, span_of(new->members.items[i].server), new);
	for (size_t i = 0; i < old->members.count && result == 0; i++)
		if (!map_get(&names, span_of(old->members.items[i].server)))
			result = refuse_used(job, before, after, old->members.items[i].server,
					     err);
	map_release(&names, NULL);
	proxy_free(old);
	proxy_free(new);
	return result;
}

static bool had_backend(const struct proxy *old, const char *name)
{
	for (size_t i = 0; old && i < old->rules.count; i++)
		if (strcmp(old->rules.items[i].backend, name) == 0)
			return true;
	return false;
}

/* What was missing before is not this document's doing. */
static int check_rules(const struct job *job, const struct document *doc,
		       const struct proxy *old, struct err *err)
{
	const struct proxy *want = job->want->proxy;
	char                field[48];

	for (size_t i = 0; i < want->rules.count; i++) {
		snprintf(field, sizeof(field), "rules[%zu].backend", i);
		if (!had_backend(old, want->rules.items[i].backend) &&
		    require_section(job, doc, SECTION_BACKS, want->rules.items[i].backend, field,
				    err) < 0)
			return -1;
	}
	return 0;
}

/* Each new reference must find its section when all documents are put. */
static int check_references(const struct job *job, const struct document *before,
			    const struct document *after, struct err *err)
{
	const struct section *section = section_for(before, job->want);
	const struct proxy   *want = job->want->proxy;
	struct proxy         *old = NULL;
	int                   result = 0;

	if (job->fields & FIELD_FROM || !section)
		result = check_from(job, after, err);
	if (job->want->side != SECTION_FRONTEND || result < 0)
		return result;
	if (section)
		old = proxy_read(before, section, SECTION_FRONTEND);
	if (!old || strcmp(old->default_backend ? old->default_backend : "",
			   want->default_backend ? want->default_backend : "") != 0)
		result = require_section(job, after, SECTION_BACKS, want->default_backend,
					 job->want->backend, err);
	if (result == 0)
		result = check_rules(job, after, old, err);
	proxy_free(old);
	return result;
}

/* Sections that go, when nothing refers to them any more. */
static int put_gone(struct candidate *candidate, const struct job *job, struct err *err)
{
	if (!job->want->gone)
		return 0;
	return proxy_delete(candidate, job->want->side, span_of(job->want->proxy->name), err);
}

static int check_job(const struct job *job, const struct document *before,
		     const struct document *after, struct err *err)
{
	if (job->want->gone)
		return 0;
	if (verify(job, after, err) < 0 || check_gone(job, before, after, err) < 0)
		return -1;
	return check_references(job, before, after, err);
}

/*
 * All is done on a copy first, so that nothing is done by halves: sections of
 * text, which the documents may need, then the documents.
 */
static int rehearse(const struct candidate *candidate, struct job *jobs, size_t count,
		    const struct wants *wants, struct err *err)
{
	struct candidate *copy = candidate_new(document_dup(candidate->now));
	int               result;

	edit_begin(copy, "rehearsal");
	result = want_sections_put(wants, copy, err);
	for (size_t i = 0; i < count && result == 0; i++)
		result = prepare(&jobs[i], copy->now, err);
	for (size_t i = 0; i < count && result == 0; i++)
		put(copy, &jobs[i]);
	for (size_t i = 0; i < count && result == 0; i++)
		result = put_gone(copy, &jobs[i], err);
	for (size_t i = 0; i < count && result == 0; i++)
		result = check_job(&jobs[i], candidate->now, copy->now, err);
	edit_end(copy);
	candidate_free(copy);
	return result;
}

static void put_all(struct candidate *candidate, struct job *jobs, size_t count,
		    const struct wants *wants)
{
	if (want_sections_put(wants, candidate, NULL) < 0)
		BUG("sections went in once and not again");
	for (size_t i = 0; i < count; i++)
		put(candidate, &jobs[i]);
	for (size_t i = 0; i < count; i++)
		if (put_gone(candidate, &jobs[i], NULL) < 0)
			BUG("%s went once and not again", jobs[i].want->proxy->name);
}

int json_put_as(struct candidate *candidate, struct span text, const struct put_input *input,
		struct str *said, struct err *err)
{
	struct wants wants = {
		.source = input->source, .name = input->name, .stem = input->stem,
		.now = candidate->now, .said = STR_INIT,
	};
	struct job  *jobs;
	size_t       count;
	int          result = wants_read(&wants, text, err);

	count = wants.list.count;
	jobs = xcalloc(count + 1, sizeof(*jobs));
	for (size_t i = 0; i < count; i++)
		jobs[i] = (struct job){ .wants = &wants, .want = &wants.list.items[i] };
	if (result == 0)
		result = rehearse(candidate, jobs, count, &wants, err);
	if (result == 0) {
		put_all(candidate, jobs, count, &wants);
		if (said)
			str_add_span(said, str_span(&wants.said));
	}
	free(jobs);
	wants_release(&wants);
	return result;
}

int json_put(struct candidate *candidate, struct span text, const char *source, struct err *err)
{
	struct put_input input = { .source = source };

	return json_put_as(candidate, text, &input, NULL, err);
}
