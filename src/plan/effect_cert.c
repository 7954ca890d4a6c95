/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The content of a certificate (runtime-api.md 3.7): set, then commit.  It
 * travels as a payload, which nothing prints: the private key is in it.
 */
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/certificate.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

/* Command and payload together (runtime-api.md 1.4). */
static const struct {
	unsigned since;
	size_t   most;
} room_table[] = {
	{ VERSION(3, 4), 120000 },
	{ 0, COMMAND_MAX },
};

static size_t room_for(unsigned version)
{
	size_t i = 0;

	while (version < room_table[i].since)
		i++;
	return room_table[i].most;
}

/* The file's lines; an empty one would end the payload. */
static bool render(const struct document *doc, const char *name, struct str *out)
{
	size_t file = document_attached(doc, 1u << FILE_CERT, span_of(name));
	size_t first;

	if (file == SIZE_MAX)
		return false;
	first = document_file_line(doc, file);
	for (size_t i = 0; i < doc->files.items[file].lines; i++) {
		struct span line = span_trim(line_span(&doc->lines.items[first + i]));

		if (!line.len)
			continue;
		str_add_span(out, line);
		str_add_char(out, '\n');
	}
	return true;
}

/* HAProxy takes key and certificate together, or not at all. */
static int check_content(const struct str *pem, struct str *why)
{
	struct certificate certificate = CERTIFICATE_INIT;
	struct err         err = ERR_INIT;
	int                result = certificate_read(str_span(pem), &certificate, &err);

	if (result == 0)
		result = certificate_check_key(&certificate, &err);
	if (result < 0)
		str_add_span(why, str_span(&err.text));
	certificate_release(&certificate);
	err_release(&err);
	return result;
}

static int check_name(const char *name, struct str *why)
{
	for (const char *at = name; *at; at++)
		if (*at <= ' ' || *at > '~' || strchr(";\\\"'", *at)) {
			str_add_text(why, "no command can carry its name");
			return -1;
		}
	return 0;
}

static struct plan_command *last(struct plan_command *items, size_t count)
{
	return &items[count - 1];
}

static void write_step(struct step *step, const char *name, struct str *old, struct str *new)
{
	struct str why = STR_INIT;

	step_command(step, REPLY_CERT_SET, "set ssl cert %s <<", name);
	last(step->commands.items, step->commands.count)->payload = str_detach(new, NULL);
	step_command(step, REPLY_CERT_COMMITTED, "commit ssl cert %s", name);
	if (check_content(old, &why) == 0) {
		step_inverse(step, 1, REPLY_CERT_SET, "set ssl cert %s <<", name);
		last(step->inverse.items, step->inverse.count)->payload = str_detach(old, NULL);
		step_inverse(step, 1, REPLY_CERT_COMMITTED, "commit ssl cert %s", name);
	} else {
		step->undo_by_reload = true;
	}
	/* A commit leaves nothing to abort; then it is refused, which does not matter. */
	step_inverse(step, 0, REPLY_ANY, "abort ssl cert %s", name);
	step_need_text(step, "the process uses the certificate %s", name);
	str_release(&why);
}

int effect_certificate(const struct effect_context *context, struct step *step, struct str *why)
{
	const char *name = context->change->name;
	struct str  old = STR_INIT, new = STR_INIT;
	int         result = check_name(name, why);

	if (result == 0 && (!render(context->before, name, &old) ||
			    !render(context->after, name, &new))) {
		str_add_text(why, "its file is not loaded with the configuration");
		result = -1;
	}
	if (result == 0)
		result = check_content(&new, why);
	if (result == 0 && strlen(name) + new.len > room_for(ability_version(context->ability))) {
		str_add_text(why, "it is longer than what this version takes as a payload");
		result = -1;
	}
	if (result == 0)
		write_step(step, name, &old, &new);
	str_release(&old);
	str_release(&new);
	return result;
}
