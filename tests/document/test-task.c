/* SPDX-License-Identifier: MIT */
/* What every path into a thread and back rests on. */
#include "app/document/pel-task.h"
#include "tests/document/pel-test-gate.h"
#include "tests/document/pel-test-util.h"

typedef struct
{
  TestGate gate;
  GThread *ran_in;
  GThread *returned_in;
  GError *error;
  gboolean result;
  guint n_returned;
} Errand;

static void
errand_init (Errand *errand, gboolean open)
{
  *errand = (Errand){ 0 };
  test_gate_init (&errand->gate);
  errand->gate.open = open;
}

static void
errand_clear (Errand *errand)
{
  test_gate_clear (&errand->gate);
  g_clear_error (&errand->error);
}

static gboolean
work (gpointer data, GCancellable *cancellable, GError **error)
{
  Errand *errand = data;

  errand->ran_in = g_thread_self ();
  test_gate_pass (&errand->gate);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
fail (gpointer data, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "no room");
  return FALSE;
}

static void
on_returned (GObject *source, GAsyncResult *result, gpointer data)
{
  Errand *errand = data;

  errand->n_returned++;
  errand->returned_in = g_thread_self ();
  errand->result = g_task_propagate_boolean (G_TASK (result), &errand->error);
}

static GTask *
begin (GObject *source, GCancellable *cancellable, PelTaskFunc func, Errand *errand)
{
  GTask *task = g_task_new (source, cancellable, on_returned, errand);

  g_task_set_task_data (task, errand, NULL);
  pel_task_run (task, func);
  return task;
}

static void
test_finished (void)
{
  Errand errand;
  GTask *task;

  errand_init (&errand, TRUE);
  task = begin (NULL, NULL, work, &errand);
  /* Never at once. */
  g_assert_cmpuint (errand.n_returned, ==, 0);
  test_wait_for (errand.n_returned > 0);
  g_assert_cmpuint (errand.n_returned, ==, 1);
  g_assert_true (errand.result);
  g_assert_true (errand.ran_in != g_thread_self ());
  g_assert_true (errand.returned_in == g_thread_self ());
  test_wait_for (G_OBJECT (task)->ref_count == 1);
  g_assert_finalize_object (task);
  errand_clear (&errand);
}

