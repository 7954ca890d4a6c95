/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A random configuration, and random edits of it in rounds.
 *
 *	generate SEED EDITS VERSION FOLDER
 *
 * writes haproxy.cfg (with @FOLDER@ where it will be put), hosts.map,
 * blocked.txt and `edits`: commands a line each, an `apply` behind each round.  An
 * edit that this version can do without a reload (runtime-api.md section 4) ends
 * with the comment `# run-time`.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACKENDS_MAX = 6, SERVERS_MAX = 24, ENTRIES_MAX = 40, FRONTENDS_MAX = 3 };

struct server {
	char name[16];
	bool weighted, disabled, checked, limited;
};

struct backend {
	char          name[16];
	const char   *balance;
	bool          dynamic;  /* servers and weights may change at run time */
	bool          defaults; /* has a default-server line */
	struct server servers[SERVERS_MAX];
	int           count, named; /* `named`: how many names were given out */
};

struct model {
	struct backend backends[BACKENDS_MAX];
	int            backend_count, frontend_count;
	char           keys[ENTRIES_MAX][32];
	int            key_count, key_named;
	char           patterns[ENTRIES_MAX][32];
	int            pattern_count, pattern_named;
	bool           rates[3];
	int            lines;   /* of comments, numbered */
	double         version;
};

static uint64_t random_state;

/* xorshift64*: the same on every machine. */
static unsigned below(unsigned limit)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (unsigned)((random_state * 2685821657736338717u) >> 33) % limit;
}

static bool chance(unsigned percent)
{
	return below(100) < percent;
}

static const struct {
	const char *name;
	bool        dynamic;
} balances[] = {
	{ "roundrobin", true }, { "leastconn", true },   { "random", true },
	{ "static-rr", false }, { "source", false },     { "uri", false },
};

static FILE *open_in(const char *folder, const char *name)
{
	char  path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		exit(2);
	}
	return file;
}

static void print_address(FILE *file)
{
	fprintf(file, "127.0.%u.%u:%u", below(200), 1 + below(250), 1024 + below(60000));
}

/* Keywords that every version's `add server` takes. */
static void print_keywords(FILE *file, struct server *server)
{
	server->weighted = chance(60);
	server->checked = chance(40);
	server->limited = chance(30);
	server->disabled = chance(15);
	if (server->weighted)
		fprintf(file, " weight %u", below(257));
	if (server->checked)
		fprintf(file, " check inter %us rise %u fall %u", 600 + below(600), 1 + below(4),
			1 + below(4));
	if (server->limited)
		fprintf(file, " maxconn %u", 1 + below(500));
	if (chance(15))
		fprintf(file, " backup");
	if (chance(10))
		fprintf(file, " slowstart %us", 1 + below(60));
	if (chance(10))
		fprintf(file, " maxqueue %u", 1 + below(100));
	if (server->disabled)
		fprintf(file, " disabled");
}

static struct server *new_server(struct backend *backend)
{
	struct server *server = &backend->servers[backend->count++];

	memset(server, 0, sizeof(*server));
	snprintf(server->name, sizeof(server->name), "s%d", ++backend->named);
	return server;
}

static void print_backend(FILE *file, struct backend *backend, int number)
{
	unsigned kind = below(sizeof(balances) / sizeof(balances[0]));

	snprintf(backend->name, sizeof(backend->name), "b%d", number);
	backend->balance = balances[kind].name;
	backend->dynamic = balances[kind].dynamic;
	backend->defaults = chance(30);
	fprintf(file, "\nbackend %s\n    balance %s\n", backend->name, backend->balance);
	if (chance(30))
		fprintf(file, "    # what it is for\n    option httpchk GET /up\n");
	if (backend->defaults)
		fprintf(file, "    default-server inter %us fastinter 30s rise %u\n",
			600 + below(100), 1 + below(5));
	for (unsigned i = 0, count = 1 + below(8); i < count; i++) {
		struct server *server = new_server(backend);

		fprintf(file, "    server %-4s ", server->name);
		print_address(file);
		print_keywords(file, server);
		fprintf(file, "%s\n", chance(20) ? "   # a remark" : "");
	}
}

