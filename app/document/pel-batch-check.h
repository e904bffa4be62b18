/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether a batch may write where it is told to. Looks only; any thread. */

/**
 * pel_batch_check_folder:
 * @out: (type filename): the folder for the results; it need not exist
 * @error: return location for a `GError`
 *
 * A project's own folders (images, masks, models, predictions) are refused: results of the same
 * names would take the place of its files.
 *
 * Returns: %FALSE with `PEL_DOCUMENT_ERROR_EXISTS` set
 */
gboolean pel_batch_check_folder (const char *out, GError **error);

/**
 * pel_batch_check_results:
 * @out: (type filename): the folder for the results
 * @images: (element-type filename): every image that is read
 * @names: (element-type utf8): the name of each one's results
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_DOCUMENT_ERROR_EXISTS`, which names the file, set where a result would
 *   take the place of one of @images, by whichever path or link
 */
gboolean pel_batch_check_results (const char *out,
                                  GPtrArray *images,
                                  GPtrArray *names,
                                  GError **error);

G_END_DECLS
