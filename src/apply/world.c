/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/world.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lexer.h"

enum { ASK_TIMEOUT_MS = 10000 };

/* NAME=VALUE of the process's environment.  HAProxy sets variables of its own
 * after its start, which /proc does not show. */
static enum truth find_variable(const struct world *world, struct span name, struct span *value)
{
	struct span rest = str_span(&world->environment), entry;

	while (span_split(&rest, '\0', &entry)) {
		if (entry.len <= name.len || entry.at[name.len] != '=' ||
		    !span_has_prefix(entry, name))
			continue;
		*value = span_make(entry.at + name.len + 1, entry.len - name.len - 1);
		return TRUTH_TRUE;
	}
	return world->has_environment && !span_starts(name, "HAPROXY_") ? TRUTH_FALSE
									: TRUTH_UNKNOWN;
}

static enum truth variable(void *data, struct span name, struct span *value)
{
	const struct world *world = data;
	enum truth          known = find_variable(world, name, value);
	char               *copy;
	const char         *ours;

	/* Without a process our own environment has to do, where it says something. */
	if (known != TRUTH_UNKNOWN || world->has_environment)
		return known;
	copy = span_dup(name);
	ours = getenv(copy);
	free(copy);
	*value = span_of(ours);
	return ours ? TRUTH_TRUE : TRUTH_UNKNOWN;
}

/* As the candidate has it, edited or not; what is not loaded with it: from disk. */
static bool find_content(struct world *world, struct span name, struct str *content)
{
	size_t file = document_attached(world->doc, 1u << FILE_MAP | 1u << FILE_ACL, name);

	if (file == SIZE_MAX || !span_is(name, world->doc->files.items[file].name))
		return false;
	document_render(world->doc, file, content);
	return true;
}

static bool read_content(struct world *world, struct span name, struct str *content)
{
	struct str path = STR_INIT;
	char      *copy = span_dup(name);
	bool       optional = span_starts(name, "opt@"), virtual = span_starts(name, "virt@");
	const char *plain = copy + (optional || span_starts(name, "file@") ? strcspn(copy, "@") + 1
									   : 0);
	int status;

	file_absolute(world->folder.len ? world->folder.bytes : NULL, plain, &path);
	status = virtual || !file_is_regular(path.bytes)
			 ? -1
			 : file_read(path.bytes, content, NULL, NULL);
	str_release(&path);
	free(copy);
	return status == 0 || optional;
}

static bool content(void *data, struct span name, struct span *bytes)
{
	struct world *world = data;
	struct str   *known = map_get(&world->files, name);

	if (!known) {
		known = xcalloc(1, sizeof(*known));
		str_init(known);
		if (!find_content(world, name, known) && !read_content(world, name, known)) {
			str_release(known);
			free(known);
			return false;
		}
		map_put(&world->files, name, known);
	}
	*bytes = str_span(known);
	return true;
}

static void read_environment(struct world *world)
{
	struct str path = STR_INIT;

	service_look(world->service);
	if (!world->service->local.pid)
		return;
	str_addf(&path, "/proc/%ld/environ", (long)world->service->local.pid);
	world->has_environment = file_read(path.bytes, &world->environment, NULL, NULL) == 0;
	str_release(&path);
}

/* The line of `haproxy -vv` that begins with the word. */
static struct span line_of(struct span text, const char *word)
{
	struct span line;

	while (span_split(&text, '\n', &line))
		if (span_starts(line, word))
			return span_make(line.at + strlen(word), line.len - strlen(word));
	return span_make("", 0);
}

/* "HAProxy version 2.6.12-1 2026/…" and "Feature list : +A -B" */
static void read_build(struct world *world)
{
	struct str          binary = STR_INIT;
	struct child_result result = { .out = STR_INIT, .err = STR_INIT };
	struct child_spec   spec = { .timeout_ms = ASK_TIMEOUT_MS };
	const char         *argv[] = { NULL, "-vv", NULL };

	service_binary(world->service, &binary);
	argv[0] = binary.bytes;
	spec.argv = argv;
	if (service_child(world->service, &spec, &result, NULL) == 0) {
		struct span version = line_of(str_span(&result.out), "HAProxy version ");

		if (!version.len)
			version = line_of(str_span(&result.out), "HA-Proxy version ");
		str_add_span(&world->features,
			     span_trim(line_of(str_span(&result.out), "Feature list : ")));
		if (!world->facts.version)
			world->facts.version = version_parse(version);
	}
	child_result_release(&result);
	str_release(&binary);
}

static void add_folder(struct str *out, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		str_add(out, path, (size_t)(slash - path) + (slash == path));
	else
		str_add_char(out, '.');
}

/* `default-path current|config|parent|origin FOLDER` (manual, section 3.1). */
static void read_folder(struct world *world)
{
	const struct section *global = document_section(world->doc, SECTION_GLOBAL,
							span_make("", 0));
	size_t       line = global ? section_find(world->doc, global, 0, "default-path", NULL)
				   : SIZE_MAX;
	struct words words = WORDS_INIT;
	struct span  start = span_of(service_folder(world->service));

	if (line != SIZE_MAX)
		words_split(&words, line_span(&world->doc->lines.items[line]));
	if (words_is(&words, 1, "config") || words_is(&words, 1, "parent")) {
		add_folder(&world->folder, document_place(world->doc, line).file);
		if (words_is(&words, 1, "parent"))
			str_add_text(&world->folder, "/..");
	} else if (words_is(&words, 1, "origin")) {
		str_add_span(&world->folder, words_text(&words, 2));
	} else {
		str_add_span(&world->folder, start);
	}
	words_release(&words);
}

void world_init(struct world *world, struct service *service, const struct document *doc)
{
	*world = (struct world){
		.service = service, .doc = doc, .files = MAP_INIT, .environment = STR_INIT,
		.features = STR_INIT, .folder = STR_INIT,
	};
	if (service->process)
		world->facts.version = service->process->version_number;
	read_environment(world);
	read_build(world);
	read_folder(world);
	world->facts.features = str_span(&world->features);
	world->facts.variable = variable;
	world->facts.file = content;
	world->facts.data = world;
}

static void free_content(void *value)
{
	str_release(value);
	free(value);
}

void world_release(struct world *world)
{
	map_release(&world->files, free_content);
	str_release(&world->environment);
	str_release(&world->features);
	str_release(&world->folder);
}
