/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of the view that help was asked in, and all commands. */
#include <string.h>

#include "penstock/ui/frame.h"
#include "penstock/ui/view.h"

enum { KEYS_COLUMNS = 10, NAME_COLUMNS = 18 };

static void add_heading(struct page *page, const char *title, const char *more)
{
	if (page_count(page))
		page_end_line(page);
	page_add(page, STYLE_STRONG, span_of(title));
	if (more)
		page_addf(page, STYLE_DIM, "  %s", more);
	page_end_line(page);
}

/* A note may begin with a label for the footer; the rest explains. */
static struct span explanation(const struct binding *binding)
{
	struct span rest = span_of(binding->note ? binding->note : ""), label;

	span_split(&rest, ':', &label);
	return rest.at ? span_trim(rest) : label;
}

static void add_binding(struct page *page, const struct binding *binding, int width)
{
	struct span note = explanation(binding);

	page_add(page, STYLE_TEXT, span_of("  "));
	page_cell(page, STYLE_KEY, KEYS_COLUMNS, false, span_of(binding->keys));
	page_cell(page, STYLE_TEXT, (width - KEYS_COLUMNS) * 2 / 5, false,
		  span_of(binding->command));
	if (note.len) {
		page_add(page, STYLE_TEXT, span_of("  "));
		page_add(page, STYLE_DIM, note);
	}
	page_end_line(page);
}

static const char *context_summary(const char *name)
{
	for (size_t i = 0; i < context_table_count; i++)
		if (strcmp(context_table[i].name, name) == 0)
			return context_table[i].summary;
	return NULL;
}

/* A key that a more special context uses for something else is left out. */
static void add_context(struct page *page, const struct ui *ui, const char *const *contexts,
			size_t index)
{
	const struct keymap *keymap = &ui->console->keymap;
	bool                 titled = false, pending;

	for (size_t i = 0; i < keymap->list.count; i++) {
		const struct binding *binding = &keymap->list.items[i];

		if (strcmp(binding->context, contexts[index]) != 0 ||
		    keymap_find(keymap, contexts, INPUT_CONTEXTS, binding->keys, &pending) !=
			    binding)
			continue;
		if (!titled)
			add_heading(page, "Keys", context_summary(contexts[index]));
		titled = true;
		add_binding(page, binding, ui->screen.columns);
	}
}

static void add_commands(struct page *page)
{
	const struct cmd_group *group = NULL, *last = NULL;

	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, &group);

		if (group != last)
			add_heading(page, "Commands", group->title);
		last = group;
		page_add(page, STYLE_TEXT, span_of("  "));
		page_cell(page, STYLE_KEY, NAME_COLUMNS, false, span_of(def->name));
		page_add(page, STYLE_TEXT, span_of(def->summary));
		page_end_line(page);
	}
}

void view_help_build(struct view *view, struct page *page)
{
	const struct views *views = &view->ui->views;
	const struct view  *about = views->depth ? views->trail[views->depth - 1].view : view;
	const char         *contexts[INPUT_CONTEXTS] = {
		about->def->name, view_widget(about), "global",
	};

	for (size_t i = 0; i < INPUT_CONTEXTS; i++)
		add_context(page, view->ui, contexts, i);
	add_commands(page);
	add_heading(page, "More", "`help COMMAND` explains one; Tab completes at the prompt");
}
