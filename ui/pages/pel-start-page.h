/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Projects in the desktop's list of recent documents belong to this group. */
#define PEL_RECENT_GROUP "pellicle-projects"

/**
 * PelStartPage:
 *
 * What a window without a project shows: where to drop images, the sample project, and the projects
 * opened lately. It acts through `win.import`, `win.open`, `app.open-sample` and `win.open-path`.
 */
#define PEL_TYPE_START_PAGE (pel_start_page_get_type ())
G_DECLARE_FINAL_TYPE (PelStartPage, pel_start_page, PEL, START_PAGE, GtkWidget)

GtkWidget *pel_start_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* How many recent projects are listed. */
guint pel_start_page_get_n_recent (PelStartPage *self);

/* Remembers a project as opened just now. */
void pel_start_page_remember (GFile *folder, const char *name);

G_END_DECLS
