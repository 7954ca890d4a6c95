/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of fetches, and those of connection, constants and variables. */
#include "penstock/config/fetch.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/acl.h"

/* acl() may name an acl that uses acl(). */
enum { ACL_DEPTH = 16 };

struct span call_arg(const struct expression_call *call, size_t index)
{
	return index < call->count ? call->args[index] : span_make("", 0);
}

struct datum scene_variable(const struct scene *scene, struct span name)
{
	for (size_t i = scene->variables.count; i-- > 0;)
		if (span_equal(scene->variables.items[i].name, name))
			return scene->variables.items[i].value;
	return datum_none();
}

void scene_set_variable(struct scene *scene, struct span name, struct datum value)
{
	for (size_t i = 0; i < scene->variables.count; i++) {
		if (!span_equal(scene->variables.items[i].name, name))
			continue;
		scene->variables.items[i].value = value;
		return;
	}
	*vec_push(&scene->variables) = (struct scene_variable){ name, value };
}

static struct datum always_true(struct scene *s, const struct expression_call *call)
{
	(void)s;
	return call->index ? datum_none() : datum_bool(true);
}

static struct datum always_false(struct scene *s, const struct expression_call *call)
{
	(void)s;
	return call->index ? datum_none() : datum_bool(false);
}

static struct datum text(struct scene *s, const struct expression_call *call)
{
	(void)s;
	return call->index ? datum_none() : datum_text(call_arg(call, 0));
}

static struct datum method_text(struct scene *s, const struct expression_call *call)
{
	struct datum datum = text(s, call);

	if (datum.type == DATUM_TEXT)
		datum.type = DATUM_METHOD;
	return datum;
}

static struct datum number(struct scene *s, const struct expression_call *call)
{
	(void)s;
	return call->index ? datum_none() : datum_int(number_prefix(call_arg(call, 0)));
}

static struct datum boolean(struct scene *s, const struct expression_call *call)
{
	struct span word = call_arg(call, 0);

	(void)s;
	if (call->index)
		return datum_none();
	return datum_bool(span_same(word, span_of("true")) || number_prefix(word) != 0);
}

static struct datum address(struct scene *s, const struct expression_call *call)
{
	struct inet inet;

	(void)s;
	if (call->index || !inet_parse(call_arg(call, 0), &inet))
		return datum_none();
	return datum_inet(inet);
}

static struct datum environment(struct scene *s, const struct expression_call *call)
{
	struct span value = { "", 0 };
	enum truth  set = TRUTH_UNKNOWN;

	if (s->surroundings->variable)
		set = s->surroundings->variable(s->surroundings->data, call_arg(call, 0), &value);
	if (set == TRUTH_UNKNOWN)
		return datum_unknown("the environment variable is not known");
	return set == TRUTH_TRUE && !call->index ? datum_text(value) : datum_none();
}

/* var(NAME[,DEFAULT]) */
static struct datum variable(struct scene *s, const struct expression_call *call)
{
	struct span  name = call_arg(call, 0);
	struct datum datum = scene_variable(s, name);

	if (call->index)
		return datum_none();
	if (datum.type == DATUM_NONE && span_starts(name, "proc."))
		return datum_unknown("variables of the process are not known");
	if (datum.type == DATUM_NONE && s->variables_why)
		return datum_unknown(s->variables_why);
	if (datum.type == DATUM_NONE && call->count > 1)
		return datum_text(call_arg(call, 1));
	return datum;
}

/* acl(NAME[,[!]NAME…]): all of them */
static struct datum named_acls(struct scene *s, const struct expression_call *call)
{
	enum truth  all = TRUTH_TRUE;
	const char *why = NULL;

	if (call->index)
		return datum_none();
	if (++s->depth > ACL_DEPTH) {
		s->depth--;
		return datum_unknown("acls refer to each other in a circle");
	}
	for (size_t i = 0; i < call->count; i++) {
		struct span name = call->args[i];
		bool        negate = name.len && name.at[0] == '!';
		enum truth  is = acl_named(s, span_make(name.at + negate, name.len - negate), &why);

		all = truth_and(all, negate ? truth_not(is) : is);
	}
	s->depth--;
	return all == TRUTH_UNKNOWN ? datum_unknown(why) : datum_bool(all == TRUTH_TRUE);
}

