/* SPDX-License-Identifier: MIT */
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-train-page.h"
#include "ui/pages/pel-training-news.h"
#include "ui/window/pel-augment-window.h"
#include "ui/window/pel-close-question.h"
#include "ui/window/pel-learning-window.h"

/* The windows of random changes and of the learning curve, by every way that their work may end. */

static PelAugmentWindow *
open_augment (TrainFixture *fixture)
{
  g_autoptr (PelAugmentChoice) choice = pel_augment_choice_new ();
  PelTrainConfig config;
  GtkWidget *window;

  test_small_config (&config, 1, 3);
  window = pel_augment_window_new (fixture->workspace, &config, NULL, choice,
                                   GTK_WINDOW (fixture->window));
  gtk_window_present (GTK_WINDOW (window));
  return PEL_AUGMENT_WINDOW (window);
}

static void
close_window (gpointer window)
{
  gtk_window_close (GTK_WINDOW (window));
  pel_widget_test_run (20);
}

static void
test_augment_done (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window = open_augment (fixture);
  GtkWidget *picture;
  g_autoptr (GdkPaintable) first = NULL;

  g_assert_true (pel_augment_window_get_drawing (window));
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  g_assert_cmpuint (pel_augment_window_get_n_drawn (window), ==, 1);
  picture = pel_widget_test_find (GTK_WIDGET (window), GTK_TYPE_PICTURE);
  g_set_object (&first, gtk_picture_get_paintable (GTK_PICTURE (picture)));
  g_assert_nonnull (first);
  g_assert_cmpint (gdk_paintable_get_intrinsic_width (first), ==, 64);

  /* Drawn again: what was shown stays until there is something else. */
  pel_augment_window_draw_again (window);
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  g_assert_true (gtk_picture_get_paintable (GTK_PICTURE (picture)) == first);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpuint (pel_augment_window_get_n_drawn (window), ==, 2);
  g_assert_true (gtk_picture_get_paintable (GTK_PICTURE (picture)) != first);
  close_window (window);
}

static void
test_augment_failed (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window;

  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), TRUE);
  window = open_augment (fixture);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "problem");
  /* It can be tried again. */
  for (guint i = 0; i < TRAIN_N_IMAGES; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), FALSE);
  pel_augment_window_draw_again (window);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  close_window (window);
}

static void
test_augment_cancelled (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window = open_augment (fixture);

  pel_job_runner_cancel_all (pel_workspace_get_runner (fixture->workspace));
  test_wait_for (!pel_augment_window_get_drawing (window));
  /* Unless it was faster. */
  g_assert_cmpstr (pel_augment_window_get_page (window), ==,
                   pel_augment_window_get_n_drawn (window) > 0 ? "result" : "problem");
  close_window (window);
}

/* Only the last one is shown. */
static void
test_augment_superseded (TrainFixture *fixture, gconstpointer data)
{
  PelAugmentWindow *window = open_augment (fixture);

  pel_augment_window_draw_again (window);
  pel_augment_window_draw_again (window);
  test_wait_for (!pel_augment_window_get_drawing (window));
  g_assert_cmpuint (pel_augment_window_get_n_drawn (window), ==, 1);
  g_assert_cmpstr (pel_augment_window_get_page (window), ==, "result");
  test_wait_for (!train_is_busy (fixture));
  close_window (window);
}

static void
test_augment_closed (TrainFixture *fixture, gconstpointer data)
{
  gpointer window = open_augment (fixture);

  g_object_add_weak_pointer (window, &window);
  close_window (window);
  g_assert_null (window);
  test_wait_for (!train_is_busy (fixture));
  /* And with the whole window. */
  open_augment (fixture);
  train_close (fixture);
  test_wait_for (!train_is_busy (fixture));
}

static const guint8 *
read_picture (GtkWidget *window, guint8 *pixels)
{
  GtkWidget *picture = pel_widget_test_find (window, GTK_TYPE_PICTURE);
  GdkPaintable *paintable = gtk_picture_get_paintable (GTK_PICTURE (picture));

  g_assert_cmpint (gdk_paintable_get_intrinsic_width (paintable), ==, 64);
  gdk_texture_download (GDK_TEXTURE (paintable), pixels, 64 * 4);
  return pixels;
}

