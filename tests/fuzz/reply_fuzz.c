/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever a socket says: replies, tables, workers, the words of haproxy -c. */
#include <string.h>

#include "fuzz.h"
#include "penstock/apply/check.h"
#include "penstock/haproxy/master.h"
#include "penstock/haproxy/reply.h"
#include "penstock/haproxy/sample.h"

/* Reads all replies, fed in pieces of at most `piece` bytes; gives them joined. */
static void read_replies(struct span input, enum reply_mode mode, size_t piece, struct str *out)
{
	struct reply_reader reader;
	struct span         reply;
	bool                eof = false;

	reply_reader_init(&reader, mode);
	while (!eof) {
		size_t take = input.len < piece ? input.len : piece;

		if (take)
			memcpy(reply_reader_room(&reader, take), input.at, take);
		reply_reader_added(&reader, take);
		input.at += take;
		input.len -= take;
		eof = !input.len;
		while (reply_reader_next(&reader, eof, &reply)) {
			str_add_span(out, reply);
			str_add_char(out, '\1');
		}
	}
	reply_reader_release(&reader);
}

/* How the bytes are cut on their way must not matter. */
static void check_pieces(struct span input)
{
	for (int mode = REPLY_UNTIL_EOF; mode <= REPLY_PROMPT; mode++) {
		struct str whole = STR_INIT, pieces = STR_INIT;

		read_replies(input, (enum reply_mode)mode, input.len + 1, &whole);
		read_replies(input, (enum reply_mode)mode, 1 + input.len % 7, &pieces);
		LAW(span_equal(str_span(&whole), str_span(&pieces)));
		str_release(&whole);
		str_release(&pieces);
	}
}

/* A row finds itself, or, cut short, nothing. */
static void check_match(const struct sample *sample, size_t row)
{
	size_t found = sample_match(sample, row, sample);

	if (found == SIZE_MAX)
		return;
	LAW(span_equal(sample_proxy(sample, found), sample_proxy(sample, row)));
	LAW(span_equal(sample_server(sample, found), sample_server(sample, row)));
}

static void check_sample(struct span input)
{
	struct sample sample = SAMPLE_INIT;
	struct str    bytes = STR_INIT, text = STR_INIT;
	struct err    err = ERR_INIT;

	str_add_span(&bytes, input);
	if (sample_parse(&sample, &bytes, 1, &err) == 0) {
		for (size_t i = 0; i < sample.rows.count; i++) {
			for (size_t j = 0; j < sample.columns.count && j < 16; j++) {
				str_reset(&text);
				sample_text(&sample, i, (int)j, &text);
			}
			check_match(&sample, i);
		}
	} else {
		LAW(err.code != ERR_NONE && err.text.len);
	}
	str_release(&bytes);
	str_release(&text);
	sample_release(&sample);
	err_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span         input = fuzz_span(data, size);
	struct workers      workers = WORKERS_INIT;
	struct check_result check = CHECK_RESULT_INIT;
	struct strings      none = STRINGS_INIT;
	struct err          err = ERR_INIT;

	check_pieces(input);
	check_sample(input);
	if (workers_parse(&workers, input, &err) == 0)
		workers_serving(&workers);
	check_parse(input, &none, &none, &check);
	version_parse(input);
	reply_last_line(input);
	info_number(input, "Pid", 0);
	workers_release(&workers);
	check_result_release(&check);
	err_release(&err);
	return 0;
}
