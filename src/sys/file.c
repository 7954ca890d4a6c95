/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/sys/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#include "penstock/base/mem.h"

static const size_t FILE_MAX = (size_t)1 << 30;

enum {
	LINKS_MAX = 40,    /* as the kernel */
	READ_STEP = 1 << 16,
	NAME_KEPT = 200,   /* bytes of a name in its temporary's name */
};

static void stamp_from(const struct stat *about, struct file_stamp *stamp)
{
	stamp->device = (uint64_t)about->st_dev;
	stamp->inode = (uint64_t)about->st_ino;
	stamp->size = (uint64_t)about->st_size;
	stamp->mtime_ns = (int64_t)about->st_mtim.tv_sec * 1000000000 + about->st_mtim.tv_nsec;
	stamp->ctime_ns = (int64_t)about->st_ctim.tv_sec * 1000000000 + about->st_ctim.tv_nsec;
}

static int read_all(int fd, const char *path, struct str *out, struct err *err)
{
	size_t  start = out->len;
	ssize_t got;

	for (;;) {
		str_reserve(out, READ_STEP);
		got = read(fd, out->bytes + out->len, READ_STEP);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, ERR_IO, "cannot read '%s'", path);
		if (got == 0)
			break;
		out->len += (size_t)got;
		if (out->len - start > FILE_MAX)
			return err_set(err, ERR_LIMIT, "'%s' is larger than 1 GiB", path);
	}
	out->bytes[out->len] = '\0';
	return 0;
}

static int read_open(int fd, const char *path, struct str *out, struct file_stamp *stamp,
		     struct err *err)
{
	struct stat about;

	if (fstat(fd, &about) < 0)
		return err_errno(err, ERR_IO, "cannot read '%s'", path);
	if (S_ISDIR(about.st_mode))
		return err_set(err, ERR_IO, "cannot read '%s': it is a folder", path);
	if (S_ISREG(about.st_mode) && (uint64_t)about.st_size > FILE_MAX)
		return err_set(err, ERR_LIMIT, "'%s' is larger than 1 GiB", path);
	if (S_ISREG(about.st_mode))
		str_reserve(out, (size_t)about.st_size + READ_STEP);
	if (stamp)
		stamp_from(&about, stamp);
	return read_all(fd, path, out, err);
}

int file_read(const char *path, struct str *out, struct file_stamp *stamp, struct err *err)
{
	int    fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t before = out->len;
	int    status;

	if (fd < 0)
		return err_errno(err, ERR_IO, "cannot read '%s'", path);
	status = read_open(fd, path, out, stamp, err);
	if (status < 0)
		str_cut(out, before);
	close(fd);
	return status;
}

int file_stamp_of(const char *path, struct file_stamp *stamp, struct err *err)
{
	struct stat about;

	memset(stamp, 0, sizeof(*stamp));
	if (stat(path, &about) == 0)
		stamp_from(&about, stamp);
	else if (errno != ENOENT)
		return err_errno(err, ERR_IO, "cannot look at '%s'", path);
	return 0;
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns;
}

static struct span folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return span_of(".");
	return span_make(path, slash == path ? 1 : (size_t)(slash - path));
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The file that path means when it is a link, also one that leads nowhere yet. */
static int follow(const char *path, struct str *real, struct err *err)
{
	char target[PATH_MAX];

	str_set(real, path);
	for (int i = 0; i < LINKS_MAX; i++) {
		ssize_t len = readlink(real->bytes, target, sizeof(target) - 1);

		if (len < 0)
			return 0;
		target[len] = '\0';
		if (target[0] == '/')
			str_reset(real);
		else
			str_cut(real, (size_t)(name_of(real->bytes) - real->bytes));
		str_add(real, target, (size_t)len);
	}
	return err_set(err, ERR_IO, "'%s' leads through too many links", path);
}

void file_absolute(const char *cwd, const char *path, struct str *out)
{
	char here[PATH_MAX];

	while (path[0] == '.' && path[1] == '/')
		path += 2 + strspn(path + 2, "/");
	if (path[0] != '/') {
		if (!cwd)
			cwd = getcwd(here, sizeof(here)) ? here : "";
		str_add_text(out, cwd);
		if (!out->len || out->bytes[out->len - 1] != '/')
			str_add_char(out, '/');
	}
	str_add_text(out, path);
}

