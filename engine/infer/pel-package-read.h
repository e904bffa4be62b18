/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-pool.h"
#include "engine/infer/pel-onnx-read.h"

/**
 * pel_package_read:
 * @package: a BioImage.IO package, a zip archive, not trusted
 * @outputs: (nullable): what the network's results mean, as pel_onnx_read() takes it; `NULL` for
 * what the package says or what is usual
 * @notes: (nullable) (element-type utf8): receives a sentence for each thing that was taken for
 *   granted, and for what the package's own test came to
 * @pool: who computes the test
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Makes a model of a package that Pellicle or another program wrote: its U-Net as ONNX, and how
 * pictures are prepared. See pel_package_card_init() for what is understood. Where the package has
 * a test picture, what the engine makes of it must be what the package says; the hashes of its
 * files are checked. Nothing is unpacked onto the disk.
 *
 * Returns: (transfer full) (nullable): the model, or `NULL` with @error set; the message does not
 *   name the file
 */
PelModel *pel_package_read (GBytes *package,
                            const char *outputs,
                            GPtrArray *notes,
                            PelPool *pool,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a file. */
PelModel *pel_package_load (const char *path,
                            const char *outputs,
                            GPtrArray *notes,
                            PelPool *pool,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a file's name says that it is an archive. */
gboolean pel_package_is_candidate (const char *path);

/**
 * pel_model_import:
 * @path: (type filename): a model of this program, an ONNX file or a BioImage.IO package
 * @options: (nullable): what an ONNX file does not tell; of a package only the meaning of its
 * results is taken from here
 * @notes: (nullable) (element-type utf8): as for pel_package_read()
 * @pool: who computes
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Loads a model, of whatever kind its name says that it is.
 *
 * Returns: (transfer full) (nullable): the model, or `NULL` with @error set
 */
PelModel *pel_model_import (const char *path,
                            const PelOnnxReadOptions *options,
                            GPtrArray *notes,
                            PelPool *pool,
                            GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
