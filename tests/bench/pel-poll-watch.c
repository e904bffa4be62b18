/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "tests/bench/pel-poll-watch.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 512
#define MAX_STRETCHES 64
#define MAX_DEPTH 24
/* Where a thread is gets noted when it did not look for this long. */
#define NOTE_NS 20000000
#define SIGNAL SIGRTMIN

typedef struct
{
  clockid_t clock;
  timer_t timer;
  gboolean alive;
  guint watch; /* which watch LAST belongs to */
  double last;

  void *where[MAX_DEPTH]; /* written by the signal's handler */
  volatile int depth;
} Watched;

typedef struct
{
  double seconds;
  int depth;
  void *where[MAX_DEPTH];
} Stretch;

static struct
{
  pthread_mutex_t lock;
  pthread_once_t once;
  pthread_key_t key;
  pthread_t main;
  _Atomic (GCancellable *) cancellable;
  guint watch;
  Watched *threads[MAX_THREADS];
  guint n_threads;
  Stretch stretches[MAX_STRETCHES];
  guint n_stretches;
} watch = { .lock = PTHREAD_MUTEX_INITIALIZER, .once = PTHREAD_ONCE_INIT };

static _Thread_local Watched *self;

static double
get_seconds (clockid_t clock)
{
  struct timespec now;

  return clock_gettime (clock, &now) == 0 ? (double)now.tv_sec + (double)now.tv_nsec / 1e9 : 0;
}

static void
note_where (int number)
{
  if (self != NULL && self->depth == 0)
    self->depth = backtrace (self->where, MAX_DEPTH);
}

static void
thread_ends (void *data)
{
  Watched *thread = data;

  pthread_mutex_lock (&watch.lock);
  timer_delete (thread->timer);
  thread->alive = FALSE;
  pthread_mutex_unlock (&watch.lock);
}

static void
set_up (void)
{
  struct sigaction action = { .sa_handler = note_where, .sa_flags = SA_RESTART };
  void *frames[4];

  backtrace (frames, 4); /* loads what the handler needs */
  sigaction (SIGNAL, &action, NULL);
  pthread_key_create (&watch.key, thread_ends);
}

static Watched *
add_thread (void)
{
  struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGNAL };
  Watched *thread = g_new0 (Watched, 1);
  sigset_t set;

  event._sigev_un._tid = (pid_t)syscall (SYS_gettid);
  sigemptyset (&set);
  sigaddset (&set, SIGNAL);
  pthread_sigmask (SIG_UNBLOCK, &set, NULL);
  pthread_getcpuclockid (pthread_self (), &thread->clock);
  g_assert (timer_create (CLOCK_THREAD_CPUTIME_ID, &event, &thread->timer) == 0);
  thread->alive = TRUE;
  pthread_setspecific (watch.key, thread);
  pthread_mutex_lock (&watch.lock);
  g_assert (watch.n_threads < MAX_THREADS);
  watch.threads[watch.n_threads++] = thread;
  pthread_mutex_unlock (&watch.lock);
  return thread;
}

/* Under the lock: of stretches that passed the limit at one place the longest is kept. */
static void
keep (const Watched *thread, double seconds)
{
  Stretch *place = NULL;

  for (guint i = 0; i < watch.n_stretches && place == NULL; i++)
    if (watch.stretches[i].depth == thread->depth &&
        (thread->depth < 4 || watch.stretches[i].where[3] == thread->where[3]))
      place = &watch.stretches[i];
  if (place == NULL && watch.n_stretches < MAX_STRETCHES)
    {
      place = &watch.stretches[watch.n_stretches++];
      place->seconds = 0;
    }
  if (place == NULL || place->seconds > seconds)
    return;
  place->seconds = seconds;
  place->depth = thread->depth;
  for (int i = 0; i < thread->depth; i++)
    place->where[i] = thread->where[i];
}

