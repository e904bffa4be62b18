/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-edit.h"
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-model-menu.h"
#include "ui/pages/pel-curve-plots.h"
#include "ui/pages/pel-review-page.h"
#include "ui/pages/pel-train-page.h"
#include "ui/window/pel-models-window.h"

/* The page of all models: the table, what is shown of one, and the comparison of several. */

/* Rows of the comparison. */
enum
{
  ROW_IMAGES = 1,
  ROW_TIME = 3,
  ROW_OWN_AP = 5,
  ROW_AP = 7,
};

static PelModelsWindow *
open_models (TrainFixture *fixture)
{
  GtkWidget *window;

  train_add_model (fixture, "plain", 2, 0.3);
  train_add_model (fixture, "rich", 9, 0.6);
  window = pel_models_window_new (fixture->workspace, GTK_WINDOW (fixture->window));
  gtk_window_present (GTK_WINDOW (window));
  pel_widget_test_run (50);
  return PEL_MODELS_WINDOW (window);
}

static void
choose_both (PelModelsWindow *window)
{
  const char *names[] = { "plain", "rich", NULL };

  pel_models_window_choose (window, names);
}

static void
destroy (PelModelsWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  pel_widget_test_run (20);
}

static void
test_table (TrainFixture *fixture, gconstpointer data)
{
  const char *const none[] = { NULL };
  const char *const one[] = { "plain", NULL };
  PelModelsWindow *window = open_models (fixture);
  g_autoptr (GPtrArray) chosen = NULL;

  g_assert_cmpuint (pel_models_window_get_n_models (window), ==, 2);
  pel_models_window_choose (window, none);
  g_assert_cmpstr (pel_models_window_get_page (window), ==, "none");
  pel_models_window_choose (window, one);
  g_assert_cmpstr (pel_models_window_get_page (window), ==, "one");
  g_assert_nonnull (pel_widget_test_find (GTK_WIDGET (window), PEL_TYPE_CURVE_PLOTS));
  chosen = pel_models_window_get_chosen (window);
  g_assert_cmpuint (chosen->len, ==, 1);
  g_assert_cmpstr (pel_model_entry_get_name (g_ptr_array_index (chosen, 0)), ==, "plain");
  destroy (window);
}

/* A model that goes is no longer chosen; brought back, it is again. One that is written again
 * stays so. */
static void
test_changes (TrainFixture *fixture, gconstpointer data)
{
  const char *const one[] = { "plain", NULL };
  PelModelsWindow *window = open_models (fixture);
  g_autoptr (GPtrArray) chosen = NULL;
  g_autoptr (GError) error = NULL;

  pel_models_window_choose (window, one);
  g_assert_true (pel_project_delete_model (
      fixture->project, pel_project_find_model (fixture->project, "plain"), &error));
  g_assert_no_error (error);
  test_wait_for (pel_models_window_get_n_models (window) == 1);
  g_assert_cmpstr (pel_models_window_get_page (window), ==, "none");
  g_assert_true (pel_project_restore_model (fixture->project, &error));
  g_assert_no_error (error);
  test_wait_for (pel_models_window_get_n_models (window) == 2);
  g_assert_cmpstr (pel_models_window_get_page (window), ==, "one");
  train_add_model (fixture, "plain", 5, 0.5);
  test_wait_for (
      pel_model_entry_get_info (pel_project_find_model (fixture->project, "plain"))->images == 5);
  chosen = pel_models_window_get_chosen (window);
  g_assert_cmpuint (chosen->len, ==, 1);
  g_assert_cmpuint (pel_model_entry_get_info (g_ptr_array_index (chosen, 0))->images, ==, 5);
  destroy (window);
}

static void
test_comparison (TrainFixture *fixture, gconstpointer data)
{
  PelModelsWindow *window = open_models (fixture);
  PelModelComparison *comparison = pel_models_window_get_comparison (window);

  choose_both (window);
  g_assert_cmpstr (pel_models_window_get_page (window), ==, "several");
  /* The newest first, as the table has them. */
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_IMAGES, 0), ==, "9");
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_IMAGES, 1), ==, "2");
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_TIME, 0), ==, "3:00");
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_OWN_AP, 0), ==, "0.60 ★");
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_OWN_AP, 1), ==, "0.30");
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_AP, 0), ==, "–");
  g_assert_null (pel_model_comparison_get_text (comparison, ROW_AP, 2));
  g_assert_cmpuint (pel_model_comparison_get_n_tested (comparison), ==, 0);
  destroy (window);
}

