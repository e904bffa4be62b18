/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-model.h"

/* The versions of ONNX's operators that can be asked for. */
#define PEL_ONNX_MIN_OPSET 13
#define PEL_ONNX_MAX_OPSET 17
#define PEL_ONNX_DEFAULT_OPSET 15

/**
 * pel_onnx_write:
 * @model: a model
 * @path: (type filename): the file to create or replace, atomically
 * @opset: version of the operators, %PEL_ONNX_MIN_OPSET to %PEL_ONNX_MAX_OPSET
 * @error: return location for a `GError`
 *
 * Writes the network as an ONNX file that other programs run without Pellicle. Its input `image` is
 * float32 (batch, channel, height, width), height and width any multiples of 2 to the network's
 * depth; its output `probabilities` has the same height and width and a channel for each thing that
 * the model tells: lying in a cell, and with models of separate cells lying between cells. The
 * layers are those that this program runs, not folded into one another.
 *
 * Preparing the image is not part of the network, for percentiles of a whole image are no layer.
 * What to do is told in the file's description, and as numbers in its metadata under
 * `pellicle.preprocessing`.
 *
 * Returns: `FALSE` with @error set
 */
gboolean pel_onnx_write (PelModel *model, const char *path, guint opset, GError **error);

/**
 * PelOnnxSink:
 * @bytes: the next of a file
 * @length: how many
 * @data: the caller's
 * @error: return location for a `GError`
 *
 * Takes a file piece by piece.
 *
 * Returns: `FALSE` with @error set, which ends the writing
 */
typedef gboolean (*PelOnnxSink) (const void *bytes, gsize length, gpointer data, GError **error);

/* As pel_onnx_write(), into @sink: the same bytes each time, without the whole in memory. */
gboolean pel_onnx_write_to (PelModel *model,
                            guint opset,
                            PelOnnxSink sink,
                            gpointer data,
                            GError **error);
