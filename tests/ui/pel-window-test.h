/* SPDX-License-Identifier: MIT */
#pragma once

/* A real window on a project with images, complete masks and two untrained models, for tests of
 * what happens in the background of it. */

#include <pthread.h>

#include "engine/io/pel-labels-io.h"
#include "engine/train/pel-model.h"
#include "tests/document/pel-test-model.h"
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/canvas/pel-canvas-private.h"
#include "ui/window/pel-window-private.h"

typedef struct
{
  char *root, *folder;
  PelWindow *window;
  PelWorkspace *workspace;
  PelCanvas *canvas;
  guint n_failures; /* told by dialogs */
  GThread *holder;  /* of the pool; NULL where nobody holds it */
  /* Such as ThreadSanitizer understands. */
  pthread_mutex_t lock;
  pthread_cond_t changed;
  gboolean held, released; /* under the lock */
} WindowTest;

static inline void
window_test_hold_item (guint item, guint worker, gpointer data)
{
  WindowTest *test = data;

  pthread_mutex_lock (&test->lock);
  test->held = TRUE;
  pthread_cond_signal (&test->changed);
  while (!test->released)
    pthread_cond_wait (&test->changed, &test->lock);
  pthread_mutex_unlock (&test->lock);
}

static inline gpointer
window_test_hold_in_thread (gpointer data)
{
  WindowTest *test = data;

  pel_pool_run (pel_job_runner_get_pool (pel_workspace_get_runner (test->workspace)), 1,
                window_test_hold_item, test, NULL);
  return NULL;
}

/* From here on no job gets further than to where it computes: however slow or fast the machine is,
 * what a test does next happens in the middle of it. */
static inline void
window_test_hold (WindowTest *test)
{
  test->held = test->released = FALSE;
  test->holder = g_thread_new ("hold", window_test_hold_in_thread, test);
  pthread_mutex_lock (&test->lock);
  while (!test->held)
    pthread_cond_wait (&test->changed, &test->lock);
  pthread_mutex_unlock (&test->lock);
}

static inline void
window_test_release (WindowTest *test)
{
  if (test->holder == NULL)
    return;
  pthread_mutex_lock (&test->lock);
  test->released = TRUE;
  pthread_cond_signal (&test->changed);
  pthread_mutex_unlock (&test->lock);
  g_thread_join (g_steal_pointer (&test->holder));
}

static inline char *
window_test_model_path (WindowTest *test, const char *name)
{
  return g_strdup_printf ("%s/models/%s.safetensors", test->folder, name);
}

static inline void
window_test_count_failure (PelWorkspace *workspace,
                           const char *heading,
                           const char *body,
                           const char *details,
                           WindowTest *test)
{
  test->n_failures++;
}

static inline void
window_test_set_up (WindowTest *test, guint n_images, guint side, guint base_channels)
{
  g_autofree char *set = NULL;
  g_autofree char *masks = NULL;
  g_autoptr (PelLabels) labels = test_disc_labels (side, side, 0);
  g_autoptr (GFile) file = NULL;

  pthread_mutex_init (&test->lock, NULL);
  pthread_cond_init (&test->changed, NULL);
  test->root = test_make_folder ();
  test->folder = g_build_filename (test->root, "project", NULL);
  set = g_build_filename (test->root, "set", NULL);
  masks = g_build_filename (set, "masks", NULL);
  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < n_images; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", set, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, side, side, 0);
      g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  {
    g_autoptr (PelProject) project = test_create (test->folder);
    g_autoptr (PelImportReport) report = test_import (project, set, PEL_IMPORT_COPY);

    g_assert_true (pel_project_close (project, NULL));
  }
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = window_test_model_path (test, i == 0 ? "m1" : "m2");

      test_write_model (path, base_channels, i + 1);
    }
  file = g_file_new_for_path (test->folder);
  test->window = pel_window_new (NULL);
  test->workspace = pel_window_get_workspace (test->window);
  test->canvas = test->window->canvas;
  g_signal_connect (test->workspace, "failure", G_CALLBACK (window_test_count_failure), test);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (test->window));
  pel_window_open_folder (test->window, file);
  test_wait_for (pel_workspace_get_editable (test->workspace));
  test_wait_for (g_list_model_get_n_items (
                     pel_project_get_models (pel_workspace_get_project (test->workspace))) == 2);
  pel_workspace_set_model (
      test->workspace, pel_project_find_model (pel_workspace_get_project (test->workspace), "m1"));
  pel_widget_test_run (50);
}

/* Also in the middle of work: closing waits for nobody. */
static inline void
window_test_tear_down (WindowTest *test)
{
  PelWindow *window = test->window;

  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (test->workspace));

  g_object_ref (test->workspace);
  for (guint i = g_list_model_get_n_items (jobs); i > 0; i--)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (jobs, i - 1);

      pel_job_cancel (job);
    }
  window_test_release (test);
  pel_job_runner_cancel_all (pel_workspace_get_runner (test->workspace));
  g_assert_true (pel_project_close (pel_workspace_get_project (test->workspace), NULL));
  g_signal_handlers_disconnect_by_data (test->workspace, test);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (test->window));
  test_wait_for (window == NULL);
  /* What was under way answers into a window that is gone. */
  pel_widget_test_run (150);
  g_object_unref (test->workspace);
  pthread_mutex_destroy (&test->lock);
  pthread_cond_destroy (&test->changed);
  test_remove_tree (test->root);
  g_free (test->root);
  g_free (test->folder);
}

/* (transfer none) (nullable): the job under way that is of a type */
static inline PelJob *
window_test_find_job (WindowTest *test, GType type)
{
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (test->workspace));

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (jobs, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (job, type))
        return job; /* the list holds it */
    }
  return NULL;
}

/* The same once it is at work, in a pool that is held, and what tells that it is gone for good: a
 * weak pointer. */
static inline PelJob *
window_test_wait_running (WindowTest *test, GType type, PelJob **weak)
{
  test_wait_for (window_test_find_job (test, type) != NULL &&
                 pel_job_get_state (window_test_find_job (test, type)) == PEL_JOB_STATE_RUNNING);
  *weak = window_test_find_job (test, type);
  g_object_add_weak_pointer (G_OBJECT (*weak), (gpointer *)weak);
  return *weak;
}

static inline void
window_test_wait_idle (WindowTest *test)
{
  test_wait_for (!pel_job_runner_get_busy (pel_workspace_get_runner (test->workspace)));
}

/* A file that was a model when it was listed. */
static inline void
window_test_spoil_model (WindowTest *test, const char *name)
{
  g_autofree char *path = window_test_model_path (test, name);

  g_assert_true (g_file_set_contents (path, "spoilt", -1, NULL));
}

typedef gboolean (*WindowTestCheck) (GtkWidget *widget, gconstpointer data);

static inline GtkWidget *
window_test_find (GtkWidget *widget, WindowTestCheck check, gconstpointer data)
{
  GtkWidget *found = NULL;

  if (check (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = window_test_find (child, check, data);
  return found;
}

static inline gboolean
window_test_is_type (GtkWidget *widget, gconstpointer data)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, *(const GType *)data);
}

static inline gboolean
window_test_has_class (GtkWidget *widget, gconstpointer data)
{
  return gtk_widget_has_css_class (widget, data);
}

/* Whether a visible label reads just so. */
static inline gboolean
window_test_reads (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget) &&
         g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), data);
}

static inline void
window_test_activate (WindowTest *test, const char *action, const char *target)
{
  g_action_group_activate_action (G_ACTION_GROUP (test->window), action,
                                  target != NULL ? g_variant_new_string (target) : NULL);
}
