/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "engine/core/pel-pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "engine/core/pel-thread.h"

#define MAX_THREADS 256
/* How long a thread looks out for the next run, and a caller for the end of its own, before it
 * sleeps: the network's runs follow each other within microseconds, and waking a thread takes
 * longer than many of them. */
#define LOOK_OUT_US 60
#define LOOKS_BETWEEN_CLOCKS 64

typedef struct
{
  PelPool *pool;
  guint worker;
} Start;

struct PelPool
{
  guint n_threads;
  gboolean background;
  pthread_t *threads; /* n_threads - 1: the caller of a run is worker 0 */
  Start *starts;

  pthread_mutex_t lock;
  pthread_cond_t work;                /* a run began, or the pool ends */
  pthread_cond_t idle;                /* the last thread left a run */
  pthread_cond_t turn;                /* a run ended: the next ticket's turn */
  guint64 next_ticket, served_ticket; /* under the lock */
  gboolean look_out;                  /* whether each thread has a processor */

  /* INSIDE counts the pool's own threads that are in the run, OPEN tells whether more may enter,
   * and the rest counts runs: one number, so that entering is one exchange. */
  atomic_ullong state;
  atomic_uint n_sleeping;    /* threads that must be woken */
  atomic_bool caller_sleeps; /* until nobody is inside */
  atomic_bool ending;

  /* The run under way; written while nobody is inside and nobody may enter. */
  guint n_items;
  PelPoolFunc func;
  gpointer data;
  GCancellable *cancellable;

  atomic_uint next_item;
  atomic_uint limit;
};

#define INSIDE 0xffffull
#define ONE_INSIDE 1ull
#define OPEN 0x10000ull
#define ONE_RUN 0x20000ull
#define RUNS(state) ((state) / ONE_RUN)

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

