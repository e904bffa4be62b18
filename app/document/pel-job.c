/* SPDX-License-Identifier: MIT */
#include "app/document/pel-job.h"

#include "app/document/pel-forecast-job.h"
#include "app/document/pel-job-private.h"
#include "app/document/pel-learning-job.h"
#include "app/document/pel-training-job.h"

/* How long a job that was cancelled may take to tell so itself. */
#define GRACE_MS 70

typedef struct
{
  PelJobContext context;
  gpointer work;
  char *title;
  PelJobState state;
  double fraction;
  double seconds_left;
  char *message;
  GError *error;
  GSource *grace; /* (nullable) */
} PelJobPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PelJob, pel_job, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_FRACTION,
  PROP_MESSAGE,
  PROP_SECONDS_LEFT,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint finished_signal;

static PelJobPrivate *
priv_of (PelJob *self)
{
  return pel_job_get_instance_private (self);
}

static void
notify (PelJob *self, guint prop)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

static void
set_state (PelJob *self, PelJobState state)
{
  PelJobPrivate *priv = priv_of (self);

  if (priv->state == state)
    return;
  priv->state = state;
  notify (self, PROP_STATE);
  if (pel_job_get_is_finished (self))
    g_signal_emit (self, finished_signal, 0);
}

/* Main thread: takes over what the thread last said. */
static void
take_news (PelJob *self)
{
  PelJobPrivate *priv = priv_of (self);
  PelJobContext *context = &priv->context;
  g_autofree char *message = NULL;
  gboolean started;

  pthread_mutex_lock (&context->lock);
  started = context->started;
  priv->fraction = context->fraction;
  priv->seconds_left = context->seconds_left;
  message = g_strdup (context->message);
  pthread_mutex_unlock (&context->lock);
  if (g_strcmp0 (message, priv->message) != 0)
    {
      g_free (priv->message);
      priv->message = g_steal_pointer (&message);
      notify (self, PROP_MESSAGE);
    }
  if (started && priv->state == PEL_JOB_STATE_QUEUED)
    set_state (self, PEL_JOB_STATE_RUNNING);
  notify (self, PROP_FRACTION);
  notify (self, PROP_SECONDS_LEFT);
  if (PEL_JOB_GET_CLASS (self)->update != NULL)
    PEL_JOB_GET_CLASS (self)->update (self);
}

static gboolean
news_arrived (gpointer data)
{
  PelJobContext *context = data;
  g_autoptr (PelJob) job = g_object_ref (context->job);

  pthread_mutex_lock (&context->lock);
  context->idle = 0;
  pthread_mutex_unlock (&context->lock);
  /* It may have been told to be over before its thread had noticed. */
  if (!pel_job_get_is_finished (job))
    take_news (job);
  return G_SOURCE_REMOVE;
}

static void
poke_locked (PelJobContext *context)
{
  GSource *source;

  if (context->idle != 0)
    return;
  source = g_idle_source_new ();
  g_source_set_callback (source, news_arrived, context, NULL);
  context->idle = g_source_attach (source, context->main);
  g_source_unref (source);
}

void
pel_job_context_poke (PelJobContext *context)
{
  pthread_mutex_lock (&context->lock);
  poke_locked (context);
  pthread_mutex_unlock (&context->lock);
}

void
pel_job_context_add_time (PelJobContext *context, double seconds)
{
  pthread_mutex_lock (&context->lock);
  if (context->seconds_left >= 0.0)
    context->seconds_left += seconds;
  poke_locked (context);
  pthread_mutex_unlock (&context->lock);
}

void
pel_job_context_report (PelJobContext *context,
                        double fraction,
                        double seconds_left,
                        const char *message)
{
  pthread_mutex_lock (&context->lock);
  context->fraction = fraction;
  context->seconds_left = seconds_left;
  if (message != NULL)
    g_strlcpy (context->message, message, sizeof context->message);
  poke_locked (context);
  pthread_mutex_unlock (&context->lock);
}

/* No idle source outlives the work: the job may be gone by then. */
static void
drop_idle (PelJobContext *context)
{
  guint idle;
  GSource *source;

  pthread_mutex_lock (&context->lock);
  idle = context->idle;
  context->idle = 0;
  pthread_mutex_unlock (&context->lock);
  if (idle == 0)
    return;
  source = g_main_context_find_source_by_id (context->main, idle);
  if (source != NULL)
    g_source_destroy (source);
}

