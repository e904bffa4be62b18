/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/document/pel-prediction-files.h"
#include "tests/ui/pel-window-test.h"
#include "ui/pages/pel-cut-view.h"
#include "ui/window/pel-image-list.h"

/* Sliders that cut a prediction anew, and images chosen for predicting. */

#define SIDE 800
#define N_IMAGES 3

typedef struct
{
  WindowTest base;
  PelCutView *view;
  PelImageDocument *document;
  GArray *shown; /* of double: the thresholds of the predictions that were shown */
} Fixture;

static void
on_prediction_changed (Fixture *fixture)
{
  double threshold = pel_image_document_get_prediction_threshold (fixture->document);

  g_array_append_val (fixture->shown, threshold);
}

/* Soft discs with as soft borders: cutting them takes a while. */
static PelImage *
make_probability (void)
{
  g_autofree float *plane = g_new (float, (gsize)SIDE *SIDE);
  g_autofree float *border = g_new (float, (gsize)SIDE *SIDE);

  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      {
        double r = hypot (x % 40 - 20.0, y % 40 - 20.0);
        double inside = 1.0 / (1.0 + exp ((r - 14.0) / 2.0));

        plane[(gsize)y * SIDE + x] = (float)inside;
        border[(gsize)y * SIDE + x] = (float)(0.3 * inside * (1.0 - inside));
      }
  return pel_probability_image_new (plane, border, PEL_SEPARATOR_BORDER, SIDE, SIDE);
}

static char *
get_path (Fixture *fixture, guint index)
{
  return g_strdup_printf ("%s/predictions/m1/i%u.tif", fixture->base.folder, index);
}

static void
store_predictions (Fixture *fixture, const PelCutOptions *options)
{
  g_autoptr (PelImage) probability = make_probability ();
  g_autoptr (PelLabels) labels = pel_probability_image_cut (probability, options, NULL, NULL);
  PelPredictionSettings settings = { *options, 1.0, PEL_ERROR_SCALE_NONE };

  for (guint i = 0; i < N_IMAGES; i++)
    {
      g_autofree char *path = get_path (fixture, i);
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *prob = pel_prediction_sibling (path, ".prob.tif");
      g_autofree char *border = pel_prediction_sibling (path, ".border.prob.tif");

      g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
      g_assert_true (pel_image_save_float_tiff (prob, pel_image_get_plane (probability, 0), SIDE,
                                                SIDE, 0, 0, NULL));
      g_assert_true (pel_image_save_float_tiff (border, pel_image_get_plane (probability, 1), SIDE,
                                                SIDE, 0, 0, NULL));
      g_assert_true (pel_prediction_settings_write (path, &settings, NULL));
      g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const GType type = PEL_TYPE_CUT_VIEW;
  WindowTest *test = &fixture->base;
  PelModelEntry *model;
  PelCutOptions own;

  window_test_set_up (test, N_IMAGES, SIDE, 4);
  model = pel_project_find_model (pel_workspace_get_project (test->workspace), "m1");
  own = (PelCutOptions){ .threshold = pel_model_entry_get_info (model)->threshold,
                         .min_size = pel_model_entry_get_info (model)->min_size,
                         .min_share = pel_model_entry_get_info (model)->min_share,
                         .separation = pel_model_entry_get_info (model)->separation };
  store_predictions (fixture, &own);
  pel_project_set_current_model (pel_workspace_get_project (test->workspace), "m1");
  fixture->document = g_object_ref (pel_workspace_get_document (test->workspace));
  test_wait_for (pel_image_document_get_probability (fixture->document) != NULL);
  fixture->view =
      PEL_CUT_VIEW (window_test_find (GTK_WIDGET (test->window), window_test_is_type, &type));
  fixture->shown = g_array_new (FALSE, FALSE, sizeof (double));
  g_signal_connect_swapped (fixture->document, "prediction-changed",
                            G_CALLBACK (on_prediction_changed), fixture);
  pel_window_set_mode (test->window, "review");
  pel_widget_test_run (50);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->document, fixture);
  g_object_unref (fixture->document);
  g_array_unref (fixture->shown);
  window_test_tear_down (&fixture->base);
}

