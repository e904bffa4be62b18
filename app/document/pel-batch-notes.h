/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/measure/pel-definitions.h"

G_BEGIN_DECLS

/* What a batch has finished, as files in a hidden folder of its results, so that it can go on after
 * an interruption: the settings, and for each image the stamp of its file, its number of cells and
 * its rows of the table. Each file is whole or not there. Any thread, one at a time. */

/* Makes the folders. Notes that were made with other settings are thrown away. */
gboolean pel_batch_notes_open (const char *out, const char *settings, GError **error);
/* Whether an image is finished, and its label image still there; and its number of cells. */
gboolean pel_batch_notes_check (const char *out,
                                const char *name,
                                const char *path,
                                guint *n_cells);
gboolean pel_batch_notes_write (const char *out,
                                const char *name,
                                const char *path,
                                guint n_cells,
                                const char *rows,
                                gsize length,
                                GError **error);
/* Writes measurements.csv and its companion from the notes. @names: (element-type utf8);
 * @definitions: by whose the cells were measured. */
gboolean pel_batch_notes_join (const char *out,
                               GPtrArray *names,
                               PelDefinitions definitions,
                               GError **error);
void pel_batch_notes_clear (const char *out);
/* (transfer full): the size and time of a file, in words */
char *pel_batch_notes_stamp (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
