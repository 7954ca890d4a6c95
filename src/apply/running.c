/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/running.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/clock.h"
#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"

static const char head_line[] = "penstock running 1";

static const char *folder_of(const struct service *service)
{
	const char *folder = service->options.state_folder;

	return folder && *folder ? folder : NULL;
}

static void copy_path(const struct service *service, const struct running *running,
		      struct str *out)
{
	str_addf(out, "%s/running/%ld-%lld", folder_of(service), running->pid,
		 (long long)running->start_s);
}

bool running_is_current(const struct running *running, const struct service *service)
{
	const struct process *process = service->process;

	return process && process->known && running->pid == process->pid &&
	       running->start_s == process->start_time_s;
}

static void forget(struct running *running)
{
	document_free(running->doc);
	running->doc = NULL;
	str_reset(&running->doubt);
	running->pid = 0;
}

void running_release(struct running *running)
{
	forget(running);
	str_release(&running->doubt);
}

/* The path with links resolved, or as it is. */
static void real_path(const char *path, struct str *out)
{
	char real[PATH_MAX];

	str_reset(out);
	str_add_text(out, realpath(path, real) ? real : path);
}

/* By the names of the file kinds in a copy. */
static const char *const kind_names[] = {
	[FILE_CONFIG] = "config", [FILE_MAP] = "map",   [FILE_ACL] = "acl",
	[FILE_CRT_LIST] = "crt-list", [FILE_CERT] = "cert",
};

/* A private key is nothing to keep: what stands for its file tells only whether
 * it is another one. */
static void print_bytes(const struct document *doc, size_t file, struct str *out)
{
	struct str bytes = STR_INIT;

	document_render(doc, file, &bytes);
	if (doc->files.items[file].kind == FILE_CERT)
		str_addf(out, "digest %016llx\n",
			 (unsigned long long)text_hash(str_span(&bytes)));
	else
		str_add_span(out, str_span(&bytes));
	str_release(&bytes);
}

/* "KIND LENGTH PATH", then the name of what is attached on a line, then the bytes;
 * path and name may hold blanks. */
static void print_copy(const struct document *doc, struct str *out)
{
	struct str bytes = STR_INIT, path = STR_INIT;

	str_addf(out, "%s\n", head_line);
	for (size_t i = 0; i < doc->files.count; i++) {
		const struct document_file *file = &doc->files.items[i];

		str_reset(&bytes);
		print_bytes(doc, i, &bytes);
		real_path(file->path, &path);
		str_addf(out, "%s %zu %s\n%s\n", kind_names[file->kind], bytes.len, path.bytes,
			 file->name ? file->name : "");
		str_add_span(out, str_span(&bytes));
	}
	str_release(&bytes);
	str_release(&path);
}

/* A copy that is read: the files that base has by their real paths. */
struct copy {
	const struct document *base;
	struct document       *doc;
	struct map             known; /* real path -> number + 1 */
};

static void know_files(struct copy *copy)
{
	struct str real = STR_INIT;

	for (size_t i = 0; i < copy->base->files.count; i++) {
		real_path(copy->base->files.items[i].path, &real);
		map_put(&copy->known, str_span(&real), (void *)(uintptr_t)(i + 1));
	}
	str_release(&real);
}

static bool find_kind(struct span word, enum file_kind *kind)
{
	for (size_t i = 0; i < N(kind_names); i++) {
		*kind = (enum file_kind)i;
		if (span_is(word, kind_names[i]))
			return true;
	}
	return false;
}

/* The certificate is that of base, or another one, which nobody has kept. */
static void add_certificate(struct copy *copy, size_t known, const char *name, const char *path,
			    struct span digest)
{
	struct str now = STR_INIT, bytes = STR_INIT;