static void
test_tested (TrainFixture *fixture, gconstpointer data)
{
  const char *const one[] = { "plain", NULL };
  PelModelsWindow *window = open_models (fixture);
  PelModelComparison *comparison = pel_models_window_get_comparison (window);

  pel_image_document_set_validation (pel_project_get_image (fixture->project, 0), TRUE);
  choose_both (window);
  pel_model_comparison_test (comparison);
  g_assert_true (pel_model_comparison_get_testing (comparison));
  test_wait_for (!pel_model_comparison_get_testing (comparison));
  g_assert_cmpuint (pel_model_comparison_get_n_tested (comparison), ==, 2);
  g_assert_nonnull (strstr (pel_model_comparison_get_remark (comparison), "1 image"));
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_AP, i), !=, "–");
  /* What is known is not asked again. */
  pel_models_window_choose (window, one);
  choose_both (window);
  g_assert_cmpuint (pel_model_comparison_get_n_tested (comparison), ==, 2);
  pel_model_comparison_test (comparison);
  g_assert_false (pel_model_comparison_get_testing (comparison));
  destroy (window);
}

static void
test_test_failed (TrainFixture *fixture, gconstpointer data)
{
  PelModelsWindow *window = open_models (fixture);
  PelModelComparison *comparison = pel_models_window_get_comparison (window);

  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_complete (pel_project_get_image (fixture->project, i), FALSE);
  choose_both (window);
  pel_model_comparison_test (comparison);
  test_wait_for (!pel_model_comparison_get_testing (comparison));
  g_assert_cmpuint (pel_model_comparison_get_n_tested (comparison), ==, 0);
  g_assert_cmpstr (pel_model_comparison_get_remark (comparison), !=, "");
  g_assert_cmpstr (pel_model_comparison_get_text (comparison, ROW_AP, 0), ==, "–");
  destroy (window);
}

static void
test_test_cancelled (TrainFixture *fixture, gconstpointer data)
{
  PelModelsWindow *window = open_models (fixture);
  PelModelComparison *comparison = pel_models_window_get_comparison (window);

  choose_both (window);
  pel_model_comparison_test (comparison);
  pel_model_comparison_stop (comparison);
  test_wait_for (!pel_model_comparison_get_testing (comparison));
  g_assert_cmpuint (pel_model_comparison_get_n_tested (comparison), ==, 0);
  g_assert_cmpstr (pel_model_comparison_get_remark (comparison), ==, "The test was stopped.");
  destroy (window);
}

/* Other models are chosen meanwhile: nothing of the old test is shown. */
static void
test_test_superseded (TrainFixture *fixture, gconstpointer data)
{
  const char *const one[] = { "rich", NULL };
  PelModelsWindow *window = open_models (fixture);
  PelModelComparison *comparison = pel_models_window_get_comparison (window);

  choose_both (window);
  pel_model_comparison_test (comparison);
  pel_models_window_choose (window, one);
  g_assert_false (pel_model_comparison_get_testing (comparison));
  test_wait_for (!train_is_busy (fixture));
  g_assert_cmpuint (pel_model_comparison_get_n_tested (comparison), ==, 0);
  g_assert_cmpstr (pel_model_comparison_get_remark (comparison), ==, "");
  destroy (window);
}

static void
test_test_closed (TrainFixture *fixture, gconstpointer data)
{
  PelModelsWindow *window = open_models (fixture);

  choose_both (window);
  pel_model_comparison_test (pel_models_window_get_comparison (window));
  destroy (window);
  test_wait_for (!train_is_busy (fixture));
  window = open_models (fixture);
  choose_both (window);
  pel_model_comparison_test (pel_models_window_get_comparison (window));
  train_close (fixture);
  test_wait_for (!train_is_busy (fixture));
}

/* One window however often it is asked for, and none without a project. */
static void
test_action (TrainFixture *fixture, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);

  for (guint i = 0; i < 2; i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "models", NULL);
      g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n + 1);
    }
  pel_workspace_set_project (fixture->workspace, NULL);
  pel_widget_test_run (20);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (fixture->window), "models"));
}

/* What goes on in the window of the picture is not hidden by the list it was asked for in. */
static void
test_leaves (TrainFixture *fixture, gconstpointer data)
{
  static const char *const actions[] = { "start-from", "compare-with" };
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);

  train_add_model (fixture, "plain", 2, 0.3);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "models", NULL);
      g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n + 1);
      pel_widget_test_run (50);
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), actions[i],
                                      g_variant_new_string ("plain"));
      test_wait_for (g_list_model_get_n_items (windows) == n);
    }
}