static GtkWidget *
get_child (Fixture *fixture, const char *name)
{
  return GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (fixture->view), PEL_TYPE_CUT_VIEW, name));
}

static void
move (Fixture *fixture, const char *name, double value)
{
  gtk_range_set_value (GTK_RANGE (get_child (fixture, name)), value);
}

static void
wait_cut (Fixture *fixture)
{
  test_wait_for (!pel_cut_view_get_busy (fixture->view));
}

/* Cells are numbered from 1 without gaps. */
static guint
count_cells (Fixture *fixture)
{
  PelLabels *labels = pel_image_document_get_prediction_labels (fixture->document);
  const PelRect all = { 0, 0, SIDE, SIDE };
  g_autofree guint32 *pixels = g_new (guint32, (gsize)SIDE * SIDE);
  guint32 highest = 0;

  pel_labels_read (labels, &all, pixels, SIDE);
  for (gsize i = 0; i < (gsize)SIDE * SIDE; i++)
    highest = MAX (highest, pixels[i]);
  return highest;
}

static void
assert_threshold (Fixture *fixture, guint index, double threshold)
{
  g_autofree char *path = get_path (fixture, index);
  PelPredictionSettings settings;

  g_assert_true (pel_prediction_settings_read (path, &settings));
  g_assert_cmpfloat_with_epsilon (settings.cut.threshold, threshold, 1e-6);
}

static gboolean
is_enabled (Fixture *fixture, const char *name)
{
  return gtk_widget_get_sensitive (get_child (fixture, name));
}

/* The picture follows, the network does not run, and the choice is remembered. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->base.workspace);

  g_assert_true (window_test_reads (get_child (fixture, "state"), "As the model proposes"));
  g_assert_false (is_enabled (fixture, "reset"));
  g_assert_false (is_enabled (fixture, "own"));
  g_assert_cmpuint (count_cells (fixture), >, 300);
  move (fixture, "min_size", 900);
  g_assert_true (is_enabled (fixture, "reset"));
  wait_cut (fixture);
  g_assert_cmpuint (count_cells (fixture), ==, 0);
  g_assert_true (pel_job_runner_get_busy (pel_workspace_get_runner (fixture->base.workspace)) ==
                 FALSE);
  move (fixture, "min_size", 9);
  move (fixture, "threshold", 0.62);
  wait_cut (fixture);
  g_assert_cmpuint (count_cells (fixture), >, 300);
  test_flush (project);
  assert_threshold (fixture, 0, 0.62);
  assert_threshold (fixture, 1, 0.5);

  /* To another image and back: the sliders say it again. */
  g_assert_true (pel_workspace_step (fixture->base.workspace, 1, FALSE));
  test_wait_for (pel_workspace_get_editable (fixture->base.workspace));
  g_assert_cmpfloat_with_epsilon (
      gtk_range_get_value (GTK_RANGE (get_child (fixture, "threshold"))), 0.5, 1e-6);
  g_assert_true (pel_workspace_step (fixture->base.workspace, -1, FALSE));
  test_wait_for (pel_workspace_get_editable (fixture->base.workspace));
  g_assert_cmpfloat_with_epsilon (
      gtk_range_get_value (GTK_RANGE (get_child (fixture, "threshold"))), 0.62, 1e-6);
  g_assert_cmpfloat_with_epsilon (gtk_range_get_value (GTK_RANGE (get_child (fixture, "min_size"))),
                                  9, 1e-6);
  g_signal_emit_by_name (get_child (fixture, "reset"), "clicked");
  wait_cut (fixture);
  g_assert_false (is_enabled (fixture, "reset"));
  test_flush (project);
  assert_threshold (fixture, 0, 0.5);
}

