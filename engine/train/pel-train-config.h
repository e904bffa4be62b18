/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/nn/pel-loss.h"
#include "engine/nn/pel-optimizer.h"
#include "engine/segment/pel-separator.h"
#include "engine/train/pel-augment.h"

/**
 * PelTask:
 * @PEL_TASK_CELLS: separate cells: the network tells foreground and, as further outputs, what parts
 *   touching cells, see #PelSeparator; together they are cut into one label per cell
 * @PEL_TASK_MASK: a plain foreground map, one output, as in the seeds' publications; its
 *   4-connected pieces are the cells
 *
 * What a model is taught to tell. Stored in the model.
 */
typedef enum
{
  PEL_TASK_CELLS,
  PEL_TASK_MASK,
} PelTask;

/**
 * PelPreset:
 * @PEL_PRESET_QUICK: a small network, useful within about five minutes on two cores
 * @PEL_PRESET_BALANCED: the same network for four times as many steps
 * @PEL_PRESET_THOROUGH: twice the channels and more steps; an hour and more
 * @PEL_PRESET_SEED: the published run: base 64, 512x512 patches, 100 epochs of 10 elastically
 *   deformed images, one at a time
 *
 * Named sets of values for #PelTrainConfig.
 */
typedef enum
{
  PEL_PRESET_QUICK,
  PEL_PRESET_BALANCED,
  PEL_PRESET_THOROUGH,
  PEL_PRESET_SEED,
} PelPreset;

/**
 * PelPolarity:
 * @PEL_POLARITY_KEEP: grey values are used as they are
 * @PEL_POLARITY_AUTO: each image is turned (1 - value) when its background is bright, which is
 *   judged from the image alone; see pel_normalisation_measure()
 * @PEL_POLARITY_CHOOSE: only in a #PelTrainConfig: one of the other two, whichever the training
 *   images speak for; see pel_dataset_choose_polarity()
 *
 * What is done about images in which cells are dark.
 */
typedef enum
{
  PEL_POLARITY_KEEP,
  PEL_POLARITY_AUTO,
  PEL_POLARITY_CHOOSE,
} PelPolarity;

/**
 * PelScaling:
 * @PEL_SCALING_PERCENTILES: two percentiles of a channel become 0 and 1, and the rest is limited to
 * -1 and 2
 * @PEL_SCALING_DEVIATIONS: a channel's mean becomes 0, and its standard deviation 1
 * @PEL_SCALING_FIXED: a factor and a summand, the same for all images
 *
 * How grey values are brought into the network's range.
 */
typedef enum
{
  PEL_SCALING_PERCENTILES,
  PEL_SCALING_DEVIATIONS,
  PEL_SCALING_FIXED,
} PelScaling;

/**
 * PelTrainConfig:
 * @preset: what the values came from; kept for the record
 * @task: what to tell
 * @in_channels: channels of the network's input; 1 takes @channel, more take the image's first
 *   ones
 * @choose_colour: whether three inputs, red, green and blue, are taken in place of luminance where
 *   enough of the images are coloured; %FALSE once that is decided
 * @channel: the image channel that a one-channel network sees; -1 is luminance
 * @base_channels: channels of the first module
 * @depth: times the size is halved
 * @scaling: how grey values are brought into the network's range; networks that train here have
 *   %PEL_SCALING_PERCENTILES unless they go on from another program's
 * @grey_factor: of %PEL_SCALING_FIXED
 * @grey_offset: of %PEL_SCALING_FIXED, after the factor
 * @upsampling: how it is doubled again; networks that train here have %PEL_UPSAMPLING_TRANSPOSED
 * unless they go on from another program's
 * @zoom: pixels that the network sees per pixel of the images; 0 chooses it by the size of the
 *   cells: large ones are shrunk, which sees more of them in the same time
 * @patch: side of a training patch in the network's pixels; 0 chooses it by the size of the cells
 * @batch: patches a step; 0 chooses it so that a step covers about 8 patches of 128x128
 * @epochs: epochs at most; 0 is as many as the time limit allows
 * @steps_per_epoch: steps from one validation to the next; 0 chooses
 * @learning_rate: the highest rate of the schedule; 0 chooses by the optimiser and the width, an
 *   eighth where a model that tells the same is started from
 * @loss: what is made small
 * @optimizer: how
 * @weight_decay: decoupled for AdamW; 0 for none
 * @momentum: for SGD alone
 * @seed: of the weights, the patches and every random change
 * @time_limit_s: seconds from @started_us until the model is written; 0 for no limit
 * @started_us: g_get_monotonic_time() that @time_limit_s counts from; 0 is the call of
 *   pel_trainer_run()
 * @low_percentile: of an image's values, becomes 0
 * @high_percentile: of an image's values, becomes 1
 * @polarity: what is done about dark cells
 * @separator: by what touching cells are parted; without meaning for %PEL_TASK_MASK
 * @border_reach: how far, in pixels, the border class reaches from where two cells meet; 0
 *   chooses it by the size of the cells
 * @border_weight: how much more a pixel between touching cells counts
 * @ring: width in pixels of the ring of background that counts around a painted cell where an
 *   image is not complete
 * @validation_pixels: pixels that a validation looks at, at most; 0 for all
 * @kind_balance: 0 shows all images alike, 1 all kinds of images, which are told by their looks;
 *   between, the power of it. See pel_look_weigh()
 * @averaging: share of the training so far that averaged weights reach back over; they are judged
 *   in place of the latest ones while the rate is high, at the end beside them. 0 for none; see
 *   #PelAverage
 * @patience: share of the training after which it is shortened when neither the score on the images
 *   held out nor its moving mean has become better in it: the rest, with its falling rate, is gone
 * through in a quarter of the time. 0 for never
 * @memory_limit: bytes that training may take beyond the images; 0 goes by what is free
 * @augment: random changes
 *
 * Everything that training depends on apart from the images. Copied at pel_trainer_new(), stored
 * whole in the model.
 *
 * With @epochs given and no time limit, a run repeats bit for bit on one machine whatever the
 * number of threads. A time limit makes the learning-rate schedule follow the clock.
 */
