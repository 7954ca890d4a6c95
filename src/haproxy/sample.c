/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/sample.h"

#include <string.h>

#include "penstock/haproxy/reply.h"

enum { BLOCK = 32 };

/* The comma or end that ends the cell at `at`. */
static const char *cell_end(const char *at, const char *end)
{
	bool quoted = false;

	for (; at < end && (quoted || *at != ','); at++)
		if (*at == '"')
			quoted = !quoted;
	return at;
}

/* The cell without its quotes. */
static struct span unquote(const char *at, const char *end)
{
	if (end - at >= 2 && *at == '"' && end[-1] == '"')
		return span_make(at + 1, (size_t)(end - at) - 2);
	return span_make(at, (size_t)(end - at));
}

/*
 * Block by block, until a quote or the last cell is near: this walk is most of
 * what a refresh costs beside reading.  Compilers make a few wide instructions
 * of the inner loop.
 */
static const char *skip_plain(const char *at, const char *end, size_t *count)
{
	for (; end - at >= BLOCK; at += BLOCK) {
		unsigned char commas = 0, quotes = 0;

		for (int i = 0; i < BLOCK; i++) {
			commas = (unsigned char)(commas + (at[i] == ','));
			quotes = (unsigned char)(quotes | (at[i] == '"'));
		}
		if (commas >= *count || quotes)
			break;
		*count -= commas;
	}
	return at;
}

/* Steps over `count` cells; NULL when the line has fewer. */
static const char *skip_cells(const char *at, const char *end, size_t count)
{
	for (at = skip_plain(at, end, &count); count; count--) {
		at = cell_end(at, end);
		if (at == end)
			return NULL;
		at++;
	}
	return at;
}

static const char *row_start(const struct sample *sample, size_t row)
{
	return sample->bytes.bytes + sample->rows.items[row].at;
}

static const char *row_end(const struct sample *sample, size_t row)
{
	return row_start(sample, row) + sample->rows.items[row].len;
}

static size_t count_cells(struct span line)
{
	const char *at = line.at, *end = line.at + line.len;
	size_t      count = 0;

	while ((at = skip_cells(at, end, 1)))
		count++;
	return count;
}

static int refuse(struct err *err, struct span line)
{
	struct str words = STR_INIT;

	reply_quote(&words, line);
	err_set(err, ERR_PROTOCOL, "no answer to 'show stat': it begins with '%s'", words.bytes);
	str_release(&words);
	return -1;
}

static int parse_header(struct sample *sample, struct span line, struct err *err)
{
	struct span rest = line, name;

	if (!span_starts(line, "# pxname,svname,"))
		return refuse(err, line);
	rest.at += 2;
	rest.len -= 2;
	/* Each line ends with a comma, so behind the last one there is no column. */
	while (span_split(&rest, ',', &name) && rest.at)
		*vec_push(&sample->columns) = name;
	sample->type_column = sample_column(sample, span_of("type"));
	if (sample->type_column < 0)
		return err_set(err, ERR_PROTOCOL, "the answer to 'show stat' has no column 'type'");
	return 0;
}

static enum row_type type_of(const struct sample *sample, struct span line)
{
	const char *cell = skip_cells(line.at, line.at + line.len, (size_t)sample->type_column);

	if (!cell || cell == line.at + line.len || *cell < '0' || *cell > '3')
		return ROW_SERVER;
	return (enum row_type)(*cell - '0');
}

static int parse_rows(struct sample *sample, const char *at, struct err *err)
{
	const char *bytes = sample->bytes.bytes, *end = bytes + sample->bytes.len;
	struct span line = { at, 0 };

	/* About 200 bytes a row; a guess that saves moving the array often. */
	vec_reserve(&sample->rows, (size_t)(end - at) / 256 + 16);
	for (; at < end && *at != '\n'; at = line.at + line.len + 1) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (!stop)
			return err_set(err, ERR_PROTOCOL, "the answer to 'show stat' is cut off "
				       "in row %zu", sample->rows.count + 1);
		line = span_make(at, (size_t)(stop - at));
		*vec_push(&sample->rows) = (struct sample_row){
			.at = (uint32_t)(at - bytes),
			.len = (uint32_t)line.len,
			.type = type_of(sample, line),
		};
	}
	if (line.len && count_cells(line) != sample->columns.count)
		return err_set(err, ERR_PROTOCOL, "the answer to 'show stat' is cut off: row %zu "
			       "has %zu of %zu columns", sample->rows.count, count_cells(line),
			       sample->columns.count);
	return 0;
}

