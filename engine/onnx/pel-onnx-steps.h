/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-unet.h"
#include "engine/onnx/pel-onnx-file.h"
#include "engine/onnx/pel-onnx-numbers.h"

/* An ONNX graph as what happens to the picture in it: constants are looked up, sizes worked out,
 * and what changes nothing left out. */

/**
 * PelOnnxStepKind:
 * @PEL_ONNX_INPUT: the picture
 * @PEL_ONNX_CONV: a convolution of 1x1 or 3x3 that keeps the size, zeros around the picture
 * @PEL_ONNX_UPCONV: a transposed convolution of 2x2, stride 2
 * @PEL_ONNX_REPEAT: each pixel becomes four
 * @PEL_ONNX_INTERPOLATE: twice the size by bilinear interpolation
 * @PEL_ONNX_POOL: the greatest of each 2x2
 * @PEL_ONNX_JOIN: the channels of two
 * @PEL_ONNX_NORM: batch normalisation by fixed statistics
 * @PEL_ONNX_SCALE: a factor and a summand for each channel
 * @PEL_ONNX_RELU: negative values become 0
 * @PEL_ONNX_SIGMOID: scores become probabilities one by one
 * @PEL_ONNX_SOFTMAX: scores become probabilities that sum to 1
 * @PEL_ONNX_FLOWS: the first score becomes a probability, the other two a vector, as networks of
 *   this program have it
 *
 * What a step does.
 */
typedef enum
{
  PEL_ONNX_INPUT,
  PEL_ONNX_CONV,
  PEL_ONNX_UPCONV,
  PEL_ONNX_REPEAT,
  PEL_ONNX_INTERPOLATE,
  PEL_ONNX_POOL,
  PEL_ONNX_JOIN,
  PEL_ONNX_NORM,
  PEL_ONNX_SCALE,
  PEL_ONNX_RELU,
  PEL_ONNX_SIGMOID,
  PEL_ONNX_SOFTMAX,
  PEL_ONNX_FLOWS,
} PelOnnxStepKind;

/* The parts of a batch normalisation. */
enum
{
  PEL_ONNX_GAMMA,
  PEL_ONNX_BETA,
  PEL_ONNX_MEAN,
  PEL_ONNX_VARIANCE,
  PEL_ONNX_N_NORM,
};

typedef struct PelOnnxStep PelOnnxStep;

/**
 * PelOnnxStep:
 * @kind: what it does
 * @node: (nullable): where that stands in the file; `NULL` for the picture
 * @from: what it takes; the second for joins alone
 * @channels: that it makes
 * @n: @height: @width: sizes of what it makes, for each of the sizes tried
 * @kernel: side of a convolution
 * @upsampling: between which pixels is interpolated
 * @weight: its weights
 * @bias: (nullable): its biases
 * @norm: the parts of a batch normalisation
 * @epsilon: added to its variance
 * @factor: (nullable) (array length=channels): of a norm or a scale
 * @summand: (nullable) (array length=channels): of a norm or a scale
 */
struct PelOnnxStep
{
  PelOnnxStepKind kind;
  const PelOnnxNode *node;
  const PelOnnxStep *from[2];
  guint channels;
  double n[PEL_ONNX_TRIALS], height[PEL_ONNX_TRIALS], width[PEL_ONNX_TRIALS];
  guint kernel;
  PelUpsampling upsampling;
  const PelOnnxTensor *weight, *bias;
  const PelOnnxTensor *norm[PEL_ONNX_N_NORM];
  double epsilon;
  double *factor, *summand;
};

/**
 * PelOnnxSteps:
 * @all: (element-type PelOnnxStep): in the order of the work
 * @output: (transfer none): the last
 *
 * One owner. Points into the file that it was made of.
 */
typedef struct
{
  GPtrArray *all;
  const PelOnnxStep *output;
} PelOnnxSteps;

/**
 * pel_onnx_steps_new:
 * @file: an ONNX file; must outlive the steps
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the steps, or `NULL` with `PEL_ENGINE_ERROR_UNSUPPORTED`
 * set, which names the first node that does something else to the picture
 */
PelOnnxSteps *pel_onnx_steps_new (const PelOnnxFile *file, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void pel_onnx_steps_free (PelOnnxSteps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelOnnxSteps, pel_onnx_steps_free)

/* Sets `PEL_ENGINE_ERROR_UNSUPPORTED`: the node, if there is one, and @why, a sentence with the
 * remedy. Returns FALSE. */
gboolean pel_onnx_refuse (GError **error, const PelOnnxNode *node, const char *why);
