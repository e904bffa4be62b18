/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "engine/core/pel-pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_ITEMS 1000

typedef struct
{
  atomic_uint counts[N_ITEMS]; /* how often each piece was done */
  atomic_int inside[64];       /* calls under way for each worker */
  atomic_int collisions;
  guint plain[N_ITEMS]; /* written without atomics: the pool must order it */
  GCancellable *cancellable;
  guint cancel_at;
  atomic_int workers_seen;
} Work;

static void
work_piece (guint item, guint worker, gpointer data)
{
  Work *work = data;

  if (atomic_fetch_add (&work->inside[worker], 1) != 0)
    atomic_fetch_add (&work->collisions, 1);
  atomic_fetch_or (&work->workers_seen, 1 << MIN (worker, 30));
  atomic_fetch_add (&work->counts[item], 1);
  work->plain[item] += item;
  if (work->cancellable != NULL && item == work->cancel_at)
    g_cancellable_cancel (work->cancellable);
  atomic_fetch_sub (&work->inside[worker], 1);
}

static void
test_every_item_once (void)
{
  for (guint threads = 1; threads <= 5; threads++)
    {
      g_autoptr (PelPool) pool = pel_pool_new (threads);
      Work work = { 0 };

      g_assert_cmpuint (pel_pool_get_n_threads (pool), ==, threads);
      for (guint run = 0; run < 200; run++)
        {
          guint n = run % 7 == 0 ? N_ITEMS : run % 5;

          g_assert_true (pel_pool_run (pool, n, work_piece, &work, NULL));
          for (guint i = 0; i < N_ITEMS; i++)
            {
              g_assert_cmpuint (atomic_load (&work.counts[i]), ==, i < n);
              g_assert_cmpuint (work.plain[i], ==, i < n ? i : 0);
              atomic_store (&work.counts[i], 0);
              work.plain[i] = 0;
            }
        }
      g_assert_cmpint (atomic_load (&work.collisions), ==, 0);
      g_assert_cmpint (atomic_load (&work.workers_seen) >> threads, ==, 0);
    }
}

/* One thread for each processor that the process may run on. */
static void
test_default_size (void)
{
  cpu_set_t usable, one;
  PelPool *pool;
  int first = 0;

  g_assert_cmpint (sched_getaffinity (0, sizeof usable, &usable), ==, 0);
  pool = pel_pool_new (0);
  g_assert_cmpuint (pel_pool_get_n_threads (pool), ==, MIN (256, (guint)CPU_COUNT (&usable)));
  pel_pool_free (pool);

  while (!CPU_ISSET (first, &usable))
    first++;
  CPU_ZERO (&one);
  CPU_SET (first, &one);
  g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
  pool = pel_pool_new (0);
  g_assert_cmpuint (pel_pool_get_n_threads (pool), ==, 1);
  pel_pool_free (pool);
  g_assert_cmpint (sched_setaffinity (0, sizeof usable, &usable), ==, 0);

  pool = pel_pool_new (1000);
  g_assert_cmpuint (pel_pool_get_n_threads (pool), <=, 256);
  pel_pool_free (pool);
}

static void
test_cancel (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (3);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Work work = { .cancellable = cancellable, .cancel_at = 100 };
  guint done = 0;

  g_assert_false (pel_pool_run (pool, N_ITEMS, work_piece, &work, cancellable));
  for (guint i = 0; i < N_ITEMS; i++)
    done += atomic_load (&work.counts[i]);
  /* Pieces that were begun are finished; each thread may have begun one more. */
  g_assert_cmpuint (done, >=, 101);
  g_assert_cmpuint (done, <, N_ITEMS);

  /* Nothing begins after it, and the pool works on without it. */
  work = (Work){ 0 };
  g_assert_false (pel_pool_run (pool, N_ITEMS, work_piece, &work, cancellable));
  for (guint i = 0; i < N_ITEMS; i++)
    g_assert_cmpuint (atomic_load (&work.counts[i]), ==, 0);
  g_assert_true (pel_pool_run (pool, N_ITEMS, work_piece, &work, NULL));

  /* Cancelled in the last piece: everything was done, so it counts as done. */
  g_cancellable_reset (cancellable);
  work = (Work){ .cancellable = cancellable, .cancel_at = 0 };
  g_assert_true (pel_pool_run (pool, 1, work_piece, &work, cancellable));
}

static void
slow_piece (guint item, guint worker, gpointer data)
{
  g_usleep (200);
  work_piece (item, worker, data);
}

static void
test_limit (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (4);
  Work work = { 0 };

  pel_pool_set_limit (pool, 1);
  g_assert_cmpuint (pel_pool_get_limit (pool), ==, 1);
  g_assert_true (pel_pool_run (pool, 100, slow_piece, &work, NULL));
  g_assert_cmpint (atomic_load (&work.workers_seen), ==, 1);

  pel_pool_set_limit (pool, 2);
  g_assert_true (pel_pool_run (pool, 100, slow_piece, &work, NULL));
  g_assert_cmpint (atomic_load (&work.workers_seen) & ~3, ==, 0);

  pel_pool_set_limit (pool, 0);
  g_assert_cmpuint (pel_pool_get_limit (pool), ==, 4);
  pel_pool_set_limit (pool, 99);
  g_assert_cmpuint (pel_pool_get_limit (pool), ==, 4);
  g_assert_true (pel_pool_run (pool, 200, slow_piece, &work, NULL));
  g_assert_cmpint (atomic_load (&work.workers_seen), ==, 15);
}

