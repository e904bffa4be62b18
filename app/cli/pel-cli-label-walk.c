/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-label-walk.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-files.h"

/* What light and electron microscopes give; beyond it a scale is questioned, not refused. */
#define LEAST_UM 0.01
#define LARGEST_UM 20.0

/* What masks/NAME.json tells about each label, as the table of origins that measuring takes. */
static guint8 *
list_origins (const PelCliMeasureItem *item, gsize *n_origins)
{
  guint32 highest = pel_labels_get_max (item->labels);
  guint8 *origins;
  GHashTableIter iter;
  gpointer key, value;

  *n_origins = 0;
  if (item->infos == NULL || g_hash_table_size (item->infos) == 0 || highest >= (1u << 24))
    return NULL;
  *n_origins = (gsize)highest + 1;
  origins = g_new0 (guint8, *n_origins);
  memset (origins, PEL_LABEL_ORIGIN_HAND, *n_origins);
  g_hash_table_iter_init (&iter, item->infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelCellInfo *info = value;
      guint label = GPOINTER_TO_UINT (key);

      if (label > highest)
        continue;
      if (info->origin == PEL_CELL_ORIGIN_MODEL)
        origins[label] = PEL_LABEL_ORIGIN_MODEL;
      else if (info->origin == PEL_CELL_ORIGIN_CORRECTED)
        origins[label] = PEL_LABEL_ORIGIN_CORRECTED;
    }
  return origins;
}

static const char *
get_class (guint32 label, gpointer data)
{
  const PelCliMeasureItem *item = data;
  const PelCellInfo *info;

  if (item->infos == NULL)
    return NULL;
  info = g_hash_table_lookup (item->infos, GUINT_TO_POINTER (label));
  return info != NULL ? info->class_name : NULL;
}

static PelCellTable *
measure_item (PelCliMeasureItem *item,
              const PelCliLabelOptions *how,
              PelPool *pool,
              GCancellable *cancellable,
              GError **error)
{
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  g_autofree guint8 *origins = list_origins (item, &options.n_origins);
  const float *probability =
      item->probability != NULL ? pel_image_get_plane (item->probability, 0) : NULL;
  PelCellTable *table;

  options.um_x = item->um_x;
  options.um_y = item->um_y;
  options.threshold = (float)item->settings.threshold;
  options.origins = origins;
  options.error_scale = &item->settings.error_scale;
  options.definitions = how->definitions;
  if (how->channel > 0)
    options.channel = how->channel - 1;
  options.default_origin = item->predicted ? PEL_LABEL_ORIGIN_MODEL : PEL_LABEL_ORIGIN_UNKNOWN;
  table = pel_measure_cells (item->labels, item->image, probability, &options, pool, cancellable,
                             error);
  if (table == NULL)
    g_prefix_error (error, "%s: ", item->input->path);
  return table;
}

static GPtrArray *
list_labels (PelCliLabelWalk *self, PelCliWork *work, GError **error)
{
  char *paths[] = { self->options->labels, NULL };
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *inputs = pel_cli_list_inputs (paths, (guint)self->options->page, warnings, error);

  for (guint i = 0; i < warnings->len; i++)
    pel_cli_work_warn (work, "%s", (const char *)warnings->pdata[i]);
  self->n_failed += warnings->len;
  return inputs;
}

/* A scale is told for what it is; one that is given for all is questioned once. */
static void
question_scale (PelCliLabelWalk *self, const PelCliMeasureItem *item, PelCliWork *work)
{
  if (!(item->um_x > 0) || (item->um_x >= LEAST_UM && item->um_x <= LARGEST_UM) ||
      (self->options->pixel_size > 0 && self->n_images > 0))
    return;
  pel_cli_work_warn (work,
                     /* Translators: a file, and a number */
                     _ ("%s: microscopes give about 0.01 to 20 µm per pixel, and this is %.4g; if "
                        "it is wrong, give the right one with --pixel-size"),
                     item->input->path, item->um_x);
}

