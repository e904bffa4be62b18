/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <pthread.h>

/* Work that stops in its thread until it is let go. With pthread mutexes, which ThreadSanitizer
 * understands. */
typedef struct
{
  pthread_mutex_t lock;
  pthread_cond_t moved;
  gboolean open;
  guint n_begun;
} TestGate;

static inline void
test_gate_init (TestGate *gate)
{
  pthread_mutex_init (&gate->lock, NULL);
  pthread_cond_init (&gate->moved, NULL);
  gate->open = FALSE;
  gate->n_begun = 0;
}

static inline void
test_gate_clear (TestGate *gate)
{
  pthread_mutex_destroy (&gate->lock);
  pthread_cond_destroy (&gate->moved);
}

static inline void
test_gate_open (TestGate *gate)
{
  pthread_mutex_lock (&gate->lock);
  gate->open = TRUE;
  pthread_cond_broadcast (&gate->moved);
  pthread_mutex_unlock (&gate->lock);
}

static inline guint
test_gate_get_n_begun (TestGate *gate)
{
  guint n;

  pthread_mutex_lock (&gate->lock);
  n = gate->n_begun;
  pthread_mutex_unlock (&gate->lock);
  return n;
}

static inline void
test_gate_pass (TestGate *gate)
{
  pthread_mutex_lock (&gate->lock);
  gate->n_begun++;
  while (!gate->open)
    pthread_cond_wait (&gate->moved, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
}
