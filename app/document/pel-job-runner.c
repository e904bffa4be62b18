/* SPDX-License-Identifier: MIT */
#include "app/document/pel-job-runner.h"

#include "app/document/pel-job-private.h"
#include "app/document/pel-training-job.h"
#include "app/document/pel-worker.h"

struct _PelJobRunner
{
  GObject parent_instance;

  PelPool *pool;
  PelWorker *training;
  PelWorker *other;
  GListStore *jobs;
};

G_DEFINE_FINAL_TYPE (PelJobRunner, pel_job_runner, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_BUSY,
  PROP_TRAINING,
  N_PROPS
};

enum
{
  SIGNAL_JOB_ADDED,
  SIGNAL_JOB_FINISHED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* A job on its way through a thread. */
typedef struct
{
  PelJobRunner *runner; /* ends its threads before it goes */
  PelJob *job;
  PelPool *pool;
} Turn;

static void
turn_in_thread (gpointer data)
{
  Turn *turn = data;

  pel_job_run_in_thread (turn->job, turn->pool);
}

static void
forget_job (PelJobRunner *self, PelJob *job)
{
  guint position;

  if (!g_list_store_find (self->jobs, job, &position))
    return;
  g_list_store_remove (self->jobs, position);
  g_signal_emit (self, signals[SIGNAL_JOB_FINISHED], 0, job);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRAINING]);
}

static void
job_finished (PelJob *job, PelJobRunner *self)
{
  g_object_ref (job);
  g_object_ref (self);
  forget_job (self, job);
  g_object_unref (self);
  g_object_unref (job);
}

static void
turn_done (gpointer data)
{
  Turn *turn = data;

  pel_job_end (turn->job);
  g_object_unref (turn->job);
  g_free (turn);
}

static void
pel_job_runner_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelJobRunner *self = PEL_JOB_RUNNER (object);

  switch (id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, pel_job_runner_get_busy (self));
      break;
    case PROP_TRAINING:
      g_value_set_object (value, pel_job_runner_get_training (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_job_runner_dispose (GObject *object)
{
  PelJobRunner *self = PEL_JOB_RUNNER (object);

  if (self->training != NULL)
    pel_job_runner_cancel_all (self);
  g_clear_pointer (&self->training, pel_worker_free);
  g_clear_pointer (&self->other, pel_worker_free);
  g_clear_pointer (&self->pool, pel_pool_free);
  G_OBJECT_CLASS (pel_job_runner_parent_class)->dispose (object);
}

static void
pel_job_runner_finalize (GObject *object)
{
  PelJobRunner *self = PEL_JOB_RUNNER (object);

  g_object_unref (self->jobs);
  G_OBJECT_CLASS (pel_job_runner_parent_class)->finalize (object);
}

static void
pel_job_runner_class_init (PelJobRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_job_runner_get_property;
  object_class->dispose = pel_job_runner_dispose;
  object_class->finalize = pel_job_runner_finalize;

  props[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  props[PROP_TRAINING] = g_param_spec_object ("training", NULL, NULL, PEL_TYPE_JOB, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[SIGNAL_JOB_ADDED] =
      g_signal_new ("job-added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, PEL_TYPE_JOB);
  signals[SIGNAL_JOB_FINISHED] =
      g_signal_new ("job-finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 1, PEL_TYPE_JOB);
}

static void
pel_job_runner_init (PelJobRunner *self)
{
  self->jobs = g_list_store_new (PEL_TYPE_JOB);
}

PelJobRunner *
pel_job_runner_new (guint n_threads)
{
  PelJobRunner *self = g_object_new (PEL_TYPE_JOB_RUNNER, NULL);

  self->pool = pel_pool_new_background (n_threads);
  self->training = pel_worker_new_background ("pel-training");
  self->other = pel_worker_new_background ("pel-jobs");
  return self;
}

void
pel_job_runner_submit (PelJobRunner *self, PelJob *job)
{
  g_return_if_fail (PEL_IS_JOB_RUNNER (self));
  g_return_if_fail (PEL_IS_JOB (job));
  g_return_if_fail (pel_job_get_state (job) == PEL_JOB_STATE_QUEUED);

  Turn *turn;

  g_list_store_append (self->jobs, job);
  g_signal_connect_object (job, "finished", G_CALLBACK (job_finished), self, 0);
  g_signal_emit (self, signals[SIGNAL_JOB_ADDED], 0, job);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TRAINING]);
  if (!pel_job_begin (job))
    return;
  if (!pel_job_has_work (job))
    {
      pel_job_run_here (job);
      return;
    }
  turn = g_new0 (Turn, 1);
  turn->runner = self;
  turn->job = g_object_ref (job);
  turn->pool = self->pool;
  pel_worker_push (pel_job_is_long (job) ? self->training : self->other, turn_in_thread, turn_done,
                   turn);
}

PelJob *
pel_job_runner_get_training (PelJobRunner *self)
{
  g_return_val_if_fail (PEL_IS_JOB_RUNNER (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      if (pel_job_is_training (job))
        return job; /* the list holds it */
    }
  return NULL;
}

gboolean
pel_job_runner_get_busy (PelJobRunner *self)
{
  g_return_val_if_fail (PEL_IS_JOB_RUNNER (self), FALSE);

  return g_list_model_get_n_items (G_LIST_MODEL (self->jobs)) > 0;
}

GListModel *
pel_job_runner_get_jobs (PelJobRunner *self)
{
  g_return_val_if_fail (PEL_IS_JOB_RUNNER (self), NULL);

  return G_LIST_MODEL (self->jobs);
}

PelPool *
pel_job_runner_get_pool (PelJobRunner *self)
{
  g_return_val_if_fail (PEL_IS_JOB_RUNNER (self), NULL);

  return self->pool;
}

void
pel_job_runner_set_interactive (PelJobRunner *self, gboolean interactive)
{
  g_return_if_fail (PEL_IS_JOB_RUNNER (self));

  guint n = pel_pool_get_n_threads (self->pool);

  pel_pool_set_limit (self->pool, interactive ? MAX (n - 1, 1) : 0);
}

void
pel_job_runner_cancel_all (PelJobRunner *self)
{
  g_return_if_fail (PEL_IS_JOB_RUNNER (self));

  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    g_ptr_array_add (jobs, g_list_model_get_item (G_LIST_MODEL (self->jobs), i));
  for (guint i = 0; i < jobs->len; i++)
    {
      PelJob *job = g_ptr_array_index (jobs, i);

      /* A paused training must wake up to stop. */
      if (PEL_IS_TRAINING_JOB (job))
        pel_training_job_set_paused (PEL_TRAINING_JOB (job), FALSE);
      pel_job_cancel (job);
    }
  pel_worker_drain (self->training);
  pel_worker_drain (self->other);
}
