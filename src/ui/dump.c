/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/dump.h"

#include <string.h>

void dump_screen(const struct screen *screen, struct str *out)
{
	for (int y = 0; y < screen->lines; y++) {
		screen_line(screen, y, out);
		str_add_char(out, '\n');
	}
}

int dump_to_file(const struct screen *screen, const char *path, struct err *err)
{
	bool       is_stdout = strcmp(path, "-") == 0;
	FILE      *file;
	struct str text = STR_INIT;
	int        status = 0;

	if (is_stdout && !screen->in_memory)
		return err_set(err, ERR_USAGE, "the screen is on stdout already; name a file");
	file = is_stdout ? stdout : fopen(path, "w");
	if (!file)
		return err_errno(err, ERR_IO, "cannot write '%s'", path);
	dump_screen(screen, &text);
	if (fwrite(text.bytes, 1, text.len, file) != text.len || fflush(file) != 0)
		status = err_errno(err, ERR_IO, "cannot write '%s'", path);
	if (!is_stdout && fclose(file) != 0 && status == 0)
		status = err_errno(err, ERR_IO, "cannot write '%s'", path);
	str_release(&text);
	return status;
}
