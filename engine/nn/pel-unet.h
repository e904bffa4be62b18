/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/core/pel-tensor.h"

/**
 * PelUnet:
 *
 * A U-Net (Ronneberger, Fischer and Brox: "U-Net: convolutional networks for biomedical image
 * segmentation", MICCAI 2015), with batch normalisation after each ReLU (Ioffe and Szegedy, 2015).
 * Level by level going down: twice a 3x3 convolution that keeps the size, ReLU, batch
 * normalisation; then 2x2 max-pooling, and twice the channels. Going up: a 2x2 transposed
 * convolution of stride 2 that halves the channels, the level's skip connection put in front of
 * its result, and the same module again; networks of other programs may interpolate instead. At the
 * end a 1x1 convolution gives one score (a logit) per output channel and pixel.
 *
 * One owner, one thread at a time; the work itself is spread over a #PelPool. Results are the
 * same bits whatever the pool's number of threads.
 */
typedef struct PelUnet PelUnet;

/**
 * PelUpsampling:
 * @PEL_UPSAMPLING_TRANSPOSED: a 2x2 transposed convolution of stride 2
 * @PEL_UPSAMPLING_HALF_PIXEL: a 1x1 convolution and bilinear interpolation; a new pixel lies where
 * its middle is in the picture, as with `align_corners=False` in PyTorch and in Keras
 * @PEL_UPSAMPLING_ALIGN_CORNERS: the same with the middles of the corner pixels kept in place, so
 * that it depends on the size of the whole map
 * @PEL_UPSAMPLING_ASYMMETRIC: the same with the middle of each pixel at the first of its new ones,
 * as in ONNX before version 11
 *
 * How the size is doubled on the way up. Pixels beyond the map's edge are like the last ones.
 *
 * A 1x1 convolution is kept as a transposed one whose weights are the same at all four places, and
 * stay so: in training each place has a fourth of the derivative by the number that they share.
 */
typedef enum
{
  PEL_UPSAMPLING_TRANSPOSED,
  PEL_UPSAMPLING_HALF_PIXEL,
  PEL_UPSAMPLING_ALIGN_CORNERS,
  PEL_UPSAMPLING_ASYMMETRIC,
} PelUpsampling;

/**
 * PelUnetConfig:
 * @in_channels: channels of the input, 1 to 64
 * @base_channels: channels of the first module, 1 to 512; doubled at each level
 * @depth: how often the size is halved, 1 to 8
 * @out_channels: scores per pixel, 1 to 64
 * @seed: what the random weights are made from
 * @upsampling: how the size is doubled
 *
 * The sizes of a network. Base 64 and depth 4 bring 512x512 pixels to 32x32 with 1024 channels
 * and back.
 */
typedef struct
{
  guint in_channels;
  guint base_channels;
  guint depth;
  guint out_channels;
  guint64 seed;
  PelUpsampling upsampling;
} PelUnetConfig;

/**
 * PelPhase:
 * @PEL_PHASE_PREDICT: running statistics; only pel_unet_forward()
 * @PEL_PHASE_TRAIN: the batch's own statistics; pel_unet_backward() may follow
 */
typedef enum
{
  PEL_PHASE_PREDICT,
  PEL_PHASE_TRAIN,
} PelPhase;

/**
 * PelUnetMemory:
 * @PEL_UNET_FAST: every map that the way back needs is kept
 * @PEL_UNET_LEAN: the largest maps are computed again on the way back: about 0.7 of the memory, and
 * a tenth more time
 *
 * How a training step uses memory. Results are the same bits.
 */
typedef enum
{
  PEL_UNET_FAST,
  PEL_UNET_LEAN,
} PelUnetMemory;

/**
 * PelParameter:
 * @name: its name in a file, such as `down0.conv1.weight`; owned by the network
 * @rank: how many of @shape's axes a file has, from the first
 * @shape: its sizes; the axes after @rank are 1
 * @n_values: the product of the sizes
 * @value: the values
 * @gradient: (nullable): what the last pel_unet_backward() found, while a plan to train is in
 * force; `NULL` without one, and for running statistics, which no optimiser touches
 *
 * One array that belongs to the network. Convolution weights are (out, in, row, column),
 * transposed ones (in, out, row, column), as in PyTorch.
 */