static void
nice_piece (guint item, guint worker, gpointer data)
{
  atomic_int *levels = data;

  g_usleep (1000);
  atomic_store (&levels[worker], getpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid)));
  atomic_store (&levels[2 + worker], sched_getscheduler (0));
}

/* Threads beside a command's own have its priority: one that waited longer would hold up the rest.
 * Those beside a window give way to it. */
static void
test_nice (void)
{
  g_autoptr (PelPool) plain = pel_pool_new (2);
  g_autoptr (PelPool) background = pel_pool_new_background (2);
  PelPool *const pools[] = { plain, background };
  int own = getpriority (PRIO_PROCESS, (id_t)syscall (SYS_gettid));
  const int expected[] = { own, MAX (own, 10) };

  for (guint i = 0; i < 2; i++)
    {
      atomic_int levels[4] = { -100, -100, -100, -100 };

      pel_pool_run (pools[i], 50, nice_piece, levels, NULL);
      g_assert_cmpint (atomic_load (&levels[0]), ==, own);
      g_assert_cmpint (atomic_load (&levels[1]), ==, expected[i]);
      g_assert_cmpint (atomic_load (&levels[2]), ==, sched_getscheduler (0));
      if (i == 1 && sched_getscheduler (0) == SCHED_OTHER)
        g_assert_cmpint (atomic_load (&levels[3]), ==, SCHED_BATCH);
    }
}

typedef struct
{
  PelPool *pool;
  guint total;
} Caller;

typedef struct
{
  guint values[64];
} Squares;

static void
square_piece (guint item, guint worker, gpointer data)
{
  /* Long enough for the callers to meet. */
  if (item % 16 == 0)
    g_usleep (20);
  ((Squares *)data)->values[item] = item * item;
}

static void *
call_often (void *data)
{
  Caller *caller = data;

  for (guint run = 0; run < 100; run++)
    {
      Squares squares = { { 0 } };

      pel_pool_run (caller->pool, 64, square_piece, &squares, NULL);
      for (guint i = 0; i < 64; i++)
        caller->total += squares.values[i];
    }
  return NULL;
}

static void
test_several_callers (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (3);
  pthread_t threads[4];
  Caller callers[4];

  for (guint i = 0; i < 4; i++)
    {
      callers[i] = (Caller){ pool, 0 };
      g_assert_cmpint (pthread_create (&threads[i], NULL, call_often, &callers[i]), ==, 0);
    }
  for (guint i = 0; i < 50; i++)
    {
      pel_pool_set_limit (pool, i % 4);
      sched_yield ();
    }
  for (guint i = 0; i < 4; i++)
    {
      pthread_join (threads[i], NULL);
      g_assert_cmpuint (callers[i].total, ==, 100 * 63 * 64 * 127 / 6);
    }
}

/* A caller that never pauses must let another have its turn. */
typedef struct
{
  PelPool *pool;
  atomic_int runs;
  atomic_bool stop;
} Busy;

static void
short_piece (guint item, guint worker, gpointer data)
{
  g_usleep (500);
}

static void *
call_without_pause (void *data)
{
  Busy *busy = data;

  while (!atomic_load (&busy->stop))
    {
      pel_pool_run (busy->pool, 4, short_piece, NULL, NULL);
      atomic_fetch_add (&busy->runs, 1);
    }
  return NULL;
}

static void
test_turns (void)
{
  g_autoptr (PelPool) pool = pel_pool_new (2);
  Busy busy = { .pool = pool };
  pthread_t thread;

  g_assert_cmpint (pthread_create (&thread, NULL, call_without_pause, &busy), ==, 0);
  while (atomic_load (&busy.runs) < 3)
    sched_yield ();
  for (guint i = 0; i < 20; i++)
    {
      int before = atomic_load (&busy.runs);

      pel_pool_run (pool, 1, short_piece, NULL, NULL);
      /* The run under way, and perhaps one that was counted late. */
      g_assert_cmpint (atomic_load (&busy.runs) - before, <=, 3);
    }
  atomic_store (&busy.stop, TRUE);
  pthread_join (thread, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/every-item-once", test_every_item_once);
  g_test_add_func ("/pool/default-size", test_default_size);
  g_test_add_func ("/pool/cancel", test_cancel);
  g_test_add_func ("/pool/limit", test_limit);
  g_test_add_func ("/pool/nice", test_nice);
  g_test_add_func ("/pool/several-callers", test_several_callers);
  g_test_add_func ("/pool/turns", test_turns);
  return g_test_run ();
}