bool file_is_regular(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

int file_replace_private(const char *path, struct span bytes, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, ERR_IO, "cannot write '%s'", path);
	close(fd);
	return file_replace(path, bytes, err);
}

bool file_is_directory(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool file_exists(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0;
}

static int write_all(int fd, struct span bytes)
{
	while (bytes.len) {
		ssize_t put = write(fd, bytes.at, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes.at += put;
		bytes.len -= (size_t)put;
	}
	return 0;
}

#ifdef __linux__

static int copy_attribute(const char *from, int to, const char *name)
{
	ssize_t len = getxattr(from, name, NULL, 0);
	char   *value;
	int     status = 0;

	if (len < 0)
		return errno == ENODATA || errno == ENOTSUP ? 0 : -1;
	value = xmalloc((size_t)len + 1);
	len = getxattr(from, name, value, (size_t)len);
	if (len >= 0 && fsetxattr(to, name, value, (size_t)len, 0) < 0)
		status = -1;
	free(value);
	/* Labels that only the system may set, it sets by itself. */
	if (status < 0 && (errno == ENOTSUP || (strncmp(name, "system.", 7) != 0 &&
						strncmp(name, "user.", 5) != 0)))
		return 0;
	return status;
}

static int copy_attributes(const char *from, int to, struct err *err)
{
	ssize_t len = listxattr(from, NULL, 0);
	char   *names;

	if (len <= 0)
		return 0;
	names = xmalloc((size_t)len + 1);
	len = listxattr(from, names, (size_t)len);
	for (ssize_t i = 0; i < len; i += (ssize_t)strlen(names + i) + 1) {
		if (copy_attribute(from, to, names + i) == 0)
			continue;
		err_errno(err, ERR_IO, "cannot keep the attribute '%s' of '%s'", names + i, from);
		free(names);
		return -1;
	}
	free(names);
	return 0;
}

#else

static int copy_attributes(const char *from, int to, struct err *err)
{
	(void)from;
	(void)to;
	(void)err;
	return 0;
}

#endif

/* Gives the new file what the old one has besides its content. */
static int keep_rights(int fd, const char *real, struct err *err)
{
	struct stat old, new;

	if (stat(real, &old) < 0) {
		if (errno != ENOENT)
			return err_errno(err, ERR_IO, "cannot look at '%s'", real);
		return fchmod(fd, 0644) < 0 ? err_errno(err, ERR_IO, "cannot write '%s'", real) : 0;
	}
	if (!S_ISREG(old.st_mode))
		return err_set(err, ERR_IO, "cannot replace '%s': it is no plain file", real);
	if (fstat(fd, &new) < 0)
		return err_errno(err, ERR_IO, "cannot write '%s'", real);
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
	    fchown(fd, old.st_uid, old.st_gid) < 0)
		return err_set(err, ERR_DENIED, "cannot keep owner %ld and group %ld of '%s'; "
			       "try as root", (long)old.st_uid, (long)old.st_gid, real);
	if (copy_attributes(real, fd, err) < 0)
		return -1;
	/* After the owner, which may clear bits, and the access list in the attributes. */
	if (fchmod(fd, old.st_mode & 07777) < 0)
		return err_errno(err, ERR_IO, "cannot keep the mode of '%s'", real);
	return 0;
}

static int stage_open(int fd, const char *real, struct span bytes, struct err *err)
{
	if (keep_rights(fd, real, err) < 0)
		return -1;
	if (write_all(fd, bytes) < 0 || fsync(fd) < 0)
		return err_errno(err, ERR_IO, "cannot write '%s'", real);
	return 0;
}

int file_stage(const char *path, struct span bytes, struct str *temporary, struct err *err)
{
	struct str real = STR_INIT;
	int        fd, status = follow(path, &real, err);

	if (status == 0) {
		str_reset(temporary);
		str_add_span(temporary, folder_of(real.bytes));
		str_addf(temporary, "/.%.*s.penstock.XXXXXX", NAME_KEPT, name_of(real.bytes));
		fd = mkstemp(temporary->bytes);
		if (fd < 0) {
			status = err_errno(err, ERR_IO, "cannot write beside '%s'", real.bytes);
			str_reset(temporary);
		} else {
			fcntl(fd, F_SETFD, FD_CLOEXEC);
			status = stage_open(fd, real.bytes, bytes, err);
			close(fd);
		}
	}
	if (status < 0 && temporary->len) {
		file_discard(temporary->bytes);
		str_reset(temporary);
	}
	str_release(&real);
	return status;
}

static int sync_folder(const char *path, struct err *err)
{
	char *folder = span_dup(folder_of(path));
	int   fd = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	int   status = 0;

	/* Some file systems cannot, and say so with EINVAL. */
	if (fd < 0 || (fsync(fd) < 0 && errno != EINVAL))
		status = err_errno(err, ERR_IO, "cannot sync folder '%s'", folder);
	if (fd >= 0)
		close(fd);
	free(folder);
	return status;
}

int file_commit(const char *temporary, const char *path, struct err *err)
{
	struct str real = STR_INIT;
	int        status = follow(path, &real, err);

	if (status == 0 && rename(temporary, real.bytes) < 0)
		status = err_errno(err, ERR_IO, "cannot replace '%s'", real.bytes);
	if (status == 0)
		status = sync_folder(real.bytes, err);
	str_release(&real);
	return status;
}

void file_discard(const char *temporary)
{
	unlink(temporary);
}

int file_replace(const char *path, struct span bytes, struct err *err)
{
	struct str temporary = STR_INIT;
	int        status = file_stage(path, bytes, &temporary, err);

	if (status == 0) {
		status = file_commit(temporary.bytes, path, err);
		if (status < 0)
			file_discard(temporary.bytes);
	}
	str_release(&temporary);
	return status;
}

int file_list(const char *folder, const char *suffix, struct strings *out, struct err *err)
{
	DIR                 *open_folder = opendir(folder);
	const struct dirent *entry;
	struct strings       found = STRINGS_INIT;
	size_t               len = strlen(folder);

	if (!open_folder)
		return err_errno(err, ERR_IO, "cannot read folder '%s'", folder);
	while ((entry = readdir(open_folder))) {
		struct str  path = STR_INIT;
		struct stat about;

		if (entry->d_name[0] == '.' || !span_ends(span_of(entry->d_name), suffix))
			continue;
		str_addf(&path, "%s%s%s", folder, len && folder[len - 1] == '/' ? "" : "/",
			 entry->d_name);
		if (stat(path.bytes, &about) < 0 || S_ISREG(about.st_mode))
			strings_add(&found, path.bytes);
		str_release(&path);
	}
	closedir(open_folder);
	strings_sort(&found);
	for (size_t i = 0; i < found.list.count; i++)
		strings_add(out, found.list.items[i]);
	strings_release(&found);
	return 0;
}

int file_make_folders(const char *path, mode_t mode, struct err *err)
{
	char *copy = xstrdup(path);
	int   status = 0;

	for (char *at = copy + 1; *copy && status == 0; at++) {
		char here = *at;

		if (here && here != '/')
			continue;
		*at = '\0';
		if (mkdir(copy, mode) < 0 && !(errno == EEXIST && file_is_directory(copy)) &&
		    !(errno != EEXIST && file_is_directory(copy)))
			status = err_errno(err, ERR_IO, "cannot make folder '%s'", copy);
		*at = here;
		if (!here)
			break;
	}
	free(copy);
	return status;
}

static int taken(int fd, const char *path, struct err *err)
{
	char    holder[256];
	ssize_t len = pread(fd, holder, sizeof(holder), 0);

	while (len > 0 && holder[len - 1] == '\n')
		len--;
	if (len <= 0)
		return err_set(err, ERR_CONFLICT, "'%s' is locked by another process", path);
	return err_set(err, ERR_CONFLICT, "'%s' is locked by %.*s", path, (int)len, holder);
}

int file_lock(const char *path, const char *holder, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return err_errno(err, ERR_IO, "cannot lock '%s'", path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			taken(fd, path, err);
		else
			err_errno(err, ERR_IO, "cannot lock '%s'", path);
		close(fd);
		return -1;
	}
	if (ftruncate(fd, 0) < 0 || write_all(fd, span_of(holder)) < 0) {
		err_errno(err, ERR_IO, "cannot write '%s'", path);
		close(fd);
		return -1;
	}
	return fd;
}

void file_unlock(int fd)
{
	/* The file stays: removing it would let two hold different ones. */
	if (fd < 0)
		return;
	if (ftruncate(fd, 0) < 0) {
		/* then the next who is refused reads an old name: no harm */
	}
	close(fd);
}
