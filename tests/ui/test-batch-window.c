/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-window-test.h"
#include "ui/window/pel-batch-memory.h"
#include "ui/window/pel-batch-window.h"
#include "ui/window/pel-close-question.h"

/* Whole folders from a window of its own, and all that may come between. */

#define N_FILES 4

typedef struct
{
  WindowTest base;
  PelBatchWindow *batch;
  char *in, *out;
} Fixture;

static void
open_window (Fixture *fixture)
{
  WindowTest *test = &fixture->base;

  fixture->batch =
      PEL_BATCH_WINDOW (pel_batch_window_new (test->workspace, GTK_WINDOW (test->window)));
  gtk_window_present (GTK_WINDOW (fixture->batch));
  g_assert_false (pel_batch_window_get_can_start (fixture->batch));
  pel_batch_window_add_input (fixture->batch, fixture->in);
  g_assert_false (pel_batch_window_get_can_start (fixture->batch));
  pel_batch_window_set_out (fixture->batch, fixture->out);
  g_assert_true (pel_batch_window_get_can_start (fixture->batch));
  g_assert_cmpstr (pel_batch_window_get_page (fixture->batch), ==, "setup");
}

static void
close_window (Fixture *fixture)
{
  PelBatchWindow *window = g_steal_pointer (&fixture->batch);

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait_for (window == NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;

  window_test_set_up (test, 1, 64, 16);
  fixture->in = g_build_filename (test->root, "in", NULL);
  fixture->out = g_build_filename (test->root, "out", NULL);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/f%u.png", fixture->in, i);

      test_write_image (path, 256, 256, i);
    }
  open_window (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->batch != NULL)
    close_window (fixture);
  window_test_tear_down (&fixture->base);
  g_free (fixture->in);
  g_free (fixture->out);
}

static guint
count_labels (Fixture *fixture)
{
  guint n = 0;

  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/f%u.tif", fixture->out, i);
      g_autofree char *deep = g_strdup_printf ("%s/labels/f%u.tif", fixture->out, i);

      n += g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (deep, G_FILE_TEST_EXISTS);
    }
  return n;
}

static void
test_finished (Fixture *fixture, gconstpointer data)
{
  pel_batch_window_start (fixture->batch);
  g_assert_cmpstr (pel_batch_window_get_page (fixture->batch), ==, "running");
  window_test_wait_idle (&fixture->base);
  g_assert_cmpstr (pel_batch_window_get_page (fixture->batch), ==, "done");
  g_assert_nonnull (
      window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "The Batch Is Done"));
  g_assert_cmpuint (count_labels (fixture), ==, N_FILES);
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  window_test_spoil_model (&fixture->base, "m1");
  pel_batch_window_start (fixture->batch);
  window_test_wait_idle (&fixture->base);
  g_assert_cmpstr (pel_batch_window_get_page (fixture->batch), ==, "done");
  g_assert_nonnull (
      window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "The Batch Did Not Work"));
  g_assert_cmpuint (count_labels (fixture), ==, 0);
}

/* Stopped midway, started again: it goes on, and everything is there once. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  PelJob *job;

  window_test_hold (&fixture->base);
  pel_batch_window_start (fixture->batch);
  window_test_wait_running (&fixture->base, PEL_TYPE_BATCH_JOB, &job);
  pel_job_cancel (job);
  window_test_release (&fixture->base);
  window_test_wait_idle (&fixture->base);
  g_assert_cmpstr (pel_batch_window_get_page (fixture->batch), ==, "done");
  g_assert_nonnull (window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "Stopped"));
  g_assert_cmpuint (count_labels (fixture), <, N_FILES);
  pel_batch_window_start (fixture->batch);
  test_wait_for (job == NULL);
  window_test_wait_idle (&fixture->base);
  g_assert_nonnull (
      window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "The Batch Is Done"));
  g_assert_cmpuint (count_labels (fixture), ==, N_FILES);
}

/* By whose definitions cells are measured is the project's to begin with, and can be chosen here.
 */
static void
test_definitions (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->base.workspace);
  g_autofree char *report = g_build_filename (fixture->out, "batch.txt", NULL);
  g_autofree char *text = NULL;
  GtkWidget *row;

  close_window (fixture);
  pel_project_set_definitions (project, PEL_DEFINITIONS_CELLPROFILER);
  open_window (fixture);
  row = gtk_widget_get_ancestor (
      window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "As CellProfiler"),
      ADW_TYPE_COMBO_ROW);
  g_assert_nonnull (row);
  g_assert_cmpuint (strlen (adw_action_row_get_subtitle (ADW_ACTION_ROW (row))), >, 10);
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), PEL_DEFINITIONS_IMAGEJ);
  pel_batch_window_start (fixture->batch);
  window_test_wait_idle (&fixture->base);
  g_assert_true (g_file_get_contents (report, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "definitions: imagej\n"));
}

/* As after a crash in the middle: another window is set up like the one that started it, until the
 * batch has come to its end. */
