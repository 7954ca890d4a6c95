/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include <sys/stat.h>

#include "penstock/apply/binds.h"
#include "penstock/apply/successor.h"

struct room {
	char           folder[64];
	struct strings paths;
	struct loaded  loaded;
	struct err     err;
};

static int setup_room(void **state)
{
	struct room *room = xcalloc(1, sizeof(*room));

	snprintf(room->folder, sizeof(room->folder), "/tmp/sv.XXXXXX");
	if (!mkdtemp(room->folder))
		return -1;
	room->err = (struct err)ERR_INIT;
	*state = room;
	return 0;
}

static int teardown_room(void **state)
{
	struct room *room = *state;

	live_remove(room->folder);
	strings_release(&room->paths);
	loaded_release(&room->loaded);
	err_release(&room->err);
	free(room);
	return 0;
}

/* A path in the room; `text` NULL makes no file. */
static const char *put(struct room *room, const char *name, const char *text)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", room->folder, name);
	if (text)
		live_write(path, text);
	return path;
}

static void assert_fails(struct room *room, const char *wanted)
{
	assert_null(load_document(&room->paths, &room->loaded, &room->err));
	if (!strstr(room->err.text.bytes, wanted))
		fail_msg("'%s' does not say '%s'", room->err.text.bytes, wanted);
}

static void files_are_read_in_their_order_with_stamps(void **state)
{
	struct room     *room = *state;
	struct document *doc;

	strings_add(&room->paths, put(room, "b.cfg", "global\n"));
	strings_add(&room->paths, put(room, "a.cfg", "defaults\n"));
	doc = load_document(&room->paths, &room->loaded, &room->err);
	assert_non_null(doc);
	assert_int_equal(doc->files.count, 2);
	assert_string_equal(doc->files.items[0].path, room->paths.list.items[0]);
	assert_int_equal(doc->sections.items[0].kind, SECTION_GLOBAL);
	assert_int_equal(room->loaded.stamps.count, 2);
	assert_int_equal(room->loaded.stamps.items[1].size, 9);
	document_free(doc);
}

static void a_folder_gives_its_cfg_files_as_haproxy_takes_them(void **state)
{
	struct room     *room = *state;
	struct document *doc;

	put(room, "b.cfg", "b\n");
	put(room, "B.cfg", "B\n");
	put(room, "10.cfg", "10\n");
	put(room, "9.cfg", "9\n");
	put(room, ".hidden.cfg", "hidden\n");
	put(room, "h.cfg.bak", "bak\n");
	put(room, "a.cfg.cfg", "twice\n");
	strings_add(&room->paths, room->folder);
	doc = load_document(&room->paths, &room->loaded, &room->err);
	assert_non_null(doc);
	assert_int_equal(doc->lines.count, 4);
	assert_true(span_is(line_span(&doc->lines.items[0]), "10\n"));
	assert_true(span_is(line_span(&doc->lines.items[1]), "9\n"));
	assert_true(span_is(line_span(&doc->lines.items[2]), "B\n"));
	assert_true(span_is(line_span(&doc->lines.items[3]), "b\n"));
	document_free(doc);
}

static void an_empty_file_is_a_document_without_lines(void **state)
{
	struct room     *room = *state;
	struct document *doc;

	strings_add(&room->paths, put(room, "h.cfg", ""));
	doc = load_document(&room->paths, &room->loaded, &room->err);
	assert_non_null(doc);
	assert_int_equal(doc->files.count, 1);
	assert_int_equal(doc->lines.count, 0);
	document_free(doc);
}

static void a_missing_file_is_named(void **state)
{
	struct room *room = *state;

	strings_add(&room->paths, put(room, "here.cfg", "global\n"));
	strings_add(&room->paths, put(room, "gone.cfg", NULL));
	assert_fails(room, "gone.cfg': No such file");
	assert_int_equal(room->err.code, ERR_IO);
}

static void a_folder_without_files_is_said(void **state)
{
	struct room *room = *state;

	put(room, "readme", "x");
	strings_add(&room->paths, room->folder);
	assert_fails(room, "there is no file '*.cfg' in the folder");
	assert_int_equal(room->err.code, ERR_IO);
}

static void an_empty_folder_beside_a_file_is_nothing(void **state)
{
	struct room     *room = *state;
	struct document *doc;

	strings_add(&room->paths, room->folder);
	strings_add(&room->paths, put(room, "h.conf", "global\n"));
	doc = load_document(&room->paths, &room->loaded, &room->err);
	assert_non_null(doc);
	assert_int_equal(doc->files.count, 1);
	document_free(doc);
}

