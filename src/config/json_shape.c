/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which document a text is: by its fields, from one table. */
#include "penstock/config/json_shape.h"

#include <string.h>

#include "penstock/config/json_sections.h"

static bool has(const json_t *json, const char *name)
{
	return json_object_get(json, name) != NULL;
}

static bool has_any(const json_t *json, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (has(json, names[i]))
			return true;
	return false;
}

/* What a proxy's document is, by what it says or by the fields that only one has. */
static enum section_kind side_of(const json_t *json)
{
	static const struct {
		const char       *field;
		enum section_kind side;
	} signs[] = {
		{ "bind", SECTION_FRONTEND },      { "rules", SECTION_FRONTEND },
		{ "keepalive", SECTION_FRONTEND }, { "defaultBackend", SECTION_FRONTEND },
		{ "option", SECTION_FRONTEND },    { "type", SECTION_BACKEND },
		{ "members", SECTION_BACKEND },    { "balance", SECTION_BACKEND },
		{ "health", SECTION_BACKEND },     { "host", SECTION_BACKEND },
		{ "version", SECTION_BACKEND },    { "source", SECTION_BACKEND },
	};
	const char *type = json_string_value(json_object_get(json, "_type"));

	if (type && strcmp(type, "frontend") == 0)
		return SECTION_FRONTEND;
	if (type && strcmp(type, "backend") == 0)
		return SECTION_BACKEND;
	for (size_t i = 0; i < N(signs); i++)
		if (has(json, signs[i].field))
			return signs[i].side;
	return SECTION_NONE;
}

static bool fits_whole(const struct reading *r, const json_t *json)
{
	static const char *const signs[] = { "frontends", "backends", "sections" };

	(void)r;
	return has_any(json, signs, N(signs));
}

static bool fits_cosmos(const struct reading *r, const json_t *json)
{
	static const char *const signs[] = { "running", "runningServices", "candidates",
					     "candidateServices" };

	(void)r;
	return has_any(json, signs, N(signs));
}

static bool fits_service(const struct reading *r, const json_t *json)
{
	static const char *const signs[] = { "listen_options", "server_options", "remote_port" };
	static const char *const types[] = { "zookeeper", "campanjazk", "dns", "file" };
	const char              *type = json_string_value(json_object_get(json, "type"));

	(void)r;
	for (size_t i = 0; i < N(types) && type; i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return has_any(json, signs, N(signs));
}

static bool fits_node(const struct reading *r, const json_t *json)
{
	(void)r;
	return has(json, "address");
}

/* Conduit's say `name` where Aqueduct's say `key`. */
static bool is_conduit(const struct reading *r, const json_t *json)
{
	return !has(json, "key") && !has(json, "type") && (has(json, "name") || r->wants->name.len);
}

/* One that does not say which it is is what there is of that name. */
static bool fits_conduit(const struct reading *r, const json_t *json, enum section_kind side)
{
	const char  *text = json_string_value(json_object_get(json, "name"));
	struct span  name = text ? span_of(text) : r->wants->name;
	enum section_kind other = side == SECTION_FRONTEND ? SECTION_BACKEND : SECTION_FRONTEND;

	if (!is_conduit(r, json))
		return false;
	if (side_of(json) != SECTION_NONE)
		return side_of(json) == side;
	return name.len && r->wants->now && document_section(r->wants->now, side, name) &&
	       !document_section(r->wants->now, other, name);
}

static bool fits_conduit_frontend(const struct reading *r, const json_t *json)
{
	return fits_conduit(r, json, SECTION_FRONTEND);
}

static bool fits_conduit_backend(const struct reading *r, const json_t *json)
{
	return fits_conduit(r, json, SECTION_BACKEND);
}

static bool fits_frontend(const struct reading *r, const json_t *json)
{
	(void)r;
	return side_of(json) == SECTION_FRONTEND;
}

static bool fits_backend(const struct reading *r, const json_t *json)
{
	(void)r;
	return side_of(json) == SECTION_BACKEND;
}

static int read_frontend(struct reading *r, const json_t *json)
{
	return json_read_proxy(r, json, SECTION_FRONTEND);
}

static int read_backend(struct reading *r, const json_t *json)
{
	return json_read_proxy(r, json, SECTION_BACKEND);
}

static int read_conduit_frontend(struct reading *r, const json_t *json)
{
	return json_read_conduit(r, json, SECTION_FRONTEND);
}

static int read_conduit_backend(struct reading *r, const json_t *json)
{
	return json_read_conduit(r, json, SECTION_BACKEND);
}

static int read_frontend_item(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	return read_frontend(r, json);
}

static int read_backend_item(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	return read_backend(r, json);
}

static int read_frontends(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_frontend_item, target);
}

static int read_backends(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_backend_item, target);
}

static int read_version(struct reading *r, const json_t *json, void *target)
{
	json_int_t number;

	(void)target;
	if (!json_is_whole(json, 1, 1, &number))
		return json_fail(r, "expected 1, the only version there is");
	return 0;
}

static const struct json_field whole_fields[] = {
	{ "version", read_version, 0, 0, false },
	{ "frontends", read_frontends, 0, 0, false },
	{ "backends", read_backends, 0, 0, false },
	{ "sections", json_read_sections, 0, 0, false },
};

