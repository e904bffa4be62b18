/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-workspace-private.h"

#include <glib/gi18n-lib.h>

/* Cutting predictions in another way: in all images, or as a model's own way from now on. */

void
pel_workspace_forget_cuts (PelWorkspace *self)
{
  if (self->cut_job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->cut_job, self);
      pel_job_cancel (PEL_JOB (self->cut_job));
    }
  g_clear_object (&self->cut_job);
  g_clear_object (&self->last_cut);
  g_clear_pointer (&self->cut_model, g_free);
}

/* In all images */

static void
tell_cut (PelWorkspace *self, PelCutJob *job, gboolean undone)
{
  guint n = pel_cut_job_get_n_done (job), failed = pel_cut_job_get_n_failed (job);
  g_autofree char *text = NULL;

  if (failed > 0)
    text =
        g_strdup_printf (ngettext ("%u image could not be cut anew; predict it again",
                                   "%u images could not be cut anew; predict them again", failed),
                         failed);
  else if (undone)
    text = g_strdup_printf (
        ngettext ("%u image is cut as before", "%u images are cut as before", n), n);
  else
    text =
        g_strdup_printf (ngettext ("%u image cut in this way", "%u images cut in this way", n), n);
  if (undone || n == 0)
    pel_workspace_toast (self, text);
  else
    pel_workspace_toast_action (self, text, _ ("Undo"), "win.undo-cut");
}

static void
on_cut_finished (PelCutJob *job, PelWorkspace *self)
{
  gboolean undone = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (job), "undoes"));

  g_clear_object (&self->cut_job);
  if (!undone && pel_cut_job_get_n_done (job) > 0)
    {
      g_set_object (&self->last_cut, job);
      g_clear_pointer (&self->cut_model, g_free);
    }
  switch (pel_job_get_state (PEL_JOB (job)))
    {
    case PEL_JOB_STATE_FAILED:
      pel_workspace_fail (
          self, _ ("The predictions could not be cut anew"),
          pel_workspace_advise (pel_job_get_error (PEL_JOB (job)),
                                _ ("Your masks are as they were. Predict the images again.")),
          pel_job_get_error (PEL_JOB (job))->message);
      break;
    case PEL_JOB_STATE_CANCELLED:
      if (pel_cut_job_get_n_done (job) > 0 && !undone)
        pel_workspace_toast_action (self, _ ("Stopped; some images are cut in this way"),
                                    _ ("Undo"), "win.undo-cut");
      else
        pel_workspace_toast (self, _ ("Stopped"));
      break;
    case PEL_JOB_STATE_DONE:
      tell_cut (self, job, undone);
      break;
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      break;
    }
}

static gboolean
may_cut (PelWorkspace *self)
{
  return self->project != NULL && !pel_project_get_read_only (self->project) &&
         self->cut_job == NULL && self->predict_job == NULL;
}

static void
submit (PelWorkspace *self, PelCutJob *job)
{
  self->cut_job = job;
  g_signal_connect_object (job, "finished", G_CALLBACK (on_cut_finished), self, G_CONNECT_DEFAULT);
  pel_job_runner_submit (self->runner, PEL_JOB (job));
}

PelCutJob *
pel_workspace_cut_all (PelWorkspace *self, const PelCutOptions *options)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  const char *model;

  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);
  g_return_val_if_fail (options != NULL, NULL);

  if (self->document == NULL || !may_cut (self))
    return NULL;
  model = pel_image_document_get_model_name (self->document);
  if (model == NULL)
    return NULL;
  for (guint i = 0; i < pel_project_get_n_images (self->project); i++)
    g_ptr_array_add (images, g_object_ref (pel_project_get_image (self->project, i)));
  submit (self, pel_cut_job_new (self->project, images, model, options));
  return self->cut_job;
}

PelCutJob *
pel_workspace_get_cut_job (PelWorkspace *self)
{
  g_return_val_if_fail (PEL_IS_WORKSPACE (self), NULL);

  return self->cut_job;
}

/* As the model's own */

typedef struct
{
  PelWorkspace *workspace;
  PelProject *project;
  char *path;
  gboolean undoes;
} ModelCut;

static void
on_model_cut (GObject *source, GAsyncResult *result, gpointer data)
{
  ModelCut *cut = data;
  PelWorkspace *self = cut->workspace;
  PelCutOptions before;
  g_autoptr (GError) error = NULL;

  if (!pel_model_set_cut_finish (result, &before, &error))
    pel_workspace_fail (self, _ ("The model could not be changed"),
                        _ ("It is as it was. Check that its file is there and can be written to."),
                        error->message);
  else if (self->project == cut->project)
    {
      pel_project_refresh_models (self->project);
      if (cut->undoes)
        pel_workspace_toast (self, _ ("The model cuts as before"));
      else
        {
          g_clear_object (&self->last_cut);
          g_free (self->cut_model);
          self->cut_model = g_strdup (cut->path);
          self->own_cut = before;
          pel_workspace_toast_action (self, _ ("The model cuts in this way from now on"),
                                      _ ("Undo"), "win.undo-cut");
        }
    }
  g_object_unref (cut->workspace);
  g_object_unref (cut->project);
  g_free (cut->path);
  g_free (cut);
}

static gboolean
is_trained (PelWorkspace *self, const char *path)
{
  PelJob *job = pel_job_runner_get_training (self->runner);

  return PEL_IS_TRAINING_JOB (job) &&
         g_str_equal (pel_training_job_get_model_path (PEL_TRAINING_JOB (job)), path);
}

static void
change_model (PelWorkspace *self, const char *path, const PelCutOptions *options, gboolean undoes)
{
  ModelCut *cut;

  if (is_trained (self, path))
    {
      pel_workspace_toast (self, _ ("This model is being trained: wait, or stop that first"));
      return;
    }
  cut = g_new0 (ModelCut, 1);
  cut->workspace = g_object_ref (self);
  cut->project = g_object_ref (self->project);
  cut->path = g_strdup (path);
  cut->undoes = undoes;
  pel_model_set_cut_async (path, options, NULL, on_model_cut, cut);
}

void
pel_workspace_set_model_cut (PelWorkspace *self, const PelCutOptions *options)
{
  const char *name;
  PelModelEntry *model;

  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (options != NULL);

  if (self->document == NULL || self->project == NULL || pel_project_get_read_only (self->project))
    return;
  name = pel_image_document_get_model_name (self->document);
  model = name != NULL ? pel_project_find_model (self->project, name) : NULL;
  if (model != NULL && pel_model_entry_get_problem (model) == NULL)
    change_model (self, pel_model_entry_get_path (model), options, FALSE);
}

void
pel_workspace_undo_cut (PelWorkspace *self)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));

  if (self->cut_model != NULL && self->project != NULL)
    {
      g_autofree char *path = g_steal_pointer (&self->cut_model);

      change_model (self, path, &self->own_cut, TRUE);
    }
  else if (self->last_cut != NULL && may_cut (self))
    {
      g_autoptr (PelCutJob) last = g_steal_pointer (&self->last_cut);
      PelCutJob *undo = pel_cut_job_new_undo (last);

      g_object_set_data (G_OBJECT (undo), "undoes", GINT_TO_POINTER (TRUE));
      submit (self, undo);
    }
}
