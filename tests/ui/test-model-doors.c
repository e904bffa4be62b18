/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-edit.h"
#include "tests/ui/pel-train-fixture.h"
#include "ui/pages/pel-model-doors.h"
#include "ui/window/pel-models-window.h"

/* Models out to other programs and in from them, by what asks before. */

typedef struct
{
  TrainFixture train;
  guint n_failures;
  char *body, *toast;
} Fixture;

static void
on_failure (PelWorkspace *workspace,
            const char *heading,
            const char *body,
            const char *details,
            Fixture *fixture)
{
  fixture->n_failures++;
  g_free (fixture->body);
  fixture->body = g_strdup (body);
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
  train_set_up (&fixture->train, data);
  g_signal_connect (fixture->train.workspace, "failure", G_CALLBACK (on_failure), fixture);
  g_signal_connect (fixture->train.workspace, "toast", G_CALLBACK (on_toast), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->train.workspace, fixture);
  train_tear_down (&fixture->train, data);
  g_free (fixture->body);
  g_free (fixture->toast);
}

/* The row whose title holds @title. */
static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  GtkWidget *found = NULL;

  if (ADW_IS_PREFERENCES_ROW (widget) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_row (child, title);
  return found;
}

/* As a click on the button does: the answer, and the dialog goes. */
static void
answer (AdwMessageDialog *dialog, const char *response)
{
  adw_message_dialog_response (dialog, response);
  gtk_window_destroy (GTK_WINDOW (dialog));
  pel_widget_test_run (20);
}

static char *
sample (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "onnx", name, NULL);
}

static PelModelEntry *
find_model (Fixture *fixture, const char *name)
{
  return pel_project_find_model (fixture->train.project, name);
}

static void
test_there_and_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *onnx = g_build_filename (fixture->train.root, "plain.onnx", NULL);
  g_autofree char *zip = g_build_filename (fixture->train.root, "plain.zip", NULL);
  PelModelCard card = { .name = "Plain cells", .licence = "MIT" };
  const char *note;
  PelModelEntry *back;

  train_add_model (&fixture->train, "plain", 2, 0.3);
  pel_model_doors_export_to (fixture->train.workspace, find_model (fixture, "plain"), onnx, NULL);
  test_wait_for (g_strcmp0 (fixture->toast, "Model exported") == 0);
  g_clear_pointer (&fixture->toast, g_free);
  pel_model_doors_export_to (fixture->train.workspace, find_model (fixture, "plain"), zip, &card);
  test_wait_for (g_strcmp0 (fixture->toast, "Model exported") == 0);
  g_assert_true (g_file_test (zip, G_FILE_TEST_IS_REGULAR));

  /* The name is taken, so the one that comes in gets another. */
  pel_model_doors_import_from (fixture->train.workspace, NULL, onnx, NULL);
  test_wait_for (find_model (fixture, "plain-2") != NULL);
  back = find_model (fixture, "plain-2");
  g_assert_null (pel_model_entry_get_problem (back));
  g_assert_cmpuint (pel_model_entry_get_info (back)->cells, ==, 20);
  note = pel_project_get_model_note (fixture->train.project, "plain-2");
  g_assert_cmpstr (note, ==, "Imported from plain.onnx.");
  g_assert_cmpstr (fixture->toast, ==, "“plain-2” imported");
  /* So does the one of the package, whose test was compared. */
  pel_model_doors_import_from (fixture->train.workspace, NULL, zip, NULL);
  test_wait_for (find_model (fixture, "plain-3") != NULL);
  g_assert_cmpuint (pel_model_entry_get_info (find_model (fixture, "plain-3"))->cells, ==, 20);
  g_assert_nonnull (
      strstr (pel_project_get_model_note (fixture->train.project, "plain-3"), "own test picture"));
  g_assert_cmpuint (fixture->n_failures, ==, 0);
}

/* What another program wrote: what was taken for granted stays with the model. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = sample ("padded.onnx");

  pel_model_doors_import_from (fixture->train.workspace, NULL, path, NULL);
  test_wait_for (find_model (fixture, "padded") != NULL);
  g_assert_cmpstr (pel_model_entry_get_task (find_model (fixture, "padded")), ==, "mask");
  g_assert_nonnull (
      strstr (pel_project_get_model_note (fixture->train.project, "padded"), "percentiles 1 and"));
}

/* Where the file does not say what its results mean, somebody is asked, and asked again where the
 * answer is none. */
