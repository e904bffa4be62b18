/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "engine/infer/pel-view.h"

/* Predicting with the model in use. */

static void
on_predicted (PelPredictJob *job, PelImageDocument *image, PelWorkspace *self)
{
  pel_workspace_queue_update (self);
}

const char *
pel_workspace_advise (const GError *error, const char *otherwise)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE)
             ? _ ("The disk that the project lies on is full. Your masks are as they were, and "
                  "what "
                  "was predicted before is kept. Make room there, and try again.")
             : otherwise;
}

/* Some could not be read or written: which, and why, stays to be read. */
static void
tell_failed (PelWorkspace *self, PelPredictJob *job)
{
  guint failed = pel_predict_job_get_n_failed (job);
  g_autofree char *heading = g_strdup_printf (
      ngettext ("%u image could not be predicted", "%u images could not be predicted", failed),
      failed);

  pel_workspace_fail (self, heading,
                      _ ("Your masks are as they were, and the other images were predicted. The "
                         "details name each file and what is wrong with it; mend that, and predict "
                         "again."),
                      pel_predict_job_get_problems (job));
}

static void
on_predict_finished (PelPredictJob *job, PelWorkspace *self)
{
  guint n = pel_predict_job_get_n_done (job), failed = pel_predict_job_get_n_failed (job);
  g_autofree char *text = NULL;

  if (self->predict_job == job)
    g_clear_object (&self->predict_job);
  switch (pel_job_get_state (PEL_JOB (job)))
    {
    case PEL_JOB_STATE_FAILED:
      pel_workspace_fail (self, _ ("The prediction did not work"),
                          pel_workspace_advise (pel_job_get_error (PEL_JOB (job)),
                                                _ ("Your masks are as they were. Choose another "
                                                   "model, or train a new one.")),
                          pel_job_get_error (PEL_JOB (job))->message);
      break;
    case PEL_JOB_STATE_CANCELLED:
      pel_workspace_toast (self, _ ("Prediction stopped; finished images are kept"));
      break;
    case PEL_JOB_STATE_DONE:
      if (failed > 0)
        {
          tell_failed (self, job);
          break;
        }
      if (n == 1 && self->document != NULL)
        {
          guint cells = g_list_model_get_n_items (
              G_LIST_MODEL (pel_image_document_get_prediction_cells (self->document)));

          text = cells > 0
                     ? g_strdup_printf (ngettext ("%u cell found", "%u cells found", cells), cells)
                     : g_strdup (_ ("Cells predicted in this image"));
        }
      else
        text = g_strdup_printf (
            ngettext ("Cells predicted in %u image", "Cells predicted in %u images", n), n);
      pel_workspace_toast (self, text);
      break;
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      break;
    }
  pel_workspace_queue_update (self);
}

/* The image on show comes first, where it is among them. */
static GPtrArray *
list_images (PelWorkspace *self, PelPredictScope scope)
{
  GPtrArray *images = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = pel_project_get_n_images (self->project);

  if (scope == PEL_PREDICT_THIS || scope == PEL_PREDICT_ALL ||
      g_ptr_array_find (self->chosen, self->document, NULL))
    g_ptr_array_add (images, g_object_ref (self->document));
  for (guint i = 0; scope != PEL_PREDICT_THIS && i < n; i++)
    {
      PelImageDocument *document = pel_project_get_image (self->project, i);

      if (document != self->document &&
          (scope == PEL_PREDICT_ALL || g_ptr_array_find (self->chosen, document, NULL)))
        g_ptr_array_add (images, g_object_ref (document));
    }
  return images;
}

PelPredictJob *
pel_workspace_predict (PelWorkspace *self, PelPredictScope scope)
{
  const PelPredictOverrides overrides = { -1, -1, -1, self->cell_diameter,
                                          self->average_views ? PEL_N_VIEWS : 1 };
  g_autoptr (GPtrArray) images = NULL;

  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  if (self->model == NULL || self->document == NULL || self->predict_job != NULL)
    return NULL;
  images = list_images (self, scope);
  if (images->len == 0)
    return NULL;
  pel_project_set_current_model (self->project, pel_model_entry_get_name (self->model));
  self->predict_job = pel_predict_job_new (self->project, images,
                                           pel_model_entry_get_path (self->model), &overrides);
  g_signal_connect_object (self->predict_job, "predicted", G_CALLBACK (on_predicted), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->predict_job, "finished", G_CALLBACK (on_predict_finished), self,
                           G_CONNECT_DEFAULT);
  pel_display_set_show_prediction (self->display, TRUE);
  pel_job_runner_submit (self->runner, PEL_JOB (self->predict_job));
  return self->predict_job;
}

double
pel_workspace_get_cell_diameter (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), 0.0);

  return self->cell_diameter;
}

void
pel_workspace_set_cell_diameter (PelWorkspace *self, double diameter)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  self->cell_diameter = diameter;
}

gboolean
pel_workspace_get_average_views (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), FALSE);

  return self->average_views;
}

void
pel_workspace_set_average_views (PelWorkspace *self, gboolean average)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  self->average_views = average;
}

PelPredictJob *
pel_workspace_get_predict_job (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->predict_job;
}
