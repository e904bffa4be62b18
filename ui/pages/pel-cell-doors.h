/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * pel_cell_doors_export:
 * @workspace: the window's state
 * @parent: (nullable): the window that the dialogs belong to
 *
 * Asks for a format and a folder, then writes the cells of all images in the background and tells
 * when that is done.
 */
void pel_cell_doors_export (PelWorkspace *workspace, GtkWindow *parent);

/**
 * pel_cell_doors_import:
 * @workspace: the window's state
 * @parent: (nullable): the window that the chooser belongs to
 *
 * Asks for files of cells, then gives their cells to the images that they belong to, each as a step
 * that can be undone.
 */
void pel_cell_doors_import (PelWorkspace *workspace, GtkWindow *parent);
/* The same without asking. */
void pel_cell_doors_import_from (PelWorkspace *workspace, char **paths);

G_END_DECLS
