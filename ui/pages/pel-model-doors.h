/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "engine/infer/pel-model-card.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/* Models out to other programs, and in from them. */

/**
 * pel_model_doors_export:
 * @workspace: the window's state
 * @parent: (nullable): what dialogs belong to
 * @entry: a model
 *
 * Asks what to write and what to say about it, then for a file, and writes it in the background.
 */
void pel_model_doors_export (PelWorkspace *workspace, GtkWindow *parent, PelModelEntry *entry);

/* The same once all is known: a BioImage.IO package with @card, or without one an ONNX file. */
void pel_model_doors_export_to (PelWorkspace *workspace,
                                PelModelEntry *entry,
                                const char *path,
                                const PelModelCard *card);

/**
 * pel_model_doors_import:
 * @workspace: the window's state, with a project that may be written
 * @parent: (nullable): what dialogs belong to
 *
 * Asks for a file and makes a model of the project of it, in the background. Where the file does
 * not tell what its results mean, that is asked.
 */
void pel_model_doors_import (PelWorkspace *workspace, GtkWindow *parent);

/* The same once the file is known; @outputs as in #PelOnnxReadOptions, or NULL. What was taken for
 * granted becomes the model's note. */
void pel_model_doors_import_from (PelWorkspace *workspace,
                                  GtkWindow *parent,
                                  const char *path,
                                  const char *outputs);

G_END_DECLS
