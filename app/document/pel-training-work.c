/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE

#include "app/document/pel-training-work.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-model-entry-private.h"
#include "app/document/pel-training-data.h"
#include "engine/core/pel-thread.h"
#include "engine/infer/pel-cut.h"
#include "engine/io/pel-file.h"

/* The window is told of single steps no more often than this. */
#define TELL_US 250000

typedef struct
{
  PelJobContext *context;
  PelTrainingWork *work;
  PelTrainingData *data;
  gboolean in_parts; /* of few images, a part of each is held out */
  gint64 told_us;
  PelTrainStage told_stage;
} Run;

PelTrainingWork *
pel_training_work_new (void)
{
  PelTrainingWork *work = g_new0 (PelTrainingWork, 1);

  pthread_mutex_init (&work->lock, NULL);
  work->points = g_array_new (FALSE, FALSE, sizeof (PelCurvePoint));
  work->hold_out = 0.2;
  return work;
}

void
pel_training_preview_clear (PelTrainingPreview *preview)
{
  g_clear_pointer (&preview->image, pel_image_unref);
  g_clear_pointer (&preview->labels, pel_labels_unref);
  g_clear_pointer (&preview->probability, pel_image_unref);
  g_clear_pointer (&preview->outlines, pel_contour_set_unref);
}

void
pel_training_work_free (PelTrainingWork *work)
{
  g_ptr_array_unref (work->items);
  g_clear_pointer (&work->fresh_items, g_ptr_array_unref);
  g_free (work->model_path);
  g_free (work->init_path);
  g_free (work->skipped_reason);
  g_free (work->init_text);
  g_array_unref (work->points);
  g_clear_pointer (&work->wanted, pel_image_unref);
  pel_training_preview_clear (&work->preview);
  pthread_mutex_destroy (&work->lock);
  g_free (work);
}

/* What the thread does */

static const char *
stage_message (PelTrainStage stage)
{
  switch (stage)
    {
    case PEL_TRAIN_STAGE_PREPARING:
      return _ ("Preparing");
    case PEL_TRAIN_STAGE_TRAINING:
      return _ ("Training");
    case PEL_TRAIN_STAGE_VALIDATING:
      return _ ("Checking how good the model is");
    case PEL_TRAIN_STAGE_PAUSED:
      return _ ("Paused");
    case PEL_TRAIN_STAGE_SAVING:
      return _ ("Saving");
    case PEL_TRAIN_STAGE_DONE:
    default:
      return _ ("Finished");
    }
}

/* What a bar shows. The schedule of a training with a limit is done before the time is, since the
 * last check needs some: a bar of it would stand at its end and contradict the time left. */
static double
get_share (const PelTrainingWork *work, const PelTrainProgress *progress)
{
  double whole = progress->seconds + progress->seconds_left;

  if (work->config.time_limit_s <= 0.0 || progress->seconds_left < 0.0 || whole <= 0.0 ||
      progress->is_shortened)
    return CLAMP (progress->fraction, 0.0, 1.0);
  return CLAMP (progress->seconds / whole, 0.0, 1.0);
}

static void
training_progressed (const PelTrainProgress *progress, gpointer data)
{
  Run *run = data;
  PelTrainingWork *work = run->work;
  gint64 now = g_get_monotonic_time ();

  pthread_mutex_lock (&work->lock);
  work->progress = *progress;
  work->has_progress = TRUE;
  if (progress->epoch_done)
    {
      PelCurvePoint point = { .step = progress->step,
                              .epoch = progress->epoch,
                              .seconds = progress->seconds,
                              .loss = progress->loss,
                              .val_loss = progress->has_validation ? progress->val_loss : NAN,
                              .val_dice = progress->has_validation ? progress->val_dice : NAN,
                              .val_ap50 = progress->has_validation ? progress->val_ap50 : NAN,
                              .is_best = progress->is_best };

      g_array_append_val (work->points, point);
    }
  work->model_saved |= progress->is_best || progress->stage == PEL_TRAIN_STAGE_DONE;
  pthread_mutex_unlock (&work->lock);
  if (!progress->epoch_done && progress->stage == run->told_stage && now - run->told_us < TELL_US)
    return;
  run->told_us = now;
  run->told_stage = progress->stage;
  pel_job_context_report (run->context, get_share (work, progress), progress->seconds_left,
                          stage_message (progress->stage));
}