static void
test_failed (void)
{
  Errand errand;
  GTask *task;

  errand_init (&errand, TRUE);
  task = begin (NULL, NULL, fail, &errand);
  test_wait_for (errand.n_returned > 0);
  g_assert_false (errand.result);
  g_assert_error (errand.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  test_wait_for (G_OBJECT (task)->ref_count == 1);
  g_assert_finalize_object (task);
  errand_clear (&errand);
}

/* At work, and before its turn: then it is not begun. */
static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Errand errand;
  GTask *task;

  errand_init (&errand, FALSE);
  task = begin (NULL, cancellable, work, &errand);
  test_wait_for (test_gate_get_n_begun (&errand.gate) == 1);
  g_cancellable_cancel (cancellable);
  test_gate_open (&errand.gate);
  test_wait_for (errand.n_returned > 0);
  g_assert_error (errand.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_wait_for (G_OBJECT (task)->ref_count == 1);
  g_assert_finalize_object (task);
  errand_clear (&errand);

  errand_init (&errand, TRUE);
  task = begin (NULL, cancellable, work, &errand);
  test_wait_for (errand.n_returned > 0);
  g_assert_cmpuint (test_gate_get_n_begun (&errand.gate), ==, 0);
  g_assert_error (errand.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_wait_for (G_OBJECT (task)->ref_count == 1);
  g_assert_finalize_object (task);
  errand_clear (&errand);
}

/* More than there are threads: short work behind long work waits, and all of it comes back. */
static void
test_superseded (void)
{
  Errand errands[40];
  GTask *tasks[G_N_ELEMENTS (errands)];

  for (guint i = 0; i < G_N_ELEMENTS (errands); i++)
    {
      errand_init (&errands[i], i >= 4);
      tasks[i] = begin (NULL, NULL, work, &errands[i]);
    }
  for (guint i = 4; i < G_N_ELEMENTS (errands); i++)
    test_wait_for (errands[i].n_returned == 1);
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpuint (errands[i].n_returned, ==, 0);
      test_gate_open (&errands[i].gate);
    }
  for (guint i = 0; i < G_N_ELEMENTS (errands); i++)
    {
      test_wait_for (errands[i].n_returned == 1 && G_OBJECT (tasks[i])->ref_count == 1);
      g_assert_finalize_object (tasks[i]);
      errand_clear (&errands[i]);
    }
}

static void
note_thread (gpointer data, GObject *gone)
{
  *(GThread **)data = g_thread_self ();
}

/* Whoever asked lets go of everything meanwhile: it lives until the work is back, and goes here. */
static void
test_closed (void)
{
  GObject *source = g_object_new (G_TYPE_OBJECT, NULL);
  GThread *went_in = NULL;
  Errand errand;

  errand_init (&errand, FALSE);
  g_object_weak_ref (source, note_thread, &went_in);
  g_object_unref (begin (source, NULL, work, &errand));
  g_object_unref (source);
  test_wait_for (test_gate_get_n_begun (&errand.gate) == 1);
  g_assert_null (went_in);
  test_gate_open (&errand.gate);
  test_wait_for (errand.n_returned > 0 && went_in != NULL);
  g_assert_true (went_in == g_thread_self ());
  errand_clear (&errand);
}

static gpointer
make_text (gpointer data, GCancellable *cancellable, GError **error)
{
  return g_strdup (data);
}

static void
on_text (GObject *source, GAsyncResult *result, gpointer data)
{
  *(char **)data = g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
test_pointer (void)
{
  g_autofree char *text = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_text, &text);

  g_task_set_task_data (task, (gpointer) "cells", NULL);
  pel_task_run_pointer (task, make_text, g_free);
  test_wait_for (text != NULL);
  g_assert_cmpstr (text, ==, "cells");
}

static void
let_go_of (gpointer data)
{
  Errand *errand = data;

  errand->ran_in = g_thread_self ();
  test_gate_pass (&errand->gate);
}

static void
test_let_go (void)
{
  Errand errand;

  errand_init (&errand, TRUE);
  pel_task_let_go (let_go_of, NULL);
  pel_task_let_go (let_go_of, &errand);
  test_wait_for (test_gate_get_n_begun (&errand.gate) == 1);
  g_assert_true (errand.ran_in != g_thread_self ());
  errand_clear (&errand);
}

/* Threads that push side by side: nothing is lost and nothing is done twice. */
#define N_PUSHERS 4
#define N_PUSHES 3000

static void
count (gpointer data)
{
  g_atomic_int_inc ((gint *)data);
}

static gpointer
push_many (gpointer data)
{
  gint *counts = data;

  for (guint i = 0; i < N_PUSHES; i++)
    {
      pel_task_let_go (count, &counts[i]);
      if (i % 500 == 0)
        g_usleep (2000); /* the threads fall to rest and are woken up */
    }
  return NULL;
}

static void
test_many (void)
{
  static gint counts[N_PUSHERS][N_PUSHES];
  GThread *threads[N_PUSHERS];
  Errand errand;

  for (guint i = 0; i < N_PUSHERS; i++)
    threads[i] = g_thread_new ("pusher", push_many, counts[i]);
  for (guint i = 0; i < N_PUSHERS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_PUSHERS; i++)
    for (guint k = 0; k < N_PUSHES; k++)
      test_wait_for (g_atomic_int_get (&counts[i][k]) == 1);

  /* And they still answer. */
  errand_init (&errand, TRUE);
  g_object_unref (begin (NULL, NULL, work, &errand));
  test_wait_for (errand.n_returned == 1);
  for (guint i = 0; i < N_PUSHERS; i++)
    for (guint k = 0; k < N_PUSHES; k++)
      g_assert_cmpint (counts[i][k], ==, 1);
  errand_clear (&errand);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task/finished", test_finished);
  g_test_add_func ("/task/failed", test_failed);
  g_test_add_func ("/task/cancelled", test_cancelled);
  g_test_add_func ("/task/superseded", test_superseded);
  g_test_add_func ("/task/closed", test_closed);
  g_test_add_func ("/task/pointer", test_pointer);
  g_test_add_func ("/task/let-go", test_let_go);
  g_test_add_func ("/task/many", test_many);
  return g_test_run ();
}