static void
test_remembered (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;
  PelProject *project = pel_workspace_get_project (test->workspace);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GtkWidget *again;
  PelJob *job;

  window_test_hold (test);
  pel_batch_window_start (fixture->batch);
  window_test_wait_running (test, PEL_TYPE_BATCH_JOB, &job);
  pel_job_cancel (job);
  window_test_release (test);
  window_test_wait_idle (test);
  close_window (fixture);

  again = pel_batch_window_new (test->workspace, GTK_WINDOW (test->window));
  g_assert_true (pel_batch_window_get_can_start (PEL_BATCH_WINDOW (again)));
  gtk_window_present (GTK_WINDOW (again));
  pel_batch_window_start (PEL_BATCH_WINDOW (again));
  window_test_wait_idle (test);
  g_assert_cmpuint (count_labels (fixture), ==, N_FILES);
  g_assert_null (pel_project_get_setting (project, "batch-folders"));
  gtk_window_destroy (GTK_WINDOW (again));
  /* Nor does it set up what is gone. */
  g_ptr_array_add (gone, g_build_filename (test->root, "gone", NULL));
  pel_batch_memory_keep (project, gone, fixture->out);
  again = pel_batch_window_new (test->workspace, GTK_WINDOW (test->window));
  g_assert_false (pel_batch_window_get_can_start (PEL_BATCH_WINDOW (again)));
  gtk_window_destroy (GTK_WINDOW (again));
  pel_batch_memory_forget (project);
  open_window (fixture);
}

/* The main window asks before it stops what somebody waits for, and not once that is done. */
static void
test_asks_to_close (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;
  PelJobRunner *runner = pel_workspace_get_runner (test->workspace);
  GtkWidget *question;
  PelJob *job;

  g_assert_null (pel_close_question_new (GTK_WINDOW (test->window), runner));
  window_test_hold (test);
  pel_batch_window_start (fixture->batch);
  window_test_wait_running (test, PEL_TYPE_BATCH_JOB, &job);
  question = pel_close_question_new (GTK_WINDOW (test->window), runner);
  g_assert_nonnull (question);
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (question)), ==,
                   "Stop the Batch?");
  gtk_window_destroy (GTK_WINDOW (question));
  g_assert_false (pel_window_ask_to_close (test->window));
  pel_widget_test_run (50);
  g_assert_false (pel_job_get_is_finished (job));
  window_test_release (test);
  window_test_wait_idle (test);
  g_assert_cmpuint (count_labels (fixture), ==, N_FILES);
  g_assert_null (pel_close_question_new (GTK_WINDOW (test->window), runner));
}

/* A second batch takes the place of one that runs: what the first one says is no longer shown. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  PelJob *first;

  window_test_hold (&fixture->base);
  pel_batch_window_start (fixture->batch);
  window_test_wait_running (&fixture->base, PEL_TYPE_BATCH_JOB, &first);
  pel_batch_window_start (fixture->batch);
  g_assert_cmpstr (pel_batch_window_get_page (fixture->batch), ==, "running");
  window_test_release (&fixture->base);
  test_wait_for (first == NULL);
  window_test_wait_idle (&fixture->base);
  g_assert_nonnull (
      window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "The Batch Is Done"));
  g_assert_cmpuint (count_labels (fixture), ==, N_FILES);
}

/* The window may be closed: the batch goes on, and the status bar can stop it. */
static void
test_window_closed (Fixture *fixture, gconstpointer data)
{
  PelJob *job;

  window_test_hold (&fixture->base);
  pel_batch_window_start (fixture->batch);
  window_test_wait_running (&fixture->base, PEL_TYPE_BATCH_JOB, &job);
  close_window (fixture);
  g_assert_nonnull (job);
  window_test_release (&fixture->base);
  window_test_wait_idle (&fixture->base);
  test_wait_for (job == NULL);
  g_assert_cmpuint (count_labels (fixture), ==, N_FILES);
}

/* tear_down() closes both windows while it runs. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  PelJob *job;

  window_test_hold (&fixture->base);
  pel_batch_window_start (fixture->batch);
  window_test_wait_running (&fixture->base, PEL_TYPE_BATCH_JOB, &job);
  g_object_remove_weak_pointer (G_OBJECT (job), (gpointer *)&job);
}

static gboolean
is_model_row (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_COMBO_ROW (widget);
}

/* The models are those that there are now, and names may hold what is markup elsewhere. */
static void
test_follows_models (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;
  g_autoptr (PelProject) project = g_object_ref (pel_workspace_get_project (test->workspace));
  GtkWidget *row = window_test_find (GTK_WIDGET (fixture->batch), is_model_row, NULL);
  g_autofree char *folder = pel_project_get_models_path (project);
  g_autofree char *from = g_build_filename (folder, "m1.safetensors", NULL);
  g_autofree char *to = g_build_filename (folder, "a <b> & c.safetensors", NULL);
  g_autofree char *bytes = NULL;
  GListModel *names = adw_combo_row_get_model (ADW_COMBO_ROW (row));
  guint n = g_list_model_get_n_items (names);
  gsize length;

  g_assert_cmpuint (n, >=, 1);
  g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (to, bytes, (gssize)length, NULL));
  pel_project_refresh_models (project);
  test_wait_for (pel_project_find_model (project, "a <b> & c") != NULL);
  names = adw_combo_row_get_model (ADW_COMBO_ROW (row));
  g_assert_cmpuint (g_list_model_get_n_items (names), ==, n + 1);
  pel_batch_window_set_out (fixture->batch, "/tmp/a <b> & c");
  g_assert_nonnull (
      window_test_find (GTK_WIDGET (fixture->batch), window_test_reads, "/tmp/a <b> & c"));
  pel_workspace_set_project (test->workspace, NULL);
  g_assert_false (pel_batch_window_get_can_start (fixture->batch));
  pel_workspace_set_project (test->workspace, project);
  g_assert_true (pel_batch_window_get_can_start (fixture->batch));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/batch-window/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("failed", test_failed);
  ADD ("cancelled", test_cancelled);
  ADD ("definitions", test_definitions);
  ADD ("remembered", test_remembered);
  ADD ("asks-to-close", test_asks_to_close);
  ADD ("superseded", test_superseded);
  ADD ("window-closed", test_window_closed);
  ADD ("follows-models", test_follows_models);
  ADD ("closed", test_closed);
#undef ADD
  return g_test_run ();
}
