/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/lint_facts.h"

#include <errno.h>
#include <string.h>

#include "penstock/apply/binds.h"
#include "penstock/apply/holder.h"
#include "penstock/base/clock.h"
#include "penstock/base/map.h"

static bool read_file(void *data, const char *path, struct str *out)
{
	const struct outside *outside = data;
	struct str            absolute = STR_INIT;
	size_t                file = document_attached(outside->doc, ~0u, span_of(path));
	bool                  read;

	/* What is edited with the configuration counts as it is edited. */
	if (file != SIZE_MAX) {
		document_render(outside->doc, file, out);
		return true;
	}
	file_absolute(outside->folder, path, &absolute);
	read = file_is_regular(absolute.bytes) &&
	       file_read(absolute.bytes, out, NULL, NULL) == 0;
	str_release(&absolute);
	return read;
}

static bool list_folder(void *data, const char *path, struct strings *out)
{
	const struct outside *outside = data;
	struct strings        found = STRINGS_INIT;
	struct str            absolute = STR_INIT, name = STR_INIT;
	bool                  listed;

	file_absolute(outside->folder, path, &absolute);
	listed = file_is_directory(absolute.bytes) &&
		 file_list(absolute.bytes, "", &found, NULL) == 0;
	/* As the configuration calls the folder. */
	for (size_t i = 0; i < found.list.count; i++) {
		const char *slash = strrchr(found.list.items[i], '/');

		str_reset(&name);
		str_addf(&name, "%s%s", path, slash ? slash : "");
		strings_add(out, name.bytes);
	}
	str_release(&name);
	str_release(&absolute);
	strings_release(&found);
	return listed;
}

/* A holder that nobody may look at is likely the HAProxy itself where the file on
 * disk has the port. */
static bool is_taken(void *data, size_t line, const char *host, const char *port,
		     struct str *name)
{
	const struct outside *outside = data;
	struct holder         holder = HOLDER_INIT;
	bool                  taken;

	(void)line;
	if (!binds_is_taken(host, port))
		return false;
	holder_find(host, port, &holder);
	taken = holder.pid ? !holder.haproxy : !map_get(&outside->bound, span_of(port));
	if (taken && holder.pid)
		str_addf(name, "%s (pid %ld)", holder.command.bytes, (long)holder.pid);
	holder_release(&holder);
	return taken;
}

void outside_init(struct outside *outside, const struct service *service,
		  const struct candidate *candidate, bool elsewhere,
		  const struct vocabulary *vocabulary, int64_t horizon_s)
{
	*outside = (struct outside){ .bound = MAP_INIT, .doc = candidate->now };
	outside->facts.now = clock_wall_s();
	outside->facts.horizon = horizon_s;
	outside->facts.data = outside;
	outside->folder = service_folder(service);
	outside->facts.vocabulary = vocabulary;
	if (elsewhere)
		return;
	binds_note_ports(candidate->base, &outside->bound);
	outside->facts.read = read_file;
	outside->facts.list = list_folder;
	outside->facts.is_taken = is_taken;
}

void outside_release(struct outside *outside)
{
	map_release(&outside->bound, NULL);
}
