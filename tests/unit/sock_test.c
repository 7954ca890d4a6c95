/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/sys/sock.h"

struct place_of_test {
	struct loop *loop;
	char         folder[32], path[64];
	int          listener;
	char         tcp[32], port[8]; /* bound, not listening */
	int          tcp_listener;
};

static int set_up(void **state)
{
	struct place_of_test *place = calloc(1, sizeof(*place));
	struct sockaddr_un    un = { .sun_family = AF_UNIX };
	struct sockaddr_in    in = { .sin_family = AF_INET,
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t             len = sizeof(in);

	*state = place;
	place->loop = loop_new();
	snprintf(place->folder, sizeof(place->folder), "%s", "/tmp/sock_test.XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->path, sizeof(place->path), "%s/sock", place->folder);
	memcpy(un.sun_path, place->path, strlen(place->path));
	place->listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(place->listener, (struct sockaddr *)&un, sizeof(un)), 0);
	assert_int_equal(listen(place->listener, 1), 0);
	place->tcp_listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(place->tcp_listener, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(getsockname(place->tcp_listener, (struct sockaddr *)&in, &len), 0);
	snprintf(place->port, sizeof(place->port), "%u", (unsigned)ntohs(in.sin_port));
	snprintf(place->tcp, sizeof(place->tcp), "127.0.0.1:%s", place->port);
	return 0;
}

static int tear_down(void **state)
{
	struct place_of_test *place = *state;

	loop_free(place->loop);
	close(place->listener);
	close(place->tcp_listener);
	unlink(place->path);
	rmdir(place->folder);
	free(place);
	return 0;
}

static const struct {
	const char *text, *formatted;
	bool        is_unix;
} good_table[] = {
	{ "/run/haproxy/admin.sock", "/run/haproxy/admin.sock", true },
	{ "./admin.sock", "./admin.sock", true },
	{ "unix@/run/a.sock", "/run/a.sock", true },
	{ "unix@a.sock", "a.sock", true },
	{ "a.sock", "a.sock", true },
	{ "unix@a:1", "unix@a:1", true },
	{ "127.0.0.1:9999", "127.0.0.1:9999", false },
	{ "localhost:9999", "localhost:9999", false },
	{ "ipv4@10.0.0.1:1", "10.0.0.1:1", false },
	{ "tcp@lb1:65535", "lb1:65535", false },
	{ "[::1]:9999", "[::1]:9999", false },
	{ "ipv6@::1:9999", "[::1]:9999", false },
	{ "fe80::1:80", "[fe80::1]:80", false },
	{ ":9999", "127.0.0.1:9999", false },
	{ "*:9999", "127.0.0.1:9999", false },
	{ ":::9999", "[::1]:9999", false },
	{ "ipv6@:9999", "[::1]:9999", false },
};

static void addresses_read_as_in_the_configuration(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(good_table); i++) {
		struct sock_address address, again;
		struct str          text = STR_INIT;

		assert_int_equal(sock_parse(good_table[i].text, &address, NULL), 0);
		assert_int_equal(address.is_unix, good_table[i].is_unix);
		sock_format(&address, &text);
		assert_string_equal(text.bytes, good_table[i].formatted);
		assert_int_equal(sock_parse(text.bytes, &again, NULL), 0);
		assert_memory_equal(&address, &again, sizeof(address));
		str_release(&text);
	}
}

static const char *const bad_addresses[] = {
	"", "tcp@haproxy", "host:", "host:0", "host:65536", "host:http", "host:-1", "unix@",
	"abns@haproxy", "fd@3", "sockpair@4",
	"/0123456789012345678901234567890123456789012345678901234567890123456789"
	"012345678901234567890123456789012345678901234567890123456789",
};

static void nonsense_is_a_usage_error(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bad_addresses); i++) {
		struct sock_address address;
		struct err          err = ERR_INIT;

		assert_int_equal(sock_parse(bad_addresses[i], &address, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		err_release(&err);
	}
}

static void parse(const char *text, struct sock_address *address)
{
	assert_int_equal(sock_parse(text, address, NULL), 0);
}

static void connects_to_a_unix_socket(void **state)
{
	struct place_of_test *place = *state;
	struct sock_address   address;
	int                   fd;

	parse(place->path, &address);
	fd = sock_connect(place->loop, &address, 1000, NULL);
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
}

static void connects_over_tcp_by_name(void **state)
{
	struct place_of_test *place = *state;
	struct sock_address   address;
	char                  text[32];
	int                   fd;

	NEEDS_LOCALHOST();
	assert_int_equal(listen(place->tcp_listener, 5), 0);
	snprintf(text, sizeof(text), "ipv4@localhost:%s", place->port);
	parse(text, &address);
	fd = sock_connect(place->loop, &address, 5000, NULL);
	assert_true(fd >= 0);
	close(fd);
}

static void expect_failure(struct loop *loop, const char *text, enum err_code code,
			   const char *words)
{
	struct sock_address address;
	struct err          err = ERR_INIT;

	parse(text, &address);
	assert_int_equal(sock_connect(loop, &address, 200, &err), -1);
	assert_int_equal(err.code, code);
	assert_non_null(strstr(err.text.bytes, words));
	assert_non_null(strstr(err.text.bytes, text));
	err_release(&err);
}

static void a_missing_socket_is_named(void **state)
{
	struct place_of_test *place = *state;

	unlink(place->path);
	expect_failure(place->loop, place->path, ERR_IO, "there is no socket");
}

static void a_socket_without_listener_is_refused(void **state)
{
	struct place_of_test *place = *state;

	close(place->listener);
	place->listener = -1;
	expect_failure(place->loop, place->path, ERR_IO, "nothing listens");
}

static void a_plain_file_is_no_socket(void **state)
{
	struct place_of_test *place = *state;

	unlink(place->path);
	close(open(place->path, O_CREAT | O_WRONLY, 0600));
	expect_failure(place->loop, place->path, ERR_IO, "is no socket");
}

static void a_closed_port_is_refused(void **state)
{
	struct place_of_test *place = *state;

	expect_failure(place->loop, place->tcp, ERR_IO, "nothing listens");
}

static void a_full_queue_is_asked_again_until_the_time_is_over(void **state)
{
	struct place_of_test *place = *state;
	struct sock_address   address;
	int                   fds[8];
	size_t                count = 0;

	parse(place->path, &address);
	while (count < N(fds) && (fds[count] = sock_connect_start(&address, NULL)) >= 0)
		count++;
	expect_failure(place->loop, place->path, ERR_TIMEOUT, "takes no more connections");
	while (count)
		close(fds[--count]);
}

static void denied_socket_shows_owner_and_mode(void **state)
{
	struct place_of_test *place = *state;

	if (geteuid() != 0)
		skip();
	chmod(place->folder, 0755);
	chmod(place->path, 0600);
	assert_int_equal(seteuid(65534), 0);
	expect_failure(place->loop, place->path, ERR_DENIED, "(owner root:root, mode 0600)");
	assert_int_equal(seteuid(0), 0);
}

static void denied_folder_shows_owner_and_mode(void **state)
{
	struct place_of_test *place = *state;

	if (geteuid() != 0)
		skip();
	chmod(place->folder, 0700);
	assert_int_equal(seteuid(65534), 0);
	expect_failure(place->loop, place->path, ERR_DENIED, "has owner root:root, mode 0700");
	assert_int_equal(seteuid(0), 0);
}

static void names_cannot_be_connected_to_without_waiting(void **state)
{
	struct place_of_test *place = *state;
	struct sock_address   address, literal;
	struct err            err = ERR_INIT;
	int                   fd;

	NEEDS_LOCALHOST();
	parse("localhost:9", &address);
	assert_int_equal(sock_connect_start(&address, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	assert_int_equal(sock_resolve(place->loop, &address, 5000, &literal, NULL), 0);
	assert_string_equal(literal.port, "9");
	fd = sock_connect_start(&literal, NULL);
	if (fd >= 0)
		close(fd);
	err_release(&err);
}

static void taken_port_cannot_be_bound(void **state)
{
	struct place_of_test *place = *state;
	struct err            err = ERR_INIT;

	assert_int_equal(listen(place->tcp_listener, 5), 0);
	assert_int_equal(sock_try_bind("127.0.0.1", place->port, &err), -1);
	assert_non_null(strstr(err.text.bytes, place->port));
	err_release(&err);
}

static void free_port_can_be_bound(void **state)
{
	struct place_of_test *place = *state;

	close(place->tcp_listener);
	place->tcp_listener = -1;
	assert_int_equal(sock_try_bind("127.0.0.1", place->port, NULL), 0);
	assert_int_equal(sock_try_bind("*", place->port, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(addresses_read_as_in_the_configuration),
		TEST(nonsense_is_a_usage_error),
		TEST(connects_to_a_unix_socket),
		TEST(connects_over_tcp_by_name),
		TEST(a_missing_socket_is_named),
		TEST(a_socket_without_listener_is_refused),
		TEST(a_plain_file_is_no_socket),
		TEST(a_closed_port_is_refused),
		TEST(a_full_queue_is_asked_again_until_the_time_is_over),
		TEST(denied_socket_shows_owner_and_mode),
		TEST(denied_folder_shows_owner_and_mode),
		TEST(names_cannot_be_connected_to_without_waiting),
		TEST(taken_port_cannot_be_bound),
		TEST(free_port_can_be_bound),
	};

	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