static struct datum source(struct scene *s, const struct expression_call *call)
{
	if (!s->request->has_source)
		return datum_unknown(s->source_why ? s->source_why
						   : "the client's address is not given; "
						     "say it with 'from'");
	return call->index ? datum_none() : datum_inet(s->request->source);
}

static struct datum destination(struct scene *s, const struct expression_call *call)
{
	if (!s->has_destination)
		return datum_unknown("which address the client connects to is not known");
	return call->index ? datum_none() : datum_inet(s->destination);
}

static struct datum destination_port(struct scene *s, const struct expression_call *call)
{
	if (!s->port)
		return datum_unknown("the bind has no port");
	return call->index ? datum_none() : datum_int(s->port);
}

static struct datum is_ssl(struct scene *s, const struct expression_call *call)
{
	return call->index ? datum_none() : datum_bool(s->ssl);
}

/* The name that a client asks for in TLS; an address is none. */
static struct datum server_name(struct scene *s, bool tls, const struct expression_call *call)
{
	struct inet inet;

	if (!tls || call->index || inet_parse(s->request->host, &inet))
		return datum_none();
	return datum_text(s->request->host);
}

static struct datum decrypted_name(struct scene *s, const struct expression_call *call)
{
	return server_name(s, s->ssl, call);
}

static struct datum passing_name(struct scene *s, const struct expression_call *call)
{
	return server_name(s, s->request->ssl && !s->ssl, call);
}

static struct datum has_name(struct scene *s, const struct expression_call *call)
{
	struct inet inet;

	return call->index ? datum_none()
			   : datum_bool(s->ssl && !inet_parse(s->request->host, &inet));
}

static struct datum hello_type(struct scene *s, const struct expression_call *call)
{
	return call->index || s->ssl || !s->request->ssl ? datum_none() : datum_int(1);
}

static struct datum frontend_name(struct scene *s, const struct expression_call *call)
{
	return call->index || !s->frontend ? datum_none() : datum_text(s->frontend->name);
}

static struct datum backend_name(struct scene *s, const struct expression_call *call)
{
	const struct flat_section *section = s->backend ? s->backend : s->frontend;

	return call->index || !section ? datum_none() : datum_text(section->name);
}

#define TIME    "it depends on the time"
#define CHANCE  "it depends on chance"
#define LIVE    "it depends on the state of the running process"
#define TABLE   "it depends on the content of a stick table"
#define BODY    "the body of the request is not given"
#define TLS     "it depends on the TLS connection"
#define HASH    "hashes are not computed on paper"
#define WIRE    "the bytes of the connection are not given"
#define ANSWER  "it belongs to the response"
#define NETWORK "it depends on the network"

