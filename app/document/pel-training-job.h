/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "app/document/pel-model-entry.h"
#include "engine/segment/pel-contour.h"
#include "engine/train/pel-train-config.h"

G_BEGIN_DECLS

/**
 * PelTrainingItem:
 * @name: for messages
 * @image_path, @page: where the pixels are
 * @labels: (nullable): the mask as a snapshot
 * @painted: whether @labels are other than when they were read
 * @mask_path: (nullable): the mask's file, read where there is no snapshot
 * @mask_page: the 0-based position within that file
 * @regions, @n_regions: boxes that are complete
 * @complete: whether the whole image is
 * @validation: whether it is held out
 * @um_x, @um_y: the scale, 0 where unknown
 *
 * One image to train on: plain data, which the training thread reads.
 */
typedef struct
{
  char *name;
  char *image_path;
  guint page;
  PelLabels *labels;
  gboolean painted;
  char *mask_path;
  guint mask_page;
  PelRect *regions;
  guint n_regions;
  gboolean complete;
  gboolean validation;
  double um_x, um_y;
} PelTrainingItem;

PelTrainingItem *pel_training_item_new (const char *name, const char *image_path, guint page);
void pel_training_item_free (PelTrainingItem *item);
/* (transfer full) (element-type PelTrainingItem): every image with at least one painted cell or
 * complete region, held-out ones included */
GPtrArray *pel_project_list_training_items (PelProject *project) G_GNUC_WARN_UNUSED_RESULT;

/* Whether two lists, the second made later, stand for the same images and masks. */
gboolean pel_training_items_equal (GPtrArray *a, GPtrArray *b);

#define PEL_TYPE_TRAINING_JOB (pel_training_job_get_type ())
G_DECLARE_FINAL_TYPE (PelTrainingJob, pel_training_job, PEL, TRAINING_JOB, PelJob)

/**
 * PelTrainingJob:
 *
 * A training in the background. The best weights so far are always in the model's file, and what is
 * needed to go on in `NAME.resume.safetensors` beside it, which goes away when the training has
 * reached its end. Cancelling stops and keeps the best; the state is then cancelled and the model
 * can be used.
 *
 * Signals (main thread): `progress` (no argument) when newer numbers can be read; `point` (const
 * PelCurvePoint *) when the curves grew; `model-saved` when the file was written; `preview` when a
 * new one can be read.
 */

/**
 * pel_training_job_new:
 * @config: how to train; copied
 * @items: (element-type PelTrainingItem): what to train on; a reference is kept, and it must not
 * change
 * @model_path: where the model goes, `….safetensors`
 * @init_path: (nullable): the model to start from; the network gets its shape, whatever @config
 *   says
 * @resume: whether to go on from the resume file beside @model_path. Of @config only the time limit
 *   and the number of epochs count then; see pel_trainer_read_resume_config() for what is left
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelTrainingJob *pel_training_job_new (const PelTrainConfig *config,
                                      GPtrArray *items,
                                      const char *model_path,
                                      const char *init_path,
                                      gboolean resume) G_GNUC_WARN_UNUSED_RESULT;

/* What share of the images is held out where none is marked for it and there are at least four; 0.2
 * unless set before the job is submitted. Of fewer images a quarter of each is held out, as
 * pel_dataset_hold_out_some() does, except with the preset of the seeds. */
void pel_training_job_set_hold_out (PelTrainingJob *self, double share);
/* Before it is submitted: to train the finished model at its path further, as
 * pel_trainer_continue_from() does, with the model's own configuration; of the one given only the
 * time limit and the number of epochs count. No image is held out that is not marked for it: the
 * model may have learnt it, and a score there would let no later weights win. Parts of images are
 * where the model held some out. */
void pel_training_job_set_goes_on (PelTrainingJob *self, gboolean goes_on);

/**
 * pel_training_job_offer_items:
 * @self: a training
 * @items: (element-type PelTrainingItem): what to train on from the next epoch on; a reference is
 *   kept, and it must not change
 *
 * Newer masks for a training under way. Images held out at its beginning stay held out. Nothing
 * happens where they are the same as before.
 */
