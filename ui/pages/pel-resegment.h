/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-image-document.h"
#include "engine/infer/pel-cut.h"

G_BEGIN_DECLS

/**
 * pel_resegment_async:
 * @document: an image with a prediction and its probabilities
 * @options: how to cut; copied
 * @cancellable: (nullable): stops the work, as when a slider has moved on
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Cuts the probabilities of a prediction into cells anew, in a worker and without the network. A
 * second channel of the probability image is taken as the probability of a border between cells.
 * The document shows the new cells as soon as they are there, unless it has got another prediction
 * meanwhile.
 */
void pel_resegment_async (PelImageDocument *document,
                          const PelCutOptions *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer data);
gboolean pel_resegment_finish (PelImageDocument *document, GAsyncResult *result, GError **error);

G_END_DECLS
