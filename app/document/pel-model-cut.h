/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/infer/pel-cut.h"

G_BEGIN_DECLS

/**
 * pel_model_set_cut_async:
 * @path: a model's file, which nobody is training
 * @options: how it is to cut its probabilities from now on; copied
 * @cancellable: (nullable): stops the work before the file is written
 * @callback: called on the main thread
 * @data: for @callback
 *
 * Makes settings a model's own: whoever predicts with it without saying otherwise cuts in this way,
 * the command line too. Weights and all else stay. The file is replaced in one piece, in a worker.
 */
void pel_model_set_cut_async (const char *path,
                              const PelCutOptions *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer data);
/* @before: (out) (optional): what was the model's own until now */
gboolean pel_model_set_cut_finish (GAsyncResult *result, PelCutOptions *before, GError **error);

G_END_DECLS
