/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * pel_model_row_new:
 * @workspace: the window's state
 * @entry: a model
 *
 * A row for a list of models: its name, date and scores, a mark for the one in use, and a button
 * that predicts the image on show with it. It opens to all that is known of the model, its curves,
 * the user's note, and what can be done with it.
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *pel_model_row_new (PelWorkspace *workspace, PelModelEntry *entry)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
