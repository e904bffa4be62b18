/* SPDX-License-Identifier: MIT */
#include "app/document/pel-rank-job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "app/document/pel-document-files.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-project.h"
#include "engine/infer/pel-uncertainty.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/measure/pel-evaluation.h"

/* With fewer images there is no telling what is usual. */
#define MIN_POPULATION 6

typedef struct
{
  guint index; /* of the image */
  char *name;
  char *labels; /* predictions/MODEL/NAME.tif */

  gboolean good;
  double expected_dice;
  double agreement;
  double density; /* cells a million pixels */
  guint n_cells;
  gboolean has_part;
  PelRect part;
  double score;
  PelRankReason reason;
} RankItem;

typedef struct
{
  GArray *items;      /* of RankItem */
  GPtrArray *folders; /* where other models' predictions may be, the newest first */
} RankWork;

struct _PelRankJob
{
  PelJob parent_instance;

  PelProject *project;
  char *model_name;
  GPtrArray *images;
  GArray *entries;
  RankWork work;
};

G_DEFINE_FINAL_TYPE (PelRankJob, pel_rank_job, PEL_TYPE_JOB)

static void
item_clear (gpointer data)
{
  RankItem *item = data;

  g_free (item->name);
  g_free (item->labels);
}

static void
entry_clear (gpointer data)
{
  PelRankEntry *entry = data;

  g_clear_object (&entry->image);
}

/* In the thread */

/* The threshold that the prediction was cut with. */
static double
read_threshold (const char *labels_path)
{
  PelPredictionSettings settings;

  pel_prediction_settings_read (labels_path, &settings);
  return settings.cut.threshold;
}

static guint
count_cells (const PelLabels *labels)
{
  guint n_tiles = pel_labels_get_n_tiles_x (labels) * pel_labels_get_n_tiles_y (labels);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < n_tiles; i++)
    {
      const PelLabelTile *tile = pel_labels_peek_tile (labels, i);
      guint32 pixels[PEL_LABEL_TILE_PIXELS], constant, last = 0;

      if (pel_label_tile_is_constant (tile, &constant) && constant == 0)
        continue;
      pel_label_tile_read (tile, pixels);
      for (guint p = 0; p < PEL_LABEL_TILE_PIXELS; p++)
        if (pixels[p] != last)
          {
            last = pixels[p];
            if (last != 0)
              g_hash_table_add (seen, GUINT_TO_POINTER (last));
          }
    }
  return g_hash_table_size (seen);
}

/* (transfer full) (nullable): another model's cells in the same image */
static PelLabels *
load_other (const RankWork *work, const RankItem *item, GCancellable *cancellable)
{
  for (guint i = 0; i < work->folders->len; i++)
    {
      g_autofree char *path = g_strdup_printf (
          "%s/%s.tif", (const char *)g_ptr_array_index (work->folders, i), item->name);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return pel_labels_load (path, 0, cancellable, NULL);
    }
  return NULL;
}

static void
judge (const RankWork *work, RankItem *item, GCancellable *cancellable)
{
  g_autofree char *prob_path = pel_prediction_sibling (item->labels, ".prob.tif");
  g_autoptr (PelImage) prob = pel_image_load (prob_path, 0, cancellable, NULL);
  g_autoptr (PelLabels) labels = pel_labels_load (item->labels, 0, cancellable, NULL);
  g_autoptr (PelLabels) other = NULL;
  guint width, height;

  /* What was not predicted is not judged. */
  if (prob == NULL || labels == NULL || pel_image_get_sample_type (prob) != PEL_SAMPLE_F32)
    return;
  width = pel_image_get_width (prob);
  height = pel_image_get_height (prob);
  item->expected_dice = pel_expected_dice (pel_image_get_plane (prob, 0), (gsize)width * height,
                                           read_threshold (item->labels));
  item->n_cells = count_cells (labels);
  item->density = item->n_cells / ((double)width * height) * 1e6;
  item->has_part = MAX (width, height) > PEL_RANK_LARGE;
  if (item->has_part)
    pel_uncertain_part (pel_image_get_plane (prob, 0), width, height, PEL_RANK_PART, &item->part);
  item->agreement = NAN;
  other = load_other (work, item, cancellable);
  if (other != NULL)
    {
      g_autoptr (PelEvaluation) evaluation = pel_evaluation_new ();
      PelScores scores;

      if (pel_evaluation_add (evaluation, item->name, labels, other, NULL))
        {
          pel_evaluation_get_total (evaluation, &scores);
          item->agreement = scores.f1_50;
        }
    }
  item->good = TRUE;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
find_median (double *values, guint n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2.0;
}

/* The reasons' shares add up as for cells: see pel_doubt_rate(). */
static void
rate (GArray *items)
{
  g_autofree double *values = g_new (double, MAX (items->len, 1));
  double median = NAN, deviation = NAN;
  guint n = 0;

  for (guint i = 0; i < items->len; i++)
    if (g_array_index (items, RankItem, i).good)
      values[n++] = log1p (g_array_index (items, RankItem, i).density);
  if (n >= MIN_POPULATION)
    {
      median = find_median (values, n);
      for (guint i = 0; i < n; i++)
        values[i] = fabs (values[i] - median);
      deviation = MAX (1.4826 * find_median (values, n), 0.15);
    }
  for (guint i = 0; i < items->len; i++)
    {
      RankItem *item = &g_array_index (items, RankItem, i);
      double unsure = CLAMP (1.0 - item->expected_dice, 0.0, 1.0);
      double differs = isfinite (item->agreement) ? 0.6 * (1.0 - item->agreement) : 0.0;
      double away = fabs (log1p (item->density) - median) / deviation;
      double unusual = isfinite (away) ? 0.5 * CLAMP ((away - 2.0) / 4.0, 0.0, 1.0) : 0.0;

      item->score = 1.0 - (1.0 - unsure) * (1.0 - differs) * (1.0 - unusual);
      item->reason = unsure >= differs && unsure >= unusual ? PEL_RANK_UNSURE
                     : differs >= unusual                   ? PEL_RANK_DISAGREES
                                                            : PEL_RANK_UNUSUAL;
    }
}

static void
rank_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  RankWork *work = data;

  for (guint i = 0; i < work->items->len; i++)
    {
      RankItem *item = &g_array_index (work->items, RankItem, i);

      pel_job_context_report (context, (double)i / work->items->len, -1, item->name);
      judge (work, item, context->cancellable);
      if (g_cancellable_set_error_if_cancelled (context->cancellable, error))
        return;
    }
  rate (work->items);
}