static void no_path_at_all_is_a_question_of_usage(void **state)
{
	struct room *room = *state;

	assert_fails(room, "try -f FILE");
	assert_int_equal(room->err.code, ERR_USAGE);
}

static void a_file_that_may_not_be_read_is_said(void **state)
{
	struct room *room = *state;

	if (geteuid() == 0)
		skip();
	strings_add(&room->paths, put(room, "h.cfg", "global\n"));
	chmod(room->paths.list.items[0], 0);
	assert_fails(room, "Permission denied");
}

static void assert_socket(const char *text, const char *wanted)
{
	struct document *doc = document_new();
	struct str       socket = STR_INIT;

	document_add_file(doc, "h.cfg", span_of(text));
	assert_int_equal(successor_socket(doc, &socket), wanted[0] != '\0');
	assert_string_equal(socket.bytes, wanted);
	str_release(&socket);
	document_free(doc);
}

static void only_a_socket_that_exposes_its_listeners_is_of_use(void **state)
{
	(void)state;
	assert_socket("global\n stats socket /run/a.sock level admin\n", "");
	assert_socket("global\n stats socket /run/a.sock level admin expose-fd listeners\n"
		      " stats socket ipv4@127.0.0.1:99 expose-fd listeners\n", "/run/a.sock");
	assert_socket("global\n stats socket unix@/run/b.sock expose-fd listeners mode 600\n",
		      "/run/b.sock");
	assert_socket("frontend f\n stats socket /run/a.sock expose-fd listeners\n", "");
	assert_socket("global\n stats socket \"$DIR/a.sock\" expose-fd listeners\n", "");
	assert_socket("global\n unix-bind prefix /x\n stats socket /a.sock expose-fd listeners\n",
		      "");
	assert_socket("", "");
}

static char *check_binds(const char *before, const char *after)
{
	struct document *old = document_new(), *new = document_new();
	struct err       err = ERR_INIT;
	struct str       text = STR_INIT;

	document_add_file(old, "h.cfg", span_of(before));
	document_add_file(new, "h.cfg", span_of(after));
	if (binds_check(old, new, &err) < 0)
		err_format(&err, &text);
	err_release(&err);
	document_free(old);
	document_free(new);
	return str_detach(&text, NULL);
}

/* %P in the text is the port. */
static void assert_binds(const char *before, const char *text, int port, const char *wanted)
{
	const struct live place = { .port = port };
	struct str        old = STR_INIT, new = STR_INIT;
	char             *said;

	live_expand(&place, before, &old);
	live_expand(&place, text, &new);
	said = check_binds(old.bytes, new.bytes);
	if (wanted[0])
		assert_non_null(strstr(said, wanted));
	else
		assert_string_equal(said, "");
	free(said);
	str_release(&old);
	str_release(&new);
}

static void a_new_address_that_somebody_holds_is_found_before_the_reload(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int  port = live_free_port(), fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	address.sin_port = htons((uint16_t)port);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	listen(fd, 1);
	assert_binds("", "frontend f\n bind 127.0.0.1:%P\n", port,
		     "h.cfg:2: the address '127.0.0.1:");
	assert_binds("", "listen f\n bind 127.0.0.1:1,127.0.0.1:%P ssl\n", port, "h.cfg:2:");
	assert_binds("", "listen f\n bind *:%P\n", port, "h.cfg:2:");
	assert_binds("", "listen f\n bind ipv4@:%P\n", port, "h.cfg:2:");
	/* HAProxy holds it itself, by whatever address. */
	assert_binds("frontend g\n bind *:%P\n", "frontend f\n bind 127.0.0.1:%P\n", port, "");
	/* No addresses of ours to try. */
	assert_binds("", "frontend f\n bind /run/%P.sock\n bind fd@%P\n bind ::\n bind\n", port,
		     "");
	assert_binds("", "frontend f\n bind 127.0.0.1:%P-%P\n bind \"$X:80\"\n", port, "");
	assert_binds("", "frontend f\n bind 203.0.113.7:%P\n", port, "");
	assert_binds("", "frontend f\n bind host.invalid:%P\n", port, "");
	assert_binds("", "peers p\n bind 127.0.0.1:%P\n", port, "");
	close(fd);
	assert_binds("", "frontend f\n bind 127.0.0.1:%P\n", port, "");
}

static struct live live;

static int setup_master(void **state)
{
	(void)state;
	return live_start(&live, LIVE_MASTER, LIVE_TEXT);
}

static int setup_foreground(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, LIVE_TEXT);
}

static int teardown(void **state)
{
	(void)state;
	return live_end(&live);
}