/* The only drop-down there that tells a strength. */
static GtkDropDown *
find_strength (GtkWidget *widget)
{
  if (GTK_IS_DROP_DOWN (widget) && g_list_model_get_n_items (gtk_drop_down_get_model (
                                       GTK_DROP_DOWN (widget))) == PEL_AUGMENT_STRENGTH_OWN + 1)
    return GTK_DROP_DOWN (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkDropDown *found = find_strength (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* An expander by its label. */
static GtkWidget *
find_expander (GtkWidget *widget, const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_EXPANDER (widget) &&
      g_strcmp0 (gtk_expander_get_label (GTK_EXPANDER (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_expander (child, label);
  return found;
}

/* The field right of a name. */
static GtkWidget *
find_value (GtkWidget *widget, const char *name)
{
  GtkWidget *found = NULL;

  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), name))
    return gtk_widget_get_next_sibling (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_value (child, name);
  return found;
}

/* The pieces follow what is chosen, and stay the same pieces. */
static void
test_augment_follows (TrainFixture *fixture, gconstpointer data)
{
  enum
  {
    SIZE = 64 * 64 * 4
  };
  GtkWidget *window = GTK_WIDGET (open_augment (fixture));
  GtkDropDown *strength = find_strength (window);
  GtkWidget *stretching = find_value (window, "Stretching in px");
  GtkWidget *mirrored = find_value (window, "Mirrored and turned by 90°");
  guint8 usual[SIZE], none[SIZE], own[SIZE], again[SIZE];

  g_assert_nonnull (strength);
  g_assert_true (GTK_IS_SPIN_BUTTON (stretching) && GTK_IS_SWITCH (mirrored));
  test_wait_for (!pel_augment_window_get_drawing (PEL_AUGMENT_WINDOW (window)));
  g_assert_cmpuint (gtk_drop_down_get_selected (strength), ==, PEL_AUGMENT_STRENGTH_USUAL);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (stretching)), ==, 10.0);
  read_picture (window, usual);

  gtk_drop_down_set_selected (strength, PEL_AUGMENT_STRENGTH_NONE);
  g_assert_true (pel_augment_window_get_drawing (PEL_AUGMENT_WINDOW (window)));
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (stretching)), ==, 0.0);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (mirrored)));
  test_wait_for (!pel_augment_window_get_drawing (PEL_AUGMENT_WINDOW (window)));
  read_picture (window, none);
  g_assert_cmpint (memcmp (usual, none, SIZE), !=, 0);

  /* While one is drawn the value moves on: the last one counts, and not each is drawn. */
  for (guint i = 0; i < 20; i++)
    gtk_spin_button_spin (GTK_SPIN_BUTTON (stretching), GTK_SPIN_STEP_FORWARD, 1.0);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (find_value (window, "Pieces reshaped in %")), 100.0);
  g_assert_cmpuint (gtk_drop_down_get_selected (strength), ==, PEL_AUGMENT_STRENGTH_OWN);
  test_wait_for (!pel_augment_window_get_drawing (PEL_AUGMENT_WINDOW (window)));
  g_assert_cmpuint (pel_augment_window_get_n_drawn (PEL_AUGMENT_WINDOW (window)), <=, 4);
  g_assert_cmpint (memcmp (read_picture (window, own), none, SIZE), !=, 0);

  gtk_drop_down_set_selected (strength, PEL_AUGMENT_STRENGTH_USUAL);
  test_wait_for (!pel_augment_window_get_drawing (PEL_AUGMENT_WINDOW (window)));
  g_assert_cmpmem (read_picture (window, again), SIZE, usual, SIZE);
  close_window (window);
}