static PelImage *
copy_plane (const float *data, guint width, guint height)
{
  PelImage *image = pel_image_new (width, height, 1, PEL_SAMPLE_F32, NULL);

  if (image != NULL)
    memcpy (pel_image_get_writable_plane (image, 0), data, (gsize)width * height * sizeof *data);
  return image;
}

static void
preview_made (const PelPreview *preview, gpointer data)
{
  Run *run = data;
  PelTrainingWork *work = run->work;
  const PelModelInfo *info = preview->info;
  PelCutOptions options = { .threshold = info->threshold,
                            .min_size = info->min_size,
                            .min_share = info->min_share,
                            .separation = info->separation,
                            .apart = info->apart,
                            .separator = preview->separator };
  PelContourOptions trace = { .level = (float)options.threshold };
  PelTrainingPreview fresh = { .area = preview->rect,
                               .step = preview->step,
                               .serial = preview->serial };
  PelTrainingPreview old = { 0 };
  guint width = (guint)preview->rect.width, height = (guint)preview->rect.height;

  fresh.labels = pel_cut_cells (preview->foreground, preview->parting, width, height, &options,
                                run->context->cancellable, NULL);
  if (fresh.labels != NULL)
    fresh.outlines = pel_contours_trace (fresh.labels, preview->foreground, &trace,
                                         run->context->cancellable, NULL);
  if (fresh.outlines != NULL)
    fresh.probability = copy_plane (preview->foreground, width, height);
  pthread_mutex_lock (&work->lock);
  /* One of an area that is no longer wanted is still better than the one before. */
  if (fresh.probability != NULL && work->wanted == preview->image)
    {
      fresh.image = pel_image_ref (preview->image);
      old = work->preview;
      work->preview = fresh;
      work->preview_fresh = TRUE;
      fresh = (PelTrainingPreview){ 0 };
    }
  pthread_mutex_unlock (&work->lock);
  pel_training_preview_clear (&fresh);
  pel_training_preview_clear (&old);
  pel_job_context_poke (run->context);
}

static void
skip_item (const char *message, gpointer data)
{
  PelTrainingWork *work = data;

  pthread_mutex_lock (&work->lock);
  work->n_skipped++;
  if (work->skipped_reason == NULL)
    work->skipped_reason = g_strdup (message);
  pthread_mutex_unlock (&work->lock);
}

static PelDataset *
read_dataset (Run *run, GPtrArray *items, gboolean *changed, GError **error)
{
  PelTrainingWork *work = run->work;
  g_autoptr (PelDataset) dataset =
      pel_training_data_read (run->data, items, work->goes_on ? 0.0 : work->hold_out, run->in_parts,
                              work->config.seed, changed, run->context->cancellable, error);
  PelDatasetCounts counts;

  if (dataset == NULL)
    return NULL;
  pel_dataset_get_counts (dataset, &counts);
  pthread_mutex_lock (&work->lock);
  work->counts = counts;
  work->n_parts = pel_training_data_get_n_parts (run->data);
  work->has_counts = TRUE;
  pthread_mutex_unlock (&work->lock);
  return g_steal_pointer (&dataset);
}

/* After each epoch: newer masks, where there are any. */
static PelDataset *
renew_dataset (gpointer data)
{
  Run *run = data;
  PelTrainingWork *work = run->work;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (PelDataset) dataset = NULL;
  gboolean changed = FALSE;

  pthread_mutex_lock (&work->lock);
  items = g_steal_pointer (&work->fresh_items);
  pthread_mutex_unlock (&work->lock);
  if (items == NULL)
    return NULL;
  dataset = read_dataset (run, items, &changed, NULL);
  return changed ? g_steal_pointer (&dataset) : NULL;
}

/* The curves so far of a training that goes on. */
static void
read_old_curve (PelTrainingWork *work)
{
  g_autoptr (PelModel) model = pel_model_load (work->model_path, NULL);
  const PelHistoryRow *rows;
  guint n_rows;

  if (model == NULL)
    return;
  rows = pel_model_get_history (model, &n_rows);
  pthread_mutex_lock (&work->lock);
  for (guint i = 0; i < n_rows; i++)
    {
      PelCurvePoint point = { .step = rows[i].step,
                              .epoch = rows[i].epoch,
                              .seconds = rows[i].seconds,
                              .loss = rows[i].loss,
                              .val_loss = rows[i].val_loss,
                              .val_dice = rows[i].val_dice,
                              .val_ap50 = rows[i].val_ap50 };

      g_array_append_val (work->points, point);
    }
  work->model_saved = TRUE;
  pthread_mutex_unlock (&work->lock);
}

