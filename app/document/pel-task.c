/* SPDX-License-Identifier: MIT */
#include "app/document/pel-task.h"

#include <pthread.h>

#include "engine/core/pel-thread.h"

/* As many as GLib keeps for its own tasks: long and short ones do not wait for each other. */
#define MAX_THREADS 10
/* A thread without work ends after this. */
#define REST_SECONDS 5

typedef struct Errand Errand;

struct Errand
{
  Errand *next;

  /* A task. */
  GTask *task; /* NULL where something is only let go of */
  GSource *source;
  PelTaskFunc func;
  PelTaskPointerFunc pointer_func;
  GDestroyNotify destroy;
  gpointer data;
  GCancellable *cancellable;

  gpointer result;
  gboolean good;
  GError *error;
};

/* The threads are the process's, like GLib's own for tasks: a task has nobody else to ask. */
static struct
{
  pthread_mutex_t lock;
  pthread_cond_t wake; /* by the monotonic clock */
  gboolean ready;

  Errand *head, *tail;
  guint n_waiting; /* errands in the queue */
  guint n_threads;
  guint n_resting; /* of them without work */
} crew = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void
work (Errand *self)
{
  if (self->task == NULL)
    self->destroy (self->data);
  else if (self->cancellable != NULL &&
           g_cancellable_set_error_if_cancelled (self->cancellable, &self->error))
    return;
  else if (self->pointer_func != NULL)
    self->result = self->pointer_func (self->data, self->cancellable, &self->error);
  else
    self->good = self->func (self->data, self->cancellable, &self->error);
}

/* On the thread that began the task. */
static gboolean
hand_back (gpointer data)
{
  Errand *self = data;

  /* Whoever worked had the lock when this source was attached. */
  pthread_mutex_lock (&crew.lock);
  pthread_mutex_unlock (&crew.lock);
  if (self->error != NULL)
    {
      if (self->result != NULL && self->destroy != NULL)
        self->destroy (self->result);
      g_task_return_error (self->task, self->error);
    }
  else if (self->pointer_func != NULL)
    g_task_return_pointer (self->task, self->result, self->destroy);
  else
    g_task_return_boolean (self->task, self->good);
  g_clear_object (&self->cancellable);
  g_object_unref (self->task);
  g_source_unref (self->source);
  g_free (self);
  return G_SOURCE_REMOVE;
}

/* Under the lock: the next errand, or NULL after a rest. */
static Errand *
next_errand (void)
{
  Errand *errand;

  if (crew.head == NULL)
    {
      struct timespec until;

      clock_gettime (CLOCK_MONOTONIC, &until);
      until.tv_sec += REST_SECONDS;
      crew.n_resting++;
      while (crew.head == NULL && pthread_cond_timedwait (&crew.wake, &crew.lock, &until) == 0)
        ;
      crew.n_resting--;
    }
  errand = crew.head;
  if (errand == NULL)
    return NULL;
  crew.head = errand->next;
  if (crew.head == NULL)
    crew.tail = NULL;
  crew.n_waiting--;
  return errand;
}

static gpointer
serve (gpointer data)
{
  Errand *errand;

  pel_thread_give_way (PEL_THREAD_SHORT);
  pthread_mutex_lock (&crew.lock);
  while ((errand = next_errand ()) != NULL)
    {
      pthread_mutex_unlock (&crew.lock);
      work (errand);
      if (errand->task == NULL)
        g_clear_pointer (&errand, g_free);
      pthread_mutex_lock (&crew.lock);
      if (errand != NULL)
        g_source_attach (errand->source, g_task_get_context (errand->task));
    }
  crew.n_threads--;
  pthread_mutex_unlock (&crew.lock);
  return NULL;
}

static void
push (Errand *errand)
{
  pthread_mutex_lock (&crew.lock);
  if (!crew.ready)
    {
      pthread_condattr_t attributes;

      pthread_condattr_init (&attributes);
      pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
      pthread_cond_init (&crew.wake, &attributes);
      pthread_condattr_destroy (&attributes);
      crew.ready = TRUE;
    }
  if (crew.tail != NULL)
    crew.tail->next = errand;
  else
    crew.head = errand;
  crew.tail = errand;
  crew.n_waiting++;
  if (crew.n_waiting > crew.n_resting && crew.n_threads < MAX_THREADS)
    {
      crew.n_threads++;
      g_thread_unref (g_thread_new ("pel-task", serve, NULL));
    }
  pthread_cond_signal (&crew.wake);
  pthread_mutex_unlock (&crew.lock);
}

/* @errand: (transfer full): with its function */
static void
begin (GTask *task, Errand *errand)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  errand->task = g_object_ref (task);
  errand->data = g_task_get_task_data (task);
  errand->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  errand->source = g_idle_source_new ();
  g_source_set_priority (errand->source, g_task_get_priority (task));
  g_source_set_callback (errand->source, hand_back, errand, NULL);
  push (errand);
}

void
pel_task_run (GTask *task, PelTaskFunc func)
{
  Errand *errand;

  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  errand = g_new0 (Errand, 1);
  errand->func = func;
  begin (task, errand);
}

void
pel_task_run_pointer (GTask *task, PelTaskPointerFunc func, GDestroyNotify destroy)
{
  Errand *errand;

  g_return_if_fail (G_IS_TASK (task));
  g_return_if_fail (func != NULL);

  errand = g_new0 (Errand, 1);
  errand->pointer_func = func;
  errand->destroy = destroy;
  begin (task, errand);
}

void
pel_task_let_go (GDestroyNotify destroy, gpointer data)
{
  Errand *errand;

  g_return_if_fail (destroy != NULL);

  if (data == NULL)
    return;
  errand = g_new0 (Errand, 1);
  errand->destroy = destroy;
  errand->data = data;
  push (errand);
}