/* The strength is chosen on the page and in the window alike, and the project keeps it. */
static void
test_augment_kept (TrainFixture *fixture, gconstpointer data)
{
  GtkWidget *page = pel_widget_test_find (GTK_WIDGET (fixture->window), PEL_TYPE_TRAIN_PAGE);
  GtkDropDown *strength = find_strength (page);
  PelTrainConfig config;
  g_autofree char *init_path = NULL;
  GtkWidget *size;

  g_assert_nonnull (strength);
  g_assert_null (pel_project_get_setting (fixture->project, "random-changes"));
  gtk_drop_down_set_selected (strength, PEL_AUGMENT_STRENGTH_STRONG);
  g_assert_cmpstr (pel_project_get_setting (fixture->project, "random-changes"), ==, "strong");
  g_assert_true (pel_train_page_read_plan (PEL_TRAIN_PAGE (page), &config, &init_path, NULL));
  g_assert_cmpfloat (config.augment.elastic, ==, 20.0);

  /* Single values are folded away. */
  g_assert_null (find_value (page, "Size in ± %"));
  gtk_expander_set_expanded (GTK_EXPANDER (find_expander (page, "_Advanced")), TRUE);
  /* Shown with fewer digits than it has; leaving the field does not change it. */
  gtk_drop_down_set_selected (strength, PEL_AUGMENT_STRENGTH_GENTLE);
  size = find_value (page, "Size in ± %");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (size)), ==, "12");
  gtk_spin_button_update (GTK_SPIN_BUTTON (size));
  g_assert_cmpuint (gtk_drop_down_get_selected (strength), ==, PEL_AUGMENT_STRENGTH_GENTLE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (size), 30.0);
  g_assert_cmpuint (gtk_drop_down_get_selected (strength), ==, PEL_AUGMENT_STRENGTH_OWN);
  g_assert_true (pel_train_page_read_plan (PEL_TRAIN_PAGE (page), &config, &init_path, NULL));
  g_assert_cmpfloat_with_epsilon (config.augment.scale, 1.3, 1e-9);
  g_assert_cmpfloat (config.augment.elastic, ==, 5.0);

  /* Without a project it is as usual, and comes back with it. */
  pel_workspace_set_project (fixture->workspace, NULL);
  pel_workspace_set_project (fixture->workspace, fixture->project);
  g_assert_cmpuint (gtk_drop_down_get_selected (strength), ==, PEL_AUGMENT_STRENGTH_OWN);
  g_assert_cmpfloat_with_epsilon (gtk_spin_button_get_value (GTK_SPIN_BUTTON (size)), 30.0, 1e-9);
}

/* What parts cells is chosen beside the task, and not asked where nothing is parted. */
static void
test_separator (TrainFixture *fixture, gconstpointer data)
{
  GtkWidget *page = pel_widget_test_find (GTK_WIDGET (fixture->window), PEL_TYPE_TRAIN_PAGE);
  GtkDropDown *task =
      GTK_DROP_DOWN (gtk_widget_get_template_child (page, PEL_TYPE_TRAIN_PAGE, "task"));
  GtkDropDown *separator =
      GTK_DROP_DOWN (gtk_widget_get_template_child (page, PEL_TYPE_TRAIN_PAGE, "separator"));
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (separator));
  PelTrainConfig config, usual;
  g_autofree char *init_path = NULL;

  pel_train_config_init_preset (&usual, PEL_PRESET_QUICK);
  g_assert_cmpuint (gtk_drop_down_get_selected (separator), ==, usual.separator);
  g_assert_true (gtk_widget_get_visible (row));
  for (guint i = 0; i < 2; i++)
    {
      gtk_drop_down_set_selected (separator, i);
      g_assert_true (pel_train_page_read_plan (PEL_TRAIN_PAGE (page), &config, &init_path, NULL));
      g_assert_cmpuint (config.separator, ==, i);
      g_assert_cmpuint (pel_train_config_get_n_outputs (&config), ==, 2 + i);
    }
  gtk_drop_down_set_selected (task, 1);
  g_assert_false (gtk_widget_get_visible (row));
  g_assert_true (pel_train_page_read_plan (PEL_TRAIN_PAGE (page), &config, &init_path, NULL));
  g_assert_cmpuint (pel_train_config_get_n_outputs (&config), ==, 1);
  gtk_drop_down_set_selected (task, 0);
  g_assert_true (gtk_widget_get_visible (row));
}

