/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "app/document/pel-task.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

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
  atomic_bool done; /* the thread does not touch it any more */
};

/* The threads are the process's, like GLib's own for tasks: a task has nobody else to ask.
 *
 * Whoever begins a task may be the main thread, and must not wait for a thread of low priority that
 * other work keeps from running: it pushes without a lock, and a semaphore, unlike a condition,
 * never makes who signals wait for who is slow to wake up. */
static struct
{
  pthread_once_t once;
  sem_t tokens;           /* one for each errand that nobody has taken */
  _Atomic (Errand *) new; /* pushed and not yet put in order, the newest first */

  pthread_mutex_t lock; /* among the threads */
  Errand *next;         /* in order, the oldest first */

  atomic_int n_waiting; /* errands that nobody has taken */
  atomic_int n_threads;
  atomic_int n_resting; /* of them without work */
} crew = { .once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER };

static void
start_crew (void)
{
  sem_init (&crew.tokens, 0, 0);
}

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

  /* The thread may still be on its way out of g_source_set_ready_time(). Seeing this, all else that
   * it wrote is seen. */
  if (!atomic_load (&self->done))
    {
      g_source_set_ready_time (self->source, g_get_monotonic_time () + 1000);
      return G_SOURCE_CONTINUE;
    }
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

/* The oldest errand; there is one for each token. */
static Errand *
take (void)
{
  Errand *errand;

  pthread_mutex_lock (&crew.lock);
  if (crew.next == NULL)
    for (Errand *new = atomic_exchange (&crew.new, NULL), *older; new != NULL; new = older)
      {
        older = new->next;
        new->next = crew.next;
        crew.next = new;
      }
  errand = crew.next;
  crew.next = errand->next;
  pthread_mutex_unlock (&crew.lock);
  atomic_fetch_sub (&crew.n_waiting, 1);
  return errand;
}

/* FALSE after a rest without work. */
static gboolean
wait_for_token (void)
{
  struct timespec until;
  int failed;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += REST_SECONDS;
  do
    failed = sem_clockwait (&crew.tokens, CLOCK_MONOTONIC, &until) != 0 ? errno : 0;
  while (failed == EINTR);
  return failed == 0;
}

static gpointer
serve (gpointer data)
{
  pel_thread_give_way (PEL_THREAD_SHORT);
  for (;;)
    {
      gboolean has_token = wait_for_token ();

      atomic_fetch_sub (&crew.n_resting, 1);
      if (has_token)
        {
          Errand *errand = take ();

          work (errand);
          if (errand->task == NULL)
            g_free (errand);
          else
            {
              g_source_set_ready_time (errand->source, 0);
              atomic_store (&errand->done, true);
            }
        }
      else
        {
          /* Whoever pushes raises n_waiting before it reads the other two: one of both sees that
           * an errand would be left without a thread. */
          atomic_fetch_sub (&crew.n_threads, 1);
          if (atomic_load (&crew.n_waiting) == 0)
            return NULL;
          atomic_fetch_add (&crew.n_threads, 1);
        }
      atomic_fetch_add (&crew.n_resting, 1);
    }
}

static void
push (Errand *errand)
{
  Errand *newest = atomic_load (&crew.new);

  pthread_once (&crew.once, start_crew);
  do
    errand->next = newest;
  while (!atomic_compare_exchange_weak (&crew.new, &newest, errand));
  if (atomic_fetch_add (&crew.n_waiting, 1) >= atomic_load (&crew.n_resting) &&
      atomic_load (&crew.n_threads) < MAX_THREADS)
    {
      atomic_fetch_add (&crew.n_threads, 1);
      atomic_fetch_add (&crew.n_resting, 1);
      g_thread_unref (g_thread_new ("pel-task", serve, NULL));
    }
  sem_post (&crew.tokens);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

/* Attached before the thread begins, so that it need not: waking a source up takes no memory. */
static GSource *
attach_source (GTask *task, Errand *errand)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  GSource *source = g_source_new (&funcs, sizeof *source);

  g_source_set_static_name (source, "pel-task");
  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, hand_back, errand, NULL);
  g_source_attach (source, g_task_get_context (task));
  return source;
}

/* @errand: (transfer full): with its function */
static void
begin (GTask *task, Errand *errand)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  errand->task = g_object_ref (task);
  errand->data = g_task_get_task_data (task);
  errand->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  errand->source = attach_source (task, errand);
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
