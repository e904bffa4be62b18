/* SPDX-License-Identifier: MIT */
#include "app/document/pel-image-document-private.h"
#include "engine/io/pel-labels-io.h"

/* What a prediction was cut with, and keeping one that was cut anew. */

void
pel_image_document_set_prediction_settings (PelImageDocument *self,
                                            const PelPredictionSettings *settings)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  self->has_settings = settings != NULL;
  if (settings == NULL)
    return;
  self->settings = *settings;
  pel_image_document_set_error_scale (self, &settings->error_scale);
}

const PelPredictionSettings *
pel_image_document_get_prediction_settings (PelImageDocument *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), NULL);

  return self->has_settings ? &self->settings : NULL;
}

void
pel_image_document_take_prediction (PelImageDocument *self, PelDocumentLoad *load)
{
  pel_image_document_set_prediction_settings (self, load->has_settings ? &load->settings : NULL);
  if (!load->has_settings)
    pel_image_document_set_error_scale (self, &load->settings.error_scale);
  pel_image_document_set_prediction (self, load->prediction, load->probability,
                                     load->settings.cut.threshold, self->model_name);
}

/* Keeping */

/* A hand at a slider that rests for so long has found what it looked for. */
#define KEEP_MS 700

typedef struct
{
  PelDocumentHost *host;
  char *path;
  PelLabels *labels;
  PelPredictionSettings settings;
  double um_x, um_y;
  GError *error;
} KeepWork;

static void
keep_in_thread (gpointer data)
{
  KeepWork *work = data;

  /* A prediction that went meanwhile, with its model's folder, is not brought back. */
  if (!g_file_test (work->path, G_FILE_TEST_IS_REGULAR))
    return;
  if (pel_prediction_settings_write (work->path, &work->settings, &work->error))
    pel_labels_save_tiff (work->labels, work->path, work->um_x, work->um_y, &work->error);
}

/* The writer is drained before the project goes, and the host with it. */
static void
keep_done (gpointer data)
{
  KeepWork *work = data;

  if (work->error != NULL)
    work->host->failed (work->host->project, work->error->message);
  g_clear_error (&work->error);
  pel_labels_unref (work->labels);
  g_free (work->path);
  g_free (work);
}

gboolean
pel_image_document_write_prediction (PelImageDocument *self)
{
  PelDocumentPaths paths = { 0 };
  KeepWork *work;

  if (self->keep_source == 0)
    return FALSE;
  g_clear_handle_id (&self->keep_source, g_source_remove);
  if (self->host == NULL || self->host->read_only || self->prediction == NULL ||
      !self->has_settings || self->model_name == NULL)
    return FALSE;
  self->host->fill_paths (self->host->project, self, &paths);
  work = g_new0 (KeepWork, 1);
  work->host = self->host;
  work->path = g_steal_pointer (&paths.prediction);
  work->labels = pel_labels_ref (self->prediction);
  work->settings = self->settings;
  work->um_x = pel_image_document_get_um_x (self);
  work->um_y = pel_image_document_get_um_y (self);
  pel_document_paths_clear (&paths);
  pel_worker_push (self->host->writer, keep_in_thread, keep_done, work);
  return TRUE;
}

static gboolean
on_rest (gpointer data)
{
  pel_image_document_write_prediction (data);
  return G_SOURCE_REMOVE;
}

void
pel_image_document_keep_prediction (PelImageDocument *self)
{
  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (self));

  g_clear_handle_id (&self->keep_source, g_source_remove);
  if (self->host != NULL && !self->host->read_only && self->model_name != NULL)
    self->keep_source = g_timeout_add (KEEP_MS, on_rest, self);
}
