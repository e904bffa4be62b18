/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-training-news.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static void
notify_desktop (GtkWidget *widget, const char *title, const char *body)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkApplication *application =
      GTK_IS_WINDOW (root) ? gtk_window_get_application (GTK_WINDOW (root)) : NULL;
  g_autoptr (GNotification) notification = NULL;

  if (application == NULL || gtk_window_is_active (GTK_WINDOW (root)))
    return;
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_application_send_notification (G_APPLICATION (application), "training", notification);
}

/* "Model 1 is trained", with its score where images were held out. */
static char *
describe_finished (PelTrainingJob *job)
{
  double best = NAN;
  guint n;
  const PelCurvePoint *points = pel_training_job_get_curve (job, &n);

  for (guint i = 0; i < n; i++)
    if (isfinite (points[i].val_ap50) && !(points[i].val_ap50 <= best))
      best = points[i].val_ap50;
  if (pel_training_job_get_is_untuned (job))
    /* Translators: %s is the name of a model. The check is the one after which the model knows how
     * best to cut cells. */
    return g_strdup_printf (_ ("“%s” is trained, with no time left for the last check"),
                            pel_training_job_get_model_name (job));
  if (isfinite (best))
    /* Translators: %s is the name of a model, the number its average precision. */
    return g_strdup_printf (_ ("“%s” is trained: AP %.2f"), pel_training_job_get_model_name (job),
                            best);
  /* Translators: %s is the name of a model. */
  return g_strdup_printf (_ ("“%s” is trained"), pel_training_job_get_model_name (job));
}

const char *
pel_training_news_advise (const GError *error, gboolean has_model)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return has_model ? _ ("The disk that the project lies on is full. The best model so far is "
                          "kept, and so are your masks. Make room there, and train on.")
                     : _ ("The disk that the project lies on is full. Your images and masks are as "
                          "they were. Make room there, and train again.");
  return has_model ? _ ("The best model so far is kept, and so are your masks.")
                   : _ ("Your images and masks are as they were. Change the settings or paint more "
                        "cells, and train again.");
}

void
pel_training_news_tell (PelTrainingJob *job, PelWorkspace *workspace, GtkWidget *widget)
{
  const char *name = pel_training_job_get_model_name (job);
  g_autofree char *text = NULL;
  g_autofree char *heading = NULL;
  const char *advice;

  switch (pel_job_get_state (PEL_JOB (job)))
    {
    case PEL_JOB_STATE_DONE:
      text = describe_finished (job);
      pel_workspace_toast_action (workspace, text, _ ("Predict"), "win.predict");
      notify_desktop (widget, text, _ ("It can predict now."));
      break;
    case PEL_JOB_STATE_CANCELLED:
      if (pel_training_job_get_has_model (job))
        {
          /* Translators: %s is the name of a model. */
          text = g_strdup_printf (_ ("Training stopped; the best of “%s” is kept"), name);
          pel_workspace_toast_action (workspace, text, _ ("Predict"), "win.predict");
        }
      else
        pel_workspace_toast (workspace, _ ("Training stopped before there was a model"));
      break;
    case PEL_JOB_STATE_FAILED:
      /* Translators: %s is the name of a model. */
      heading = g_strdup_printf (_ ("Training “%s” did not work"), name);
      advice = pel_training_news_advise (pel_job_get_error (PEL_JOB (job)),
                                         pel_training_job_get_has_model (job));
      notify_desktop (widget, heading, advice);
      pel_workspace_fail (workspace, heading, advice, pel_job_get_error (PEL_JOB (job))->message);
      break;
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      break;
    }
}