/* What the caller decides of a training that goes on; all else is as it was. */
static void
take_limits (PelTrainConfig *config, const PelTrainConfig *given)
{
  config->time_limit_s = given->time_limit_s;
  config->epochs = given->epochs;
  config->started_us = given->started_us;
}

static void
tell_what_was_kept (PelTrainingWork *work, const PelTrainer *trainer)
{
  PelInitReport report;
  g_autofree char *name = pel_model_name_from_path (work->init_path);
  g_autofree char *kept = NULL;

  if (!pel_trainer_get_init_report (trainer, &report))
    return;
  kept = pel_init_report_describe (&report);
  pthread_mutex_lock (&work->lock);
  g_free (work->init_text);
  /* Translators: the name of a model that another one starts from, then sentences that tell what
   * was taken over from it. */
  work->init_text = g_strdup_printf (_ ("Starts from “%s”. %s"), name, kept);
  pthread_mutex_unlock (&work->lock);
}

static PelTrainer *
make_trainer (Run *run, PelDataset *dataset, PelPool *pool, GError **error)
{
  PelTrainingWork *work = run->work;
  g_autofree char *resume = pel_trainer_resume_path (work->model_path);
  gboolean goes_on = work->resume && g_file_test (resume, G_FILE_TEST_IS_REGULAR);
  const char *init_path = work->goes_on ? work->model_path : work->init_path;
  PelTrainConfig config = work->config;
  g_autoptr (PelModel) init = NULL;
  g_autoptr (PelTrainer) trainer = NULL;

  if (goes_on)
    {
      if (!pel_trainer_read_resume_config (resume, &config, error))
        {
          g_prefix_error (error, "%s: ", resume);
          return NULL;
        }
      take_limits (&config, &work->config);
    }
  else if (init_path != NULL)
    {
      init = pel_training_read_init (init_path, &config, error);
      if (init == NULL)
        return NULL;
      if (work->goes_on)
        {
          config = *pel_model_get_config (init);
          take_limits (&config, &work->config);
        }
    }
  trainer = pel_trainer_new (&config, dataset, init, pool, error);
  if (trainer == NULL)
    return NULL;
  if (init != NULL && !work->goes_on)
    tell_what_was_kept (work, trainer);
  if (work->goes_on && !goes_on)
    {
      if (!pel_trainer_continue_from (trainer, init, error))
        return NULL;
      read_old_curve (work);
    }
  if (goes_on)
    {
      if (!pel_trainer_resume_from (trainer, resume, error))
        {
          g_prefix_error (error, "%s: ", resume);
          return NULL;
        }
      read_old_curve (work);
    }
  return g_steal_pointer (&trainer);
}

/* Under the lock: passes the wish for previews on. */
static void
ask_trainer (PelTrainingWork *work)
{
  if (work->trainer != NULL)
    work->wanted_serial = pel_trainer_request_preview (
        work->trainer, work->wanted,
        work->wanted != NULL && !work->wanted_whole ? &work->wanted_area : NULL);
  else
    work->wanted_serial = 0;
}

/* Makes the trainer reachable for pausing and previews, with what was asked of it before. */
static void
publish_trainer (PelTrainingWork *work, PelTrainer *trainer)
{
  pthread_mutex_lock (&work->lock);
  work->trainer = trainer;
  if (trainer != NULL)
    {
      pel_trainer_set_paused (trainer, work->paused);
      if (work->more_seconds > 0)
        pel_trainer_extend (trainer, work->more_seconds);
      work->more_seconds = 0;
      work->needed_bytes = pel_trainer_get_needed_bytes (trainer);
      ask_trainer (work);
    }
  pthread_mutex_unlock (&work->lock);
}

/* A finished model that goes on holds the same parts out, if it held any: what it has learnt is
 * nothing to judge it by. Where they lie follows from its seed. */