/* On the main thread */

static gboolean
pel_rank_job_prepare (PelJob *job, GError **error)
{
  PelRankJob *self = PEL_RANK_JOB (job);
  g_autofree char *folder = pel_project_get_predictions_path (self->project, self->model_name);
  GListModel *models = pel_project_get_models (self->project);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);
      const char *name = pel_model_entry_get_name (entry);

      if (!g_str_equal (name, self->model_name))
        g_ptr_array_add (self->work.folders,
                         pel_project_get_predictions_path (self->project, name));
    }
  for (guint i = 0; i < pel_project_get_n_images (self->project); i++)
    {
      PelImageDocument *image = pel_project_get_image (self->project, i);
      RankItem item = { .index = self->images->len };

      if (image->complete || image->reviewed)
        continue;
      item.name = g_strdup (image->name);
      item.labels = g_strdup_printf ("%s/%s.tif", folder, image->name);
      g_array_append_val (self->work.items, item);
      g_ptr_array_add (self->images, g_object_ref (image));
    }
  return TRUE;
}

static int
compare_entries (const void *a, const void *b)
{
  const PelRankEntry *x = a, *y = b;

  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return strcmp (pel_image_document_get_name (x->image), pel_image_document_get_name (y->image));
}

static void
pel_rank_job_ended (PelJob *job, const GError *error)
{
  PelRankJob *self = PEL_RANK_JOB (job);

  for (guint i = 0; error == NULL && i < self->work.items->len; i++)
    {
      const RankItem *item = &g_array_index (self->work.items, RankItem, i);
      PelRankEntry entry = { .score = item->score,
                             .reason = item->reason,
                             .expected_dice = item->expected_dice,
                             .agreement = item->agreement,
                             .n_cells = item->n_cells,
                             .has_part = item->has_part,
                             .part = item->part };

      if (!item->good)
        continue;
      entry.image = g_object_ref (g_ptr_array_index (self->images, item->index));
      g_array_append_val (self->entries, entry);
    }
  if (self->entries->len > 0)
    qsort (self->entries->data, self->entries->len, sizeof (PelRankEntry), compare_entries);
  g_array_set_size (self->work.items, 0);
}

static void
pel_rank_job_finalize (GObject *object)
{
  PelRankJob *self = PEL_RANK_JOB (object);

  g_array_unref (self->work.items);
  g_ptr_array_unref (self->work.folders);
  g_array_unref (self->entries);
  g_ptr_array_unref (self->images);
  g_clear_object (&self->project);
  g_free (self->model_name);
  G_OBJECT_CLASS (pel_rank_job_parent_class)->finalize (object);
}

static void
pel_rank_job_class_init (PelRankJobClass *klass)
{
  PelJobClass *job_class = PEL_JOB_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_rank_job_finalize;
  job_class->prepare = pel_rank_job_prepare;
  job_class->work = rank_in_thread;
  job_class->leaves_nothing = TRUE;
  job_class->ended = pel_rank_job_ended;
}

static void
pel_rank_job_init (PelRankJob *self)
{
  self->images = g_ptr_array_new_with_free_func (g_object_unref);
  self->entries = g_array_new (FALSE, FALSE, sizeof (PelRankEntry));
  g_array_set_clear_func (self->entries, entry_clear);
  self->work.items = g_array_new (FALSE, FALSE, sizeof (RankItem));
  g_array_set_clear_func (self->work.items, item_clear);
  self->work.folders = g_ptr_array_new_with_free_func (g_free);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelRankJob *
pel_rank_job_new (PelProject *project, const char *model_name)
{
  PelRankJob *self;

  g_return_val_if_fail (PEL_IS_PROJECT (project), NULL);
  g_return_val_if_fail (model_name != NULL, NULL);

  self = g_object_new (PEL_TYPE_RANK_JOB, NULL);
  self->project = g_object_ref (project);
  self->model_name = g_strdup (model_name);
  pel_job_set_title (PEL_JOB (self), _ ("Looking for images to annotate"));
  return self;
}

const GArray *
pel_rank_job_get_entries (PelRankJob *self)
{
  g_return_val_if_fail (PEL_IS_RANK_JOB (self), NULL);

  return self->entries;
}

const char *
pel_rank_job_get_model_name (PelRankJob *self)
{
  g_return_val_if_fail (PEL_IS_RANK_JOB (self), NULL);

  return self->model_name;
}