typedef struct
{
  PelPreset preset;
  PelTask task;
  guint in_channels;
  gboolean choose_colour;
  gint channel;
  guint base_channels;
  guint depth;
  double zoom;
  guint patch;
  guint batch;
  guint epochs;
  guint steps_per_epoch;
  double learning_rate;
  PelLossKind loss;
  PelOptimizerKind optimizer;
  double weight_decay;
  double momentum;
  guint64 seed;
  double time_limit_s;
  gint64 started_us;
  double low_percentile;
  double high_percentile;
  PelPolarity polarity;
  guint border_reach;
  double border_weight;
  guint ring;
  gsize validation_pixels;
  double kind_balance;
  double averaging;
  double patience;
  gsize memory_limit;
  PelAugmentConfig augment;
  PelScaling scaling;
  double grey_factor, grey_offset;
  PelUpsampling upsampling;
  PelSeparator separator;
} PelTrainConfig;

/**
 * pel_train_config_init_preset:
 * @config: (out): all its fields are set
 * @preset: which
 *
 * Presets count steps, not seconds, so that a run repeats. Call
 * pel_train_config_set_time_limit() to follow the clock instead.
 */
void pel_train_config_init_preset (PelTrainConfig *config, PelPreset preset);

/**
 * pel_train_config_set_time_limit:
 * @config: a configuration
 * @seconds: from the start until the model is written
 *
 * Sets the limit and lifts the limit on epochs, so that the schedule uses the whole time. Set
 * @epochs afterwards to have both: the one that is reached first ends the run.
 */
void pel_train_config_set_time_limit (PelTrainConfig *config, double seconds);

/**
 * pel_train_config_check:
 * @config: a configuration
 * @error: return location for a `GError`
 *
 * Checks every value against its range.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_ARGUMENT`, which names the value, set
 */
gboolean pel_train_config_check (const PelTrainConfig *config, GError **error);

/**
 * pel_train_config_get_n_outputs:
 * @config: a configuration
 *
 * Returns: outputs of the network: the foreground and, for cells, pel_train_config_get_n_parting()
 */
guint pel_train_config_get_n_outputs (const PelTrainConfig *config);

/**
 * pel_train_config_get_n_parting:
 * @config: a configuration
 *
 * Returns: planes beside the foreground that part touching cells: none for a mask
 */
guint pel_train_config_get_n_parting (const PelTrainConfig *config);

/**
 * pel_train_config_has_flows:
 * @config: a configuration
 *
 * Returns: whether the outputs after the first are flows
 */
gboolean pel_train_config_has_flows (const PelTrainConfig *config);

/**
 * pel_train_config_holds_out:
 * @config: a configuration
 *
 * Returns: whether a training so configured holds something out where nobody says what; the preset
 *   of the seeds does not: as theirs, it learns from all images that it is given
 */
gboolean pel_train_config_holds_out (const PelTrainConfig *config);

/**
 * pel_train_config_get_zoom:
 * @config: a model's configuration
 *
 * Returns: pixels that the network sees per pixel of an image like those it was trained on
 */
double pel_train_config_get_zoom (const PelTrainConfig *config);

/**
 * pel_train_config_to_json:
 * @config: a configuration
 *
 * Returns: (transfer full): an object with one member per field
 */
char *pel_train_config_to_json (const PelTrainConfig *config) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_train_config_from_json:
 * @config: (out): set from @json; what @json lacks is as in the quick preset
 * @json: an object written by pel_train_config_to_json(), not trusted
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_CHECKPOINT` set
 */
gboolean pel_train_config_from_json (PelTrainConfig *config, const char *json, GError **error);

/**
 * pel_preset_to_string:
 * @preset: a preset
 *
 * Returns: its name on the command line and in files, not translated
 */
const char *pel_preset_to_string (PelPreset preset);
gboolean pel_preset_from_string (const char *name, PelPreset *preset);

const char *pel_task_to_string (PelTask task);
gboolean pel_task_from_string (const char *name, PelTask *task);

const char *pel_scaling_to_string (PelScaling scaling);
gboolean pel_scaling_from_string (const char *name, PelScaling *scaling);

const char *pel_upsampling_to_string (PelUpsampling upsampling);
gboolean pel_upsampling_from_string (const char *name, PelUpsampling *upsampling);

const char *pel_loss_kind_to_string (PelLossKind loss);
gboolean pel_loss_kind_from_string (const char *name, PelLossKind *loss);

const char *pel_optimizer_kind_to_string (PelOptimizerKind kind);
gboolean pel_optimizer_kind_from_string (const char *name, PelOptimizerKind *kind);

const char *pel_polarity_to_string (PelPolarity polarity);
gboolean pel_polarity_from_string (const char *name, PelPolarity *polarity);
