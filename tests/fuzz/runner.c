/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target without libFuzzer: over the files and folders given, and
 * over a bounded number of mutations of each that are the same in every run.
 * Prints TAP; the last file named before a crash is the one that did it.
 */
#include <string.h>

#include "fuzz.h"
#include "penstock/base/text.h"
#include "penstock/base/vec.h"
#include "penstock/sys/file.h"

enum {
	MUTATIONS = 300,        /* of each file ... */
	MUTATED_BYTES = 1 << 22 /* ... but no more bytes than that in all of them */
};

/* Bytes that parsers care for, put in more often than chance would. */
static const char *const splinters[] = {
	"\n", "\r\n", " ", "\t", "\"", "'", "\\", "#", "#@ ", "{", "}", "[", "]", ",", ":", ";",
	"%", "$", "<", ">", "> ", "\n> ", "\n\n", "0", "-1", "99999999999999999999", "\xff",
	"\xc3\xa9", "\x1b[2J", "backend ", "server ", "defaults from ", "null", "/*", "*",
};

static uint64_t random_state = 1;

static size_t dice(size_t limit)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return limit ? (size_t)((random_state * 2685821657736338717u) >> 33) % limit : 0;
}

static void run(struct span input)
{
	/* Of exactly that size on the heap, so that a byte too far is seen. */
	uint8_t *bytes = xmalloc(input.len ? input.len : 1);

	if (input.len)
		memcpy(bytes, input.at, input.len);
	LLVMFuzzerTestOneInput(bytes, input.len);
	free(bytes);
}

static void cut_out(struct str *text)
{
	size_t     at = dice(text->len + 1), len = dice(16);
	struct str rest = STR_INIT;

	if (at + len > text->len)
		len = text->len - at;
	str_add(&rest, text->bytes + at + len, text->len - at - len);
	str_cut(text, at);
	str_add_span(text, str_span(&rest));
	str_release(&rest);
}

static void repeat_part(struct str *text)
{
	size_t at = dice(text->len + 1), len = dice(32);
	char  *part;

	if (at + len > text->len)
		len = text->len - at;
	part = xstrndup(text->bytes + at, len);
	str_insert(text, dice(text->len + 1), part, len);
	free(part);
}

static void mutate(struct str *text)
{
	const char *splinter = splinters[dice(N(splinters))];

	switch (dice(5)) {
	case 0:
		str_insert(text, dice(text->len + 1), splinter, strlen(splinter));
		break;
	case 1:
		cut_out(text);
		break;
	case 2:
		repeat_part(text);
		break;
	case 3:
		str_cut(text, dice(text->len + 1));
		break;
	default:
		if (text->len)
			text->bytes[dice(text->len)] = (char)dice(256);
		break;
	}
}

static size_t run_mutations(struct span input)
{
	struct str text = STR_INIT;
	size_t     done = 0, bytes = 0;

	random_state = text_hash(input) | 1;
	while (done < MUTATIONS && bytes < MUTATED_BYTES) {
		str_reset(&text);
		str_add_span(&text, input);
		for (size_t i = dice(6) + 1; i; i--)
			mutate(&text);
		run(str_span(&text));
		bytes += text.len;
		done++;
	}
	str_release(&text);
	return done;
}

/* The path itself, or the files of the folder that it is. */
static void list(const char *path, struct strings *out)
{
	if (!file_is_directory(path))
		strings_add(out, path);
	else
		file_list(path, "", out, NULL);
}

int main(int argc, char **argv)
{
	struct strings paths = STRINGS_INIT;
	size_t         mutations = 0;

	printf("1..1\n");
	for (int i = 1; i < argc; i++)
		list(argv[i], &paths);
	strings_sort(&paths);
	run(span_make("", 0));
	for (size_t i = 0; i < paths.list.count; i++) {
		struct str text = STR_INIT;

		printf("# %s\n", paths.list.items[i]);
		fflush(stdout);
		file_read(paths.list.items[i], &text, NULL, NULL);
		run(str_span(&text));
		mutations += run_mutations(str_span(&text));
		str_release(&text);
	}
	printf("%s 1 - %zu files and %zu mutations\n", paths.list.count ? "ok" : "not ok",
	       paths.list.count, mutations);
	strings_release(&paths);
	return 0;
}
