/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-window-test.h"
#include "ui/window/pel-models-window.h"

/* A project without an image, and keys that are pressed all the same. */

typedef struct
{
  WindowTest base;
  PelProject *full, *empty;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;
  g_autofree char *folder = NULL;

  window_test_set_up (test, 1, 64, 16);
  folder = g_build_filename (test->root, "empty", NULL);
  fixture->full = g_object_ref (pel_workspace_get_project (test->workspace));
  fixture->empty = test_create (folder);
  pel_workspace_set_project (test->workspace, fixture->empty);
  pel_widget_test_run (50);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  pel_workspace_set_project (fixture->base.workspace, fixture->full);
  g_assert_true (pel_project_close (fixture->empty, NULL));
  g_assert_finalize_object (g_steal_pointer (&fixture->empty));
  g_clear_object (&fixture->full);
  window_test_tear_down (&fixture->base);
}

static gboolean
is_seen (GtkWidget *widget, gconstpointer text)
{
  return window_test_reads (widget, text) && gtk_widget_get_child_visible (widget) &&
         gtk_widget_get_mapped (widget);
}

/* Nobody has chosen a state: it is not that which is missing. */
static void
test_words (Fixture *fixture, gconstpointer data)
{
  GtkWidget *list = GTK_WIDGET (fixture->base.window->image_list);
  GtkWidget *models;

  g_assert_nonnull (window_test_find (list, is_seen, "No images yet"));
  g_assert_null (window_test_find (list, is_seen, "No image is in this state."));
  pel_image_list_set_filter (PEL_IMAGE_LIST (list), 1);
  g_assert_nonnull (window_test_find (list, is_seen, "No images yet"));
  models = pel_models_window_new (fixture->base.workspace, GTK_WINDOW (fixture->base.window));
  gtk_window_present (GTK_WINDOW (models));
  pel_widget_test_run (50);
  g_assert_cmpstr (pel_models_window_get_page (PEL_MODELS_WINDOW (models)), ==, "empty");
  gtk_window_destroy (GTK_WINDOW (models));
  /* With images but none in that state it is the state. */
  pel_workspace_set_project (fixture->base.workspace, fixture->full);
  pel_image_list_set_filter (PEL_IMAGE_LIST (list), 1 + PEL_IMAGE_STATE_IN_WORK);
  pel_widget_test_run (50);
  g_assert_nonnull (window_test_find (list, is_seen, "No image is in this state."));
  pel_image_list_set_filter (PEL_IMAGE_LIST (list), 0);
}

/* Whatever needs an image or a model is off; what is on does no harm. */
static void
test_actions (Fixture *fixture, gconstpointer data)
{
  static const char *const off[] = { "predict", "predict-all",  "train-more",     "undo",
                                     "redo",    "augmentation", "learning-curve", "batch" };
  static const char *const harmless[] = { "train",      "resume-training", "save",
                                          "next-image", "previous-image",  "models" };
  GActionGroup *actions = G_ACTION_GROUP (fixture->base.window);

  for (guint i = 0; i < G_N_ELEMENTS (off); i++)
    {
      g_assert_true (g_action_group_has_action (actions, off[i]));
      if (g_action_group_get_action_enabled (actions, off[i]))
        g_test_message ("%s is on", off[i]);
      g_assert_false (g_action_group_get_action_enabled (actions, off[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++)
    if (g_action_group_get_action_enabled (actions, harmless[i]))
      g_action_group_activate_action (actions, harmless[i], NULL);
  pel_widget_test_run (50);
  g_assert_false (pel_job_runner_get_busy (pel_workspace_get_runner (fixture->base.workspace)));
  g_assert_cmpuint (fixture->base.n_failures, ==, 0);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/empty-project/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("words", test_words);
  ADD ("actions", test_actions);
#undef ADD
  return g_test_run ();
}