static const char *
name_in_use (TrainFixture *fixture)
{
  PelModelEntry *model = pel_workspace_get_model (fixture->workspace);

  return model != NULL ? pel_model_entry_get_name (model) : "";
}

static gboolean
brings_back (GtkWidget *widget, const char *name)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)),
                                           "win.restore-model") == 0)
    return gtk_widget_get_visible (widget) &&
           strstr (gtk_widget_get_tooltip_text (widget), name) != NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (brings_back (child, name))
      return TRUE;
  return FALSE;
}

/* A button stays for the model that was deleted last, also in a window that is opened later. */
static void
test_bring_back (TrainFixture *fixture, gconstpointer data)
{
  PelModelsWindow *window = open_models (fixture);

  g_assert_false (brings_back (GTK_WIDGET (window), "plain"));
  pel_model_menu_delete (fixture->workspace, pel_project_find_model (fixture->project, "plain"));
  test_wait_for (pel_models_window_get_n_models (window) == 1);
  g_assert_true (brings_back (GTK_WIDGET (window), "plain"));
  destroy (window);
  window =
      PEL_MODELS_WINDOW (pel_models_window_new (fixture->workspace, GTK_WINDOW (fixture->window)));
  g_assert_true (brings_back (GTK_WIDGET (window), "plain"));
  pel_model_menu_restore (fixture->workspace);
  test_wait_for (pel_models_window_get_n_models (window) == 2);
  g_assert_false (brings_back (GTK_WIDGET (window), "plain"));
  destroy (window);
}

/* The model in use is in use again once it is back; another one is not. */
static void
test_brought_back (TrainFixture *fixture, gconstpointer data)
{
  train_add_model (fixture, "plain", 2, 0.3);
  train_add_model (fixture, "rich", 9, 0.6);
  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "plain" : "rich";

      pel_workspace_set_model (fixture->workspace,
                               pel_project_find_model (fixture->project, "plain"));
      pel_model_menu_delete (fixture->workspace, pel_project_find_model (fixture->project, name));
      test_wait_for (pel_project_find_model (fixture->project, name) == NULL);
      g_assert_cmpstr (name_in_use (fixture), !=, name);
      pel_model_menu_restore (fixture->workspace);
      test_wait_for (pel_project_find_model (fixture->project, name) != NULL);
      test_wait_for (g_str_equal (name_in_use (fixture), "plain"));
    }
}

static void
rename_model (TrainFixture *fixture, const char *name, const char *to)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_project_rename_model (
      fixture->project, pel_project_find_model (fixture->project, name), to, &error));
  g_assert_no_error (error);
  /* Also once the folder was read again. */
  test_wait_for (pel_project_find_model (fixture->project, to) != NULL);
  pel_widget_test_run (50);
}

/* Whether a page has a drop-down in which this is chosen. */
static gboolean
has_choice (GtkWidget *widget, const char *chosen)
{
  GObject *row =
      GTK_IS_DROP_DOWN (widget) ? gtk_drop_down_get_selected_item (GTK_DROP_DOWN (widget)) : NULL;

  if (GTK_IS_STRING_OBJECT (row) &&
      g_str_equal (gtk_string_object_get_string (GTK_STRING_OBJECT (row)), chosen))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_choice (child, chosen))
      return TRUE;
  return FALSE;
}

static GtkWidget *
find_page (TrainFixture *fixture, GType type)
{
  GtkWidget *page = pel_widget_test_find (GTK_WIDGET (fixture->window), type);

  g_assert_nonnull (page);
  return page;
}

/* A model is in use, and what a training starts from. */
static void
choose_everywhere (TrainFixture *fixture, const char *name)
{
  PelModelEntry *entry = pel_project_find_model (fixture->project, name);

  pel_workspace_set_model (fixture->workspace, entry);
  pel_train_page_start_from (PEL_TRAIN_PAGE (find_page (fixture, PEL_TYPE_TRAIN_PAGE)), entry);
}

static void
assert_chosen_everywhere (TrainFixture *fixture, const char *name)
{
  g_assert_cmpstr (name_in_use (fixture), ==, name);
  g_assert_true (has_choice (find_page (fixture, PEL_TYPE_REVIEW_PAGE), name));
  g_assert_true (has_choice (find_page (fixture, PEL_TYPE_TRAIN_PAGE), name));
}