static int read_whole(struct reading *r, const json_t *json)
{
	return json_read_object(r, json, FIELDS(whole_fields), r->wants);
}

static struct json_fields whole(void)
{
	return FIELDS(whole_fields);
}

static struct json_fields frontend(void)
{
	return json_proxy_fields(SECTION_FRONTEND);
}

static struct json_fields backend(void)
{
	return json_proxy_fields(SECTION_BACKEND);
}

static struct json_fields conduit_frontend(void)
{
	return json_conduit_fields(SECTION_FRONTEND);
}

static struct json_fields conduit_backend(void)
{
	return json_conduit_fields(SECTION_BACKEND);
}

struct shape {
	const char *name;
	bool      (*fits)(const struct reading *r, const json_t *json);
	int       (*read)(struct reading *r, const json_t *json);
	struct json_fields (*fields)(void);
};

/* The first that fits is it: a service may have `backends` as a whole model has. */
static const struct shape shape_table[] = {
	{ "ProxyMgr's service", fits_service,          json_read_service, json_service_fields },
	{ "a whole model",      fits_whole,            read_whole,        whole },
	{ "Cosmos's request",   fits_cosmos,           json_read_cosmos,  json_cosmos_fields },
	{ "ProxyMgr's server",  fits_node,             json_read_node,    json_node_fields },
	{ "Conduit's frontend", fits_conduit_frontend, read_conduit_frontend, conduit_frontend },
	{ "Conduit's backend",  fits_conduit_backend,  read_conduit_backend, conduit_backend },
	{ "a frontend",         fits_frontend,         read_frontend,     frontend },
	{ "a backend",          fits_backend,          read_backend,      backend },
};

static size_t known_fields(const struct shape *shape, const json_t *json)
{
	struct json_fields fields = shape->fields();
	size_t             known = 0;

	for (size_t i = 0; i < fields.count; i++)
		known += has(json, fields.items[i].name);
	return known;
}

/* The one that has most of the object's fields; of several the last, which says
 * it more plainly. */
static const struct shape *nearest_shape(const json_t *json)
{
	const struct shape *nearest = NULL;
	size_t              most = 1;

	for (size_t i = 0; i < N(shape_table); i++) {
		size_t known = known_fields(&shape_table[i], json);

		if (known < most)
			continue;
		nearest = &shape_table[i];
		most = known;
	}
	return nearest;
}

static int no_shape(struct reading *r, const json_t *json)
{
	const struct shape *nearest = nearest_shape(json);
	struct json_fields  fields = { NULL, 0 };
	struct str          names = STR_INIT;

	for (size_t i = 0; i < N(shape_table); i++)
		str_addf(&names, "%s%s", i == 0 ? "" : i + 1 < N(shape_table) ? ", " : " or ",
			 shape_table[i].name);
	json_fail(r, "this is none of %s", names.bytes);
	str_release(&names);
	if (!nearest)
		return -1;
	fields = nearest->fields();
	for (size_t i = 0; i < fields.count; i++)
		if (fields.items[i].required && !has(json, fields.items[i].name))
			return err_hint(r->err, "for %s %s.%s is missing", nearest->name,
					r->path.bytes, fields.items[i].name);
	return err_hint(r->err, "'_type' may say whether it is a frontend or a backend");
}

static int read_document(struct reading *r, const json_t *json, void *target)
{
	size_t *taken = target;

	if (!json_is_object(json))
		return json_fail(r, "expected an object");
	for (size_t i = 0; i < N(shape_table); i++) {
		if (!shape_table[i].fits(r, json))
			continue;
		taken[i]++;
		return shape_table[i].read(r, json);
	}
	return no_shape(r, json);
}

static void say_taken(struct str *said, const size_t *taken)
{
	struct str line = STR_INIT;

	for (size_t i = 0; i < N(shape_table); i++) {
		if (!taken[i])
			continue;
		str_addf(&line, "%s%s", line.len ? ", " : "taken for ", shape_table[i].name);
		if (taken[i] > 1)
			str_addf(&line, " (%zu times)", taken[i]);
	}
	if (line.len)
		str_add_char(&line, '\n');
	str_insert(said, 0, line.bytes, line.len);
	str_release(&line);
}

static int read_all(struct reading *r, const json_t *json)
{
	size_t taken[N(shape_table)] = { 0 };
	int    result = json_is_array(json) ? json_read_items(r, json, read_document, taken)
					    : read_document(r, json, taken);

	say_taken(&r->wants->said, taken);
	if (r->wants->loses)
		str_add_text(&r->wants->said,
			     "lastKnown and meta of members have no place in a configuration: "
			     "they are not kept\n");
	return result;
}

int wants_read(struct wants *wants, struct span text, struct err *err)
{
	struct reading r = { .wants = wants, .path = STR_INIT, .err = err };
	json_error_t   error;
	json_t        *json = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);
	int            result;

	if (!json)
		return err_at(err, ERR_PARSE,
			      (struct place){
				      .file = wants->source,
				      .line = error.line > 0 ? (unsigned)error.line : 0,
				      .column = error.column > 0 ? (unsigned)error.column : 0,
			      },
			      "%s", error.text);
	str_add_char(&r.path, '$');
	result = read_all(&r, json);
	json_decref(json);
	str_release(&r.path);
	return result;
}
