/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-resegment.h"

#include "app/document/pel-task.h"

typedef struct
{
  PelImage *probability;
  PelCutOptions options;
  PelLabels *labels;
} Work;

static void
work_free (Work *work)
{
  g_clear_pointer (&work->labels, pel_labels_unref);
  pel_image_unref (work->probability);
  g_free (work);
}

static gboolean
work_run (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  work->labels = pel_probability_image_cut (work->probability, &work->options, cancellable, error);
  return work->labels != NULL;
}

void
pel_resegment_async (PelImageDocument *document,
                     const PelCutOptions *options,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer data)
{
  g_autoptr (GTask) task = NULL;
  PelImage *probability;
  Work *work;

  g_return_if_fail (PEL_IS_IMAGE_DOCUMENT (document));
  g_return_if_fail (options != NULL);

  task = g_task_new (document, cancellable, callback, data);
  probability = pel_image_document_get_probability (document);
  if (probability == NULL || pel_image_get_sample_type (probability) != PEL_SAMPLE_F32)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                               "The prediction has no probabilities");
      return;
    }
  work = g_new0 (Work, 1);
  work->probability = pel_image_ref (probability);
  work->options = *options;
  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  pel_task_run (task, work_run);
}

gboolean
pel_resegment_finish (PelImageDocument *document, GAsyncResult *result, GError **error)
{
  Work *work = g_task_get_task_data (G_TASK (result));
  const PelPredictionSettings *known = pel_image_document_get_prediction_settings (document);
  PelPredictionSettings settings = { .magnification = 1.0 };
  g_autofree char *model_name = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (pel_image_document_get_probability (document) != work->probability)
    return FALSE;
  if (known != NULL)
    settings = *known;
  else
    settings.error_scale = *pel_image_document_get_error_scale (document);
  settings.cut = work->options;
  pel_image_document_set_prediction_settings (document, &settings);
  model_name = g_strdup (pel_image_document_get_model_name (document));
  pel_image_document_set_prediction (document, work->labels, work->probability,
                                     work->options.threshold, model_name);
  return TRUE;
}