static int parse(struct sample *sample, struct err *err)
{
	struct span line = str_span(&sample->bytes);
	const char *stop = line.len ? memchr(line.at, '\n', line.len) : NULL;

	if (line.len > UINT32_MAX)
		return err_set(err, ERR_LIMIT, "the answer to 'show stat' is larger than 4 GiB");
	if (stop)
		line.len = (size_t)(stop - line.at);
	if (parse_header(sample, line, err) < 0)
		return -1;
	if (!stop)
		return err_set(err, ERR_PROTOCOL, "the answer to 'show stat' is cut off in its "
			       "first line");
	return parse_rows(sample, stop + 1, err);
}

int sample_parse(struct sample *sample, struct str *take_bytes, int64_t taken_ms, struct err *err)
{
	*sample = (struct sample)SAMPLE_INIT;
	sample->bytes = *take_bytes;
	sample->taken_ms = taken_ms;
	str_init(take_bytes);
	if (parse(sample, err) == 0)
		return 0;
	sample_release(sample);
	*sample = (struct sample)SAMPLE_INIT;
	return -1;
}

void sample_release(struct sample *sample)
{
	str_release(&sample->bytes);
	vec_release(&sample->columns);
	vec_release(&sample->rows);
}

int sample_column(const struct sample *sample, struct span name)
{
	for (size_t i = 0; i < sample->columns.count; i++)
		if (span_equal(sample->columns.items[i], name))
			return (int)i;
	return -1;
}

struct span sample_cell(const struct sample *sample, size_t row, int column)
{
	const char *end = row_end(sample, row), *at;

	if (column < 0)
		return span_make(end, 0);
	at = skip_cells(row_start(sample, row), end, (size_t)column);
	return at ? unquote(at, cell_end(at, end)) : span_make(end, 0);
}

void sample_text(const struct sample *sample, size_t row, int column, struct str *out)
{
	struct span cell = sample_cell(sample, row, column);

	for (size_t i = 0; i < cell.len; i++) {
		str_add_char(out, cell.at[i]);
		if (cell.at[i] == '"' && i + 1 < cell.len && cell.at[i + 1] == '"')
			i++;
	}
}

void sample_cells(const struct sample *sample, size_t row, struct span *cells, size_t count)
{
	const char *at = row_start(sample, row), *end = row_end(sample, row);

	for (size_t i = 0; i < count; i++) {
		const char *stop = cell_end(at, end);

		cells[i] = unquote(at, stop);
		at = stop < end ? stop + 1 : end;
	}
}

struct span sample_proxy(const struct sample *sample, size_t row)
{
	return sample_cell(sample, row, 0);
}

struct span sample_server(const struct sample *sample, size_t row)
{
	return sample_cell(sample, row, 1);
}

static bool is_same(const struct sample *older, size_t row, enum row_type type, struct span key)
{
	const struct sample_row *that = &older->rows.items[row];

	return that->type == type && that->len >= key.len &&
	       memcmp(older->bytes.bytes + that->at, key.at, key.len) == 0;
}

size_t sample_match(const struct sample *sample, size_t row, const struct sample *older)
{
	const char   *start = row_start(sample, row);
	const char   *end = skip_cells(start, row_end(sample, row), 2);
	enum row_type type = sample->rows.items[row].type;
	size_t        count = older->rows.count;
	struct span   key;

	if (!end || !count)
		return SIZE_MAX;
	/* With the comma behind it, so that no longer name begins like it. */
	key = span_make(start, (size_t)(end - start));
	for (size_t away = 0; away <= row || row + away < count; away++) {
		if (row + away < count && is_same(older, row + away, type, key))
			return row + away;
		if (away && away <= row && row - away < count &&
		    is_same(older, row - away, type, key))
			return row - away;
	}
	return SIZE_MAX;
}

/* Most are plain digits, and those are quick to read. */
static bool cell_number(struct span cell, double *number)
{
	long digits;

	if (!span_to_long(cell, &digits))
		return span_to_double(cell, number);
	*number = (double)digits;
	return true;
}

bool sample_rate(const struct sample *sample, size_t row, int column, const struct sample *older,
		 size_t older_row, double *per_second)
{
	double  now, then;
	int64_t passed = sample->taken_ms - older->taken_ms;

	if (older_row == SIZE_MAX || passed <= 0)
		return false;
	if (!cell_number(sample_cell(sample, row, column), &now) ||
	    !cell_number(sample_cell(older, older_row, column), &then) || now < then)
		return false;
	*per_second = (now - then) * 1000 / (double)passed;
	return true;
}

struct span info_value(struct span info, const char *name)
{
	size_t      len = strlen(name);
	struct span line;

	while (span_split(&info, '\n', &line))
		if (span_starts(line, name) && line.len > len && line.at[len] == ':')
			return span_trim(span_make(line.at + len + 1, line.len - len - 1));
	return span_make("", 0);
}

long info_number(struct span info, const char *name, long otherwise)
{
	long value;

	return span_to_long(info_value(info, name), &value) ? value : otherwise;
}