	if (known) {
		print_bytes(copy->base, known - 1, &now);
		document_render(copy->base, known - 1, &bytes);
	}
	document_attach_file(copy->doc, FILE_CERT, name, path,
			     span_equal(str_span(&now), digest) ? str_span(&bytes) : digest);
	str_release(&now);
	str_release(&bytes);
}

static void add_file(struct copy *copy, enum file_kind kind, const char *path, const char *name,
		     struct span bytes)
{
	size_t known = (size_t)(uintptr_t)map_get(&copy->known, span_of(path));

	if (known)
		path = copy->base->files.items[known - 1].path;
	if (kind == FILE_CONFIG)
		document_add_file(copy->doc, path, bytes);
	else if (kind == FILE_CERT)
		add_certificate(copy, known, name, path, bytes);
	else
		document_attach_file(copy->doc, kind, name, path, bytes);
}

/* Takes one file off the front of the rest. */
static bool read_file(struct span *rest, struct copy *copy)
{
	struct span    line, word, length, named;
	enum file_kind kind;
	char          *path, *name;
	long           len;

	if (!span_split(rest, '\n', &line) || !span_split(&line, ' ', &word) ||
	    !find_kind(word, &kind) || !span_split(&line, ' ', &length) || !line.at ||
	    !span_to_long(length, &len) || len < 0 || !span_split(rest, '\n', &named) ||
	    !rest->at || (size_t)len > rest->len)
		return false;
	/* Configuration files come first in a document. */
	if (kind == FILE_CONFIG &&
	    document_config_files(copy->doc) < copy->doc->files.count)
		return false;
	path = span_dup(line);
	name = span_dup(named);
	add_file(copy, kind, path, name, span_make(rest->at, (size_t)len));
	free(path);
	free(name);
	*rest = span_make(rest->at + len, rest->len - (size_t)len);
	return true;
}

static struct document *read_copy(const char *path, const struct document *base)
{
	struct copy copy = { .base = base, .doc = document_new(), .known = MAP_INIT };
	struct str  bytes = STR_INIT;
	struct span rest, line;
	bool        good;

	good = file_read(path, &bytes, NULL, NULL) == 0;
	rest = str_span(&bytes);
	good = good && span_split(&rest, '\n', &line) && span_is(line, head_line) && rest.at;
	if (good)
		know_files(&copy);
	while (good && rest.len)
		good = read_file(&rest, &copy);
	str_release(&bytes);
	map_release(&copy.known, NULL);
	if (good && copy.doc->files.count)
		return copy.doc;
	document_free(copy.doc);
	return NULL;
}

