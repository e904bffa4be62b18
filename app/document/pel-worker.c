/* SPDX-License-Identifier: MIT */
#include "app/document/pel-worker.h"

#include <pthread.h>

#include "engine/core/pel-thread.h"

typedef struct Work Work;

struct Work
{
  Work *next;
  PelWorkFunc work;
  PelWorkFunc done;
  gpointer data;
};

typedef struct
{
  Work *head, *tail;
} Queue;

struct PelWorker
{
  GThread *thread;
  pthread_mutex_t lock;
  pthread_cond_t wake;  /* something is queued, or the end */
  pthread_cond_t empty; /* nothing is queued or running */
  Queue todo, finished;
  gboolean running;
  gboolean ending;
  gboolean background;
  guint idle; /* main-thread source that hands back; 0 where none is due */
  GMainContext *context;
};

static void
queue_append (Queue *queue, Work *work)
{
  work->next = NULL;
  if (queue->tail != NULL)
    queue->tail->next = work;
  else
    queue->head = work;
  queue->tail = work;
}

static void
queue_prepend (Queue *queue, Work *work)
{
  work->next = queue->head;
  queue->head = work;
  if (queue->tail == NULL)
    queue->tail = work;
}

static Work *
queue_pop (Queue *queue)
{
  Work *work = queue->head;

  if (work != NULL)
    queue->head = work->next;
  if (queue->head == NULL)
    queue->tail = NULL;
  return work;
}

/* Hands one piece of finished work back; on the main thread. */
static gboolean
hand_back_one (PelWorker *self)
{
  Work *work;

  pthread_mutex_lock (&self->lock);
  work = queue_pop (&self->finished);
  pthread_mutex_unlock (&self->lock);
  if (work == NULL)
    return FALSE;
  if (work->done != NULL)
    work->done (work->data);
  g_free (work);
  return TRUE;
}

static gboolean
hand_back (gpointer data)
{
  PelWorker *self = data;
  gboolean more;

  pthread_mutex_lock (&self->lock);
  more = self->finished.head != NULL && self->finished.head->next != NULL;
  if (!more)
    self->idle = 0;
  pthread_mutex_unlock (&self->lock);
  /* `done` may free the worker, so nothing of it is touched afterwards. */
  hand_back_one (self);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gpointer
worker_main (gpointer data)
{
  PelWorker *self = data;

  /* Of its share it loses nothing: a user may wait for what it does. */
  if (self->background)
    pel_thread_give_way (0);
  pthread_mutex_lock (&self->lock);
  for (;;)
    {
      Work *work = queue_pop (&self->todo);

      if (work != NULL)
        {
          self->running = TRUE;
          pthread_mutex_unlock (&self->lock);
          work->work (work->data);
          pthread_mutex_lock (&self->lock);
          self->running = FALSE;
          queue_append (&self->finished, work);
          if (self->idle == 0)
            {
              GSource *source = g_idle_source_new ();

              g_source_set_priority (source, G_PRIORITY_DEFAULT);
              g_source_set_callback (source, hand_back, self, NULL);
              self->idle = g_source_attach (source, self->context);
              g_source_unref (source);
            }
          continue;
        }
      pthread_cond_broadcast (&self->empty);
      if (self->ending)
        break;
      pthread_cond_wait (&self->wake, &self->lock);
    }
  pthread_mutex_unlock (&self->lock);
  return NULL;
}

static PelWorker *
new_worker (const char *name, gboolean background)
{
  PelWorker *self = g_new0 (PelWorker, 1);

  self->background = background;
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->wake, NULL);
  pthread_cond_init (&self->empty, NULL);
  self->context = g_main_context_ref_thread_default ();
  self->thread = g_thread_new (name, worker_main, self);
  return self;
}

PelWorker *
pel_worker_new (const char *name)
{
  return new_worker (name, FALSE);
}

PelWorker *
pel_worker_new_background (const char *name)
{
  return new_worker (name, TRUE);
}

void
pel_worker_free (PelWorker *self)
{
  pel_worker_drain (self);
  pthread_mutex_lock (&self->lock);
  self->ending = TRUE;
  pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->lock);
  g_thread_join (self->thread);
  while (hand_back_one (self))
    ;
  if (self->idle != 0)
    {
      GSource *source = g_main_context_find_source_by_id (self->context, self->idle);

      if (source != NULL)
        g_source_destroy (source);
    }
  g_main_context_unref (self->context);
  pthread_cond_destroy (&self->empty);
  pthread_cond_destroy (&self->wake);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

static void
push (PelWorker *self, PelWorkFunc work, PelWorkFunc done, gpointer data, gboolean urgent)
{
  Work *item = g_new (Work, 1);

  *item = (Work){ .work = work, .done = done, .data = data };
  pthread_mutex_lock (&self->lock);
  if (urgent)
    queue_prepend (&self->todo, item);
  else
    queue_append (&self->todo, item);
  pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->lock);
}

void
pel_worker_push (PelWorker *self, PelWorkFunc work, PelWorkFunc done, gpointer data)
{
  push (self, work, done, data, FALSE);
}

void
pel_worker_push_urgent (PelWorker *self, PelWorkFunc work, PelWorkFunc done, gpointer data)
{
  push (self, work, done, data, TRUE);
}

void
pel_worker_drain (PelWorker *self)
{
  /* Handing back may push more. */
  do
    {
      pthread_mutex_lock (&self->lock);
      while (self->todo.head != NULL || self->running)
        pthread_cond_wait (&self->empty, &self->lock);
      pthread_mutex_unlock (&self->lock);
    }
  while (hand_back_one (self));
}

gboolean
pel_worker_is_busy (PelWorker *self)
{
  gboolean busy;

  pthread_mutex_lock (&self->lock);
  busy = self->todo.head != NULL || self->running || self->finished.head != NULL;
  pthread_mutex_unlock (&self->lock);
  return busy;
}
