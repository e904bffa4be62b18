/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "app/document/pel-prediction-files.h"
#include "engine/infer/pel-predict.h"
#include "tests/ui/pel-window-test.h"
#include "ui/pages/pel-review-page.h"

/* How wide cells are taken to be, seen and changed beside the model. */

#define SIDE 96
#define TYPICAL 20.0

typedef struct
{
  WindowTest base;
  PelReviewPage *page;
} Fixture;

/* A model of 20 px cells, that looks for their size or does not. */
static void
write_sized (Fixture *fixture, const char *name, gboolean finds, double um)
{
  g_autofree char *path = window_test_model_path (&fixture->base, name);
  g_autoptr (PelModel) model = NULL;
  PelModelInfo info;

  test_write_model (path, 4, 3);
  model = pel_model_load (path, NULL);
  info = *pel_model_get_info (model);
  info.typical_diameter = TYPICAL;
  info.um_per_px = um;
  info.guess_size = finds;
  pel_model_set_info (model, &info);
  g_assert_true (pel_model_save (model, path, NULL));
}

static void
choose (Fixture *fixture, const char *name)
{
  PelProject *project = pel_workspace_get_project (fixture->base.workspace);

  pel_workspace_set_model (fixture->base.workspace, pel_project_find_model (project, name));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const GType type = PEL_TYPE_REVIEW_PAGE;
  WindowTest *test = &fixture->base;
  PelProject *project;

  window_test_set_up (test, 1, SIDE, 4);
  project = pel_workspace_get_project (test->workspace);
  write_sized (fixture, "finds", TRUE, 0.0);
  write_sized (fixture, "knows", FALSE, 0.0);
  write_sized (fixture, "calibrated", TRUE, 0.5);
  pel_project_refresh_models (project);
  test_wait_for (g_list_model_get_n_items (pel_project_get_models (project)) == 5);
  pel_window_set_mode (test->window, "review");
  fixture->page =
      PEL_REVIEW_PAGE (window_test_find (GTK_WIDGET (test->window), window_test_is_type, &type));
  pel_widget_test_run (50);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  window_test_tear_down (&fixture->base);
}

static gpointer
get_child (Fixture *fixture, const char *name)
{
  return gtk_widget_get_template_child (GTK_WIDGET (fixture->page), PEL_TYPE_REVIEW_PAGE, name);
}

static gboolean
get_finds (Fixture *fixture)
{
  return gtk_check_button_get_active (get_child (fixture, "find_diameter"));
}

static double
get_shown (Fixture *fixture)
{
  return gtk_spin_button_get_value (get_child (fixture, "diameter"));
}

/* The check is as the model is, and goes with it. */
static void
test_follows_model (Fixture *fixture, gconstpointer data)
{
  choose (fixture, "finds");
  g_assert_true (gtk_widget_get_visible (get_child (fixture, "diameter_row")));
  g_assert_true (gtk_widget_get_visible (get_child (fixture, "find_diameter")));
  g_assert_true (get_finds (fixture));
  g_assert_cmpfloat (get_shown (fixture), ==, TYPICAL);
  choose (fixture, "knows");
  g_assert_false (get_finds (fixture));
  g_assert_cmpfloat (get_shown (fixture), ==, TYPICAL);
  choose (fixture, "finds");
  g_assert_true (get_finds (fixture));
  /* Nothing was said by the user in all this. */
  g_assert_cmpfloat (pel_workspace_get_cell_diameter (fixture->base.workspace), ==, 0.0);

  /* One that does not know how wide its cells are has nothing to show. */
  choose (fixture, "m1");
  g_assert_false (gtk_widget_get_visible (get_child (fixture, "diameter_row")));
  g_assert_false (gtk_widget_get_visible (get_child (fixture, "find_diameter")));
}

/* The user can say either, and a size. */
static void
test_user_says (Fixture *fixture, gconstpointer data)
{
  PelWorkspace *workspace = fixture->base.workspace;
  GtkCheckButton *check = get_child (fixture, "find_diameter");
  GtkSpinButton *diameter = get_child (fixture, "diameter");

  choose (fixture, "finds");
  gtk_check_button_set_active (check, FALSE);
  g_assert_cmpfloat (pel_workspace_get_cell_diameter (workspace), ==, PEL_PREDICT_MODEL_SIZE);
  g_assert_false (get_finds (fixture));
  gtk_check_button_set_active (check, TRUE);
  g_assert_cmpfloat (pel_workspace_get_cell_diameter (workspace), ==, PEL_PREDICT_GUESS_SIZE);
  gtk_spin_button_set_value (diameter, 33.0);
  g_assert_cmpfloat (pel_workspace_get_cell_diameter (workspace), ==, 33.0);
  g_assert_false (get_finds (fixture));
  g_assert_cmpfloat (get_shown (fixture), ==, 33.0);

  /* What was said holds for another model too, and can be taken back. */
  choose (fixture, "knows");
  g_assert_cmpfloat (get_shown (fixture), ==, 33.0);
  gtk_check_button_set_active (check, TRUE);
  g_assert_true (get_finds (fixture));
  g_assert_cmpfloat (pel_workspace_get_cell_diameter (workspace), ==, PEL_PREDICT_GUESS_SIZE);
}

