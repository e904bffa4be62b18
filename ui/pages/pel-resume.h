/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-project.h"
#include "engine/train/pel-train-config.h"

G_BEGIN_DECLS

/**
 * pel_resume_find:
 * @project: (nullable): a project
 *
 * Returns: (transfer full) (nullable): the latest model whose training was interrupted and can go
 * on, or %NULL where there is none or the project may not be written
 */
PelModelEntry *pel_resume_find (PelProject *project) G_GNUC_WARN_UNUSED_RESULT;

/* Reads in a worker how an interrupted training was set up; its file may be large. */
void pel_resume_read_async (PelModelEntry *entry, GAsyncReadyCallback callback, gpointer data);
gboolean pel_resume_read_finish (PelModelEntry *entry,
                                 GAsyncResult *result,
                                 PelTrainConfig *config,
                                 GError **error);

G_END_DECLS