typedef struct
{
  const char *name;
  guint rank;
  PelShape shape;
  gsize n_values;
  float *value;
  float *gradient;
} PelParameter;

/**
 * pel_unet_new:
 * @config: the sizes to build; copied
 * @error: return location for a `GError`
 *
 * Makes a network with random weights: normal with deviation sqrt (2 / inputs of a unit) where a
 * ReLU follows (He, Zhang, Ren and Sun, 2015), sqrt (1 / inputs of a unit) in the transposed
 * convolutions and the head; biases 0. The same seed gives the same weights.
 *
 * Returns: (transfer full) (nullable): the network, or `NULL` with `PEL_ENGINE_ERROR_BAD_SHAPE`
 *   or `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelUnet *pel_unet_new (const PelUnetConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same without random weights, which take long to draw: for those that come from elsewhere. */
PelUnet *pel_unet_new_blank (const PelUnetConfig *config, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_unet_free:
 * @self: (nullable) (transfer full): a network
 */
void pel_unet_free (PelUnet *self);

/**
 * pel_unet_get_config:
 * @self: a network
 *
 * Returns: (transfer none): the sizes that it was built with
 */
const PelUnetConfig *pel_unet_get_config (const PelUnet *self);

/**
 * pel_unet_plan:
 * @self: a network
 * @input: the input's sizes; rows and columns multiples of 2 to the depth
 * @phase: what is to be computed
 * @pool: who computes; must outlive the plan
 * @error: return location for a `GError`
 *
 * Reserves every buffer for inputs of this shape; the calls that follow allocate nothing. A plan
 * replaces the one before, whose memory is freed first. Parameters keep their values; gradients
 * belong to the plan.
 *
 * Returns: `TRUE`, or `FALSE` with `PEL_ENGINE_ERROR_BAD_SHAPE` or `PEL_ENGINE_ERROR_NO_MEMORY`
 *   set, and no plan in force
 */
gboolean pel_unet_plan (PelUnet *self,
                        PelShape input,
                        PelPhase phase,
                        PelPool *pool,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_unet_set_memory:
 * @self: a network
 * @memory: how plans to train use memory from now on; %PEL_UNET_FAST at first
 */
void pel_unet_set_memory (PelUnet *self, PelUnetMemory memory);

/**
 * pel_unet_get_memory:
 * @self: a network
 *
 * Returns: how the next plan to train will use memory
 */
PelUnetMemory pel_unet_get_memory (const PelUnet *self);

/**
 * pel_unet_measure_plan:
 * @self: a network
 * @input: sizes as for pel_unet_plan(), which must be valid
 * @phase: what is to be computed
 * @memory: how to use memory in training
 * @n_threads: how many threads will compute
 *
 * Returns: what pel_unet_get_planned_bytes() would tell with such a plan; %G_MAXSIZE where that
 *   overflows
 */
gsize pel_unet_measure_plan (PelUnet *self,
                             PelShape input,
                             PelPhase phase,
                             PelUnetMemory memory,
                             guint n_threads);

/**
 * pel_unet_unplan:
 * @self: a network
 *
 * Gives the plan's buffers back, gradients included. Parameters stay.
 */
void pel_unet_unplan (PelUnet *self);

/**
 * pel_unet_get_planned_bytes:
 * @self: a network
 *
 * Returns: the memory that the network holds in all: parameters and the plan's buffers
 */
gsize pel_unet_get_planned_bytes (const PelUnet *self);

/**
 * pel_unet_get_pool:
 * @self: a network
 *
 * Returns: (transfer none) (nullable): the pool of the plan in force
 */
PelPool *pel_unet_get_pool (const PelUnet *self);

/**
 * pel_unet_set_cancellable:
 * @self: a network
 * @cancellable: (nullable) (transfer none): polled many times in each step; kept by reference
 */
void pel_unet_set_cancellable (PelUnet *self, GCancellable *cancellable);

/**
 * pel_unet_forward:
 * @self: a network with a plan
 * @input: an input of the planned shape; must stay as it is until pel_unet_backward() is done
 * @scores: (inout): receives the logits: the planned n, h and w, and out_channels channels
 *
 * Returns: `TRUE`, or `FALSE` where it was cancelled; @scores are then undefined
 */
gboolean pel_unet_forward (PelUnet *self, const PelTensor *input, PelTensor *scores);

/**
 * pel_unet_backward:
 * @self: a network planned to train, after pel_unet_forward()
 * @d_scores: the loss's derivative by each score
 *
 * Computes every parameter's gradient anew (nothing is added up over calls). Call it once for
 * each forward.
 *
 * Returns: `TRUE`, or `FALSE` where it was cancelled; the gradients are then undefined
 */
gboolean pel_unet_backward (PelUnet *self, const PelTensor *d_scores);

/**
 * PEL_UNET_STATISTICS_MOMENTUM:
 *
 * The share of the newest batch that pel_unet_commit_statistics() takes.
 */
#define PEL_UNET_STATISTICS_MOMENTUM 0.1

/**
 * pel_unet_commit_statistics:
 * @self: a network planned to train, after pel_unet_forward()
 *
 * Moves the running means and variances, which predictions use, towards those of the last batch
 * by %PEL_UNET_STATISTICS_MOMENTUM (variances unbiased). Call it when the step is kept.
 *
 * A channel that was silent in the whole batch (its ReLU let nothing through) keeps what it had:
 * silence tells nothing of how strong it is when it speaks. Averaged in, it would let the variance
 * go to nothing, and the first image that wakes such a channel would be multiplied by hundreds
 * (1 / sqrt(%PEL_NORM_EPS)), which no step of the training ever saw, as a batch is normalised by
 * its own variance.
 */
void pel_unet_commit_statistics (PelUnet *self);

/**
 * pel_unet_blend_statistics:
 * @self: a network planned to train, after pel_unet_forward()
 * @share: how far to move, 0 to 1
 *
 * As pel_unet_commit_statistics() with another share: 1, then 1/2, then 1/3 and so on leaves the
 * plain average over those batches.
 */
void pel_unet_blend_statistics (PelUnet *self, double share);

/**
 * pel_unet_get_n_parameters:
 * @self: a network
 *
 * Returns: how many parameters there are, running statistics included
 */
guint pel_unet_get_n_parameters (const PelUnet *self);

/**
 * pel_unet_get_parameter:
 * @self: a network
 * @index: below pel_unet_get_n_parameters()
 *
 * Returns: (transfer none): the parameter. Its values may be changed between steps
 */
const PelParameter *pel_unet_get_parameter (PelUnet *self, guint index);

/**
 * pel_unet_get_n_weights:
 * @self: a network
 *
 * Returns: how many numbers are trained
 */
gsize pel_unet_get_n_weights (const PelUnet *self);

/**
 * pel_unet_tie_weights:
 * @self: a network
 *
 * Where the network interpolates, makes the four places of each weight on the way up the same. To
 * be called when weights came from elsewhere.
 */
void pel_unet_tie_weights (PelUnet *self);

/**
 * pel_unet_copy_weights:
 * @dest: a network
 * @src: another of the same sizes (the seed may differ)
 *
 * Copies every parameter, running statistics included.
 *
 * Returns: whether the sizes agreed and the copy was made
 */
gboolean pel_unet_copy_weights (PelUnet *dest, const PelUnet *src);

/**
 * pel_unet_get_gradient_norm:
 * @self: a network after pel_unet_backward()
 *
 * Returns: the Euclidean norm of all gradients together
 */
double pel_unet_get_gradient_norm (PelUnet *self);

/**
 * pel_unet_scale_gradients:
 * @self: a network after pel_unet_backward()
 * @factor: what to multiply every gradient by, to limit their norm
 */
void pel_unet_scale_gradients (PelUnet *self, float factor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelUnet, pel_unet_free)