static void print_key(char *out, size_t size, int *named)
{
	static const char *const ends[] = { "example.org", "test", "a-b.c", "x_y" };

	snprintf(out, size, "h%d.%s", ++*named, ends[below(4)]);
}

static void write_map(struct model *model, const char *folder)
{
	FILE *file = open_in(folder, "hosts.map");

	fprintf(file, "# host   backend\n");
	for (unsigned count = 2 + below(10); count; count--) {
		char *key = model->keys[model->key_count++];

		print_key(key, sizeof(model->keys[0]), &model->key_named);
		fprintf(file, "%-20s b%u\n", key, 1 + below((unsigned)model->backend_count));
	}
	fclose(file);
	file = open_in(folder, "blocked.txt");
	for (unsigned count = 1 + below(5); count; count--) {
		char *pattern = model->patterns[model->pattern_count++];

		snprintf(pattern, sizeof(model->patterns[0]), "192.0.2.%d",
			 ++model->pattern_named);
		fprintf(file, "%s\n", pattern);
	}
	fclose(file);
}

static void write_config(struct model *model, const char *folder)
{
	FILE *file = open_in(folder, "haproxy.cfg");

	fprintf(file, "global\n    stats socket @FOLDER@/admin.sock mode 600 level admin "
		      "expose-fd listeners\n    stats timeout 30s\n    maxconn %u\n",
		1000 + below(1000));
	fprintf(file, "\ndefaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n"
		      "    timeout server 30s\n");
	model->frontend_count = 1 + (int)below(FRONTENDS_MAX);
	model->backend_count = 1 + (int)below(BACKENDS_MAX);
	for (int i = 1; i <= model->frontend_count; i++) {
		fprintf(file, "\nfrontend f%d\n    bind unix@@FOLDER@/f%d.sock\n", i, i);
		if (chance(60))
			fprintf(file, "    maxconn %u\n", 10 + below(400));
		if (i == 1)
			fprintf(file, "    http-request deny if { src -f @FOLDER@/blocked.txt }\n"
				      "    use_backend %%[req.hdr(host),lower,"
				      "map(@FOLDER@/hosts.map,b1)]\n");
		fprintf(file, "    default_backend b1\n");
	}
	for (int i = 1; i <= model->backend_count; i++)
		print_backend(file, &model->backends[i - 1], i);
	fclose(file);
}

/* An edit: prints a command without its line end, gives whether it can be had at
 * run time.  One that has nothing to work on prints nothing and clears *done. */
typedef bool (*edit_fn)(FILE *file, struct model *model, bool *done);

static struct backend *any_backend(struct model *model)
{
	return &model->backends[below((unsigned)model->backend_count)];
}

static struct server *any_server(struct backend *backend)
{
	return backend->count ? &backend->servers[below((unsigned)backend->count)] : NULL;
}

static bool edit_weight(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	*done = server != NULL;
	if (server)
		fprintf(file, "set server %s/%s weight %u", backend->name, server->name,
			below(257));
	return backend->dynamic;
}

static bool edit_address(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	*done = server != NULL;
	if (server) {
		fprintf(file, "set server %s/%s address ", backend->name, server->name);
		print_address(file);
	}
	return true;
}

static bool edit_maxconn(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	*done = server != NULL;
	if (server)
		fprintf(file, "set server %s/%s maxconn %u", backend->name, server->name,
			1 + below(1000));
	return true;
}

static bool edit_disabled(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	*done = server != NULL;
	if (server) {
		fprintf(file, "%s server %s/%s disabled", server->disabled ? "unset" : "set",
			backend->name, server->name);
		server->disabled = !server->disabled;
	}
	return true;
}

static bool edit_add(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server;

	*done = backend->count < SERVERS_MAX;
	if (*done) {
		server = new_server(backend);
		fprintf(file, "add server %s/%s ", backend->name, server->name);
		print_address(file);
		print_keywords(file, server);
	}
	return backend->dynamic && model->version >= 2.6;
}

static bool edit_delete(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	/* One stays, so that 3413 of HAProxy's issues (random, empty) is not met. */
	*done = server && backend->count > 1;
	if (*done) {
		fprintf(file, "delete server %s/%s", backend->name, server->name);
		*server = backend->servers[--backend->count];
	}
	return model->version >= 2.6;
}

