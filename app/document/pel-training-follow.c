/* SPDX-License-Identifier: MIT */
#include "app/document/pel-training-follow.h"

/* After a change the hand may go on painting at once; so long is waited for it. */
#define REST_MS 1000

typedef struct
{
  PelTrainingJob *job; /* owns this */
  PelProject *project;
  guint rest_id;
} Follower;

static gboolean
hand_over (gpointer data)
{
  Follower *follower = data;
  g_autoptr (GPtrArray) items = pel_project_list_training_items (follower->project);

  follower->rest_id = 0;
  pel_training_job_offer_items (follower->job, items);
  return G_SOURCE_REMOVE;
}

static void
on_saving (PelProject *project, GParamSpec *pspec, Follower *follower)
{
  if (pel_project_get_saving (project) || pel_job_get_is_finished (PEL_JOB (follower->job)))
    return;
  g_clear_handle_id (&follower->rest_id, g_source_remove);
  follower->rest_id = g_timeout_add (REST_MS, hand_over, follower);
}

static void
follower_free (gpointer data)
{
  Follower *follower = data;

  g_clear_handle_id (&follower->rest_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (follower->project, follower);
  g_object_unref (follower->project);
  g_free (follower);
}

/* A job that is over needs no project any more. */
static void
on_finished (PelTrainingJob *job)
{
  g_object_set_data (G_OBJECT (job), "pel-training-follower", NULL);
}

void
pel_training_job_follow (PelTrainingJob *self, PelProject *project)
{
  g_return_if_fail (PEL_IS_TRAINING_JOB (self));
  g_return_if_fail (PEL_IS_PROJECT (project));

  Follower *follower = g_new0 (Follower, 1);

  follower->job = self;
  follower->project = g_object_ref (project);
  g_signal_connect (project, "notify::saving", G_CALLBACK (on_saving), follower);
  g_signal_connect (self, "finished", G_CALLBACK (on_finished), NULL);
  g_object_set_data_full (G_OBJECT (self), "pel-training-follower", follower, follower_free);
}
