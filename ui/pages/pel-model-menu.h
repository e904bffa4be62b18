/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * pel_model_menu_new:
 * @workspace: the window's state
 * @entry: a model
 *
 * A button with a menu of what can be done with a model: rename, duplicate, export (also for
 * other programs), delete, and start a new one from it. What would disturb a training of this model
 * is not possible while it runs.
 *
 * Returns: (transfer floating): the button
 */
GtkWidget *pel_model_menu_new (PelWorkspace *workspace, PelModelEntry *entry)
    G_GNUC_WARN_UNUSED_RESULT;

/* Copies a model's file to @path, whole or not at all, and says how that went. */
void pel_model_menu_copy (PelWorkspace *workspace, PelModelEntry *entry, const char *path);
/* The same, to another model of the project. */
void pel_model_menu_duplicate (PelWorkspace *workspace, PelModelEntry *entry);
/* Deletes a model and offers to bring it back. */
void pel_model_menu_delete (PelWorkspace *workspace, PelModelEntry *model);
/* Brings the model that was deleted last back. */
void pel_model_menu_restore (PelWorkspace *workspace);

G_END_DECLS