/* Whether a copy of that name belongs to nobody who runs. */
static bool is_orphan(const char *name, const struct running *running)
{
	char *end;
	long  pid = strtol(name, &end, 10);

	if (pid <= 0 || *end != '-')
		return false;
	if (pid == running->pid)
		return strtoll(end + 1, NULL, 10) != running->start_s;
	return pid <= INT_MAX && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

static void remove_orphans(const char *folder, const struct running *running)
{
	struct strings files = STRINGS_INIT;

	if (file_list(folder, "", &files, NULL) == 0)
		for (size_t i = 0; i < files.list.count; i++) {
			const char *path = files.list.items[i];

			if (is_orphan(strrchr(path, '/') + 1, running))
				unlink(path);
		}
	strings_release(&files);
}

static void write_copy(const struct service *service, const struct running *running)
{
	struct str path = STR_INIT, bytes = STR_INIT, folder = STR_INIT;

	if (!folder_of(service))
		return;
	str_addf(&folder, "%s/running", folder_of(service));
	copy_path(service, running, &path);
	print_copy(running->doc, &bytes);
	if (file_make_folders(folder.bytes, 0700, NULL) == 0) {
		remove_orphans(folder.bytes, running);
		file_replace_private(path.bytes, str_span(&bytes), NULL);
	}
	str_release(&path);
	str_release(&bytes);
	str_release(&folder);
}

/* Whether the process was started with the files that base is made of. */
static bool is_of_process(const struct service *service, const struct document *base)
{
	struct strings files = STRINGS_INIT;
	struct str     ours = STR_INIT, theirs = STR_INIT;
	bool           same;

	same = load_list(&service->local.files, &files, NULL) == 0 &&
	       files.list.count == document_config_files(base);
	for (size_t i = 0; same && i < files.list.count; i++) {
		real_path(files.list.items[i], &theirs);
		real_path(base->files.items[i].path, &ours);
		same = span_equal(str_span(&ours), str_span(&theirs));
	}
	strings_release(&files);
	str_release(&ours);
	str_release(&theirs);
	return same;
}

static int64_t changed_ns(const struct file_stamp *stamp)
{
	return stamp->ctime_ns > stamp->mtime_ns ? stamp->ctime_ns : stamp->mtime_ns;
}

/* When the worker was started, and not its master. */
static int64_t process_start_ns(const struct service *service)
{
	struct local_process local;
	int64_t              start;

	if (local_read((pid_t)service->process->pid, &local, NULL) < 0)
		return 0;
	start = local_start_ns(&local);
	local_process_release(&local);
	return start;
}

static void doubt_file(struct running *running, const char *path, int64_t changed, int64_t start)
{
	struct str *out = &running->doubt;
	const char *slash = strrchr(path, '/');

	str_addf(out, "'%s' is newer than the process, ", slash ? slash + 1 : path);
	if (start) {
		str_addf(out, "by ");
		text_age(out, (changed - start) / 1000000000);
		str_add_text(out, " (written ");
		clock_format_time(out, changed / 1000000000);
		str_add_text(out, "), ");
	}
	str_add_text(out, "and what that loaded is not known: the plan goes by what it says of "
			  "itself");
}

/* Whether the process has loaded base: nobody has written to its files since. */
static bool has_loaded(struct running *running, const struct service *service,
		       const struct document *base, const struct loaded *loaded)
{
	int64_t start = process_start_ns(service);

	for (size_t i = 0; i < base->files.count && i < loaded->stamps.count; i++) {
		int64_t changed = changed_ns(&loaded->stamps.items[i]);

		if (start && changed <= start + LOCAL_START_EXACT_NS)
			continue;
		doubt_file(running, base->files.items[i].path, changed, start);
		return false;
	}
	return true;
}

static void find(struct running *running, struct service *service, const struct document *base,
		 const struct loaded *loaded, bool keep)
{
	struct str path = STR_INIT;

	if (folder_of(service)) {
		copy_path(service, running, &path);
		running->doc = read_copy(path.bytes, base);
	}
	str_release(&path);
	if (running->doc || !has_loaded(running, service, base, loaded))
		return;
	running->doc = document_dup(base);
	if (keep)
		write_copy(service, running);
}

void running_find(struct running *running, struct service *service, const struct document *base,
		  const struct loaded *loaded, bool keep)
{
	forget(running);
	service_look(service);
	if (!service->process || !service->process->known)
		return;
	running->pid = service->process->pid;
	running->start_s = service->process->start_time_s;
	if (!service->local.pid)
		str_add_text(&running->doubt, "what the process loaded is not known, as it does "
			     "not run on this machine: the plan goes by what it says of itself");
	else if (!is_of_process(service, base))
		str_add_text(&running->doubt, "the process was not started with these files: the "
			     "plan goes by what it says of itself");
	else
		find(running, service, base, loaded, keep);
}

void running_set(struct running *running, struct service *service,
		 struct document *take_document)
{
	struct str path = STR_INIT;

	if (!running->pid || !folder_of(service)) {
		document_free(take_document);
		forget(running);
		return;
	}
	document_free(running->doc);
	running->doc = take_document;
	if (take_document) {
		write_copy(service, running);
	} else {
		copy_path(service, running, &path);
		unlink(path.bytes);
		forget(running);
	}
	str_release(&path);
}