void pel_training_job_offer_items (PelTrainingJob *self, GPtrArray *items);
/* Whether newer masks wait for the next epoch. */
gboolean pel_training_job_get_pending (PelTrainingJob *self);
/* How often newer masks have joined. */
guint pel_training_job_get_n_renewals (PelTrainingJob *self);
/* Whether it ends earlier than planned, as the score on the images held out stood still. */
gboolean pel_training_job_get_is_shortened (PelTrainingJob *self);
/* Whether it ended without time to choose how its model cuts cells. */
gboolean pel_training_job_get_is_untuned (PelTrainingJob *self);
/* Puts more time on top of the limit of a training under way, also while its last weights are
 * judged; FALSE where it is at its end and only writes its model. */
gboolean pel_training_job_extend (PelTrainingJob *self, double seconds);
/* Memory that the training reserves beside the images; 0 until it is known. */
guint64 pel_training_job_get_needed_bytes (PelTrainingJob *self);
/* How many images could not be read and were left out, and what was wrong with the first of them.
 */
guint pel_training_job_get_n_skipped (PelTrainingJob *self);
const char *pel_training_job_get_skipped_reason (PelTrainingJob *self);

/* (nullable): what was kept of the model to start from, in a few sentences; NULL until it is known
 */
const char *pel_training_job_get_init_text (PelTrainingJob *self);

const char *pel_training_job_get_model_path (PelTrainingJob *self);
/* The model's name: the file's without its extension. */
const char *pel_training_job_get_model_name (PelTrainingJob *self);
/* Whether a model was written yet. */
gboolean pel_training_job_get_has_model (PelTrainingJob *self);
/* What counts, once the images are read: training and held-out images, complete regions, cells. */
guint pel_training_job_get_n_images (PelTrainingJob *self);
guint pel_training_job_get_n_validation_images (PelTrainingJob *self);
/* Of how many of the training images a quarter is held out, because they are fewer than four. */
guint pel_training_job_get_n_parts (PelTrainingJob *self);
guint pel_training_job_get_n_regions (PelTrainingJob *self);
guint pel_training_job_get_n_cells (PelTrainingJob *self);

guint pel_training_job_get_step (PelTrainingJob *self);
guint pel_training_job_get_n_steps (PelTrainingJob *self);
guint pel_training_job_get_epoch (PelTrainingJob *self);
guint pel_training_job_get_n_epochs (PelTrainingJob *self);
double pel_training_job_get_seconds (PelTrainingJob *self);
double pel_training_job_get_samples_per_second (PelTrainingJob *self);
/* The share of what is held out that the scores are of, above 0; 1 where nothing is held out, and
 * before it is known. */
double pel_training_job_get_val_share (PelTrainingJob *self);
/* (transfer none): the curves so far; valid until the next `point` */
const PelCurvePoint *pel_training_job_get_curve (PelTrainingJob *self, guint *n_points);

gboolean pel_training_job_get_paused (PelTrainingJob *self);
/* Whether it waits by now: a step, and a check of the model, are finished before. `state` is
 * notified when this changes. */
gboolean pel_training_job_get_is_waiting (PelTrainingJob *self);
void pel_training_job_set_paused (PelTrainingJob *self, gboolean paused);

/**
 * pel_training_job_request_preview:
 * @self: a training under way
 * @image: (nullable): the image to look at; %NULL for none
 * @area: (nullable): the part of it that is visible; %NULL for all of it
 *
 * Asks for predictions with the present weights, the first one soon and then again and again within
 * a tenth of the training's time; a newer request replaces an older one. `preview` tells when
 * pel_training_job_get_preview() has one.
 */
void pel_training_job_request_preview (PelTrainingJob *self, PelImage *image, const PelRect *area);
/**
 * PelTrainingGlimpse:
 * @image: what was looked at
 * @area: the part of it
 * @labels: the cells there, as large as @area
 * @outlines: their edges, in pixels from the upper left corner of @area
 * @probability: the foreground's, as large as @area
 * @step: steps done when it was made
 * @is_current: whether it answers the last request, not one before it
 *
 * A preview; everything in it belongs to the job.
 */
typedef struct
{
  PelImage *image;
  PelRect area;
  PelLabels *labels;
  const PelContourSet *outlines;
  PelImage *probability;
  guint step;
  gboolean is_current;
} PelTrainingGlimpse;

/* The preview last made, valid until the next `preview`; FALSE where there is none yet. */
gboolean pel_training_job_get_preview (PelTrainingJob *self, PelTrainingGlimpse *glimpse);

G_END_DECLS
