/* SPDX-License-Identifier: MIT */
#include "app/document/pel-batch-job.h"

#include <errno.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-batch-check.h"
#include "app/document/pel-batch-notes.h"
#include "app/document/pel-document-error.h"
#include "app/document/pel-job-private.h"
#include "engine/infer/pel-predict.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"
#include "engine/io/pel-pairing.h"
#include "engine/measure/pel-measure-csv.h"
#include "engine/measure/pel-overlay.h"
#include "engine/segment/pel-contour.h"
#include "engine/train/pel-model.h"

typedef struct
{
  char *name;
  char *path;
  guint page;
} BatchItem;

typedef struct
{
  GPtrArray *inputs; /* of file names */
  char *model_path;
  char *out;
  PelBatchOptions options;

  GPtrArray *items; /* of BatchItem */
  GPtrArray *warnings;
  char *settings; /* what the results depend on, in words */

  pthread_mutex_t lock;
  PelBatchSummary summary; /* under the lock */
} BatchWork;

typedef struct
{
  BatchWork *work;
  PelJobContext *context;
  PelPool *pool;
  PelModel *model;
  guint index;
  gint64 started;
  double busy_from; /* share that was kept from before: it says nothing about the time */
} Batch;

struct _PelBatchJob
{
  PelJob parent_instance;

  BatchWork work;
};

G_DEFINE_FINAL_TYPE (PelBatchJob, pel_batch_job, PEL_TYPE_JOB)

static void
item_free (BatchItem *item)
{
  g_free (item->name);
  g_free (item->path);
  g_free (item);
}

/* In the thread: what there is to do */

static void
add_warning (BatchWork *work, const char *message)
{
  g_ptr_array_add (work->warnings, g_strdup (message));
  pthread_mutex_lock (&work->lock);
  work->summary.n_failed++;
  pthread_mutex_unlock (&work->lock);
}

static void
add_file (BatchWork *work, GHashTable *names, const char *path, const char *stem)
{
  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (GError) problem = NULL;

  if (!pel_image_probe (path, &info, &problem))
    {
      add_warning (work, problem->message);
      return;
    }
  for (guint i = 0; i < MAX (info.positions, 1); i++)
    {
      BatchItem *item = g_new0 (BatchItem, 1);

      item->name = info.positions > 1 ? g_strdup_printf ("%s_p%03u", stem, i + 1) : g_strdup (stem);
      item->path = g_strdup (path);
      item->page = i;
      /* The same stem in another folder: the folder's name tells them apart. */
      if (g_hash_table_contains (names, item->name))
        {
          g_autofree char *folder = g_path_get_dirname (path);
          g_autofree char *base = g_path_get_basename (folder);
          g_autofree char *plain = g_steal_pointer (&item->name);

          item->name = g_strdup_printf ("%s-%s", base, plain);
          for (guint k = 2; g_hash_table_contains (names, item->name); k++)
            {
              g_free (item->name);
              item->name = g_strdup_printf ("%s-%s-%u", base, plain, k);
            }
        }
      g_hash_table_add (names, item->name);
      g_ptr_array_add (work->items, item);
    }
}

static gboolean
list_items (Batch *batch, GError **error)
{
  BatchWork *work = batch->work;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < work->inputs->len; i++)
    {
      const char *path = g_ptr_array_index (work->inputs, i);
      g_autoptr (PelPairing) pairing = NULL;
      g_autoptr (GError) problem = NULL;

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          g_autofree char *stem = pel_image_get_stem (path);

          add_file (work, names, path, stem);
          continue;
        }
      pairing = pel_pairing_scan (path, NULL, &problem);
      if (pairing == NULL)
        {
          add_warning (work, problem->message);
          continue;
        }
      for (guint k = 0; k < pel_pairing_get_n_pairs (pairing); k++)
        {
          const PelPair *pair = pel_pairing_get_pair (pairing, k);

          if (g_cancellable_set_error_if_cancelled (batch->context->cancellable, error))
            return FALSE;
          add_file (work, names, pair->image_path, pair->name);
        }
    }
  pthread_mutex_lock (&work->lock);
  work->summary.n_images = work->items->len + work->warnings->len;
  pthread_mutex_unlock (&work->lock);
  if (work->items->len > 0)
    return TRUE;
  g_set_error_literal (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES,
                       work->warnings->len > 0
                           ? (const char *)g_ptr_array_index (work->warnings, 0)
                           : _ ("There are no images in these folders; choose others."));
  return FALSE;
}

