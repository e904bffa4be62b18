/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/core/pel-pool.h"
#include "engine/infer/pel-model-card.h"

/**
 * pel_bioimageio_write:
 * @model: a model; its network is planned anew and then unplanned
 * @card: what is to be said about it
 * @path: (type filename): the zip archive to create or replace, atomically
 * @opset: version of ONNX's operators, as for pel_onnx_write()
 * @pool: who computes the test picture
 * @cancellable: (nullable): stops it
 * @error: return location for a `GError`
 *
 * Writes a BioImage.IO package: `rdf.yaml`, the network as ONNX, a test picture and what the engine
 * makes of it as arrays of NumPy, a README and a cover. The same model gives the same bytes.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_bioimageio_write (PelModel *model,
                               const PelModelCard *card,
                               const char *path,
                               guint opset,
                               PelPool *pool,
                               GCancellable *cancellable,
                               GError **error);