static bool edit_keyword(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);
	static const char *const keywords[] = {
		"inter 777s", "rise 7", "fall 8", "slowstart 9s",
		"on-marked-down shutdown-sessions", "maxqueue 12", "backup", "send-proxy",
		"check", "observe layer4",
	};

	*done = server != NULL;
	if (server)
		fprintf(file, "set server %s/%s %s", backend->name, server->name,
			keywords[below(sizeof(keywords) / sizeof(keywords[0]))]);
	return false;
}

static bool edit_frontend_maxconn(FILE *file, struct model *model, bool *done)
{
	*done = true;
	fprintf(file, "set frontend f%u maxconn %u", 1 + below((unsigned)model->frontend_count),
		10 + below(800));
	return true;
}

static bool edit_rate(FILE *file, struct model *model, bool *done)
{
	static const char *const names[] = { "maxconnrate", "maxsessrate", "maxsslrate" };
	unsigned                 which = below(3);

	*done = true;
	fprintf(file, "set global %s %u", names[which], 1 + below(10000));
	model->rates[which] = true;
	return true;
}

static bool edit_add_map(FILE *file, struct model *model, bool *done)
{
	*done = model->key_count < ENTRIES_MAX;
	if (*done) {
		char *key = model->keys[model->key_count++];

		print_key(key, sizeof(model->keys[0]), &model->key_named);
		fprintf(file, "add map hosts.map %s b%u", key,
			1 + below((unsigned)model->backend_count));
	}
	return true;
}

static bool edit_set_map(FILE *file, struct model *model, bool *done)
{
	*done = model->key_count > 0;
	if (*done)
		fprintf(file, "set map hosts.map %s b%u",
			model->keys[below((unsigned)model->key_count)],
			1 + below((unsigned)model->backend_count));
	return true;
}

static bool edit_delete_map(FILE *file, struct model *model, bool *done)
{
	unsigned at;

	*done = model->key_count > 0;
	if (*done) {
		at = below((unsigned)model->key_count);
		fprintf(file, "delete map hosts.map %s", model->keys[at]);
		memcpy(model->keys[at], model->keys[--model->key_count], sizeof(model->keys[0]));
	}
	return true;
}

static bool edit_add_pattern(FILE *file, struct model *model, bool *done)
{
	*done = model->pattern_count < ENTRIES_MAX && model->pattern_named < 250;
	if (*done) {
		char *pattern = model->patterns[model->pattern_count++];

		snprintf(pattern, sizeof(model->patterns[0]), "192.0.2.%d",
			 ++model->pattern_named);
		fprintf(file, "add pattern blocked.txt %s", pattern);
	}
	return true;
}

static bool edit_delete_pattern(FILE *file, struct model *model, bool *done)
{
	unsigned at;

	*done = model->pattern_count > 0;
	if (*done) {
		at = below((unsigned)model->pattern_count);
		fprintf(file, "delete pattern blocked.txt %s", model->patterns[at]);
		memcpy(model->patterns[at], model->patterns[--model->pattern_count],
		       sizeof(model->patterns[0]));
	}
	return true;
}

static bool edit_comment(FILE *file, struct model *model, bool *done)
{
	*done = true;
	fprintf(file, "add line backend %s '# remark %d'", any_backend(model)->name,
		++model->lines);
	return true;
}

static bool edit_rename(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	*done = server && backend->count > 1;
	if (*done) {
		fprintf(file, "rename server %s/%s r%d", backend->name, server->name,
			++backend->named);
		snprintf(server->name, sizeof(server->name), "r%d", backend->named);
	}
	return backend->dynamic && model->version >= 2.6;
}

static bool edit_unset(FILE *file, struct model *model, bool *done)
{
	static const char *const keywords[] = {
		"weight", "maxconn", "check", "backup", "slowstart",
	};
	struct backend          *backend = any_backend(model);
	struct server           *server = any_server(backend);

	*done = server != NULL;
	if (server)
		fprintf(file, "unset server %s/%s %s", backend->name, server->name,
			keywords[below(sizeof(keywords) / sizeof(keywords[0]))]);
	return false;
}