/* A slider moves on while its former value is worked out: only the last one is shown. */
static void
test_superseded (Fixture *fixture, gconstpointer data)
{
  double last = 0.0;

  move (fixture, "threshold", 0.2);
  pel_widget_test_run (45);
  move (fixture, "threshold", 0.3);
  pel_widget_test_run (45);
  move (fixture, "threshold", 0.7);
  g_assert_true (pel_cut_view_get_busy (fixture->view));
  wait_cut (fixture);
  pel_widget_test_run (200);
  /* Whether a value was passed by or shown for a moment: none comes after a later one. */
  for (guint i = 0; i < fixture->shown->len; i++)
    {
      g_assert_cmpfloat (g_array_index (fixture->shown, double, i), >, last);
      last = g_array_index (fixture->shown, double, i);
    }
  g_assert_cmpfloat_with_epsilon (last, 0.7, 1e-6);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_prediction_threshold (fixture->document),
                                  0.7, 1e-6);
  {
    const PelPredictionSettings *settings =
        pel_image_document_get_prediction_settings (fixture->document);
    g_autoptr (PelLabels) expected = pel_probability_image_cut (
        pel_image_document_get_probability (fixture->document), &settings->cut, NULL, NULL);
    g_autofree char *a = test_hash_labels (expected);
    g_autofree char *b =
        test_hash_labels (pel_image_document_get_prediction_labels (fixture->document));

    g_assert_cmpstr (a, ==, b);
  }
}

/* A slider that never rests is followed: values come to be shown while it goes on moving. */
static void
test_followed (Fixture *fixture, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 300 * G_USEC_PER_SEC;
  guint n_moves = 0;

  while (fixture->shown->len < 3)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      move (fixture, "threshold", 0.2 + 0.01 * (n_moves++ % 60));
      pel_widget_test_run (5);
      g_assert_true (pel_cut_view_get_busy (fixture->view));
    }
  move (fixture, "threshold", 0.85);
  wait_cut (fixture);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_prediction_threshold (fixture->document),
                                  0.85, 1e-6);
}

/* A newer prediction comes, or another image is shown, while a cut is worked out: it is dropped. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelImage) probability = make_probability ();
  g_autoptr (PelLabels) labels = test_disc_labels (SIDE, SIDE, 5);

  move (fixture, "threshold", 0.2);
  g_assert_true (pel_cut_view_get_busy (fixture->view));
  pel_image_document_set_prediction (fixture->document, labels, probability, 0.4, "m1");
  g_assert_false (pel_cut_view_get_busy (fixture->view));
  pel_widget_test_run (300);
  g_assert_true (pel_image_document_get_prediction_labels (fixture->document) == labels);

  move (fixture, "threshold", 0.25);
  pel_widget_test_run (45);
  g_assert_true (pel_workspace_step (fixture->base.workspace, 1, FALSE));
  g_assert_false (pel_cut_view_get_busy (fixture->view));
  test_wait_for (pel_workspace_get_editable (fixture->base.workspace));
  pel_widget_test_run (200);
  assert_threshold (fixture, 1, 0.5);
}

/* What cannot be cut is said, and nothing else changes. */
static void
test_failed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_path (fixture, 1);
  g_autofree char *prob = pel_prediction_sibling (path, ".prob.tif");

  g_assert_true (g_file_set_contents (prob, "spoilt", -1, NULL));
  g_assert_true (pel_workspace_step (fixture->base.workspace, 1, FALSE));
  test_wait_for (pel_workspace_get_editable (fixture->base.workspace));
  g_assert_null (
      pel_image_document_get_probability (pel_workspace_get_document (fixture->base.workspace)));
  g_assert_false (is_enabled (fixture, "threshold"));
  g_assert_false (is_enabled (fixture, "all"));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (get_child (fixture, "state"))),
                            "predict the image again"));
}

static void
test_all (Fixture *fixture, gconstpointer data)
{
  move (fixture, "threshold", 0.6);
  g_signal_emit_by_name (get_child (fixture, "all"), "clicked");
  g_assert_nonnull (pel_workspace_get_cut_job (fixture->base.workspace));
  g_assert_false (is_enabled (fixture, "all"));
  window_test_wait_idle (&fixture->base);
  for (guint i = 0; i < N_IMAGES; i++)
    assert_threshold (fixture, i, 0.6);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_prediction_threshold (fixture->document),
                                  0.6, 1e-6);
  g_assert_true (is_enabled (fixture, "all"));
  window_test_activate (&fixture->base, "undo-cut", NULL);
  window_test_wait_idle (&fixture->base);
  for (guint i = 0; i < N_IMAGES; i++)
    assert_threshold (fixture, i, 0.5);
  g_assert_cmpfloat_with_epsilon (
      gtk_range_get_value (GTK_RANGE (get_child (fixture, "threshold"))), 0.5, 1e-6);
}

