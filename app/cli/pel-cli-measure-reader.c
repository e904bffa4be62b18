/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-measure-reader.h"

#include <glib/gi18n-lib.h>

#include "app/cli/pel-cli-command.h"
#include "app/document/pel-document-files.h"
#include "engine/pel-engine.h"

/* Larger pictures than this are not read before the one before them is done with. */
#define MAX_PIXELS_AHEAD (G_GUINT64_CONSTANT (16) << 20)

struct PelCliMeasureReader
{
  const PelCliMeasureSources *sources;
  GCancellable *cancellable;
  gboolean at_once; /* several files, and the next item */
  guint next;
  GThread *ahead; /* reads the next item; returns a Reading */
};

/* The reading of one item. */
typedef struct
{
  PelCliMeasureReader *reader;
  PelCliMeasureItem *item;
  char *probability_path; /* NULL where there is none */
  GError *image_error, *probability_error;
  GError *error; /* why there is no item */
} Reading;

void
pel_cli_measure_item_free (PelCliMeasureItem *item)
{
  g_free (item->image_name);
  g_free (item->image_path);
  g_free (item->calibration);
  g_clear_pointer (&item->labels, pel_labels_unref);
  g_clear_pointer (&item->image, pel_image_unref);
  g_clear_pointer (&item->probability, pel_image_unref);
  g_clear_pointer (&item->infos, g_hash_table_unref);
  pel_cli_settings_clear (&item->settings);
  g_free (item);
}

/* `a_p003` is the third page of `a`, unless there is an image of that very name. */
static void
find_image (PelCliMeasureItem *item, GHashTable *images)
{
  g_autofree char *file_stem = pel_image_get_stem (item->input->path);
  g_autofree char *stem = NULL;
  guint page;

  item->image_name = g_strdup (item->input->name);
  item->image_page = item->input->page;
  if (images != NULL)
    {
      item->image_path = g_strdup (g_hash_table_lookup (images, item->input->name));
      if (item->image_path == NULL)
        item->image_path = g_strdup (g_hash_table_lookup (images, file_stem));
    }
  if (item->image_path == NULL && pel_cli_split_page (file_stem, &stem, &page))
    {
      if (images != NULL)
        item->image_path = g_strdup (g_hash_table_lookup (images, stem));
      item->image_page = page;
    }
}

static gpointer
read_image (gpointer data)
{
  Reading *reading = data;
  PelCliMeasureItem *item = reading->item;

  item->image = pel_image_load (item->image_path, item->image_page, reading->reader->cancellable,
                                &reading->image_error);
  return NULL;
}

static gpointer
read_probability (gpointer data)
{
  Reading *reading = data;

  reading->item->probability = pel_cli_load_probability (
      reading->probability_path, reading->reader->cancellable, &reading->probability_error);
  return NULL;
}

/* In a thread where there is one to be had, else at once. */
static GThread *
start (Reading *reading, const char *path, GThreadFunc func)
{
  GThread *thread = NULL;

  if (path == NULL)
    return NULL;
  if (reading->reader->at_once)
    thread = g_thread_try_new ("pel-read", func, reading, NULL);
  if (thread == NULL)
    func (reading);
  return thread;
}

static gboolean
check_image (const Reading *reading, GError **error)
{
  const PelCliMeasureItem *item = reading->item;
  gint channel = reading->reader->sources->channel;

  if (item->image_path == NULL)
    return TRUE;
  if (!pel_cli_check_size (item->image_path, item->image, item->input->path, item->labels, error))
    return FALSE;
  if (channel <= (gint)pel_image_get_n_channels (item->image))
    return TRUE;
  g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
               _ ("%s: there is no channel %d; the image has %u"), item->image_path, channel,
               pel_image_get_n_channels (item->image));
  return FALSE;
}

/* The labels in this thread, the rest beside them; what is told is what was wrong first in the
 * order labels, image, probabilities. */
static gboolean
read_files (Reading *reading)
{
  PelCliMeasureItem *item = reading->item;
  GThread *threads[2];

  threads[0] = start (reading, item->image_path, read_image);
  threads[1] = start (reading, reading->probability_path, read_probability);
  item->labels = pel_labels_load (item->input->path, item->input->page,
                                  reading->reader->cancellable, &reading->error);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    if (threads[i] != NULL)
      g_thread_join (threads[i]);
  if (item->labels == NULL)
    return FALSE;
  if (reading->image_error != NULL)
    {
      g_propagate_error (&reading->error, g_steal_pointer (&reading->image_error));
      return FALSE;
    }
  if (!check_image (reading, &reading->error))
    return FALSE;
  if (reading->probability_error != NULL)
    {
      g_propagate_error (&reading->error, g_steal_pointer (&reading->probability_error));
      return FALSE;
    }
  return item->probability == NULL ||
         pel_cli_check_size (reading->probability_path, item->probability, item->input->path,
                             item->labels, &reading->error);
}