/* By the action, as the button does it. */
static void
test_augment_action (TrainFixture *fixture, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);

  g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "augmentation", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n + 1);
  test_wait_for (!train_is_busy (fixture));
}

/* What is to be done is told by what went wrong. */
static void
test_advice (void)
{
  g_autoptr (GError) full = g_error_new (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "m: no space");
  g_autoptr (GError) other = g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "m: broken");

  for (gboolean has_model = FALSE; has_model <= TRUE; has_model++)
    {
      const char *text = pel_training_news_advise (full, has_model);

      g_assert_nonnull (strstr (text, "Make room"));
      g_assert_null (strstr (text, "paint more"));
      g_assert_true ((strstr (text, "best model") != NULL) == has_model);
      text = pel_training_news_advise (other, has_model);
      g_assert_null (strstr (text, "Make room"));
      g_assert_true ((strstr (text, "best model") != NULL) == has_model);
    }
}

/* The learning curve */

static PelLearningWindow *
open_learning (TrainFixture *fixture, guint epochs)
{
  PelTrainConfig config;
  GtkWidget *window = pel_learning_window_new (fixture->workspace, GTK_WINDOW (fixture->window));

  test_small_config (&config, epochs, 3);
  pel_learning_window_set_plan (PEL_LEARNING_WINDOW (window), &config, NULL);
  pel_learning_window_set_minutes (PEL_LEARNING_WINDOW (window), 0.0);
  gtk_window_present (GTK_WINDOW (window));
  return PEL_LEARNING_WINDOW (window);
}

static void
test_learning_done (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 1);

  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "start");
  pel_learning_window_start (window);
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "result");
  g_assert_true (pel_learning_window_get_running (window));
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "result");
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >=, 2);
  g_assert_nonnull (strstr (pel_learning_window_get_advice (window), "images"));
  test_wait_for (!train_is_busy (fixture));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_learning_failed (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 1);

  for (guint i = 0; i + 1 < TRAIN_N_IMAGES; i++)
    pel_image_document_set_validation (pel_project_get_image (fixture->project, i), TRUE);
  pel_learning_window_start (window);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "problem");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What is asked before the window is closed: nothing with NULL. */
static void
assert_question (TrainFixture *fixture, const char *heading)
{
  GtkWidget *question = pel_close_question_new (GTK_WINDOW (fixture->window),
                                                pel_workspace_get_runner (fixture->workspace));

  g_assert_true ((question != NULL) == (heading != NULL));
  if (question == NULL)
    return;
  g_assert_cmpstr (adw_message_dialog_get_heading (ADW_MESSAGE_DIALOG (question)), ==, heading);
  gtk_window_destroy (GTK_WINDOW (question));
}

static void
test_learning_cancelled (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 100000);

  /* Before there is anything to tell. */
  pel_learning_window_start (window);
  pel_widget_test_run (50);
  assert_question (fixture, "Stop the Learning Curve?");
  pel_learning_window_stop (window);
  test_wait_for (!pel_learning_window_get_running (window));
  test_wait_for (!train_is_busy (fixture));
  assert_question (fixture, NULL);
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "start");
  gtk_window_destroy (GTK_WINDOW (window));

  /* What is known by then stays. */
  window = open_learning (fixture, 30);
  pel_learning_window_start (window);
  test_wait_for (pel_learning_window_get_n_points (window) > 0);
  pel_learning_window_stop (window);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpstr (pel_learning_window_get_page (window), ==, "result");
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_learning_superseded (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 100000);
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (fixture->workspace));
  g_autoptr (PelJob) first = NULL;
  PelTrainConfig config;

  pel_learning_window_start (window);
  first = g_list_model_get_item (jobs, 0);
  test_small_config (&config, 1, 3);
  pel_learning_window_set_plan (window, &config, NULL);
  pel_learning_window_start (window);
  test_wait_for (pel_job_get_is_finished (first));
  g_assert_cmpint (pel_job_get_state (first), ==, PEL_JOB_STATE_CANCELLED);
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >=, 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_toast (PelWorkspace *workspace, gpointer toast, guint *n)
{
  (*n)++;
}