/* What was chosen stays chosen under the new name, also where another model gets the old one. */
static void
test_renamed (TrainFixture *fixture, gconstpointer data)
{
  const char *const one[] = { "plain", NULL };
  PelModelsWindow *window = open_models (fixture);
  g_autoptr (GPtrArray) chosen = NULL;

  pel_models_window_choose (window, one);
  choose_everywhere (fixture, "plain");
  rename_model (fixture, "plain", "better");
  rename_model (fixture, "rich", "plain");
  g_assert_cmpstr (pel_models_window_get_page (window), ==, "one");
  chosen = pel_models_window_get_chosen (window);
  g_assert_cmpuint (chosen->len, ==, 1);
  g_assert_cmpstr (pel_model_entry_get_name (g_ptr_array_index (chosen, 0)), ==, "better");
  assert_chosen_everywhere (fixture, "better");
  /* It is written again, as by a training that goes on. */
  train_add_model (fixture, "better", 5, 0.5);
  test_wait_for (
      pel_model_entry_get_info (pel_project_find_model (fixture->project, "better"))->images == 5);
  assert_chosen_everywhere (fixture, "better");
  destroy (window);
}

/* The same in a window that opens the project later; what is the newest one stays that. */
static void
test_opened_again (TrainFixture *fixture, gconstpointer data)
{
  train_add_model (fixture, "plain", 2, 0.3);
  train_add_model (fixture, "rich", 9, 0.6);
  choose_everywhere (fixture, "plain");
  rename_model (fixture, "plain", "better");
  train_open_again (fixture);
  test_wait_for (pel_project_find_model (fixture->project, "better") != NULL);
  assert_chosen_everywhere (fixture, "better");
  choose_everywhere (fixture, "rich");
  train_open_again (fixture);
  test_wait_for (pel_project_find_model (fixture->project, "rich") != NULL);
  assert_chosen_everywhere (fixture, "rich");
  train_add_model (fixture, "newest", 20, 0.7);
  train_open_again (fixture);
  test_wait_for (pel_project_find_model (fixture->project, "newest") != NULL);
  g_assert_cmpstr (name_in_use (fixture), ==, "newest");
}

/* A new model is not taken for one that is gone, whose predictions and note are still there. */
static void
test_traces (TrainFixture *fixture, gconstpointer data)
{
  g_autofree char *left = pel_project_get_predictions_path (fixture->project, "rich");
  g_autofree char *aside = pel_project_get_predictions_path (fixture->project, "rich-2");
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  train_add_model (fixture, "plain", 2, 0.3);
  train_add_model (fixture, "rich", 9, 0.6);
  g_assert_cmpint (g_mkdir_with_parents (left, 0777), ==, 0);
  g_assert_true (pel_project_delete_model (
      fixture->project, pel_project_find_model (fixture->project, "rich"), &error));
  test_wait_for (pel_project_find_model (fixture->project, "rich") == NULL);
  path = pel_project_new_model_path (fixture->project, "rich");
  g_assert_true (g_str_has_suffix (path, "/rich-2.safetensors"));
  rename_model (fixture, "plain", "rich");
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (aside, G_FILE_TEST_IS_DIR));
}

static guint
count_toasts (GtkWidget *widget)
{
  guint n = g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwToastWidget") ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_toasts (child);
  return n;
}

/* What there is to tell is told once, in the window that is in front. */
static void
test_told_once (TrainFixture *fixture, gconstpointer data)
{
  PelModelsWindow *window = open_models (fixture);
  GtkWidget *main_window = GTK_WIDGET (fixture->window);

  test_wait_for (gtk_window_is_active (GTK_WINDOW (window)));
  pel_workspace_toast (fixture->workspace, "to be told here");
  test_wait_for (count_toasts (GTK_WIDGET (window)) > 0);
  pel_widget_test_run (50);
  g_assert_cmpuint (count_toasts (GTK_WIDGET (window)), ==, 1);
  g_assert_cmpuint (count_toasts (main_window), ==, 0);
  destroy (window);
  pel_workspace_toast (fixture->workspace, "to be told there");
  test_wait_for (count_toasts (main_window) == 1);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/models-window/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("table", test_table);
  ADD ("changes", test_changes);
  ADD ("comparison", test_comparison);
  ADD ("test/done", test_tested);
  ADD ("test/failed", test_test_failed);
  ADD ("test/cancelled", test_test_cancelled);
  ADD ("test/superseded", test_test_superseded);
  ADD ("test/closed", test_test_closed);
  ADD ("bring-back", test_bring_back);
  ADD ("brought-back", test_brought_back);
  ADD ("renamed", test_renamed);
  ADD ("opened-again", test_opened_again);
  ADD ("traces", test_traces);
  ADD ("action", test_action);
  ADD ("leaves", test_leaves);
  ADD ("told-once", test_told_once);
#undef ADD
  return g_test_run ();
}