static void
find_calibration (PelCliMeasureItem *item, double pixel_size)
{
  g_auto (PelImageInfo) info = { 0 };

  item->um_x = item->um_y = MAX (pixel_size, 0);
  if (pixel_size > 0)
    {
      item->calibration = g_strdup ("--pixel-size");
      return;
    }
  if (item->image != NULL)
    {
      item->um_x = pel_image_get_um_x (item->image);
      item->um_y = pel_image_get_um_y (item->image);
      item->calibration = g_strdup (pel_image_get_calibration (item->image));
    }
  if (item->um_x <= 0 && pel_image_probe (item->input->path, &info, NULL))
    {
      item->um_x = info.um_x;
      item->um_y = info.um_y;
      g_free (item->calibration);
      item->calibration = g_strdup (info.calibration);
    }
}

static gpointer
read_item (gpointer data)
{
  Reading *reading = data;
  const PelCliMeasureSources *sources = reading->reader->sources;
  PelCliMeasureItem *item = reading->item;
  g_autofree char *folder = g_path_get_dirname (item->input->path);
  g_autofree char *json = pel_cli_result_path (folder, item->input->name, ".json");

  find_image (item, sources->images);
  if (sources->probabilities != NULL)
    {
      reading->probability_path =
          pel_cli_result_path (sources->probabilities, item->input->name, ".prob.tif");
      if (!g_file_test (reading->probability_path, G_FILE_TEST_EXISTS))
        g_clear_pointer (&reading->probability_path, g_free);
    }
  if (!read_files (reading))
    {
      g_clear_pointer (&reading->item, pel_cli_measure_item_free);
      return reading;
    }
  item->infos = pel_cell_infos_read (json);
  item->predicted = pel_cli_settings_read (json, &item->settings);
  if (sources->threshold > 0)
    item->settings.threshold = sources->threshold;
  find_calibration (item, sources->pixel_size);
  return reading;
}

static Reading *
reading_new (PelCliMeasureReader *self)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->reader = self;
  reading->item = g_new0 (PelCliMeasureItem, 1);
  reading->item->input = self->sources->inputs->pdata[self->next];
  return reading;
}

static PelCliMeasureItem *
reading_finish (Reading *reading, GError **error)
{
  PelCliMeasureItem *item = reading->item;

  if (reading->error != NULL)
    g_propagate_error (error, reading->error);
  g_clear_error (&reading->image_error);
  g_clear_error (&reading->probability_error);
  g_free (reading->probability_path);
  g_free (reading);
  return item;
}

/* Sizes are looked at before the memory is taken. */
static gboolean
may_be_ahead (const PelCliInput *input)
{
  g_auto (PelImageInfo) info = { 0 };

  return pel_image_probe (input->path, &info, NULL) &&
         (guint64)info.width * info.height <= MAX_PIXELS_AHEAD;
}

PelCliMeasureReader *
pel_cli_measure_reader_new (const PelCliMeasureSources *sources,
                            guint n_threads,
                            GCancellable *cancellable)
{
  PelCliMeasureReader *self = g_new0 (PelCliMeasureReader, 1);

  self->sources = sources;
  self->cancellable = cancellable;
  self->at_once = n_threads > 1;
  return self;
}

void
pel_cli_measure_reader_free (PelCliMeasureReader *self)
{
  if (self == NULL)
    return;
  if (self->ahead != NULL)
    {
      g_autoptr (PelCliMeasureItem) item = reading_finish (g_thread_join (self->ahead), NULL);
    }
  g_free (self);
}

PelCliMeasureItem *
pel_cli_measure_reader_next (PelCliMeasureReader *self, GError **error)
{
  GThread *ahead = g_steal_pointer (&self->ahead);
  Reading *reading = ahead != NULL ? g_thread_join (ahead) : NULL;

  g_return_val_if_fail (self->next < self->sources->inputs->len, NULL);
  if (reading == NULL)
    reading = read_item (reading_new (self));
  self->next++;
  if (self->at_once && self->next < self->sources->inputs->len &&
      may_be_ahead (self->sources->inputs->pdata[self->next]))
    {
      Reading *next = reading_new (self);

      self->ahead = g_thread_try_new ("pel-ahead", read_item, next, NULL);
      if (self->ahead == NULL)
        {
          pel_cli_measure_item_free (g_steal_pointer (&next->item));
          reading_finish (next, NULL);
        }
    }
  return reading_finish (reading, error);
}
