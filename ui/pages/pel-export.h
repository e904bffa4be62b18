/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/exchange/pel-export-format.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * pel_export_csv:
 * @workspace: the window's state
 * @parent: (nullable): the window that the chooser belongs to
 *
 * Asks for a file, the project's exports folder proposed, then writes the measurements of all
 * images to it in the background and tells when that is done.
 */
void pel_export_csv (PelWorkspace *workspace, GtkWindow *parent);

/* A chooser of a file to write begins in the exports folder, which is made where it can be. */
void pel_export_start_in_exports (PelWorkspace *workspace, GtkFileChooserNative *dialog);

/* Writes without asking. */
void pel_export_csv_to (PelWorkspace *workspace, const char *path);
/* Asks for a file, and whether to write a page for all images or one for each; then writes the
 * report. */
void pel_export_report (PelWorkspace *workspace, GtkWindow *parent, PelQuantityId quantity);
void pel_export_report_to (PelWorkspace *workspace,
                           const char *path,
                           PelQuantityId quantity,
                           gboolean each);
void pel_export_labels_to (PelWorkspace *workspace, const char *folder);
/* The cells of all images in a format of another program, into a folder or a file. */
void pel_export_cells_to (PelWorkspace *workspace, PelExportFormat format, const char *path);

G_END_DECLS