static gboolean
holds_parts (PelTrainingWork *work)
{
  g_autoptr (PelModel) model = work->goes_on ? pel_model_load (work->model_path, NULL) : NULL;
  const PelHistoryRow *rows;
  guint n_rows;
  gboolean held = FALSE;

  if (!work->goes_on)
    return pel_train_config_holds_out (&work->config);
  if (model == NULL)
    return FALSE;
  work->config.seed = pel_model_get_config (model)->seed;
  rows = pel_model_get_history (model, &n_rows);
  for (guint i = 0; i < n_rows && !held; i++)
    held = isfinite (rows[i].val_dice);
  return held;
}

void
pel_training_work_run (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  PelTrainingWork *work = data;
  g_autoptr (PelTrainingData) known = pel_training_data_new (skip_item, work);
  Run run = { .context = context,
              .work = work,
              .data = known,
              .in_parts = holds_parts (work),
              .told_stage = PEL_TRAIN_STAGE_PREPARING };
  gboolean changed;
  g_autofree char *folder = g_path_get_dirname (work->model_path);
  g_autoptr (PelDataset) dataset = NULL;
  g_autoptr (PelTrainer) trainer = NULL;

  /* On Linux this is the thread alone. It works beside the pool's, and like them it gives way to
   * the window. */
  pel_thread_give_way (PEL_THREAD_LONG);
  if (work->config.started_us == 0)
    work->config.started_us = g_get_monotonic_time ();
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      pel_file_set_error (error, folder, errno);
      return;
    }
  pel_job_context_report (context, 0, -1, _ ("Reading images"));
  dataset = read_dataset (&run, work->items, &changed, error);
  if (dataset == NULL)
    return;
  trainer = make_trainer (&run, dataset, pool, error);
  if (trainer == NULL)
    return;
  pel_trainer_set_preview_func (trainer, preview_made, &run);
  pel_trainer_set_data_func (trainer, renew_dataset, &run);
  publish_trainer (work, trainer);
  pel_trainer_run (trainer, work->model_path, context->cancellable, training_progressed, &run,
                   error);
  publish_trainer (work, NULL);
  pthread_mutex_lock (&work->lock);
  work->trained = TRUE;
  work->model_saved |= g_file_test (work->model_path, G_FILE_TEST_IS_REGULAR);
  pthread_mutex_unlock (&work->lock);
}

/* What the main thread asks */

void
pel_training_work_set_paused (PelTrainingWork *work, gboolean paused)
{
  pthread_mutex_lock (&work->lock);
  work->paused = paused;
  if (work->trainer != NULL)
    pel_trainer_set_paused (work->trainer, paused);
  pthread_mutex_unlock (&work->lock);
}

gboolean
pel_training_work_extend (PelTrainingWork *work, double seconds)
{
  gboolean taken;

  pthread_mutex_lock (&work->lock);
  taken = work->trainer != NULL ? pel_trainer_extend (work->trainer, seconds) : !work->trained;
  if (taken && work->trainer == NULL)
    work->more_seconds += seconds;
  pthread_mutex_unlock (&work->lock);
  return taken;
}

void
pel_training_work_offer (PelTrainingWork *work, GPtrArray *items)
{
  GPtrArray *old;

  g_ptr_array_ref (items);
  pthread_mutex_lock (&work->lock);
  old = work->fresh_items;
  work->fresh_items = items;
  pthread_mutex_unlock (&work->lock);
  g_clear_pointer (&old, g_ptr_array_unref);
}

void
pel_training_work_request (PelTrainingWork *work, PelImage *image, const PelRect *area)
{
  PelImage *old;

  if (image != NULL)
    pel_image_ref (image);
  pthread_mutex_lock (&work->lock);
  old = work->wanted;
  work->wanted = image;
  work->wanted_whole = area == NULL;
  if (area != NULL)
    work->wanted_area = *area;
  ask_trainer (work);
  pthread_mutex_unlock (&work->lock);
  g_clear_pointer (&old, pel_image_unref);
}

gboolean
pel_training_work_is_wanted (PelTrainingWork *work, const PelTrainingPreview *preview)
{
  gboolean wanted;

  pthread_mutex_lock (&work->lock);
  wanted = preview->image != NULL && preview->image == work->wanted &&
           preview->serial == work->wanted_serial;
  pthread_mutex_unlock (&work->lock);
  return wanted;
}