/* Nothing that is there may be lost: neither the images themselves nor a project's own files. */
static gboolean
check_results (BatchWork *work, GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < work->items->len; i++)
    {
      const BatchItem *item = g_ptr_array_index (work->items, i);

      g_ptr_array_add (images, item->path);
      g_ptr_array_add (names, item->name);
    }
  return pel_batch_check_folder (work->out, error) &&
         pel_batch_check_results (work->out, images, names, error);
}

/* In the thread: one image */

static void
tell_progress (double fraction, gpointer data)
{
  Batch *batch = data;
  const BatchItem *item = g_ptr_array_index (batch->work->items, batch->index);
  double done = (batch->index + fraction) / batch->work->items->len;
  double fresh = done - batch->busy_from;
  double seconds = (double)(g_get_monotonic_time () - batch->started) / 1e6;

  pel_job_context_report (batch->context, CLAMP (done, 0, 1),
                          fresh > 0.005 ? seconds / fresh * (1 - done) : -1, item->name);
}

static char *
result_path (const BatchWork *work, const BatchItem *item, const char *suffix)
{
  g_autofree char *file = g_strconcat (item->name, suffix, NULL);

  return g_build_filename (work->out, file, NULL);
}

static gboolean
write_overlay (Batch *batch,
               const BatchItem *item,
               PelImage *image,
               const PelPrediction *prediction,
               const PelCellTable *table,
               GError **error)
{
  g_autofree char *path = result_path (batch->work, item, ".overlay.png");
  PelContourOptions options = { .level = (float)prediction->threshold };
  g_autoptr (PelContourSet) contours = pel_contours_trace (
      prediction->labels, prediction->foreground, &options, batch->context->cancellable, error);
  g_autofree guint8 *rgba = NULL;

  if (contours == NULL)
    return FALSE;
  rgba = pel_overlay_render (image, contours, table, NULL, error);
  return rgba != NULL && pel_image_save_png_rgba (path, rgba, prediction->width, prediction->height,
                                                  (gsize)prediction->width * 4, error);
}

static gboolean
write_results (Batch *batch,
               const BatchItem *item,
               PelImage *image,
               const PelPrediction *prediction,
               const PelCellTable *table,
               GError **error)
{
  g_autofree char *labels = result_path (batch->work, item, ".tif");
  g_autofree char *prob = result_path (batch->work, item, ".prob.tif");
  double um_x = pel_image_get_um_x (image), um_y = pel_image_get_um_y (image);

  if (batch->work->options.probabilities &&
      !pel_image_save_float_tiff (prob, prediction->foreground, prediction->width,
                                  prediction->height, um_x, um_y, error))
    return FALSE;
  if (batch->work->options.overlays &&
      !write_overlay (batch, item, image, prediction, table, error))
    return FALSE;
  return pel_labels_save_tiff (prediction->labels, labels, um_x, um_y, error);
}

