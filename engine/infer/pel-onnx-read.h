/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/train/pel-model.h"

/**
 * PelOnnxReadOptions:
 * @outputs: (nullable): what the network's results mean, in their order, separated by commas:
 *   `cell`, `border`, `background` or `other`; `NULL` for what the file says or what is usual
 * @low_percentile: of an image's values, becomes 0
 * @high_percentile: of an image's values, becomes 1; 0 for what is usual here
 * @polarity: what is done about dark cells
 * @scaling: how grey values are brought into the network's range
 * @grey_factor: of %PEL_SCALING_FIXED
 * @grey_offset: of %PEL_SCALING_FIXED, after the factor
 * @is_told: whether all this is known, so that nothing needs be said about it
 * @is_insisted: somebody asks for this; of a file that Pellicle wrote, which tells it itself, that
 *   is an error
 * @channel: the image channel that a one-channel network sees; -1 is luminance
 *
 * What an ONNX file does not tell. Of a file that Pellicle wrote, nothing of it is used.
 */
typedef struct
{
  const char *outputs;
  double low_percentile, high_percentile;
  PelPolarity polarity;
  gint channel;
  PelScaling scaling;
  double grey_factor, grey_offset;
  gboolean is_told;
  gboolean is_insisted;
} PelOnnxReadOptions;

#define PEL_ONNX_READ_OPTIONS_DEFAULT                                                              \
  {                                                                                                \
    .outputs = NULL, .low_percentile = 1.0, .high_percentile = 99.8,                               \
    .polarity = PEL_POLARITY_KEEP, .channel = -1, .grey_factor = 1.0                               \
  }

/**
 * pel_onnx_read:
 * @bytes: the content of an ONNX file, not trusted
 * @options: (nullable): what it does not tell
 * @notes: (nullable) (element-type utf8): receives a sentence for each thing that was taken for
 *   granted
 * @error: return location for a `GError`
 *
 * Makes a model of a U-Net that Pellicle or another program wrote. What Pellicle wrote gives the
 * same predictions, bit for bit, and proposes the same for them. Of others the operators are
 * those that pel_onnx_unet_recognise() knows; results are theirs up to rounding.
 *
 * Returns: (transfer full) (nullable): the model, or `NULL` with `PEL_ENGINE_ERROR_UNSUPPORTED`,
 *   `BAD_CHECKPOINT`, `BAD_ARGUMENT` or `NO_MEMORY` set. The message does not name the file
 */
PelModel *pel_onnx_read (GBytes *bytes,
                         const PelOnnxReadOptions *options,
                         GPtrArray *notes,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a file, whose constants may lie in another one beside it; the message names neither
 * the file nor its folder. */
PelModel *pel_onnx_load (const char *path,
                         const PelOnnxReadOptions *options,
                         GPtrArray *notes,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether a file's name says that it is an ONNX file. */
gboolean pel_onnx_is_candidate (const char *path);

/* `PEL_ENGINE_ERROR_BAD_ARGUMENT` for PelOnnxReadOptions.is_insisted. */
void pel_onnx_set_told_error (GError **error);