static double
get_own_threshold (Fixture *fixture)
{
  PelProject *project = pel_workspace_get_project (fixture->base.workspace);
  PelModelEntry *model = pel_project_find_model (project, "m1");

  return model != NULL ? pel_model_entry_get_info (model)->threshold : 0.0;
}

static void
test_own (Fixture *fixture, gconstpointer data)
{
  move (fixture, "threshold", 0.45);
  wait_cut (fixture);
  g_assert_true (is_enabled (fixture, "own"));
  g_signal_emit_by_name (get_child (fixture, "own"), "clicked");
  test_wait_for (fabs (get_own_threshold (fixture) - 0.45) < 1e-6);
  g_assert_true (window_test_reads (get_child (fixture, "state"), "As the model proposes"));
  window_test_activate (&fixture->base, "undo-cut", NULL);
  test_wait_for (fabs (get_own_threshold (fixture) - 0.5) < 1e-6);
  g_assert_true (is_enabled (fixture, "reset"));
}

/* tear_down() closes the window in the middle of a cut of this image and of a job for all. */
static void
test_closed (Fixture *fixture, gconstpointer data)
{
  move (fixture, "threshold", 0.6);
  g_signal_emit_by_name (get_child (fixture, "all"), "clicked");
  move (fixture, "threshold", 0.61);
  pel_widget_test_run (45);
  g_signal_emit_by_name (get_child (fixture, "own"), "clicked");
}

/* Images chosen in the list */

static GtkSelectionModel *
get_selection (Fixture *fixture)
{
  GObject *list = gtk_widget_get_template_child (GTK_WIDGET (fixture->base.window->image_list),
                                                 PEL_TYPE_IMAGE_LIST, "view");

  return gtk_list_view_get_model (GTK_LIST_VIEW (list));
}

static void
test_chosen (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;
  PelProject *project = pel_workspace_get_project (test->workspace);
  GActionGroup *actions = G_ACTION_GROUP (test->window);
  PelPredictJob *job;

  g_assert_false (g_action_group_get_action_enabled (actions, "predict-chosen"));
  gtk_selection_model_select_item (get_selection (fixture), 2, FALSE);
  g_assert_cmpuint (pel_workspace_get_n_chosen (test->workspace), ==, 2);
  /* Choosing more than one does not change what is on show. */
  g_assert_true (pel_workspace_get_document (test->workspace) == fixture->document);
  gtk_selection_model_unselect_item (get_selection (fixture), 0);
  g_assert_true (pel_workspace_get_document (test->workspace) ==
                 pel_project_get_image (project, 2));
  gtk_selection_model_select_item (get_selection (fixture), 1, FALSE);
  g_assert_true (g_action_group_get_action_enabled (actions, "predict-chosen"));
  window_test_activate (test, "predict-chosen", NULL);
  job = pel_workspace_get_predict_job (test->workspace);
  g_assert_nonnull (job);
  g_assert_cmpuint (pel_predict_job_get_n_images (job), ==, 2);
  /* Walking within what is chosen keeps it; walking out of it ends it. */
  g_assert_true (pel_workspace_step (test->workspace, -1, FALSE));
  g_assert_cmpuint (pel_workspace_get_n_chosen (test->workspace), ==, 2);
  g_assert_true (pel_workspace_step (test->workspace, -1, FALSE));
  g_assert_cmpuint (pel_workspace_get_n_chosen (test->workspace), ==, 0);
  pel_job_cancel (PEL_JOB (job));
  window_test_wait_idle (test);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/cut-view/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("kept", test_kept);
  ADD ("superseded", test_superseded);
  ADD ("followed", test_followed);
  ADD ("cancelled", test_cancelled);
  ADD ("failed", test_failed);
  ADD ("all", test_all);
  ADD ("own", test_own);
  ADD ("closed", test_closed);
  ADD ("chosen", test_chosen);
#undef ADD
  return g_test_run ();
}