static gboolean
do_item (Batch *batch, const BatchItem *item, guint *n_cells, GError **error)
{
  GCancellable *cancellable = batch->context->cancellable;
  g_autoptr (PelImage) image = pel_image_load (item->path, item->page, cancellable, error);
  g_autoptr (PelPrediction) prediction = NULL;
  g_autoptr (PelCellTable) table = NULL;
  g_autoptr (GString) rows = g_string_new (NULL);
  g_autoptr (PelCsv) csv = NULL;
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  PelMeasureCsvSource source = { .image = item->name, .page = item->page + 1 };
  gboolean good;

  if (image == NULL)
    return FALSE;
  prediction = pel_predict_image (batch->model, image, NULL, batch->pool, cancellable,
                                  tell_progress, batch, error);
  good = prediction != NULL;
  if (good)
    {
      options.um_x = pel_image_get_um_x (image);
      options.um_y = pel_image_get_um_y (image);
      options.threshold = (float)prediction->threshold;
      options.default_origin = PEL_LABEL_ORIGIN_MODEL;
      options.error_scale = &prediction->error_scale;
      options.definitions = batch->work->options.definitions;
      table = pel_measure_cells (prediction->labels, image, prediction->foreground, &options,
                                 batch->pool, cancellable, error);
      good = table != NULL && write_results (batch, item, image, prediction, table, error);
    }
  if (!good)
    {
      g_prefix_error (error, "%s: ", item->path);
      return FALSE;
    }
  csv = pel_csv_new_for_string (rows);
  pel_measure_write_csv_rows (csv, table, &source, NULL);
  *n_cells = pel_cell_table_get_n_cells (table);
  /* The note comes last: what is noted is whole. */
  return pel_batch_notes_write (batch->work->out, item->name, item->path, *n_cells, rows->str,
                                rows->len, error);
}

/* In the thread: all */

static char *
describe_settings (Batch *batch)
{
  const PelModelInfo *info = pel_model_get_info (batch->model);
  g_autofree char *stamp = pel_batch_notes_stamp (batch->work->model_path);

  return g_strdup_printf ("model: %s\nmodel file: %s\nthreshold: %.4f\nminimum size: %u px\n"
                          "separation: %.4f\nprobabilities: %s\noverlays: %s\ndefinitions: %s\n"
                          "program: Pellicle %s\n",
                          batch->work->model_path, stamp, info->threshold, info->min_size,
                          info->separation, batch->work->options.probabilities ? "yes" : "no",
                          batch->work->options.overlays ? "yes" : "no",
                          pel_definitions_get_name (batch->work->options.definitions), PEL_VERSION);
}

static void
count_item (BatchWork *work, gboolean kept, guint n_cells)
{
  pthread_mutex_lock (&work->lock);
  if (kept)
    work->summary.n_kept++;
  else
    work->summary.n_done++;
  work->summary.n_cells += n_cells;
  pthread_mutex_unlock (&work->lock);
}

static gboolean
do_items (Batch *batch, GPtrArray *finished, GError **error)
{
  BatchWork *work = batch->work;

  for (guint i = 0; i < work->items->len; i++)
    {
      BatchItem *item = g_ptr_array_index (work->items, i);
      g_autoptr (GError) problem = NULL;
      guint n_cells = 0;

      if (g_cancellable_set_error_if_cancelled (batch->context->cancellable, error))
        return FALSE;
      batch->index = i;
      if (pel_batch_notes_check (work->out, item->name, item->path, &n_cells))
        {
          count_item (work, TRUE, n_cells);
          g_ptr_array_add (finished, item->name);
          batch->busy_from += 1.0 / work->items->len;
          tell_progress (0, batch);
          continue;
        }
      tell_progress (0, batch);
      if (do_item (batch, item, &n_cells, &problem))
        {
          count_item (work, FALSE, n_cells);
          g_ptr_array_add (finished, item->name);
          continue;
        }
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      /* Where nothing can be written, the others would fare no better. */
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ||
          g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_READ_ONLY))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      add_warning (work, problem->message);
    }
  return TRUE;
}

static gboolean
write_report (BatchWork *work, GError **error)
{
  g_autofree char *path = g_build_filename (work->out, "batch.txt", NULL);
  g_autoptr (GString) text = g_string_new (work->settings);

  g_string_append_printf (text, "images: %u\nleft out: %u\ncells: %" G_GUINT64_FORMAT "\n",
                          work->summary.n_done + work->summary.n_kept, work->warnings->len,
                          work->summary.n_cells);
  for (guint i = 0; i < work->warnings->len; i++)
    g_string_append_printf (text, "  %s\n", (const char *)g_ptr_array_index (work->warnings, i));
  return pel_file_write_atomic (path, text->str, text->len, error);
}

