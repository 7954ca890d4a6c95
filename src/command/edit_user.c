/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/edit_user.h"

#include <stdlib.h>
#include <unistd.h>

#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/selector.h"
#include "penstock/config/userlist.h"
#include "penstock/sys/password.h"

/* LIST/NAME, or LIST and NAME as two words. */
static struct list_item item_of(struct call *call, struct span name)
{
	struct list_item item = {
		.candidate = call->console->candidate,
		.list = call_text(call, "list"),
		.name = name,
	};

	if (!name.len && !selector_split(item.list, &item.list, &item.name))
		item.list.len = 0;
	return item;
}

static int read_descriptor(struct span number, struct str *plain, struct err *err)
{
	long fd;

	if (!span_to_long(number, &fd) || fd < 0 || fd > 1023)
		return err_set(err, ERR_USAGE, "a descriptor is a number, as fd:3");
	return password_read_line((int)fd, plain, err);
}

static int read_variable(struct span word, struct str *plain, struct err *err)
{
	char       *name = span_dup(word);
	const char *value = getenv(name);
	int         status = 0;

	if (value)
		str_add_text(plain, value);
	else
		status = err_set(err, ERR_NOT_FOUND, "the environment has no '%s'", name);
	free(name);
	return status;
}

/* Twice, as nobody sees what is typed. */
static int ask(struct console *console, struct str *plain, struct err *err)
{
	struct front_end *front = &console->front;
	struct str        again = STR_INIT;
	int               status;

	if (!front->secret)
		return err_set(err, ERR_USAGE, "the password is missing; '-' takes a line of "
			       "standard input, fd:N of a descriptor, env:NAME a variable");
	status = front->secret(front->data, "password", plain, err);
	if (status == 0)
		status = front->secret(front->data, "again", &again, err);
	if (status == 0 && !span_equal(str_span(plain), str_span(&again)))
		status = err_set(err, ERR_USAGE, "the two passwords differ");
	password_release(&again);
	return status;
}

static int read_password(struct call *call, struct str *plain, struct err *err)
{
	struct span word = call_text(call, "password");

	if (!call_given(call, "password"))
		return ask(call->console, plain, err);
	if (span_is(word, "-"))
		return password_read_line(STDIN_FILENO, plain, err);
	if (span_starts(word, "fd:"))
		return read_descriptor(span_make(word.at + 3, word.len - 3), plain, err);
	if (span_starts(word, "env:"))
		return read_variable(span_make(word.at + 4, word.len - 4), plain, err);
	str_add_span(plain, word);
	return 0;
}

static int new_hash(struct call *call, struct str *hash, struct err *err)
{
	struct str plain = STR_INIT;
	int        status = read_password(call, &plain, err);

	if (status == 0)
		status = password_hash(str_span(&plain), hash, err);
	password_release(&plain);
	return status;
}

int edit_add_user(struct call *call, struct err *err)
{
	struct list_item user = item_of(call, call_text(call, "name"));
	struct str       hash = STR_INIT;
	int              status = new_hash(call, &hash, err);

	if (status == 0)
		status = user_add(&user, str_span(&hash), call_text(call, "groups"), err);
	str_release(&hash);
	return status;
}

/* A user that has a plain password gets its hash in place of it. */
static int hash_one(const struct list_item *user, size_t *hashed, struct err *err)
{
	struct str plain = STR_INIT, hash = STR_INIT;
	int        found = user_plain_password(user, &plain, err), status = 0;

	if (found > 0)
		status = password_hash(str_span(&plain), &hash, err);
	if (found > 0 && status == 0)
		status = user_set_hash(user, str_span(&hash), err);
	*hashed += found > 0 && status == 0;
	password_release(&plain);
	str_release(&hash);
	return found < 0 ? -1 : status;
}

static int hash_plain(struct call *call, const struct list_item *user, struct err *err)
{
	struct strings lists = STRINGS_INIT, names = STRINGS_INIT;
	size_t         hashed = 0;
	int            status = 0;

	if (text_is_glob(user->list) || text_is_glob(user->name)) {
		users_match(user->candidate->now, user->list, user->name, &lists, &names);
	} else {
		strings_add_n(&lists, user->list.at, user->list.len);
		strings_add_n(&names, user->name.at, user->name.len);
	}
	for (size_t i = 0; status == 0 && i < names.list.count; i++) {
		struct list_item one = { user->candidate, span_of(lists.list.items[i]),
					 span_of(names.list.items[i]) };

		status = hash_one(&one, &hashed, err);
	}
	if (status == 0)
		output_say(call->out, "%zu password%s hashed", hashed, hashed == 1 ? "" : "s");
	strings_release(&lists);
	strings_release(&names);
	return status;
}

static int set_password(struct call *call, const struct list_item *user, struct err *err)
{
	struct str hash = STR_INIT;
	int        status = new_hash(call, &hash, err);

	if (status == 0)
		status = user_set_hash(user, str_span(&hash), err);
	str_release(&hash);
	return status;
}

int edit_set_user(struct call *call, struct err *err)
{
	struct list_item user = item_of(call, span_make("", 0));
	struct span      what = call_text(call, "what");

	if (span_is(what, "password") && set_password(call, &user, err) < 0)
		return -1;
	if (span_is(what, "hash") && hash_plain(call, &user, err) < 0)
		return -1;
	if (call_given(call, "groups"))
		return user_set_groups(&user, call_text(call, "groups"), err);
	if (!what.len)
		return err_set(err, ERR_USAGE, "set what? password, hash or groups");
	return 0;
}

void warn_plain_passwords(struct console *console, const struct edit *edit)
{
	for (size_t s = 0; s < edit->splices.count; s++) {
		const struct splice *splice = &edit->splices.items[s];

		for (size_t i = 0; i < splice->nin; i++) {
			struct span line = line_span(&splice->lines[splice->nout + i]);

			if (!span_is(line_first_word(line), "user") ||
			    !span_contains(line, span_of("insecure-password")))
				continue;
			console_warn(console, "a password is written plain; 'set user LIST/NAME "
				     "hash' puts its hash there");
			return;
		}
	}
}

int edit_delete_user(struct call *call, struct err *err)
{
	struct list_item user = item_of(call, call_text(call, "name"));

	return user_delete(&user, err);
}

int edit_add_group(struct call *call, struct err *err)
{
	struct list_item group = item_of(call, call_text(call, "name"));

	return group_add(&group, call_text(call, "users"), err);
}

int edit_delete_group(struct call *call, struct err *err)
{
	struct list_item group = item_of(call, call_text(call, "name"));

	return group_delete(&group, err);
}
