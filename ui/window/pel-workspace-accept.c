/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-workspace-private.h"

#include <glib/gi18n-lib.h>

/* Edits of a whole mask, and taking predicted cells into it. */

void
pel_workspace_toast_edit (PelWorkspace *self, PelEditJob *job, const char *text)
{
  g_return_if_fail (PEL_IS_WORKSPACE (self));
  g_return_if_fail (PEL_IS_EDIT_JOB (job));

  if (pel_edit_job_get_image (job) == self->document)
    pel_workspace_toast_action (self, text, _ ("Undo"), PEL_WORKSPACE_UNDO);
  else
    pel_workspace_toast (self, text);
}

static void
on_accepted (PelEditJob *job, PelWorkspace *self)
{
  const guint n = pel_edit_job_get_count (job);
  g_autofree char *text = NULL;

  if (self->accept_job == job)
    g_clear_object (&self->accept_job);
  switch (pel_job_get_state (PEL_JOB (job)))
    {
    case PEL_JOB_STATE_FAILED:
      pel_workspace_fail (self, _ ("The predicted cells could not be accepted"),
                          _ ("Your mask is as it was."),
                          pel_job_get_error (PEL_JOB (job))->message);
      break;
    case PEL_JOB_STATE_CANCELLED:
      pel_workspace_toast (self, _ ("Nothing was accepted"));
      break;
    case PEL_JOB_STATE_DONE:
      if (n == 0)
        {
          pel_workspace_toast (
              self, _ ("Nothing to accept: your own cells already cover what was predicted"));
          break;
        }
      text = g_strdup_printf (ngettext ("%u cell accepted", "%u cells accepted", n), n);
      pel_workspace_toast_edit (self, job, text);
      break;
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      break;
    }
}

void
pel_workspace_accept (PelWorkspace *self, const guint32 *labels, guint n)
{
  g_autoptr (PelEditJob) job = NULL;

  g_return_if_fail (PEL_IS_WORKSPACE (self));

  if (!pel_workspace_get_editable (self))
    return;
  /* Once more would only give the same cells other numbers. */
  if (labels == NULL && self->accept_job != NULL &&
      pel_edit_job_get_image (self->accept_job) == self->document)
    return;
  job = pel_accept_job_new (self->document, labels, n);
  if (job == NULL)
    return;
  if (labels == NULL)
    g_set_object (&self->accept_job, job);
  g_signal_connect_object (job, "finished", G_CALLBACK (on_accepted), self, G_CONNECT_DEFAULT);
  pel_job_runner_submit (self->runner, PEL_JOB (job));
}
