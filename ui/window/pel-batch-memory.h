/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-batch-window.h"

G_BEGIN_DECLS

/* What a batch works on is kept with the project from its start to its end, so that one that was
 * interrupted, even by a crash, is set up again and only has to be started. Main thread only;
 * projects that are read-only, and NULL, remember nothing. */

/* @inputs: of paths; @out: folder for the results */
void pel_batch_memory_keep (PelProject *project, GPtrArray *inputs, const char *out);
/* It has come to its end. */
void pel_batch_memory_forget (PelProject *project);
/* Sets @window up with what is kept and still there. */
void pel_batch_memory_recall (PelProject *project, PelBatchWindow *window);

G_END_DECLS