/* Closed, its work goes on and is announced; with the whole window, it ends. */
static void
test_learning_closed (TrainFixture *fixture, gconstpointer data)
{
  PelLearningWindow *window = open_learning (fixture, 1);
  guint n_toasts = 0;

  g_signal_connect (fixture->workspace, "toast", G_CALLBACK (count_toast), &n_toasts);
  pel_learning_window_start (window);
  gtk_window_close (GTK_WINDOW (window));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window)));
  g_assert_true (pel_learning_window_get_running (window));
  test_wait_for (!pel_learning_window_get_running (window));
  g_assert_cmpuint (n_toasts, ==, 1);
  g_assert_cmpuint (pel_learning_window_get_n_points (window), >=, 2);

  window = open_learning (fixture, 100000);
  pel_learning_window_start (window);
  pel_widget_test_run (50);
  g_signal_handlers_disconnect_by_data (fixture->workspace, &n_toasts);
  train_close (fixture);
  test_wait_for (!train_is_busy (fixture));
}

/* The same window comes back, with what it knows. */
static void
test_learning_action (TrainFixture *fixture, gconstpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);

  for (guint i = 0; i < 2; i++)
    {
      g_action_group_activate_action (G_ACTION_GROUP (fixture->window), "learning-curve", NULL);
      g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n + 1);
    }
  pel_workspace_set_project (fixture->workspace, NULL);
  pel_widget_test_run (20);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, n);
}

static gboolean
shows (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (shows (child, text))
      return TRUE;
  return FALSE;
}

/* Where a project can only be looked at the page says so, for nothing can be trained there. */
static void
test_read_only (TrainFixture *fixture, gconstpointer data)
{
  TrainFixture other = { .root = fixture->root };
  GtkWidget *page;

  page = pel_widget_test_find (GTK_WIDGET (fixture->window), PEL_TYPE_TRAIN_PAGE);
  g_assert_false (shows (page, "only be looked at"));
  train_open_unchecked (&other);
  test_wait_for (pel_workspace_get_project (other.workspace) != NULL);
  other.project = g_object_ref (pel_workspace_get_project (other.workspace));
  g_assert_true (pel_project_get_read_only (other.project));
  page = pel_widget_test_find (GTK_WIDGET (other.window), PEL_TYPE_TRAIN_PAGE);
  g_assert_true (shows (page, "only be looked at"));
  g_assert_false (pel_train_page_get_can_start (PEL_TRAIN_PAGE (page)));
  train_leave (&other);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
  g_test_add_func ("/training-windows/advice", test_advice);
#define ADD(name, func)                                                                            \
  g_test_add ("/training-windows/" name, TrainFixture, NULL, train_set_up, func, train_tear_down)
  ADD ("read-only", test_read_only);
  ADD ("augment/done", test_augment_done);
  ADD ("augment/failed", test_augment_failed);
  ADD ("augment/cancelled", test_augment_cancelled);
  ADD ("augment/superseded", test_augment_superseded);
  ADD ("augment/closed", test_augment_closed);
  ADD ("augment/follows", test_augment_follows);
  ADD ("augment/kept", test_augment_kept);
  ADD ("separator", test_separator);
  ADD ("augment/action", test_augment_action);
  ADD ("learning/done", test_learning_done);
  ADD ("learning/failed", test_learning_failed);
  ADD ("learning/cancelled", test_learning_cancelled);
  ADD ("learning/superseded", test_learning_superseded);
  ADD ("learning/closed", test_learning_closed);
  ADD ("learning/action", test_learning_action);
#undef ADD
  return g_test_run ();
}
