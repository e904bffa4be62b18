/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE

#include "engine/train/pel-feeder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>
#include "engine/core/pel-error.h"

#define N_BATCHES 2

struct PelFeeder
{
  PelSampler *sampler;
  PelBatch batches[N_BATCHES];
  guint64 first_step;
  GCancellable *stop;

  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  guint64 n_filled; /* under the mutex: batches ready or handed out so far */
  guint64 n_given;  /* under the mutex: batches given back */
  GError *error;    /* under the mutex: why there will be no more of them */

  gboolean taken; /* the caller's thread: whether a batch is out */
  guint64 n_taken;
  double waited;
};

static gpointer
feeder_thread (gpointer data)
{
  PelFeeder *self = data;
  for (guint64 k = 0;; k++)
    {
      pthread_mutex_lock (&self->mutex);
      while (!g_cancellable_is_cancelled (self->stop) && k >= self->n_given + N_BATCHES)
        pthread_cond_wait (&self->changed, &self->mutex);
      pthread_mutex_unlock (&self->mutex);
      if (g_cancellable_is_cancelled (self->stop))
        return NULL;
      g_autoptr (GError) error = NULL;
      gboolean filled = pel_sampler_fill (self->sampler, self->first_step + k,
                                          &self->batches[k % N_BATCHES], self->stop, &error);
      pthread_mutex_lock (&self->mutex);
      if (filled)
        self->n_filled = k + 1;
      else
        self->error = g_steal_pointer (&error);
      pthread_cond_broadcast (&self->changed);
      pthread_mutex_unlock (&self->mutex);
      if (!filled)
        return NULL;
    }
}

PelFeeder *
pel_feeder_new (PelSampler *sampler,
                const PelTrainConfig *config,
                guint64 first_step,
                GError **error)
{
  g_return_val_if_fail (sampler != NULL && config != NULL, NULL);
  PelFeeder *self = g_new0 (PelFeeder, 1);
  self->sampler = sampler;
  self->first_step = first_step;
  self->stop = g_cancellable_new ();
  gboolean good = TRUE;
  for (guint i = 0; good && i < N_BATCHES; i++)
    good = pel_batch_init (&self->batches[i], config, error);
  if (good)
    {
      pthread_mutex_init (&self->mutex, NULL);
      pthread_cond_init (&self->changed, NULL);
      good = pthread_create (&self->thread, NULL, feeder_thread, self) == 0;
      if (good)
        return self;
      pthread_cond_destroy (&self->changed);
      pthread_mutex_destroy (&self->mutex);
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("The system refused a thread; close other programs and try again."));
    }
  for (guint i = 0; i < N_BATCHES; i++)
    pel_batch_clear (&self->batches[i]);
  g_clear_error (&self->error);
  g_object_unref (self->stop);
  g_free (self);
  return NULL;
}

void
pel_feeder_free (PelFeeder *self)
{
  if (self == NULL)
    return;
  pthread_mutex_lock (&self->mutex);
  g_cancellable_cancel (self->stop);
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  pthread_join (self->thread, NULL);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
  for (guint i = 0; i < N_BATCHES; i++)
    pel_batch_clear (&self->batches[i]);
  g_clear_error (&self->error);
  g_object_unref (self->stop);
  g_free (self);
}

/* Now plus 20 ms: how often a wait looks at the cancellable. */
static struct timespec
soon (void)
{
  struct timespec t;
  clock_gettime (CLOCK_REALTIME, &t);
  t.tv_nsec += 20 * 1000 * 1000;
  if (t.tv_nsec >= 1000 * 1000 * 1000)
    {
      t.tv_sec++;
      t.tv_nsec -= 1000 * 1000 * 1000;
    }
  return t;
}

const PelBatch *
pel_feeder_take (PelFeeder *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);
  gint64 before = g_get_monotonic_time ();
  pthread_mutex_lock (&self->mutex);
  if (self->taken)
    {
      self->n_given = self->n_taken;
      self->taken = FALSE;
      pthread_cond_broadcast (&self->changed);
    }
  gboolean cancelled = FALSE;
  while (self->n_filled <= self->n_taken && !cancelled && self->error == NULL)
    {
      struct timespec until = soon ();
      pthread_cond_timedwait (&self->changed, &self->mutex, &until);
      cancelled = g_cancellable_is_cancelled (cancellable);
    }
  gboolean there = self->n_filled > self->n_taken;
  if (!there && self->error != NULL)
    g_propagate_error (error, g_error_copy (self->error));
  pthread_mutex_unlock (&self->mutex);
  if (!there)
    return NULL;
  self->waited += (double)(g_get_monotonic_time () - before) / 1e6;
  self->taken = TRUE;
  return &self->batches[self->n_taken++ % N_BATCHES];
}

double
pel_feeder_get_waited (const PelFeeder *self)
{
  g_return_val_if_fail (self != NULL, 0.0);
  return self->waited;
}
