/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-resegment.h"

#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"

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

static void
work_run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  gboolean has_border = pel_image_get_n_channels (work->probability) > 1;

  work->labels =
      pel_cut_cells (pel_image_get_plane (work->probability, 0),
                     has_border ? pel_image_get_plane (work->probability, 1) : NULL,
                     pel_image_get_width (work->probability),
                     pel_image_get_height (work->probability), &work->options, cancellable, &error);
  if (work->labels != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
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
  g_task_run_in_thread (task, work_run);
}

gboolean
pel_resegment_finish (PelImageDocument *document, GAsyncResult *result, GError **error)
{
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autofree char *model_name = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (pel_image_document_get_probability (document) != work->probability)
    return FALSE;
  model_name = g_strdup (pel_image_document_get_model_name (document));
  pel_image_document_set_prediction (document, work->labels, work->probability,
                                     work->options.threshold, model_name);
  return TRUE;
}
