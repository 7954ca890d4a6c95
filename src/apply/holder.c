/* SPDX-License-Identifier: GPL-3.0-or-later */
/* By /proc/net/tcp and the descriptors in /proc/PID/fd, as ss(8) does. */
#include "penstock/apply/holder.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/sys/file.h"

enum { WORDS = 4, LISTENING = 0x0A };

/* An address as the kernel prints it: 32-bit words of its bytes. */
struct address {
	int      words; /* 1: IPv4, 4: IPv6 */
	uint32_t bits[WORDS];
};

static bool is_any(const struct address *address)
{
	for (int i = 0; i < address->words; i++)
		if (address->bits[i])
			return false;
	return true;
}

static bool read_host(const char *host, struct address *address)
{
	memset(address, 0, sizeof(*address));
	address->words = 1;
	if (!*host || strcmp(host, "*") == 0 || inet_pton(AF_INET, host, address->bits) == 1)
		return true;
	address->words = WORDS;
	return inet_pton(AF_INET6, host, address->bits) == 1;
}

/* The next word of a line of /proc/net/tcp. */
static struct span next_field(struct span *rest)
{
	struct span field = { "", 0 };

	while (field.len == 0 && rest->at)
		if (!span_split(rest, ' ', &field))
			break;
	return field;
}

static bool read_hex(struct span text, unsigned long *value)
{
	char  digits[17];
	char *end;

	if (!text.len || text.len >= sizeof(digits))
		return false;
	memcpy(digits, text.at, text.len);
	digits[text.len] = '\0';
	*value = strtoul(digits, &end, 16);
	return *end == '\0';
}

/* "0100007F:1F90" */
static bool read_local(struct span text, struct address *address, unsigned long *port)
{
	struct span   host;
	unsigned long word;

	if (!span_split(&text, ':', &host) || !text.at || !read_hex(text, port) ||
	    host.len % 8 || host.len > 8 * WORDS)
		return false;
	address->words = (int)(host.len / 8);
	for (int i = 0; i < address->words; i++) {
		if (!read_hex(span_make(host.at + i * 8, 8), &word))
			return false;
		address->bits[i] = (uint32_t)word;
	}
	return address->words > 0;
}

static bool overlaps(const struct address *a, const struct address *b)
{
	/* A socket on all of IPv6 mostly takes IPv4 as well. */
	if (a->words != b->words)
		return (a->words == WORDS && is_any(a)) || (b->words == WORDS && is_any(b));
	return is_any(a) || is_any(b) || memcmp(a->bits, b->bits, sizeof(a->bits)) == 0;
}

/* The inode of the listening socket that a line tells of, or 0. */
static long socket_of(struct span line, const struct address *wanted, unsigned long port)
{
	struct address found = { 0 };
	struct span    local, state, field = { "", 0 };
	unsigned long  number, value;
	long           inode;

	next_field(&line);
	local = next_field(&line);
	next_field(&line);
	state = next_field(&line);
	if (!read_local(local, &found, &number) || number != port || !read_hex(state, &value) ||
	    value != LISTENING || !overlaps(&found, wanted))
		return 0;
	for (int i = 0; i < 6; i++)
		field = next_field(&line);
	return span_to_long(field, &inode) ? inode : 0;
}

static long find_socket(const struct address *wanted, unsigned long port)
{
	static const char *const tables[] = { "/proc/net/tcp", "/proc/net/tcp6" };
	long                     inode = 0;

	for (size_t i = 0; i < N(tables) && !inode; i++) {
		struct str  text = STR_INIT;
		struct span rest, line;

		if (file_read(tables[i], &text, NULL, NULL) == 0) {
			rest = str_span(&text);
			while (!inode && span_split(&rest, '\n', &line))
				inode = socket_of(line, wanted, port);
		}
		str_release(&text);
	}
	return inode;
}

/* Whether one of the process's descriptors is that link's target. */
static bool has_descriptor(const char *pid, const char *target)
{
	char                 path[64], link[64];
	DIR                 *folder;
	const struct dirent *entry;
	bool                 found = false;
	ssize_t              len;

	snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	folder = opendir(path);
	while (folder && !found && (entry = readdir(folder))) {
		snprintf(path, sizeof(path), "/proc/%.20s/fd/%.20s", pid, entry->d_name);
		len = readlink(path, link, sizeof(link) - 1);
		if (len < 0)
			continue;
		link[len] = '\0';
		found = strcmp(link, target) == 0;
	}
	if (folder)
		closedir(folder);
	return found;
}

static void read_process(const char *pid, struct holder *holder)
{
	struct str path = STR_INIT, line = STR_INIT;

	holder->pid = (pid_t)strtol(pid, NULL, 10);
	str_addf(&path, "/proc/%s/comm", pid);
	file_read(path.bytes, &holder->command, NULL, NULL);
	while (holder->command.len && holder->command.bytes[holder->command.len - 1] == '\n')
		str_cut(&holder->command, holder->command.len - 1);
	/* Under a loader of its own the name is the loader's. */
	str_set(&path, "");
	str_addf(&path, "/proc/%s/cmdline", pid);
	file_read(path.bytes, &line, NULL, NULL);
	holder->haproxy = span_contains(str_span(&holder->command), span_of("haproxy")) ||
			  span_contains(str_span(&line), span_of("haproxy"));
	str_release(&line);
	str_release(&path);
}

static void find_process(long inode, struct holder *holder)
{
	DIR                 *proc = opendir("/proc");
	const struct dirent *entry;
	char                 target[48];

	snprintf(target, sizeof(target), "socket:[%ld]", inode);
	while (proc && !holder->pid && (entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    has_descriptor(entry->d_name, target))
			read_process(entry->d_name, holder);
	if (proc)
		closedir(proc);
}

bool holder_find(const char *host, const char *port, struct holder *holder)
{
	struct address wanted;
	long           inode, number;

	if (!read_host(host, &wanted) || !span_to_long(span_of(port), &number))
		return false;
	inode = find_socket(&wanted, (unsigned long)number);
	if (inode)
		find_process(inode, holder);
	return inode != 0;
}

void holder_release(struct holder *holder)
{
	str_release(&holder->command);
}
