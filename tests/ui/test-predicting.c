/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-window-test.h"
#include "ui/window/pel-workspace-private.h"

/* Predictions that a window asks for, and all that may come between the question and the answer. */

typedef struct
{
  WindowTest window;
  char *heading, *body, *details; /* of the last failure that was told */
  char *toast;                    /* the last one */
} Fixture;

static void
on_failure (PelWorkspace *workspace,
            const char *heading,
            const char *body,
            const char *details,
            Fixture *fixture)
{
  g_free (fixture->heading);
  g_free (fixture->body);
  g_free (fixture->details);
  fixture->heading = g_strdup (heading);
  fixture->body = g_strdup (body);
  fixture->details = g_strdup (details);
}

static void
on_toast (PelWorkspace *workspace, AdwToast *toast, Fixture *fixture)
{
  g_free (fixture->toast);
  fixture->toast = g_strdup (adw_toast_get_title (toast));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  window_test_set_up (&fixture->window, 3, 160, 4);
  g_signal_connect (fixture->window.workspace, "failure", G_CALLBACK (on_failure), fixture);
  g_signal_connect (fixture->window.workspace, "toast", G_CALLBACK (on_toast), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->window.workspace, fixture);
  window_test_tear_down (&fixture->window);
  g_free (fixture->heading);
  g_free (fixture->body);
  g_free (fixture->details);
  g_free (fixture->toast);
}

static PelImageDocument *
get_image (Fixture *fixture, guint i)
{
  return pel_project_get_image (pel_workspace_get_project (fixture->window.workspace), i);
}

static void
test_finished (Fixture *fixture, gconstpointer data)
{
  window_test_activate (&fixture->window, "predict-all", NULL);
  window_test_wait_idle (&fixture->window);
  test_wait_for (pel_workspace_get_predict_job (fixture->window.workspace) == NULL);
  g_assert_cmpuint (fixture->window.n_failures, ==, 0);
  g_assert_nonnull (strstr (fixture->toast, "3 images"));
  for (guint i = 0; i < 3; i++)
    g_assert_true (pel_image_document_get_has_prediction (get_image (fixture, i)));
}

/* One image is gone: the others are predicted, and what is wrong with which file can be read for as
 * long as one likes. */
static void
test_one_failed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->window.folder, "images", "i1.png", NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
  window_test_activate (&fixture->window, "predict-all", NULL);
  window_test_wait_idle (&fixture->window);
  test_wait_for (fixture->window.n_failures == 1);
  g_assert_nonnull (strstr (fixture->heading, "1 image"));
  g_assert_nonnull (strstr (fixture->details, "i1.png"));
  g_assert_null (strstr (fixture->details, "i2"));
  g_assert_true (pel_image_document_get_has_prediction (get_image (fixture, 2)));
  g_assert_false (pel_image_document_get_has_prediction (get_image (fixture, 1)));
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  window_test_spoil_model (&fixture->window, "m1");
  window_test_activate (&fixture->window, "predict", NULL);
  window_test_wait_idle (&fixture->window);
  test_wait_for (fixture->window.n_failures == 1);
  g_assert_nonnull (strstr (fixture->details, "m1"));
  g_assert_null (pel_workspace_get_predict_job (fixture->window.workspace));
  g_assert_false (pel_image_document_get_has_prediction (get_image (fixture, 0)));
}

/* A full disk has a remedy of its own. */
static void
test_advice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) full = g_error_new (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "i0: no space");
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "i0: broken");

  g_assert_nonnull (strstr (pel_workspace_advise (full, "x"), "Make room"));
  g_assert_cmpstr (pel_workspace_advise (other, "x"), ==, "x");
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  PelJob *job;

  window_test_hold (&fixture->window);
  window_test_activate (&fixture->window, "predict-all", NULL);
  pel_job_cancel (window_test_wait_running (&fixture->window, PEL_TYPE_PREDICT_JOB, &job));
  window_test_release (&fixture->window);
  window_test_wait_idle (&fixture->window);
  test_wait_for (job == NULL);
  g_assert_cmpuint (fixture->window.n_failures, ==, 0);
  g_assert_nonnull (strstr (fixture->toast, "stopped"));
  /* It can be asked again. */
  window_test_activate (&fixture->window, "predict", NULL);
  window_test_wait_idle (&fixture->window);
  g_assert_true (pel_image_document_get_has_prediction (get_image (fixture, 0)));
}

/* A second question while the first is worked on changes nothing; another image on show, or another
 * model, does not take the answer away. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->window.workspace);
  PelJob *job;

  window_test_hold (&fixture->window);
  window_test_activate (&fixture->window, "predict", NULL);
  window_test_wait_running (&fixture->window, PEL_TYPE_PREDICT_JOB, &job);
  g_assert_null (pel_workspace_predict (fixture->window.workspace, PEL_PREDICT_ALL));
  g_assert_true (pel_workspace_step (fixture->window.workspace, 1, FALSE));
  pel_workspace_set_model (fixture->window.workspace, pel_project_find_model (project, "m2"));
  window_test_release (&fixture->window);
  window_test_wait_idle (&fixture->window);
  test_wait_for (job == NULL);
  g_assert_true (pel_image_document_get_has_prediction (get_image (fixture, 0)));
  g_assert_false (pel_image_document_get_has_prediction (get_image (fixture, 1)));
  g_assert_cmpuint (fixture->window.n_failures, ==, 0);
}

/* The project is left while it is predicted, and later the window is closed in the middle of it. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelProject) project =
      g_object_ref (pel_workspace_get_project (fixture->window.workspace));
  PelJob *job;

  window_test_hold (&fixture->window);
  window_test_activate (&fixture->window, "predict-all", NULL);
  window_test_wait_running (&fixture->window, PEL_TYPE_PREDICT_JOB, &job);
  pel_workspace_set_project (fixture->window.workspace, NULL);
  window_test_release (&fixture->window);
  window_test_wait_idle (&fixture->window);
  test_wait_for (job == NULL);
  pel_workspace_set_project (fixture->window.workspace, project);
  test_wait_for (pel_workspace_get_editable (fixture->window.workspace));
  window_test_hold (&fixture->window);
  window_test_activate (&fixture->window, "predict-all", NULL);
  window_test_wait_running (&fixture->window, PEL_TYPE_PREDICT_JOB, &job);
  g_object_remove_weak_pointer (G_OBJECT (job), (gpointer *)&job);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/predicting/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("finished", test_finished);
  ADD ("one-failed", test_one_failed);
  ADD ("failed", test_failed);
  ADD ("advice", test_advice);
  ADD ("cancelled", test_cancelled);
  ADD ("superseded", test_superseded);
  ADD ("closed", test_closed);
#undef ADD
  return g_test_run ();
}
