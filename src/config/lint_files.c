/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lint of the certificates that the configuration names. */
#include <stdlib.h>
#include <string.h>

#include "penstock/config/certificate.h"
#include "penstock/config/lint_rules.h"

/* What is done with each certificate's path; the line names it. */
typedef void (*path_fn)(struct lint *lint, size_t line, const char *path);

static char *under(struct span base, struct span name)
{
	struct str path = STR_INIT;

	if (base.len && name.len && name.at[0] != '/') {
		str_add_span(&path, base);
		str_add_char(&path, '/');
	}
	str_add_span(&path, name);
	return str_detach(&path, NULL);
}

/* Folders hold certificates beside keys and other parts, which are no news. */
static bool is_part(struct span path)
{
	static const char *const ends[] = { ".key", ".ocsp", ".issuer", ".sctl", ".dh" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (span_ends(path, ends[i]))
			return true;
	return false;
}

static void visit_path(struct lint *lint, size_t line, struct span base, struct span name,
		       path_fn visit)
{
	char          *path = under(base, name);
	struct strings files = STRINGS_INIT;

	if (lint->facts->list && lint->facts->list(lint->facts->data, path, &files)) {
		for (size_t i = 0; i < files.list.count; i++)
			if (!is_part(span_of(files.list.items[i])))
				visit(lint, line, files.list.items[i]);
	} else {
		visit(lint, line, path);
	}
	strings_release(&files);
	free(path);
}

/* The first word of each line of a crt-list is a certificate. */
static void visit_list(struct lint *lint, size_t line, struct span base, struct span name,
		       path_fn visit)
{
	char       *path = under(base, name);
	struct str  bytes = STR_INIT;
	struct span rest, text;

	if (lint->facts->read(lint->facts->data, path, &bytes)) {
		rest = str_span(&bytes);
		while (span_split(&rest, '\n', &text)) {
			struct span word = line_first_word(text);

			if (word.len && word.at[0] != '#')
				visit_path(lint, line, base, word, visit);
		}
	}
	str_release(&bytes);
	free(path);
}

/* `@store/NAME` is a name and no path. */
static void visit_words(struct lint *lint, size_t line, struct span base, path_fn visit)
{
	const struct words *words = &lint->words;

	for (size_t i = 1; i + 1 < words->count; i++) {
		struct span value = words_text(words, i + 1);

		if (words->items[i + 1].varies || !value.len || value.at[0] == '@')
			continue;
		if (words_is(words, i, "crt") || words_is(words, i, "default-crt"))
			visit_path(lint, line, base, value, visit);
		else if (words_is(words, i, "crt-list"))
			visit_list(lint, line, base, value, visit);
	}
}

/* The crt-base in a section, or an empty span; borrows the line. */
static struct span base_of(struct lint *lint, const struct section *section)
{
	size_t line = section ? section_find(lint->doc, section, 0, "crt-base", NULL) : SIZE_MAX;
	struct span text;

	if (line == SIZE_MAX)
		return span_make("", 0);
	words_split(&lint->words, line_span(&lint->doc->lines.items[line]));
	text = lint->words.count > 1 ? lint->words.items[1].raw : span_make("", 0);
	return text;
}

static bool names_certificates(struct span first)
{
	return span_is(first, "bind") || span_is(first, "server") ||
	       span_is(first, "default-server") || span_is(first, "server-template") ||
	       span_is(first, "load") || span_is(first, "ssl-f-use");
}

static void visit_section(struct lint *lint, const struct section *section, struct span base,
			  path_fn visit)
{
	if (section->kind == SECTION_CRT_STORE) {
		struct span own = base_of(lint, section);

		base = own.len ? own : base;
	}
	for (size_t line = section->first; lint_next(lint, section, NULL, &line);)
		if (names_certificates(words_text(&lint->words, 0)) && !lint->conditional[line])
			visit_words(lint, line, base, visit);
}

static void visit_all(struct lint *lint, path_fn visit)
{
	const struct document *doc = lint->doc;
	struct span            base;

	if (!lint->facts->read || !lint->facts->now)
		return;
	base = base_of(lint, document_section(doc, SECTION_GLOBAL, span_make("", 0)));
	for (size_t i = 0; i < doc->sections.count; i++)
		visit_section(lint, &doc->sections.items[i], base, visit);
}

/* Days since 1970 as a date of the proleptic Gregorian calendar. */
static void add_date(struct str *out, int64_t seconds)
{
	int64_t  days = seconds / 86400 + 719468, era = days / 146097;
	unsigned day = (unsigned)(days - era * 146097);
	unsigned year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	unsigned month;

	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month = month < 10 ? month + 3 : month - 9;
	str_addf(out, "%04lld-%02u-%02u", (long long)(year + era * 400 + (month <= 2)), month,
		 day + 1);
}

static bool read_path(struct lint *lint, const char *path, struct certificate *certificate)
{
	struct str bytes = STR_INIT;
	bool       read = lint->facts->read(lint->facts->data, path, &bytes) &&
		    certificate_read(str_span(&bytes), certificate, NULL) == 0;

	str_release(&bytes);
	return read;
}

static void add_certificate(const char *path, const struct certificate *certificate,
			    struct str *out)
{
	str_addf(out, "'%s'", path);
	if (certificate->names.list.count)
		str_addf(out, " (%s)", certificate->names.list.items[0]);
}

static void check_expired(struct lint *lint, size_t line, const char *path)
{
	struct certificate certificate = CERTIFICATE_INIT;
	struct str         name = STR_INIT, date = STR_INIT;

	if (read_path(lint, path, &certificate) && certificate.not_after < lint->facts->now) {
		add_certificate(path, &certificate, &name);
		add_date(&date, certificate.not_after);
		lint_find(lint, line, "the certificate %s expired on %s", name.bytes, date.bytes);
	}
	str_release(&name);
	str_release(&date);
	certificate_release(&certificate);
}

static void check_expires(struct lint *lint, size_t line, const char *path)
{
	struct certificate certificate = CERTIFICATE_INIT;
	struct str         name = STR_INIT, date = STR_INIT;
	int64_t            left;

	if (read_path(lint, path, &certificate) && certificate.not_after >= lint->facts->now &&
	    certificate.not_after - lint->facts->now <= lint->facts->horizon) {
		left = (certificate.not_after - lint->facts->now) / 86400;
		add_certificate(path, &certificate, &name);
		add_date(&date, certificate.not_after);
		lint_find(lint, line, "the certificate %s expires on %s, in %lld %s", name.bytes,
			  date.bytes, (long long)left, left == 1 ? "day" : "days");
	}
	str_release(&name);
	str_release(&date);
	certificate_release(&certificate);
}

void lint_certificate_expired(struct lint *lint, const struct section *section)
{
	(void)section;
	visit_all(lint, check_expired);
}

void lint_certificate_expires(struct lint *lint, const struct section *section)
{
	(void)section;
	visit_all(lint, check_expires);
}