/* The next label image. */
static gboolean
measure_one (PelCliLabelWalk *self,
             PelCliMeasureReader *reader,
             PelPool *pool,
             PelCliWork *work,
             GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (work);
  g_autoptr (PelCliMeasureItem) item = pel_cli_measure_reader_next (reader, error);
  g_autoptr (PelCellTable) table = NULL;
  PelMeasuredImage about = { NULL };

  if (item == NULL)
    return FALSE;
  if (self->options->images != NULL && item->image_path == NULL)
    pel_cli_work_warn (work,
                       _ ("%s: there is no image of that name in %s, so its intensities stay "
                          "empty"),
                       item->input->path, self->options->images);
  question_scale (self, item, work);
  table = measure_item (item, self->options, pool, cancellable, error);
  if (table == NULL)
    return FALSE;
  about.image = item->image_name;
  about.page = item->image_page + 1;
  about.calibration = item->calibration;
  about.is_predicted = item->predicted;
  about.is_given =
      !item->predicted && (item->infos == NULL || g_hash_table_size (item->infos) == 0);
  about.model = item->probability != NULL && item->predicted ? item->settings.model : NULL;
  about.threshold = item->settings.threshold;
  about.error_scale = &item->settings.error_scale;
  about.width = pel_labels_get_width (item->labels);
  about.height = pel_labels_get_height (item->labels);
  about.get_class = get_class;
  about.user_data = item;
  if (!self->add (item, &about, table, pool, cancellable, self->data, error))
    return FALSE;
  if (!pel_cell_table_get_calibration (table, NULL, NULL))
    self->n_without_scale++;
  self->n_images++;
  self->n_cells += pel_cell_table_get_n_cells (table);
  return TRUE;
}

static gboolean
measure_inputs (PelCliLabelWalk *self,
                const PelCliMeasureSources *sources,
                PelCliWork *work,
                GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (work);
  PelPool *pool = pel_pool_new ((guint)self->options->threads);
  g_autoptr (PelCliMeasureReader) reader =
      pel_cli_measure_reader_new (sources, pel_pool_get_n_threads (pool), cancellable);
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < sources->inputs->len; i++)
    {
      const PelCliInput *input = sources->inputs->pdata[i];

      pel_cli_work_report (work, (double)i / sources->inputs->len, -1, input->name);
      if (problem != NULL)
        pel_cli_work_warn (work, "%s", problem->message);
      g_clear_error (&problem);
      if (measure_one (self, reader, pool, work, &problem))
        continue;
      self->n_failed++;
      if (g_cancellable_is_cancelled (cancellable))
        break;
    }
  pel_pool_free (pool);
  if (g_cancellable_is_cancelled (cancellable))
    {
      g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                           _ ("Stopped before the end, so nothing was written; run the command "
                              "again"));
      return FALSE;
    }
  if (problem != NULL && self->n_images == 0)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (problem != NULL)
    pel_cli_work_warn (work, "%s", problem->message);
  return TRUE;
}

static gboolean
check_target (const char *out, const char *path, GError **error)
{
  if (!pel_cli_is_same_file (out, path) || !g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               _ ("%s: the result would take the place of what it is made from; give it another "
                  "name"),
               out);
  return FALSE;
}

/* Labels that were painted by hand, and images, are not written over. */
static gboolean
check_out (const PelCliLabelWalk *self, const PelCliMeasureSources *sources, GError **error)
{
  GHashTableIter iter;
  gpointer image;

  for (guint i = 0; i < sources->inputs->len; i++)
    {
      const PelCliInput *input = sources->inputs->pdata[i];

      if (!check_target (self->out, input->path, error))
        return FALSE;
    }
  if (sources->images == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, sources->images);
  while (g_hash_table_iter_next (&iter, NULL, &image))
    if (!check_target (self->out, image, error))
      return FALSE;
  return TRUE;
}

gboolean
pel_cli_label_walk_run (PelCliLabelWalk *self, PelCliWork *work, GError **error)
{
  const PelCliLabelOptions *options = self->options;
  g_autoptr (GPtrArray) inputs = list_labels (self, work, error);
  g_autoptr (GHashTable) images = NULL;
  PelCliMeasureSources sources = { .inputs = inputs,
                                   .probabilities = options->probabilities,
                                   .pixel_size = options->pixel_size,
                                   .threshold = options->threshold,
                                   .channel = options->channel };

  if (inputs == NULL)
    return FALSE;
  if (options->images != NULL && (images = pel_cli_list_images (options->images, error)) == NULL)
    return FALSE;
  sources.images = images;
  return check_out (self, &sources, error) &&
         (self->begin == NULL || self->begin (inputs->len, self->data, error)) &&
         measure_inputs (self, &sources, work, error);
}
