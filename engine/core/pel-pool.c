/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "engine/core/pel-pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_THREADS 256
#define NICE_LEVEL 10

typedef struct
{
  PelPool *pool;
  guint worker;
} Start;

struct PelPool
{
  guint n_threads;
  pthread_t *threads; /* n_threads - 1: the caller of a run is worker 0 */
  Start *starts;

  pthread_mutex_t lock;
  pthread_cond_t work; /* a run began, or the pool ends */
  pthread_cond_t idle; /* the last thread left a run */
  pthread_cond_t turn; /* a run ended: the next ticket's turn */
  guint64 next_ticket, served_ticket;
  guint64 generation; /* of the run under way */
  guint inside;       /* own threads that are inside the run */
  gboolean open;      /* whether threads may enter the run */
  gboolean ending;

  /* The run under way; written under the lock while nobody is inside. */
  guint n_items;
  PelPoolFunc func;
  gpointer data;
  GCancellable *cancellable;

  atomic_uint next_item;
  atomic_uint limit;
};

/* Takes pieces until none is left, the run is cancelled, or this thread is over the limit. */
static void
work_on_run (PelPool *self, guint worker)
{
  for (;;)
    {
      guint item;

      if (worker >= atomic_load_explicit (&self->limit, memory_order_relaxed) ||
          atomic_load_explicit (&self->next_item, memory_order_relaxed) >= self->n_items)
        return;
      if (self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable))
        return;
      /* The counter can pass n_items by at most the number of threads: see pel_pool_run(). */
      item = atomic_fetch_add_explicit (&self->next_item, 1, memory_order_relaxed);
      if (item >= self->n_items)
        return;
      self->func (item, worker, self->data);
    }
}

static void *
thread_main (void *data)
{
  Start *start = data;
  PelPool *self = start->pool;
  guint64 seen = 0;

#ifdef __linux__
  /* On Linux the nice value belongs to the thread. A refusal only costs smoothness. */
  setpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid), NICE_LEVEL);
#endif

  pthread_mutex_lock (&self->lock);
  for (;;)
    {
      while (!self->ending && (self->generation == seen || !self->open))
        pthread_cond_wait (&self->work, &self->lock);
      if (self->ending)
        break;
      seen = self->generation;
      self->inside++;
      pthread_mutex_unlock (&self->lock);

      work_on_run (self, start->worker);

      pthread_mutex_lock (&self->lock);
      if (--self->inside == 0)
        pthread_cond_signal (&self->idle);
    }
  pthread_mutex_unlock (&self->lock);
  return NULL;
}

PelPool *
pel_pool_new (guint n_threads)
{
  PelPool *self = g_new0 (PelPool, 1);
  sigset_t all, old;

  if (n_threads == 0)
    {
      long online = sysconf (_SC_NPROCESSORS_ONLN);

      n_threads = online > 0 ? (guint)MIN (online, MAX_THREADS) : 1;
    }
  n_threads = MIN (n_threads, MAX_THREADS);

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->work, NULL);
  pthread_cond_init (&self->idle, NULL);
  pthread_cond_init (&self->turn, NULL);
  self->threads = g_new0 (pthread_t, n_threads);
  self->starts = g_new0 (Start, n_threads);
  self->n_threads = 1;

  /* Signals are for the program's own threads. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  for (guint i = 0; i + 1 < n_threads; i++)
    {
      self->starts[i] = (Start){ self, i + 1 };
      if (pthread_create (&self->threads[i], NULL, thread_main, &self->starts[i]) != 0)
        break;
      self->n_threads++;
    }
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  atomic_init (&self->next_item, 0);
  pel_pool_set_limit (self, 0);
  return self;
}

void
pel_pool_free (PelPool *self)
{
  if (self == NULL)
    return;

  pthread_mutex_lock (&self->lock);
  self->ending = TRUE;
  pthread_cond_broadcast (&self->work);
  pthread_mutex_unlock (&self->lock);
  for (guint i = 0; i + 1 < self->n_threads; i++)
    pthread_join (self->threads[i], NULL);

  pthread_cond_destroy (&self->turn);
  pthread_cond_destroy (&self->idle);
  pthread_cond_destroy (&self->work);
  pthread_mutex_destroy (&self->lock);
  g_free (self->starts);
  g_free (self->threads);
  g_free (self);
}

guint
pel_pool_get_n_threads (const PelPool *self)
{
  return self->n_threads;
}

void
pel_pool_set_limit (PelPool *self, guint limit)
{
  if (limit == 0 || limit > self->n_threads)
    limit = self->n_threads;
  atomic_store_explicit (&self->limit, limit, memory_order_relaxed);
}

guint
pel_pool_get_limit (const PelPool *self)
{
  return atomic_load_explicit (&self->limit, memory_order_relaxed);
}

gboolean
pel_pool_run (PelPool *self,
              guint n_items,
              PelPoolFunc func,
              gpointer data,
              GCancellable *cancellable)
{
  guint64 ticket;
  gboolean complete;

  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (n_items <= G_MAXUINT - MAX_THREADS, FALSE);

  /* Tickets keep turns fair: a training that runs without pause would otherwise take the lock
   * again before a short job that waits has woken up. */
  pthread_mutex_lock (&self->lock);
  ticket = self->next_ticket++;
  while (self->served_ticket != ticket)
    pthread_cond_wait (&self->turn, &self->lock);

  self->n_items = n_items;
  self->func = func;
  self->data = data;
  self->cancellable = cancellable;
  atomic_store_explicit (&self->next_item, 0, memory_order_relaxed);
  self->generation++;
  self->open = TRUE;
  if (n_items > 1 && self->n_threads > 1)
    pthread_cond_broadcast (&self->work);
  pthread_mutex_unlock (&self->lock);

  work_on_run (self, 0);

  /* No thread enters from here on, and those inside, which may still be about to call the
   * function for the last piece, are waited for: what they wrote is ours. */
  pthread_mutex_lock (&self->lock);
  self->open = FALSE;
  while (self->inside > 0)
    pthread_cond_wait (&self->idle, &self->lock);
  complete = atomic_load_explicit (&self->next_item, memory_order_relaxed) >= n_items;
  self->served_ticket++;
  pthread_cond_broadcast (&self->turn);
  pthread_mutex_unlock (&self->lock);
  return complete;
}
