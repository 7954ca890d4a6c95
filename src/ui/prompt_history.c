/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/prompt_history.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "penstock/sys/file.h"

enum { HISTORY_MAX = 1000 };

size_t prompt_history_first(const struct strings *lines)
{
	return lines->list.count > HISTORY_MAX ? lines->list.count - HISTORY_MAX : 0;
}

void prompt_history_add(struct prompt_history *history, const char *line)
{
	struct strings *lines = &history->lines;

	/* A file of lines holds no line ends. */
	if (!*line || *line == ' ' || strchr(line, '\n'))
		return;
	if (lines->list.count && strcmp(lines->list.items[lines->list.count - 1], line) == 0)
		return;
	strings_add(lines, line);
}

void prompt_history_read(struct prompt_history *history, const char *folder, const char *name)
{
	struct str  path = STR_INIT, bytes = STR_INIT;
	struct span rest, line;

	str_addf(&path, "%s/%s", folder, name);
	if (file_read(path.bytes, &bytes, NULL, NULL) == 0) {
		rest = str_span(&bytes);
		while (span_split(&rest, '\n', &line))
			if (line.len)
				strings_add_n(&history->lines, line.at, line.len);
	}
	history->old = history->lines.list.count;
	str_release(&path);
	str_release(&bytes);
}

static bool comes_again(const struct strings *lines, size_t index)
{
	for (size_t i = index + 1; i < lines->list.count; i++)
		if (strcmp(lines->list.items[i], lines->list.items[index]) == 0)
			return true;
	return false;
}

/* What operators type names their machines: nobody else reads it. */
static void write_private(const char *folder, const char *path, struct span bytes)
{
	int fd;

	if (file_make_folders(folder, 0700, NULL) < 0)
		return;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (fchmod(fd, 0600) == 0)
		file_replace(path, bytes, NULL);
	close(fd);
}

void prompt_history_write(struct prompt_history *history, const char *folder, const char *name)
{
	struct prompt_history all = { .lines = STRINGS_INIT };
	struct str            path = STR_INIT, bytes = STR_INIT;

	if (history->lines.list.count == history->old)
		return;
	prompt_history_read(&all, folder, name);
	for (size_t i = history->old; i < history->lines.list.count; i++)
		strings_add(&all.lines, history->lines.list.items[i]);
	for (size_t i = prompt_history_first(&all.lines); i < all.lines.list.count; i++)
		if (!comes_again(&all.lines, i))
			str_addf(&bytes, "%s\n", all.lines.list.items[i]);
	str_addf(&path, "%s/%s", folder, name);
	write_private(folder, path.bytes, str_span(&bytes));
	strings_release(&all.lines);
	str_release(&path);
	str_release(&bytes);
}