/* Exact names first: fetch_find takes the first row that fits. */
const struct fetch_def fetch_table[] = {
	{ "path",              DATUM_TEXT,    fetch_path,              NULL },
	{ "pathq",             DATUM_TEXT,    fetch_pathq,             NULL },
	{ "url",               DATUM_TEXT,    fetch_url,               NULL },
	{ "capture.req.uri",   DATUM_TEXT,    fetch_url,               NULL },
	{ "query",             DATUM_TEXT,    fetch_query,             NULL },
	{ "base",              DATUM_TEXT,    fetch_base,              NULL },
	{ "baseq",             DATUM_TEXT,    fetch_baseq,             NULL },
	{ "method",            DATUM_METHOD,  fetch_method,            NULL },
	{ "capture.req.method", DATUM_TEXT,   fetch_method,            NULL },
	{ "req.ver",           DATUM_TEXT,    fetch_version,           NULL },
	{ "req_ver",           DATUM_TEXT,    fetch_version,           NULL },
	{ "fc_http_major",     DATUM_INT,     fetch_major,             NULL },
	{ "req.proto_http",    DATUM_BOOL,    fetch_is_http,           NULL },
	{ "req_proto_http",    DATUM_BOOL,    fetch_is_http,           NULL },
	{ "http_first_req",    DATUM_BOOL,    always_true,             NULL },
	{ "hdr",               DATUM_TEXT,    fetch_header,            NULL },
	{ "req.hdr",           DATUM_TEXT,    fetch_header,            NULL },
	{ "req.fhdr",          DATUM_TEXT,    fetch_full_header,       NULL },
	{ "hdr_cnt",           DATUM_INT,     fetch_header_count,      NULL },
	{ "req.hdr_cnt",       DATUM_INT,     fetch_header_count,      NULL },
	{ "req.fhdr_cnt",      DATUM_INT,     fetch_full_header_count, NULL },
	{ "hdr_ip",            DATUM_ADDRESS, fetch_header_ip,         NULL },
	{ "req.hdr_ip",        DATUM_ADDRESS, fetch_header_ip,         NULL },
	{ "hdr_val",           DATUM_INT,     fetch_header_value,      NULL },
	{ "req.hdr_val",       DATUM_INT,     fetch_header_value,      NULL },
	{ "req.hdr_names",     DATUM_TEXT,    fetch_header_names,      NULL },
	{ "cook",              DATUM_TEXT,    fetch_cookie,            NULL },
	{ "cookie",            DATUM_TEXT,    fetch_cookie,            NULL },
	{ "req.cook",          DATUM_TEXT,    fetch_cookie,            NULL },
	{ "cook_cnt",          DATUM_INT,     fetch_cookie_count,      NULL },
	{ "req.cook_cnt",      DATUM_INT,     fetch_cookie_count,      NULL },
	{ "cook_val",          DATUM_INT,     fetch_cookie_value,      NULL },
	{ "req.cook_val",      DATUM_INT,     fetch_cookie_value,      NULL },
	{ "url_param",         DATUM_TEXT,    fetch_parameter,         NULL },
	{ "urlp",              DATUM_TEXT,    fetch_parameter,         NULL },
	{ "urlp_val",          DATUM_INT,     fetch_parameter_value,   NULL },
	{ "http_auth",         DATUM_BOOL,    fetch_auth,              NULL },
	{ "http_auth_group",   DATUM_TEXT,    fetch_auth_group,        NULL },
	{ "http_auth_user",    DATUM_TEXT,    fetch_auth_user,         NULL },
	{ "http_auth_pass",    DATUM_TEXT,    fetch_auth_pass,         NULL },
	{ "http_auth_type",    DATUM_TEXT,    fetch_auth_type,         NULL },
	{ "http_auth_bearer",  DATUM_TEXT,    fetch_auth_bearer,       NULL },
	{ "src",               DATUM_ADDRESS, source,                  NULL },
	{ "fc_src",            DATUM_ADDRESS, source,                  NULL },
	{ "dst",               DATUM_ADDRESS, destination,             NULL },
	{ "fc_dst",            DATUM_ADDRESS, destination,             NULL },
	{ "dst_port",          DATUM_INT,     destination_port,        NULL },
	{ "fc_dst_port",       DATUM_INT,     destination_port,        NULL },
	{ "ssl_fc",            DATUM_BOOL,    is_ssl,                  NULL },
	{ "ssl_fc_sni",        DATUM_TEXT,    decrypted_name,          NULL },
	{ "ssl_fc_has_sni",    DATUM_BOOL,    has_name,                NULL },
	{ "req.ssl_sni",       DATUM_TEXT,    passing_name,            NULL },
	{ "req_ssl_sni",       DATUM_TEXT,    passing_name,            NULL },
	{ "req.ssl_hello_type", DATUM_INT,    hello_type,              NULL },
	{ "req_ssl_hello_type", DATUM_INT,    hello_type,              NULL },
	{ "acl",               DATUM_BOOL,    named_acls,              NULL },
	{ "fe_name",           DATUM_TEXT,    frontend_name,           NULL },
	{ "be_name",           DATUM_TEXT,    backend_name,            NULL },
	{ "always_true",       DATUM_BOOL,    always_true,             NULL },
	{ "always_false",      DATUM_BOOL,    always_false,            NULL },
	{ "wait_end",          DATUM_BOOL,    always_true,             NULL },
	{ "str",               DATUM_TEXT,    text,                    NULL },
	{ "meth",              DATUM_METHOD,  method_text,             NULL },
	{ "int",               DATUM_INT,     number,                  NULL },
	{ "bool",              DATUM_BOOL,    boolean,                 NULL },
	{ "ipv4",              DATUM_ADDRESS, address,                 NULL },
	{ "ipv6",              DATUM_ADDRESS, address,                 NULL },
	{ "env",               DATUM_TEXT,    environment,             NULL },
	{ "var",               DATUM_ANY,     variable,                NULL },
	{ "date*",             DATUM_INT,     NULL, TIME },
	{ "rand",              DATUM_INT,     NULL, CHANCE },
	{ "uuid",              DATUM_TEXT,    NULL, CHANCE },
	{ "unique-id",         DATUM_TEXT,    NULL, CHANCE },
	{ "thread",            DATUM_INT,     NULL, CHANCE },
	{ "src_port",          DATUM_INT,     NULL, NETWORK },
	{ "src_is_local",      DATUM_BOOL,    NULL, NETWORK },
	{ "dst_is_local",      DATUM_BOOL,    NULL, NETWORK },
	{ "src_*",             DATUM_INT,     NULL, TABLE },
	{ "sc_*",              DATUM_INT,     NULL, TABLE },
	{ "sc[0-9]_*",         DATUM_INT,     NULL, TABLE },
	{ "table_*",           DATUM_INT,     NULL, TABLE },
	{ "so_*",              DATUM_INT,     NULL, "it depends on the listener" },
	{ "req.body*",         DATUM_BYTES,   NULL, BODY },
	{ "req.len",           DATUM_INT,     NULL, WIRE },
	{ "req_len",           DATUM_INT,     NULL, WIRE },
	{ "req.hdrs*",         DATUM_BYTES,   NULL, WIRE },
	{ "req.payload*",      DATUM_BYTES,   NULL, WIRE },
	{ "payload*",          DATUM_BYTES,   NULL, WIRE },
	{ "req.rdp_cookie*",   DATUM_TEXT,    NULL, WIRE },
	{ "req_rdp_cookie*",   DATUM_TEXT,    NULL, WIRE },
	{ "rdp_cookie*",       DATUM_TEXT,    NULL, WIRE },
	{ "req.ssl_*",         DATUM_TEXT,    NULL, TLS },
	{ "req_ssl_*",         DATUM_TEXT,    NULL, TLS },
	{ "ssl_*",             DATUM_TEXT,    NULL, TLS },
	{ "base32*",           DATUM_INT,     NULL, HASH },
	{ "url32*",            DATUM_INT,     NULL, HASH },
	{ "url_ip",            DATUM_ADDRESS, NULL, "only an absolute URI has it" },
	{ "url_port",          DATUM_INT,     NULL, "only an absolute URI has it" },
	{ "nbsrv",             DATUM_INT,     NULL, LIVE },
	{ "srv_*",             DATUM_INT,     NULL, LIVE },
	{ "be_*",              DATUM_INT,     NULL, LIVE },
	{ "fe_*",              DATUM_INT,     NULL, LIVE },
	{ "queue",             DATUM_INT,     NULL, LIVE },
	{ "avg_queue",         DATUM_INT,     NULL, LIVE },
	{ "connslots",         DATUM_INT,     NULL, LIVE },
	{ "stopping",          DATUM_BOOL,    NULL, LIVE },
	{ "table*",            DATUM_INT,     NULL, TABLE },
	{ "fc_*",              DATUM_INT,     NULL, NETWORK },
	{ "bc_*",              DATUM_INT,     NULL, NETWORK },
	{ "res.*",             DATUM_TEXT,    NULL, ANSWER },
	{ "shdr*",             DATUM_TEXT,    NULL, ANSWER },
	{ "scook*",            DATUM_TEXT,    NULL, ANSWER },
	{ "status",            DATUM_INT,     NULL, ANSWER },
	{ "capture.*",         DATUM_TEXT,    NULL, "captures are not kept on paper" },
	{ "lua.*",             DATUM_TEXT,    NULL, "Lua is not run on paper" },
	{ "hostname",          DATUM_TEXT,    NULL, "it depends on the machine" },
	{ "nbproc",            DATUM_INT,     NULL, LIVE },
	{ "*",                 DATUM_TEXT,    NULL, "Penstock does not know it" },
};
const size_t fetch_table_count = N(fetch_table);

const struct fetch_def *fetch_find(struct span name)
{
	for (size_t i = 0; i < fetch_table_count; i++)
		if (text_glob(span_of(fetch_table[i].name), name))
			return &fetch_table[i];
	return NULL;
}
