/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/inherit.h"

#include "penstock/base/map.h"
#include "penstock/base/mem.h"

/* Name -> index plus one of the first `defaults` of that name. */
static void index_defaults(const struct document *doc, struct map *names)
{
	for (size_t i = doc->sections.count; i-- > 0;) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind == SECTION_DEFAULTS && section->name.len)
			map_put(names, section->name, (void *)(uintptr_t)(i + 1));
	}
}

size_t *inherited_defaults(const struct document *doc)
{
	size_t    count = doc->sections.count, last = SIZE_MAX;
	size_t   *defaults = count ? xmalloc(count * sizeof(*defaults)) : NULL;
	struct map names = MAP_INIT;

	index_defaults(doc, &names);
	for (size_t i = 0; i < count; i++) {
		const struct section *section = &doc->sections.items[i];
		bool                  is_defaults = section->kind == SECTION_DEFAULTS;

		defaults[i] = SIZE_MAX;
		if (section->from.len)
			defaults[i] = (uintptr_t)map_get(&names, section->from) - 1;
		else if ((section->kind & SECTION_PROXY) && !is_defaults)
			defaults[i] = last;
		if (is_defaults)
			last = i;
	}
	map_release(&names, NULL);
	return defaults;
}