/* Keywords that few servers have, some of which commands can change. */
static bool edit_rare(FILE *file, struct model *model, bool *done)
{
	static const char *const keywords[] = {
		"agent-check agent-port 7000", "agent-port 7001", "check port 9000", "port 9001",
		"addr 127.0.0.9", "cookie c7", "ssl verify none", "no-check", "send-proxy-v2",
		"tls-tickets",
	};
	struct backend *backend = any_backend(model);
	struct server  *server = any_server(backend);

	*done = server != NULL;
	if (server)
		fprintf(file, "set server %s/%s %s", backend->name, server->name,
			keywords[below(sizeof(keywords) / sizeof(keywords[0]))]);
	return false;
}

static bool edit_balance(FILE *file, struct model *model, bool *done)
{
	struct backend *backend = any_backend(model);
	unsigned        kind = below(sizeof(balances) / sizeof(balances[0]));

	*done = true;
	backend->balance = balances[kind].name;
	backend->dynamic = balances[kind].dynamic;
	fprintf(file, "set backend %s balance %s", backend->name, backend->balance);
	return false;
}

static bool edit_take_back(FILE *file, struct model *model, bool *done)
{
	(void)model;
	*done = true;
	fprintf(file, "set global maxconnrate %u\nundo\nredo", 1 + below(10000));
	return true;
}

static bool edit_default_server(FILE *file, struct model *model, bool *done)
{
	*done = true;
	fprintf(file, "set default-server %s fall %u", any_backend(model)->name, 1 + below(9));
	return false;
}

static bool edit_rule(FILE *file, struct model *model, bool *done)
{
	*done = true;
	fprintf(file, "add rule f%u path_beg /p%u b%u",
		1 + below((unsigned)model->frontend_count), below(1000000),
		1 + below((unsigned)model->backend_count));
	return false;
}

static bool edit_timeout(FILE *file, struct model *model, bool *done)
{
	*done = true;
	fprintf(file, "set backend %s timeout server %us", any_backend(model)->name,
		1 + below(300));
	return false;
}

/* How often each is drawn, by how often operators do it. */
static const struct {
	edit_fn  edit;
	unsigned share;
} edits[] = {
	{ edit_weight, 16 },      { edit_address, 10 },     { edit_maxconn, 8 },
	{ edit_disabled, 10 },    { edit_add, 14 },         { edit_delete, 10 },
	{ edit_keyword, 3 },      { edit_frontend_maxconn, 6 }, { edit_rate, 4 },
	{ edit_add_map, 5 },      { edit_set_map, 5 },      { edit_delete_map, 3 },
	{ edit_add_pattern, 3 },  { edit_delete_pattern, 2 }, { edit_comment, 3 },
	{ edit_default_server, 1 }, { edit_rule, 1 },       { edit_timeout, 1 },
	{ edit_rename, 4 },       { edit_unset, 4 },        { edit_rare, 5 },
	{ edit_balance, 1 },      { edit_take_back, 2 },
};

static edit_fn draw(void)
{
	unsigned total = 0, at;

	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		total += edits[i].share;
	at = below(total);
	for (size_t i = 0;; at -= edits[i++].share)
		if (at < edits[i].share)
			return edits[i].edit;
}

static void write_edits(struct model *model, const char *folder, int count)
{
	FILE *file = open_in(folder, "edits");

	while (count > 0) {
		for (unsigned left = 1 + below(5); left && count > 0; left--) {
			bool done = false, run_time = draw()(file, model, &done);

			if (!done)
				continue;
			fputs(run_time ? " # run-time\n" : "\n", file);
			count--;
		}
		fputs("apply\n", file);
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	static struct model model;

	if (argc != 5) {
		fprintf(stderr, "usage: generate SEED EDITS VERSION FOLDER\n");
		return 2;
	}
	random_state = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15u + 1;
	model.version = strtod(argv[3], NULL);
	write_config(&model, argv[4]);
	write_map(&model, argv[4]);
	write_edits(&model, argv[4], atoi(argv[2]));
	return 0;
}