static void
look (GCancellable *cancellable)
{
  const struct itimerspec soon = { .it_value.tv_nsec = NOTE_NS };
  double now;

  if (cancellable == NULL || cancellable != atomic_load (&watch.cancellable) ||
      pthread_equal (pthread_self (), watch.main))
    return;
  if (self == NULL)
    self = add_thread ();
  now = get_seconds (CLOCK_THREAD_CPUTIME_ID);
  pthread_mutex_lock (&watch.lock);
  /* What a thread did before its first look may have been for another. */
  if (self->watch == watch.watch)
    keep (self, now - self->last);
  self->watch = watch.watch;
  self->last = now;
  pthread_mutex_unlock (&watch.lock);
  self->depth = 0;
  timer_settime (self->timer, 0, &soon, NULL);
}

gboolean
g_cancellable_is_cancelled (GCancellable *cancellable)
{
  static gboolean (*real) (GCancellable *);

  if (real == NULL)
    real = (gboolean (*) (GCancellable *))dlsym (RTLD_NEXT, "g_cancellable_is_cancelled");
  look (cancellable);
  return real (cancellable);
}

gboolean
g_cancellable_set_error_if_cancelled (GCancellable *cancellable, GError **error)
{
  static gboolean (*real) (GCancellable *, GError **);

  if (real == NULL)
    real = (gboolean (*) (GCancellable *, GError **))dlsym (RTLD_NEXT,
                                                            "g_cancellable_set_error_if_cancelled");
  look (cancellable);
  return real (cancellable, error);
}

void
pel_poll_watch_begin (GCancellable *cancellable)
{
  pthread_once (&watch.once, set_up);
  pthread_mutex_lock (&watch.lock);
  watch.main = pthread_self ();
  watch.watch++;
  watch.n_stretches = 0;
  for (guint i = 0; i < watch.n_threads; i++)
    if (watch.threads[i]->alive)
      {
        watch.threads[i]->watch = watch.watch;
        watch.threads[i]->last = get_seconds (watch.threads[i]->clock);
      }
  atomic_store (&watch.cancellable, cancellable);
  pthread_mutex_unlock (&watch.lock);
}

static int
compare_stretches (const void *a, const void *b)
{
  const double x = ((const Stretch *)a)->seconds, y = ((const Stretch *)b)->seconds;

  return (x < y) - (x > y);
}

static void
describe (const Stretch *stretch, GString *text)
{
  g_string_append_printf (text, "  %.1f ms:", stretch->seconds * 1000);
  for (int i = 0; i < stretch->depth; i++)
    {
      Dl_info info, own;

      if (dladdr (stretch->where[i], &info) != 0 && dladdr ((void *)set_up, &own) != 0 &&
          info.dli_fbase == own.dli_fbase)
        g_string_append_printf (text, " %#" G_GSIZE_MODIFIER "x",
                                (gsize)stretch->where[i] - (gsize)info.dli_fbase - 1);
      else if (dladdr (stretch->where[i], &info) != 0 && info.dli_sname != NULL)
        g_string_append_printf (text, " %s", info.dli_sname);
    }
  g_string_append_c (text, '\n');
}

double
pel_poll_watch_end (double limit, GString *stretches)
{
  double longest = 0;

  pthread_mutex_lock (&watch.lock);
  atomic_store (&watch.cancellable, NULL);
  for (guint i = 0; i < watch.n_threads; i++)
    if (watch.threads[i]->alive && watch.threads[i]->watch == watch.watch)
      keep (watch.threads[i], get_seconds (watch.threads[i]->clock) - watch.threads[i]->last);
  qsort (watch.stretches, watch.n_stretches, sizeof (Stretch), compare_stretches);
  for (guint i = 0; i < watch.n_stretches; i++)
    {
      longest = MAX (longest, watch.stretches[i].seconds);
      if (stretches != NULL && watch.stretches[i].seconds > limit)
        describe (&watch.stretches[i], stretches);
    }
  pthread_mutex_unlock (&watch.lock);
  return longest;
}