/* Pixel sizes of both tell more than a look, which is then not taken unless asked for. */
static void
test_pixel_sizes (Fixture *fixture, gconstpointer data)
{
  PelImageDocument *document = pel_workspace_get_document (fixture->base.workspace);

  choose (fixture, "calibrated");
  g_assert_true (get_finds (fixture));
  pel_image_document_set_calibration (document, 0.25, 0.25);
  g_assert_false (get_finds (fixture));
  g_assert_cmpfloat_with_epsilon (get_shown (fixture), 2.0 * TYPICAL, 0.51);
  gtk_check_button_set_active (get_child (fixture, "find_diameter"), TRUE);
  g_assert_true (get_finds (fixture));
  g_assert_cmpfloat (pel_workspace_get_cell_diameter (fixture->base.workspace), ==,
                     PEL_PREDICT_GUESS_SIZE);
  choose (fixture, "finds");
  g_assert_true (get_finds (fixture));
}

/* What a prediction found is told beside the check, for the model that found it alone. */
static void
test_tells_what_was_found (Fixture *fixture, gconstpointer data)
{
  WindowTest *test = &fixture->base;
  PelProject *project = pel_workspace_get_project (test->workspace);
  GtkCheckButton *check = get_child (fixture, "find_diameter");
  g_autofree char *path = g_build_filename (test->folder, "predictions", "finds", "i0.tif", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (PelLabels) labels = test_disc_labels (SIDE, SIDE, 0);
  PelPredictionSettings settings = { .cut = { .threshold = 0.5, .min_size = 4 },
                                     .magnification = 1.75,
                                     .guessed = TRUE };

  choose (fixture, "finds");
  g_assert_null (strstr (gtk_check_button_get_label (check), "35"));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (pel_prediction_settings_write (path, &settings, NULL));
  g_assert_true (pel_labels_save_tiff (labels, path, 0, 0, NULL));
  pel_project_set_current_model (project, "finds");
  test_wait_for (strstr (gtk_check_button_get_label (check), "35") != NULL);
  g_assert_cmpfloat (get_shown (fixture), ==, 1.75 * TYPICAL);
  g_assert_true (get_finds (fixture));
  choose (fixture, "calibrated");
  g_assert_null (strstr (gtk_check_button_get_label (check), "35"));
}

static gboolean
predict_guesses (Fixture *fixture)
{
  PelImageDocument *document = pel_workspace_get_document (fixture->base.workspace);
  const PelPredictionSettings *settings;

  window_test_activate (&fixture->base, "predict", NULL);
  window_test_wait_idle (&fixture->base);
  settings = pel_image_document_get_prediction_settings (document);
  g_assert_nonnull (settings);
  return settings->guessed;
}

/* What the check says is what a prediction does, whatever the model would. */
static void
test_prediction_follows (Fixture *fixture, gconstpointer data)
{
  GtkCheckButton *check = get_child (fixture, "find_diameter");

  choose (fixture, "knows");
  g_assert_false (predict_guesses (fixture));
  gtk_check_button_set_active (check, TRUE);
  g_assert_true (predict_guesses (fixture));
  /* And then it says what was found. */
  g_assert_nonnull (strstr (gtk_check_button_get_label (check), "px"));
  choose (fixture, "finds");
  g_assert_true (predict_guesses (fixture));
  gtk_check_button_set_active (check, FALSE);
  g_assert_false (predict_guesses (fixture));
  g_assert_null (strstr (gtk_check_button_get_label (check), "px"));
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/cell-size/follows-model", test_follows_model);
  ADD ("/cell-size/user-says", test_user_says);
  ADD ("/cell-size/pixel-sizes", test_pixel_sizes);
  ADD ("/cell-size/prediction-follows", test_prediction_follows);
  ADD ("/cell-size/tells-what-was-found", test_tells_what_was_found);
#undef ADD
  return g_test_run ();
}