static void
pel_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelJob *self = PEL_JOB (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, pel_job_get_title (self));
      break;
    case PROP_STATE:
      g_value_set_uint (value, pel_job_get_state (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, pel_job_get_fraction (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, pel_job_get_message (self));
      break;
    case PROP_SECONDS_LEFT:
      g_value_set_double (value, pel_job_get_seconds_left (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
drop_grace (PelJobPrivate *priv)
{
  if (priv->grace == NULL)
    return;
  g_source_destroy (priv->grace);
  g_clear_pointer (&priv->grace, g_source_unref);
}

/* What goes on in the thread is for nobody any more: it stops soon, but a library's call or a slow
 * disk may hold it up, and whoever cancelled need not wait for that. */
static gboolean
grace_is_over (gpointer data)
{
  PelJob *self = data;

  drop_grace (priv_of (self));
  set_state (self, PEL_JOB_STATE_CANCELLED);
  return G_SOURCE_REMOVE;
}

static void
begin_grace (PelJob *self)
{
  PelJobPrivate *priv = priv_of (self);

  if (priv->grace != NULL)
    return;
  priv->grace = g_timeout_source_new (GRACE_MS);
  g_source_set_priority (priv->grace, G_PRIORITY_HIGH);
  g_source_set_callback (priv->grace, grace_is_over, self, NULL);
  g_source_attach (priv->grace, priv->context.main);
}

static void
pel_job_finalize (GObject *object)
{
  PelJobPrivate *priv = priv_of (PEL_JOB (object));

  drop_grace (priv);
  drop_idle (&priv->context);
  g_object_unref (priv->context.cancellable);
  g_main_context_unref (priv->context.main);
  g_clear_error (&priv->context.error);
  pthread_mutex_destroy (&priv->context.lock);
  g_free (priv->title);
  g_free (priv->message);
  g_clear_error (&priv->error);
  G_OBJECT_CLASS (pel_job_parent_class)->finalize (object);
}

static void
pel_job_class_init (PelJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pel_job_get_property;
  object_class->finalize = pel_job_finalize;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, PEL_JOB_STATE_CANCELLED, 0, flags);
  props[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, -1, 1, 0, flags);
  props[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  props[PROP_SECONDS_LEFT] =
      g_param_spec_double ("seconds-left", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  finished_signal = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_job_init (PelJob *self)
{
  PelJobPrivate *priv = priv_of (self);

  pthread_mutex_init (&priv->context.lock, NULL);
  priv->context.cancellable = g_cancellable_new ();
  priv->context.main = g_main_context_ref_thread_default ();
  priv->context.job = self;
  priv->context.seconds_left = -1;
  priv->seconds_left = -1;
}

/* For derived jobs and the runner */

void
pel_job_set_title (PelJob *self, const char *title)
{
  PelJobPrivate *priv = priv_of (self);

  g_free (priv->title);
  priv->title = g_strdup (title);
  notify (self, PROP_TITLE);
}

void
pel_job_set_work (PelJob *self, gpointer data)
{
  priv_of (self)->work = data;
}

PelJobContext *
pel_job_get_context (PelJob *self)
{
  return &priv_of (self)->context;
}

void
pel_job_set_paused_state (PelJob *self, gboolean paused)
{
  PelJobState state = priv_of (self)->state;

  if (paused && (state == PEL_JOB_STATE_RUNNING || state == PEL_JOB_STATE_QUEUED))
    set_state (self, PEL_JOB_STATE_PAUSED);
  else if (!paused && state == PEL_JOB_STATE_PAUSED)
    set_state (self, PEL_JOB_STATE_RUNNING);
}

gboolean
pel_job_is_training (PelJob *self)
{
  return PEL_IS_TRAINING_JOB (self);
}

gboolean
pel_job_is_long (PelJob *self)
{
  return pel_job_is_training (self) || PEL_IS_LEARNING_JOB (self) || PEL_IS_FORECAST_JOB (self);
}

gboolean
pel_job_begin (PelJob *self)
{
  PelJobPrivate *priv = priv_of (self);

  if (PEL_JOB_GET_CLASS (self)->prepare == NULL ||
      PEL_JOB_GET_CLASS (self)->prepare (self, &priv->context.error))
    return TRUE;
  pel_job_end (self);
  return FALSE;
}

gboolean
pel_job_has_work (PelJob *self)
{
  return PEL_JOB_GET_CLASS (self)->work != NULL;
}

/* Under the lock, so that pel_job_cancel() knows for sure whether the work has begun. */
static gboolean
start (PelJobContext *context)
{
  gboolean go;

  pthread_mutex_lock (&context->lock);
  go = !g_cancellable_set_error_if_cancelled (context->cancellable, &context->error);
  if (go)
    {
      context->started = TRUE;
      poke_locked (context);
    }
  pthread_mutex_unlock (&context->lock);
  return go;
}

void
pel_job_run_in_thread (PelJob *self, PelPool *pool)
{
  /* The object itself is left alone here: only its context and its plain data are used. */
  PelJobPrivate *priv = priv_of (self);

  if (!start (&priv->context))
    return;
  /* For pel_stop_asked(). */
  g_cancellable_push_current (priv->context.cancellable);
  PEL_JOB_GET_CLASS (self)->work (&priv->context, priv->work, pool, &priv->context.error);
  g_cancellable_pop_current (priv->context.cancellable);
}

void
pel_job_run_here (PelJob *self)
{
  start (&priv_of (self)->context);
  pel_job_end (self);
}

/* @error: (transfer full) (nullable) */
static void
conclude (PelJob *self, GError *error)
{
  PelJobPrivate *priv = priv_of (self);

  take_news (self);
  drop_idle (&priv->context);
  if (PEL_JOB_GET_CLASS (self)->ended != NULL)
    PEL_JOB_GET_CLASS (self)->ended (self, error);
  if (error == NULL)
    {
      priv->fraction = 1;
      notify (self, PROP_FRACTION);
      set_state (self, PEL_JOB_STATE_DONE);
      return;
    }
  priv->error = error;
  set_state (self, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
                       ? PEL_JOB_STATE_CANCELLED
                       : PEL_JOB_STATE_FAILED);
}

void
pel_job_end (PelJob *self)
{
  PelJobPrivate *priv = priv_of (self);
  PelJobContext *context = &priv->context;
  GError *error = g_steal_pointer (&context->error);

  drop_idle (context);
  drop_grace (priv);
  if (pel_job_get_is_finished (self))
    {
      /* Cancelled before its turn, or long ago: that has been told. */
      g_clear_error (&error);
      return;
    }
  if (error == NULL && PEL_JOB_GET_CLASS (self)->settle != NULL)
    {
      take_news (self);
      if (PEL_JOB_GET_CLASS (self)->settle (self))
        return;
    }
  conclude (self, error);
}

void
pel_job_settled (PelJob *self, GError *error)
{
  conclude (self, error);
}

/* Public */

const char *
pel_job_get_title (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), "");

  return priv_of (self)->title != NULL ? priv_of (self)->title : "";
}

PelJobState
pel_job_get_state (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), PEL_JOB_STATE_FAILED);

  return priv_of (self)->state;
}

gboolean
pel_job_get_is_finished (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), TRUE);

  return priv_of (self)->state >= PEL_JOB_STATE_DONE;
}

double
pel_job_get_fraction (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), 0);

  return priv_of (self)->fraction;
}

const char *
pel_job_get_message (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), "");

  return priv_of (self)->message != NULL ? priv_of (self)->message : "";
}

double
pel_job_get_seconds_left (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), -1);

  return priv_of (self)->seconds_left;
}

const GError *
pel_job_get_error (PelJob *self)
{
  g_return_val_if_fail (PEL_IS_JOB (self), NULL);

  return priv_of (self)->state == PEL_JOB_STATE_FAILED ? priv_of (self)->error : NULL;
}

void
pel_job_cancel (PelJob *self)
{
  g_return_if_fail (PEL_IS_JOB (self));

  PelJobPrivate *priv = priv_of (self);
  gboolean started;

  if (pel_job_get_is_finished (self))
    return;
  pthread_mutex_lock (&priv->context.lock);
  g_cancellable_cancel (priv->context.cancellable);
  started = priv->context.started;
  pthread_mutex_unlock (&priv->context.lock);
  /* One that waits behind others need not wait to be told. */
  if (!started)
    set_state (self, PEL_JOB_STATE_CANCELLED);
  else if (PEL_JOB_GET_CLASS (self)->leaves_nothing)
    begin_grace (self);
}
