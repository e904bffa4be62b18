/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/nn/pel-unet.h"
#include "engine/onnx/pel-onnx-steps.h"

/* The U-Net in the steps of an ONNX graph, if they are one. */

/* As deep as models of this program can be. */
#define PEL_ONNX_MAX_DEPTH 7
#define PEL_ONNX_MAX_CHAIN 4

/**
 * PelOnnxChain:
 * @steps: norms and scales, in the order of the work
 * @n: how many
 *
 * What happens channel by channel between two other steps.
 */
typedef struct
{
  const PelOnnxStep *steps[PEL_ONNX_MAX_CHAIN];
  guint n;
} PelOnnxChain;

/**
 * PelOnnxUnit:
 * @conv: the convolution; `NULL` for one that changes nothing
 * @channels: that it makes
 * @before: what stands between it and its ReLU
 * @after: what follows the ReLU
 */
typedef struct
{
  const PelOnnxStep *conv;
  guint channels;
  PelOnnxChain before, after;
} PelOnnxUnit;

typedef struct
{
  PelOnnxUnit units[2];
} PelOnnxModule;

/**
 * PelOnnxUp:
 * @twice: what doubles the size: a transposed convolution, a repetition of pixels, or an
 *   interpolation between them
 * @mix: (nullable): a 1x1 convolution before or after a repetition or an interpolation
 * @first: what stands before @mix
 * @last: what stands after @mix and @twice
 * @channels: that the way up brings into the join
 * @skip: (nullable): what it is joined with
 * @join: where that happens
 * @up_first: whether the way up brings the first channels of the join
 */
typedef struct
{
  const PelOnnxStep *twice, *mix;
  PelOnnxChain first, last;
  guint channels;
  const PelOnnxStep *skip, *join;
  gboolean up_first;
} PelOnnxUp;

/**
 * PelOnnxUnet:
 * @depth: how often the size is halved
 * @in_channels: of the picture
 * @upsampling: how the size is doubled, on all levels
 * @base_channels: the fewest that Pellicle's network needs to hold this one
 * @input: what happens to the picture first
 * @down: the modules on the way down; the one at the bottom is down[depth]
 * @up: the modules on the way up, by level
 * @ups: how a level is reached from the one below it
 * @head: the last convolution
 * @scores: what follows it
 * @activation: what makes results of the scores: %PEL_ONNX_SIGMOID, %PEL_ONNX_SOFTMAX,
 *   %PEL_ONNX_FLOWS, or %PEL_ONNX_INPUT for nothing
 */
typedef struct
{
  guint depth, in_channels, base_channels;
  PelUpsampling upsampling;
  PelOnnxChain input;
  PelOnnxModule down[PEL_ONNX_MAX_DEPTH + 1], up[PEL_ONNX_MAX_DEPTH];
  PelOnnxUp ups[PEL_ONNX_MAX_DEPTH];
  const PelOnnxStep *head;
  PelOnnxChain scores;
  PelOnnxStepKind activation;
} PelOnnxUnet;

/**
 * PelOnnxOutput:
 * @plus: the result whose scores are taken
 * @minus: the result whose scores are subtracted, or -1: with softmax over two, the sigmoid of the
 *   difference is the probability
 *
 * What one output of our network is made of.
 */
typedef struct
{
  gint plus, minus;
} PelOnnxOutput;

/**
 * pel_onnx_unet_recognise:
 * @self: (out): the U-Net
 * @steps: of a graph
 * @error: return location for a `GError`
 *
 * Looks for the modules of a U-Net, from the result back to the picture. Networks that our own can
 * hold are recognised, too: of other numbers of channels, with one convolution in a module, with
 * normalisation before the ReLU or none, with pixels repeated or interpolated on the way up, joined
 * in the other order.
 *
 * Returns: `FALSE` with `PEL_ENGINE_ERROR_UNSUPPORTED` set, which names the first step that fits
 *   nowhere
 */
gboolean pel_onnx_unet_recognise (PelOnnxUnet *self, const PelOnnxSteps *steps, GError **error);

/**
 * pel_onnx_unet_check_size:
 * @self: a U-Net
 * @file: where it was found
 * @out_channels: that our network is to have
 * @error: return location for a `GError`
 *
 * Whether our network that can hold it is of a size that the file's own weights justify. To be
 * asked before it is made.
 *
 * Returns: `FALSE` with `PEL_ENGINE_ERROR_UNSUPPORTED` set
 */
gboolean pel_onnx_unet_check_size (const PelOnnxUnet *self,
                                   const PelOnnxFile *file,
                                   guint out_channels,
                                   GError **error);

/**
 * pel_onnx_unet_fill:
 * @self: a U-Net
 * @unet: our network: of its depth, its base channels and as many outputs as follow
 * @outputs: what each of them is made of
 * @error: return location for a `GError`
 *
 * Sets every parameter. Normalisation before a ReLU becomes part of the convolution; channels that
 * are not needed stay 0.
 *
 * Returns: `FALSE` with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set where a weight is no finite number
 */
gboolean pel_onnx_unet_fill (const PelOnnxUnet *self,
                             PelUnet *unet,
                             const PelOnnxOutput *outputs,
                             GError **error);
