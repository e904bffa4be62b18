/* SPDX-License-Identifier: MIT */
#include "app/document/pel-augment-job.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-job-private.h"
#include "app/document/pel-patch-picture.h"
#include "app/document/pel-training-data.h"
#include "engine/train/pel-augment-preview.h"
#include "engine/train/pel-trainer.h"

#define MAX_PATCHES 64

typedef struct
{
  /* Set before it begins: */
  PelTrainConfig config; /* complete once it is done */
  GPtrArray *items;
  char *init_path;
  PelDataset *dataset; /* (nullable) read by another job before */
  guint64 first;
  guint n_patches;

  /* The thread's, read by the main thread when it has ended: */
  guint side;
  GPtrArray *pictures; /* of GBytes: each patch before and after its changes */
} Work;

struct _PelAugmentJob
{
  PelJob parent_instance;

  Work work;
};

G_DEFINE_FINAL_TYPE (PelAugmentJob, pel_augment_job, PEL_TYPE_JOB)

/* In the thread */

static void
skip_item (const char *message, gpointer data)
{
  /* The training itself tells which images it leaves out. */
}

/* Some of the images that are learnt from, drawn by the seed. */
static GPtrArray *
choose_items (const Work *work)
{
  GPtrArray *chosen = g_ptr_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32)work->config.seed);

  for (guint i = 0; i < work->items->len; i++)
    {
      PelTrainingItem *item = g_ptr_array_index (work->items, i);

      if (!item->validation)
        g_ptr_array_add (chosen, item);
    }
  while (chosen->len > PEL_AUGMENT_MAX_IMAGES)
    g_ptr_array_remove_index (chosen, (guint)g_rand_int_range (random, 0, (gint32)chosen->len));
  return chosen;
}

static gboolean
read_dataset (Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) chosen = NULL;
  g_autoptr (PelTrainingData) source = NULL;
  gboolean changed;

  if (work->dataset != NULL)
    return TRUE;
  chosen = choose_items (work);
  source = pel_training_data_new (skip_item, NULL);
  work->dataset = pel_training_data_read (source, chosen, 0.0, FALSE, work->config.seed, &changed,
                                          cancellable, error);
  return work->dataset != NULL;
}

static void
draw_patch (Work *work, const PelAugmentPatch *patch)
{
  g_ptr_array_add (work->pictures,
                   pel_patch_picture_new (patch->before, patch->labels_before, work->side));
  g_ptr_array_add (work->pictures,
                   pel_patch_picture_new (patch->after, patch->labels_after, work->side));
}

static void
augment_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  Work *work = data;
  g_autoptr (PelModel) init = NULL;
  g_autoptr (PelAugmentPreview) preview = NULL;

  pel_job_context_report (context, 0, -1, _ ("Reading the images"));
  if (work->init_path != NULL)
    {
      init = pel_training_read_init (work->init_path, &work->config, error);
      if (init == NULL)
        return;
    }
  if (!read_dataset (work, context->cancellable, error))
    return;
  pel_job_context_report (context, 0.5, -1, _ ("Drawing patches"));
  preview = pel_augment_preview_new (work->dataset, &work->config, init, work->first,
                                     work->n_patches, context->cancellable, error);
  if (preview == NULL)
    return;
  pel_trainer_complete_config (&work->config, work->dataset, init);
  work->side = pel_augment_preview_get_side (preview);
  for (guint i = 0; i < work->n_patches; i++)
    {
      PelAugmentPatch patch;

      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
      pel_augment_preview_get_patch (preview, i, &patch);
      draw_patch (work, &patch);
    }
}

/* The main thread */

static void
pel_augment_job_finalize (GObject *object)
{
  Work *work = &PEL_AUGMENT_JOB (object)->work;

  g_clear_pointer (&work->items, g_ptr_array_unref);
  g_clear_pointer (&work->dataset, pel_dataset_unref);
  g_ptr_array_unref (work->pictures);
  g_free (work->init_path);
  G_OBJECT_CLASS (pel_augment_job_parent_class)->finalize (object);
}

static void
pel_augment_job_class_init (PelAugmentJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_augment_job_finalize;
  PEL_JOB_CLASS (klass)->work = augment_in_thread;
  PEL_JOB_CLASS (klass)->leaves_nothing = TRUE;
}

static void
pel_augment_job_init (PelAugmentJob *self)
{
  self->work.pictures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  pel_job_set_work (PEL_JOB (self), &self->work);
  pel_job_set_title (PEL_JOB (self), _ ("Random changes"));
}

PelAugmentJob *
pel_augment_job_new (const PelTrainConfig *config,
                     GPtrArray *items,
                     const char *init_path,
                     guint n_patches)
{
  PelAugmentJob *self;

  g_return_val_if_fail (config != NULL && items != NULL, NULL);
  g_return_val_if_fail (n_patches >= 1 && n_patches <= MAX_PATCHES, NULL);

  self = g_object_new (PEL_TYPE_AUGMENT_JOB, NULL);
  self->work.config = *config;
  self->work.items = g_ptr_array_ref (items);
  self->work.init_path = g_strdup (init_path);
  self->work.n_patches = n_patches;
  return self;
}

static gboolean
is_done (PelAugmentJob *self)
{
  return pel_job_get_state (PEL_JOB (self)) == PEL_JOB_STATE_DONE;
}

/* Of the same images, which are not read again. */
static PelAugmentJob *
new_after (PelAugmentJob *before, guint64 first)
{
  PelAugmentJob *self = pel_augment_job_new (&before->work.config, before->work.items,
                                             before->work.init_path, before->work.n_patches);

  self->work.dataset = pel_dataset_ref (before->work.dataset);
  self->work.first = first;
  return self;
}

PelAugmentJob *
pel_augment_job_new_next (PelAugmentJob *before)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_JOB (before) && is_done (before), NULL);

  return new_after (before, before->work.first + before->work.n_patches);
}

PelAugmentJob *
pel_augment_job_new_again (PelAugmentJob *before)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_JOB (before) && is_done (before), NULL);

  return new_after (before, before->work.first);
}

void
pel_augment_job_set_augment (PelAugmentJob *self, const PelAugmentConfig *augment)
{
  g_return_if_fail (PEL_IS_AUGMENT_JOB (self) && augment != NULL);
  g_return_if_fail (pel_job_get_state (PEL_JOB (self)) == PEL_JOB_STATE_QUEUED);

  self->work.config.augment = *augment;
}

guint
pel_augment_job_get_n_patches (PelAugmentJob *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_JOB (self), 0);

  return is_done (self) ? self->work.pictures->len / 2 : 0;
}

guint
pel_augment_job_get_side (PelAugmentJob *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_JOB (self), 0);

  return pel_patch_picture_get_side (self->work.side);
}

GBytes *
pel_augment_job_get_picture (PelAugmentJob *self, guint index, gboolean changed)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_JOB (self) && is_done (self), NULL);
  g_return_val_if_fail (2 * index + 1 < self->work.pictures->len, NULL);

  return g_ptr_array_index (self->work.pictures, 2 * index + (changed ? 1 : 0));
}

const PelAugmentConfig *
pel_augment_job_get_config (PelAugmentJob *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_JOB (self), NULL);

  return is_done (self) ? &self->work.config.augment : NULL;
}