static void the_master_behind_a_worker_is_found_with_its_socket_and_files(void **state)
{
	(void)state;
	live_need(&live);
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, live.child);
	assert_true(live.service.local.master);
	assert_non_null(live.service.master);
	assert_string_equal(live.service.master->name.bytes, live.master);
	assert_int_equal(live.service.local.files.list.count, 1);
	assert_string_equal(live.service.local.files.list.items[0], live.config);
}

static void a_process_without_a_master_manages_itself(void **state)
{
	(void)state;
	live_need(&live);
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, live.child);
	assert_false(live.service.local.master);
	assert_null(live.service.master);
}

static void a_master_that_was_given_is_kept(void **state)
{
	struct client given;

	(void)state;
	live_need(&live);
	assert_int_equal(client_init(&given, live.loop, live.master, true, NULL), 0);
	live.service.master = &given;
	service_look(&live.service);
	assert_ptr_equal(live.service.master, &given);
	service_release(&live.service);
	assert_ptr_equal(live.service.master, &given);
	client_release(&given);
	live.service.master = NULL;
}

static void attached_through_the_master_its_socket_reloads_as_well(void **state)
{
	struct process *worker;

	(void)state;
	live_need(&live);
	worker = live.service.process;
	live.service.process = process_new(live.loop, &live.log, live.master, true, NULL);
	assert_int_equal(process_identify(live.service.process, NULL), 0);
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, live.child);
	assert_non_null(live.service.master);
	assert_ptr_not_equal(live.service.master, &live.service.process->client);
	process_free(live.service.process);
	live.service.process = worker;
}

static void a_pid_that_no_haproxy_of_ours_has_is_not_local(void **state)
{
	(void)state;
	live_need(&live);
	live.service.process->pid = getpid();
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, 0);
	assert_null(live.service.master);
}

static void an_address_elsewhere_is_not_local(void **state)
{
	struct sock_address *address;

	(void)state;
	live_need(&live);
	address = &live.service.process->client.address;
	address->is_unix = false;
	snprintf(address->host, sizeof(address->host), "203.0.113.7");
	snprintf(address->port, sizeof(address->port), "99");
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, 0);
}

static void it_looks_again_when_the_process_is_another(void **state)
{
	(void)state;
	live_need(&live);
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, live.child);
	live.service.process->pid = getpid();
	service_look(&live.service);
	assert_int_equal(live.service.local.pid, 0);
}

static void without_a_process_there_is_nothing_to_find(void **state)
{
	struct service nobody = { .loop = NULL };
	struct str     binary = STR_INIT;

	(void)state;
	service_look(&nobody);
	assert_int_equal(nobody.local.pid, 0);
	assert_null(service_folder(&nobody));
	nobody.options.binary = "/opt/haproxy";
	service_binary(&nobody, &binary);
	assert_string_equal(binary.bytes, "/opt/haproxy");
	str_release(&binary);
	service_release(&nobody);
}

static void the_running_program_is_the_one_to_check_with(void **state)
{
	struct str binary = STR_INIT;

	(void)state;
	live_need(&live);
	service_look(&live.service);
	service_binary(&live.service, &binary);
	assert_string_equal(binary.bytes, live.service.local.binary);
	str_release(&binary);
}

#define ROOM(test) cmocka_unit_test_setup_teardown(test, setup_room, teardown_room)
#define MASTER(test) cmocka_unit_test_setup_teardown(test, setup_master, teardown)
#define FOREGROUND(test) cmocka_unit_test_setup_teardown(test, setup_foreground, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROOM(files_are_read_in_their_order_with_stamps),
		ROOM(a_folder_gives_its_cfg_files_as_haproxy_takes_them),
		ROOM(an_empty_file_is_a_document_without_lines),
		ROOM(a_missing_file_is_named),
		ROOM(a_folder_without_files_is_said),
		ROOM(an_empty_folder_beside_a_file_is_nothing),
		ROOM(no_path_at_all_is_a_question_of_usage),
		ROOM(a_file_that_may_not_be_read_is_said),
		cmocka_unit_test(only_a_socket_that_exposes_its_listeners_is_of_use),
		cmocka_unit_test(a_new_address_that_somebody_holds_is_found_before_the_reload),
		MASTER(the_master_behind_a_worker_is_found_with_its_socket_and_files),
		FOREGROUND(a_process_without_a_master_manages_itself),
		MASTER(a_master_that_was_given_is_kept),
		MASTER(attached_through_the_master_its_socket_reloads_as_well),
		MASTER(a_pid_that_no_haproxy_of_ours_has_is_not_local),
		MASTER(an_address_elsewhere_is_not_local),
		MASTER(it_looks_again_when_the_process_is_another),
		cmocka_unit_test(without_a_process_there_is_nothing_to_find),
		MASTER(the_running_program_is_the_one_to_check_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