static void
pause_briefly (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Whether there is a run that this thread has not seen, or the end; waits a little for it. */
static gboolean
look_for_work (const PelPool *self, guint64 seen)
{
  gint64 until = 0;

  for (guint i = 0;; i++)
    {
      guint64 state = atomic_load (&self->state);

      if (((state & OPEN) != 0 && RUNS (state) != seen) || atomic_load (&self->ending))
        return TRUE;
      if (!self->look_out)
        return FALSE;
      if (i % LOOKS_BETWEEN_CLOCKS == 0)
        {
          gint64 now = g_get_monotonic_time ();

          if (until == 0)
            until = now + LOOK_OUT_US;
          else if (now > until)
            return FALSE;
        }
      pause_briefly ();
    }
}

/* Enters a run that this thread has not seen; tells which, or 0 where it ended meanwhile. */
static guint64
enter (PelPool *self, guint64 seen)
{
  unsigned long long state = atomic_load (&self->state);

  while ((state & OPEN) != 0 && RUNS (state) != seen)
    if (atomic_compare_exchange_weak (&self->state, &state, state + ONE_INSIDE))
      return RUNS (state);
  return 0;
}

static void
leave (PelPool *self)
{
  guint64 before = atomic_fetch_sub (&self->state, ONE_INSIDE);

  if ((before & INSIDE) == 1 && atomic_load (&self->caller_sleeps))
    {
      pthread_mutex_lock (&self->lock);
      pthread_cond_signal (&self->idle);
      pthread_mutex_unlock (&self->lock);
    }
}

/* The caller of a run counts sleepers after it opened the run, and a sleeper looks at the state
 * after it was counted: one of them sees the other. */
static void
sleep_until_work (PelPool *self, guint64 seen)
{
  pthread_mutex_lock (&self->lock);
  atomic_fetch_add (&self->n_sleeping, 1);
  for (;;)
    {
      guint64 state = atomic_load (&self->state);

      if (((state & OPEN) != 0 && RUNS (state) != seen) || atomic_load (&self->ending))
        break;
      pthread_cond_wait (&self->work, &self->lock);
    }
  atomic_fetch_sub (&self->n_sleeping, 1);
  pthread_mutex_unlock (&self->lock);
}

static void *
thread_main (void *data)
{
  Start *start = data;
  PelPool *self = start->pool;
  guint64 seen = 0;

  if (self->background)
    pel_thread_give_way (PEL_THREAD_LONG);

  for (;;)
    {
      guint64 run;

      /* A thread over the limit has nothing to look out for. */
      if (start->worker >= atomic_load_explicit (&self->limit, memory_order_relaxed) ||
          !look_for_work (self, seen))
        sleep_until_work (self, seen);
      if (atomic_load (&self->ending))
        return NULL;
      run = enter (self, seen);
      if (run == 0)
        continue;
      seen = run;
      work_on_run (self, start->worker);
      leave (self);
    }
}

/* Those that this process may run on: a container or a cluster's queue may leave it a few of many.
 */
static guint
count_processors (void)
{
  long online = sysconf (_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  cpu_set_t usable;

  if (sched_getaffinity (0, sizeof usable, &usable) == 0)
    online = CPU_COUNT (&usable);
#endif
  return online > 0 ? (guint)online : 1;
}

static PelPool *
new_pool (guint n_threads, gboolean background)
{
  PelPool *self = g_new0 (PelPool, 1);
  guint n_processors = count_processors ();
  sigset_t all, old;

  self->background = background;
  n_threads = MIN (n_threads > 0 ? n_threads : n_processors, MAX_THREADS);
  self->look_out = n_threads <= n_processors;

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->work, NULL);
  pthread_cond_init (&self->idle, NULL);
  pthread_cond_init (&self->turn, NULL);
  self->threads = g_new0 (pthread_t, n_threads);
  self->starts = g_new0 (Start, n_threads);
  self->n_threads = 1;

  atomic_init (&self->state, 0);
  atomic_init (&self->n_sleeping, 0);
  atomic_init (&self->caller_sleeps, FALSE);
  atomic_init (&self->ending, FALSE);
  atomic_init (&self->next_item, 0);
  atomic_init (&self->limit, n_threads);

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
  pel_pool_set_limit (self, 0);
  return self;
}

PelPool *
pel_pool_new (guint n_threads)
{
  return new_pool (n_threads, FALSE);
}

PelPool *
pel_pool_new_background (guint n_threads)
{
  return new_pool (n_threads, TRUE);
}

void
pel_pool_free (PelPool *self)
{
  if (self == NULL)
    return;

  pthread_mutex_lock (&self->lock);
  atomic_store (&self->ending, TRUE);
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

/* Lets no more threads in, and waits until all are out: what they wrote is the caller's. */
static void
close_run (PelPool *self)
{
  guint64 state = atomic_fetch_and (&self->state, ~OPEN);
  gint64 until = 0;

  for (guint i = 0; (state & INSIDE) != 0; i++)
    {
      if (i % LOOKS_BETWEEN_CLOCKS == 0)
        {
          gint64 now = g_get_monotonic_time ();

          if (!self->look_out || (until != 0 && now > until))
            break;
          if (until == 0)
            until = now + LOOK_OUT_US;
        }
      pause_briefly ();
      state = atomic_load (&self->state);
    }
  if ((state & INSIDE) == 0)
    return;

  pthread_mutex_lock (&self->lock);
  atomic_store (&self->caller_sleeps, TRUE);
  while ((atomic_load (&self->state) & INSIDE) != 0)
    pthread_cond_wait (&self->idle, &self->lock);
  atomic_store (&self->caller_sleeps, FALSE);
  pthread_mutex_unlock (&self->lock);
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
  pthread_mutex_unlock (&self->lock);

  self->n_items = n_items;
  self->func = func;
  self->data = data;
  self->cancellable = cancellable;
  atomic_store_explicit (&self->next_item, 0, memory_order_relaxed);
  if (n_items > 1 && self->n_threads > 1)
    {
      atomic_fetch_add (&self->state, ONE_RUN + OPEN);
      if (atomic_load (&self->n_sleeping) > 0)
        {
          pthread_mutex_lock (&self->lock);
          pthread_cond_broadcast (&self->work);
          pthread_mutex_unlock (&self->lock);
        }
      work_on_run (self, 0);
      close_run (self);
    }
  else
    work_on_run (self, 0);
  complete = atomic_load_explicit (&self->next_item, memory_order_relaxed) >= n_items;

  pthread_mutex_lock (&self->lock);
  self->served_ticket++;
  pthread_cond_broadcast (&self->turn);
  pthread_mutex_unlock (&self->lock);
  return complete;
}