static void
run_batch (Batch *batch, GError **error)
{
  BatchWork *work = batch->work;
  g_autoptr (GPtrArray) finished = g_ptr_array_new ();

  if (!list_items (batch, error) || !check_results (work, error) ||
      !pel_batch_notes_open (work->out, work->settings, error) ||
      !do_items (batch, finished, error))
    return;
  if (finished->len == 0)
    {
      g_set_error_literal (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_NO_IMAGES,
                           g_ptr_array_index (work->warnings, 0));
      return;
    }
  if (!pel_batch_notes_join (work->out, finished, work->options.definitions, error) ||
      !write_report (work, error))
    return;
  /* A run that is over is not resumed: the next begins anew. */
  if (work->warnings->len == 0)
    pel_batch_notes_clear (work->out);
}

static void
batch_in_thread (PelJobContext *context, gpointer data, PelPool *pool, GError **error)
{
  BatchWork *work = data;
  Batch batch = { .work = work, .context = context, .pool = pool };

  batch.started = g_get_monotonic_time ();
  batch.model = pel_model_load (work->model_path, error);
  if (batch.model == NULL)
    {
      g_prefix_error (error, "%s: ", work->model_path);
      return;
    }
  work->settings = describe_settings (&batch);
  run_batch (&batch, error);
  pel_model_free (batch.model);
  pthread_mutex_lock (&work->lock);
  work->summary.seconds = (double)(g_get_monotonic_time () - batch.started) / 1e6;
  pthread_mutex_unlock (&work->lock);
}

/* On the main thread */

static void
pel_batch_job_finalize (GObject *object)
{
  PelBatchJob *self = PEL_BATCH_JOB (object);

  g_ptr_array_unref (self->work.inputs);
  g_ptr_array_unref (self->work.items);
  g_ptr_array_unref (self->work.warnings);
  g_free (self->work.model_path);
  g_free (self->work.out);
  g_free (self->work.settings);
  pthread_mutex_destroy (&self->work.lock);
  G_OBJECT_CLASS (pel_batch_job_parent_class)->finalize (object);
}

static void
pel_batch_job_class_init (PelBatchJobClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_batch_job_finalize;
  PEL_JOB_CLASS (klass)->work = batch_in_thread;
}

static void
pel_batch_job_init (PelBatchJob *self)
{
  self->work.inputs = g_ptr_array_new_with_free_func (g_free);
  self->work.items = g_ptr_array_new_with_free_func ((GDestroyNotify)item_free);
  self->work.warnings = g_ptr_array_new_with_free_func (g_free);
  pthread_mutex_init (&self->work.lock, NULL);
  pel_job_set_work (PEL_JOB (self), &self->work);
}

PelBatchJob *
pel_batch_job_new (GPtrArray *inputs,
                   const char *model_path,
                   const char *out,
                   const PelBatchOptions *options)
{
  PelBatchJob *self;

  g_return_val_if_fail (inputs != NULL && model_path != NULL && out != NULL, NULL);

  self = g_object_new (PEL_TYPE_BATCH_JOB, NULL);
  for (guint i = 0; i < inputs->len; i++)
    g_ptr_array_add (self->work.inputs, g_strdup (g_ptr_array_index (inputs, i)));
  self->work.model_path = g_strdup (model_path);
  self->work.out = g_strdup (out);
  if (options != NULL)
    self->work.options = *options;
  pel_job_set_title (PEL_JOB (self), _ ("Batch"));
  return self;
}

void
pel_batch_job_get_summary (PelBatchJob *self, PelBatchSummary *summary)
{
  g_return_if_fail (PEL_IS_BATCH_JOB (self));

  pthread_mutex_lock (&self->work.lock);
  *summary = self->work.summary;
  pthread_mutex_unlock (&self->work.lock);
}

const char *
pel_batch_job_get_out (PelBatchJob *self)
{
  g_return_val_if_fail (PEL_IS_BATCH_JOB (self), NULL);

  return self->work.out;
}

GPtrArray *
pel_batch_job_get_warnings (PelBatchJob *self)
{
  g_return_val_if_fail (PEL_IS_BATCH_JOB (self), NULL);
  g_return_val_if_fail (pel_job_get_is_finished (PEL_JOB (self)), NULL);

  return self->work.warnings;
}