static void
test_meaning (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = sample ("two-scores.onnx");
  AdwMessageDialog *dialog;
  GtkWidget *row;

  pel_model_doors_import_from (fixture->train.workspace, GTK_WINDOW (fixture->train.window), path,
                               NULL);
  test_wait_for (pel_widget_test_find_dialog () != NULL);
  dialog = pel_widget_test_find_dialog ();
  row = find_row (GTK_WIDGET (dialog), "_Results in their order");
  g_assert_nonnull (row);
  g_assert_nonnull (gtk_widget_get_tooltip_text (row));
  gtk_editable_set_text (GTK_EDITABLE (row), "cells");
  answer (dialog, "import");
  test_wait_for (pel_widget_test_find_dialog () != NULL);
  dialog = pel_widget_test_find_dialog ();
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  answer (dialog, "import");
  test_wait_for (find_model (fixture, "two-scores") != NULL);
  g_assert_cmpstr (pel_model_entry_get_task (find_model (fixture, "two-scores")), ==, "mask");
}

/* What cannot be had is said by its node, and leaves no file behind. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = sample ("cubic.onnx");
  g_autofree char *folder = pel_project_get_models_path (fixture->train.project);
  g_autofree char *target = g_build_filename (folder, "cubic.safetensors", NULL);

  pel_model_doors_import_from (fixture->train.workspace, NULL, path, NULL);
  test_wait_for (fixture->n_failures == 1);
  g_assert_nonnull (strstr (fixture->body, "(Resize)"));
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  answer (pel_widget_test_find_dialog (), "close");
}

static void
test_export_dialog (Fixture *fixture, gconstpointer data)
{
  static const char *const titles[] = { "_Format", "_Name", "_Description", "_Author", "_Licence" };
  AdwMessageDialog *dialog;
  GtkWidget *name, *licence, *format;

  train_add_model (&fixture->train, "é", 2, 0.3);
  pel_model_doors_export (fixture->train.workspace, GTK_WINDOW (fixture->train.window),
                          find_model (fixture, "é"));
  dialog = pel_widget_test_find_dialog ();
  g_assert_nonnull (dialog);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      GtkWidget *row = find_row (GTK_WIDGET (dialog), titles[i]);

      g_assert_nonnull (row);
      g_assert_nonnull (gtk_widget_get_tooltip_text (row));
    }
  format = find_row (GTK_WIDGET (dialog), "_Format");
  name = find_row (GTK_WIDGET (dialog), "_Name");
  licence = find_row (GTK_WIDGET (dialog), "_Licence");
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "file"));
  gtk_editable_set_text (GTK_EDITABLE (name), "é");
  g_assert_false (adw_message_dialog_get_response_enabled (dialog, "file"));
  gtk_editable_set_text (GTK_EDITABLE (name), "Cells");
  gtk_editable_set_text (GTK_EDITABLE (licence), "all of it");
  g_assert_false (adw_message_dialog_get_response_enabled (dialog, "file"));
  /* A network alone says none of it. */
  adw_combo_row_set_selected (ADW_COMBO_ROW (format), 1);
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "file"));
  g_assert_false (gtk_widget_get_sensitive (name));
  answer (dialog, "cancel");
}

/* The window of all models has the way in. */
static void
test_button (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window;

  train_add_model (&fixture->train, "plain", 2, 0.3);
  window = pel_models_window_new (fixture->train.workspace, GTK_WINDOW (fixture->train.window));
  gtk_window_present (GTK_WINDOW (window));
  pel_widget_test_run (50);
  g_assert_nonnull (gtk_widget_get_template_child (window, PEL_TYPE_MODELS_WINDOW, "import"));
  g_assert_true (gtk_widget_is_sensitive (
      GTK_WIDGET (gtk_widget_get_template_child (window, PEL_TYPE_MODELS_WINDOW, "import"))));
  gtk_window_destroy (GTK_WINDOW (window));
  pel_widget_test_run (20);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func) g_test_add ("/model-doors/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("there-and-back", test_there_and_back);
  ADD ("foreign", test_foreign);
  ADD ("meaning", test_meaning);
  ADD ("refused", test_refused);
  ADD ("export-dialog", test_export_dialog);
  ADD ("button", test_button);
#undef ADD
  return g_test_run ();
}
