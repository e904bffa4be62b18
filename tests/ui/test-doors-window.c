/* SPDX-License-Identifier: MIT */
/* What asks before cells leave the program or come in, and how long a line is. */
#include <glib/gstdio.h>
#include <string.h>

#include "engine/exchange/pel-export-format.h"
#include "engine/io/pel-labels-io.h"
#include "tests/document/pel-test-util.h"
#include "tests/ui/pel-widget-test.h"
#include "ui/pages/pel-cell-doors.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-measure-page.h"
#include "ui/window/pel-format.h"
#include "ui/window/pel-scale-dialog.h"

typedef struct
{
  char *folder;
  PelWorkspace *workspace;
  guint n_failures;
  char *toast, *body, *details;
} Fixture;

static void
on_toast (PelWorkspace *workspace, AdwToast *toast, Fixture *fixture)
{
  g_free (fixture->toast);
  fixture->toast = g_strdup (adw_toast_get_title (toast));
}

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
  g_free (fixture->details);
  fixture->details = g_strdup (details);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PelImportReport) report = NULL;
  g_autoptr (PelProject) project = NULL;
  g_autoptr (PelLabels) labels = test_disc_labels (96, 64, 0);
  g_autofree char *set = NULL, *path = NULL, *masks = NULL;

  fixture->folder = test_make_folder ();
  set = g_build_filename (fixture->folder, "set", NULL);
  masks = g_build_filename (set, "masks", NULL);
  path = g_build_filename (fixture->folder, "project", NULL);
  g_mkdir_with_parents (masks, 0777);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *image = g_strdup_printf ("%s/images/i%u.png", set, i);
      g_autofree char *mask = g_strdup_printf ("%s/i%u.tif", masks, i);

      test_write_image (image, 96, 64, 0);
      if (i == 0)
        g_assert_true (pel_labels_save_tiff (labels, mask, 0, 0, NULL));
    }
  project = test_create (path);
  report = test_import (project, set, PEL_IMPORT_COPY);
  fixture->workspace = pel_workspace_new ();
  g_signal_connect (fixture->workspace, "toast", G_CALLBACK (on_toast), fixture);
  g_signal_connect (fixture->workspace, "failure", G_CALLBACK (on_failure), fixture);
  pel_workspace_set_project (fixture->workspace, project);
  test_wait_for (pel_workspace_get_document (fixture->workspace) != NULL &&
                 pel_image_document_get_loaded (pel_workspace_get_document (fixture->workspace)));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  PelProject *project = g_object_ref (pel_workspace_get_project (fixture->workspace));

  test_wait_for (!pel_job_runner_get_busy (pel_workspace_get_runner (fixture->workspace)));
  pel_workspace_set_project (fixture->workspace, NULL);
  g_assert_true (pel_project_close (project, NULL));
  g_object_unref (project);
  g_clear_object (&fixture->workspace);
  pel_widget_test_run (20);
  test_remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->toast);
  g_free (fixture->body);
  g_free (fixture->details);
}

static GtkWindow *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return window;
    }
  return NULL;
}

/* No frame is drawn while it is open: the path bar in GTK 4.8's chooser may show buttons between
 * the layout and the drawing of one, when a folder's name comes in, and warns of them. */
static GtkWindow *
find_chooser (void)
{
  GtkWindow *chooser = find_window (GTK_TYPE_FILE_CHOOSER_DIALOG);

  g_assert_nonnull (chooser);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (chooser)));
  return chooser;
}

static gboolean
has_text (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_text (child, text))
      return TRUE;
  return FALSE;
}

static void
close_windows (void)
{
  GtkWindow *window;

  while ((window = find_window (GTK_TYPE_WINDOW)) != NULL)
    gtk_window_destroy (window);
  pel_widget_test_run (20);
}

/* ---- out ---- */

/* The dialog names every format and says what the chosen one is. */
static void
test_export_dialog (Fixture *fixture, gconstpointer data)
{
  GtkWindow *dialog;
  AdwComboRow *row;

  pel_cell_doors_export (fixture->workspace, NULL);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (dialog);
  row = ADW_COMBO_ROW (pel_widget_test_find (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW));
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==,
                    PEL_N_EXPORT_FORMATS);
  for (guint i = 0; i < PEL_N_EXPORT_FORMATS; i++)
    {
      adw_combo_row_set_selected (row, i);
      g_assert_true (has_text (GTK_WIDGET (dialog),
                               pel_export_format_get_info ((PelExportFormat)i)->description));
    }
  g_assert_nonnull (gtk_widget_get_tooltip_text (GTK_WIDGET (row)));
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==,
                   "folder");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  close_windows ();
  g_assert_false (pel_job_runner_get_busy (pel_workspace_get_runner (fixture->workspace)));

  /* The folder is asked for next, and the format is kept for the next time. */
  pel_cell_doors_export (fixture->workspace, NULL);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  row = ADW_COMBO_ROW (pel_widget_test_find (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW));
  adw_combo_row_set_selected (row, PEL_EXPORT_GEOJSON);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "folder");
  find_chooser ();
  close_windows ();
  pel_cell_doors_export (fixture->workspace, NULL);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  row = ADW_COMBO_ROW (pel_widget_test_find (GTK_WIDGET (dialog), ADW_TYPE_COMBO_ROW));
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, PEL_EXPORT_GEOJSON);
  close_windows ();
}

static void
test_csv (Fixture *fixture, gconstpointer data)
{
  g_autofree char *csv = g_build_filename (fixture->folder, "out", "cells.csv", NULL);
  g_autofree char *images = g_build_filename (fixture->folder, "out", "cells.images.csv", NULL);
  g_autofree char *text = NULL, *table = NULL;

  pel_export_csv (fixture->workspace, NULL);
  find_chooser ();
  close_windows ();
  pel_export_csv_to (fixture->workspace, csv);
  test_wait_for (fixture->toast != NULL || fixture->n_failures > 0);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  g_assert_true (g_file_get_contents (csv, &table, NULL, NULL));
  g_assert_true (g_str_has_prefix (table, "image,page,cell,class,group,"));
  g_assert_true (g_file_get_contents (images, &text, NULL, NULL));
}

/* A page for all, and a page for each image that has cells. */
static void
test_report (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "out", "report.pdf", NULL);
  g_autoptr (GListModel) filters = NULL;
  g_autoptr (GtkFileFilter) pages = NULL;
  GtkWindow *chooser;

  pel_export_report (fixture->workspace, NULL, PEL_QUANTITY_MAX_FERET);
  chooser = find_chooser ();
  /* One kind of file, by its name: no list that says "(None)". */
  filters = gtk_file_chooser_get_filters (GTK_FILE_CHOOSER (chooser));
  g_assert_cmpuint (g_list_model_get_n_items (filters), ==, 1);
  pages = g_list_model_get_item (filters, 0);
  g_assert_cmpstr (gtk_file_filter_get_name (pages), ==, "PDF");
  g_assert_true (gtk_file_chooser_get_filter (GTK_FILE_CHOOSER (chooser)) == pages);
  close_windows ();
  for (guint each = 0; each < 2; each++)
    {
      g_autofree char *content = NULL;

      g_clear_pointer (&fixture->toast, g_free);
      pel_export_report_to (fixture->workspace, path, PEL_QUANTITY_EQUIVALENT_DIAMETER, each == 1);
      test_wait_for (fixture->toast != NULL || fixture->n_failures > 0);
      g_assert_cmpuint (fixture->n_failures, ==, 0);
      g_assert_nonnull (strstr (fixture->toast, "report.pdf"));
      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_true (g_str_has_prefix (content, "%PDF-"));
    }
}

/* By whose definitions cells are measured is chosen on the page, belongs to the project, and stands
 * in what is exported. */
static void
test_definitions (Fixture *fixture, gconstpointer data)
{
  g_autofree char *csv = g_build_filename (fixture->folder, "out", "cells.csv", NULL);
  g_autofree char *columns = g_build_filename (fixture->folder, "out", "cells.columns.txt", NULL);
  g_autofree char *table = NULL, *words = NULL;
  PelProject *project = pel_workspace_get_project (fixture->workspace);
  PelImageDocument *document = pel_project_get_image (project, 0);
  PelCellList *cells = pel_image_document_get_cells (document);
  GtkWidget *page = g_object_ref_sink (pel_measure_page_new ());
  GtkDropDown *choice;
  double own;

  pel_measure_page_set_workspace (PEL_MEASURE_PAGE (page), fixture->workspace);
  choice =
      GTK_DROP_DOWN (gtk_widget_get_template_child (page, PEL_TYPE_MEASURE_PAGE, "definitions"));
  g_assert_cmpuint (gtk_drop_down_get_selected (choice), ==, PEL_DEFINITIONS_PELLICLE);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (choice)), ==,
                    PEL_N_DEFINITIONS);
  pel_cell_list_get_table (cells);
  test_wait_for (!pel_cell_list_get_updating (cells));
  own = pel_cell_table_get (pel_cell_list_get_table (cells), 0, PEL_QUANTITY_PERIMETER);

  gtk_drop_down_set_selected (choice, PEL_DEFINITIONS_IMAGEJ);
  g_assert_cmpint (pel_project_get_definitions (project), ==, PEL_DEFINITIONS_IMAGEJ);
  g_assert_true (has_text (page, "Analyze Particles"));
  test_wait_for (!pel_cell_list_get_updating (cells));
  g_assert_cmpint (pel_cell_table_get_definitions (pel_cell_list_get_table (cells)), ==,
                   PEL_DEFINITIONS_IMAGEJ);
  g_assert_cmpfloat (
      pel_cell_table_get (pel_cell_list_get_table (cells), 0, PEL_QUANTITY_PERIMETER), !=, own);

  pel_export_csv_to (fixture->workspace, csv);
  test_wait_for (fixture->toast != NULL || fixture->n_failures > 0);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  g_assert_true (g_file_get_contents (csv, &table, NULL, NULL));
  g_assert_nonnull (strstr (table, ",definitions\n"));
  g_assert_nonnull (strstr (table, ",imagej\n"));
  g_assert_true (g_file_get_contents (columns, &words, NULL, NULL));
  g_assert_nonnull (strstr (words, "Definitions: ImageJ"));

  gtk_drop_down_set_selected (choice, PEL_DEFINITIONS_PELLICLE);
  g_assert_null (pel_project_get_setting (project, "definitions"));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (
      gtk_widget_get_template_child (page, PEL_TYPE_MEASURE_PAGE, "definitions_text"))));
  g_object_unref (page);
}

/* ---- in ---- */

static void
import (Fixture *fixture, const char *path, const char *other)
{
  char *paths[] = { (char *)path, (char *)other, NULL };

  g_clear_pointer (&fixture->toast, g_free);
  fixture->n_failures = 0;
  pel_cell_doors_import_from (fixture->workspace, paths);
  test_wait_for (fixture->toast != NULL || fixture->n_failures > 0);
}

/* What was exported comes back, and can be undone; what is no file of cells changes nothing. */
static void
test_import_dialog (Fixture *fixture, gconstpointer data)
{
  g_autofree char *out = g_build_filename (fixture->folder, "out", NULL);
  g_autofree char *file = g_build_filename (out, "i0.geojson", NULL);
  g_autofree char *bad = g_build_filename (fixture->folder, "i0_seg.npy", NULL);
  g_autofree char *worse = g_build_filename (fixture->folder, "i0.json", NULL);
  g_autofree char *before = NULL, *after = NULL, *undone = NULL;
  g_autofree char *other = NULL;
  PelProject *project = pel_workspace_get_project (fixture->workspace);
  PelImageDocument *document = pel_project_get_image (project, 0), *second;
  guint n_cells = pel_image_document_get_n_cells (document), n_second;

  g_assert_cmpuint (n_cells, >, 2);
  pel_cell_doors_import (fixture->workspace, NULL);
  find_chooser ();
  close_windows ();

  pel_export_cells_to (fixture->workspace, PEL_EXPORT_GEOJSON, out);
  test_wait_for (fixture->toast != NULL || fixture->n_failures > 0);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  test_load (document);
  before = test_hash_mask (document);
  test_paint (document, 48, 32, 20, 999);
  undone = test_hash_mask (document);
  g_assert_cmpstr (before, !=, undone);
  import (fixture, file, NULL);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  after = test_hash_mask (document);
  g_assert_cmpuint (pel_image_document_get_n_cells (document), ==, n_cells);
  g_assert_true (pel_undo_get_can_undo (pel_image_document_get_undo (document)));
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (document), NULL));
  {
    g_autofree char *again = test_hash_mask (document);

    g_assert_cmpstr (again, ==, undone);
  }

  g_assert_true (g_file_set_contents (bad, "\x93NUMPY but not really", -1, NULL));
  import (fixture, bad, NULL);
  g_assert_cmpuint (fixture->n_failures, ==, 1);
  /* A name that tells nothing is for the image that is open, and only where it is the only file. */
  other = g_build_filename (out, "RoiSet.geojson", NULL);
  g_assert_cmpint (g_rename (file, other), ==, 0);
  pel_workspace_set_document (fixture->workspace, pel_project_get_image (project, 1));
  second = pel_project_get_image (project, 1);
  n_second = pel_image_document_get_n_cells (second);
  test_load (second);
  import (fixture, other, NULL);
  g_assert_cmpuint (fixture->n_failures, ==, 0);
  g_assert_cmpuint (pel_image_document_get_n_cells (second), ==, n_cells);
  g_assert_true (pel_undo_undo (pel_image_document_get_undo (second), NULL));
  g_assert_cmpuint (pel_image_document_get_n_cells (second), ==, n_second);
  import (fixture, other, bad);
  g_assert_cmpuint (fixture->n_failures, ==, 1);
  g_assert_nonnull (strstr (fixture->details, "there is no image called “RoiSet”"));
  import (fixture, bad, NULL);

  /* What is wrong is said at once, without the folder. */
  g_assert_true (g_str_has_prefix (fixture->body, "i0_seg.npy: "));
  g_assert_nonnull (strstr (fixture->body, ".\n\nYour masks are as they were."));
  g_assert_null (fixture->details);
  g_assert_true (g_file_set_contents (worse, "{", -1, NULL));
  import (fixture, bad, worse);
  g_assert_cmpuint (fixture->n_failures, ==, 1);
  g_assert_nonnull (strstr (fixture->details, bad));
  g_assert_nonnull (strstr (fixture->details, worse));
  {
    g_autofree char *again = test_hash_mask (document);

    g_assert_cmpstr (again, ==, undone);
  }
}

/* ---- the length of a line ---- */

static void
test_scale (Fixture *fixture, gconstpointer data)
{
  PelProject *project = pel_workspace_get_project (fixture->workspace);
  PelImageDocument *first = pel_workspace_get_document (fixture->workspace);
  PelImageDocument *second =
      pel_project_get_image (project, pel_project_get_image (project, 0) == first ? 1 : 0);
  GtkWindow *dialog;
  GtkSpinButton *um;

  g_assert_cmpfloat (pel_image_document_get_um_x (first), ==, 0);
  pel_scale_dialog_show (NULL, fixture->workspace, 120, -160);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  um = GTK_SPIN_BUTTON (pel_widget_test_find (GTK_WIDGET (dialog), GTK_TYPE_SPIN_BUTTON));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (um), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Length of the line in micrometres");
  gtk_spin_button_set_value (um, 50);
  g_assert_true (has_text (GTK_WIDGET (dialog), "0.2500 µm per pixel"));
  g_assert_false (has_text (GTK_WIDGET (dialog), "Is it right?"));
  /* What no microscope gives is questioned, and not refused. */
  gtk_spin_button_set_value (um, 100000);
  g_assert_true (has_text (GTK_WIDGET (dialog), "Is it right?"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  close_windows ();
  g_assert_cmpfloat (pel_image_document_get_um_x (first), ==, 0);

  /* This image alone, with where the scale comes from. */
  pel_scale_dialog_show (NULL, fixture->workspace, 200, 0);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  gtk_spin_button_set_value (
      GTK_SPIN_BUTTON (pel_widget_test_find (GTK_WIDGET (dialog), GTK_TYPE_SPIN_BUTTON)), 50);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "image");
  close_windows ();
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_x (first), 0.25, 1e-12);
  g_assert_cmpfloat (pel_image_document_get_um_x (second), ==, 0);
  g_assert_cmpstr (pel_image_document_get_calibration (first), !=, "");

  /* All of them. The number was only typed: no Enter, and the keys are where they were. */
  pel_scale_dialog_show (NULL, fixture->workspace, 0, 100);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  gtk_editable_set_text (
      GTK_EDITABLE (pel_widget_test_find (GTK_WIDGET (dialog), GTK_TYPE_SPIN_BUTTON)), "50");
  g_assert_true (has_text (GTK_WIDGET (dialog), "0.5000 µm per pixel"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "all");
  close_windows ();
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_x (first), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_x (second), 0.5, 1e-12);

  /* Pixels that are known to be twice as high as wide stay so: 30 across and 20 down are as long as
   * 50 across. */
  pel_image_document_set_calibration (first, 0.2, 0.4);
  pel_scale_dialog_show (NULL, fixture->workspace, 30, 20);
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  gtk_spin_button_set_value (
      GTK_SPIN_BUTTON (pel_widget_test_find (GTK_WIDGET (dialog), GTK_TYPE_SPIN_BUTTON)), 25);
  g_assert_true (has_text (GTK_WIDGET (dialog), "0.5000 × 1.000 µm per pixel"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "all");
  close_windows ();
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_x (first), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_y (first), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um (first), sqrt (0.5), 1e-12);
  g_assert_true (pel_image_document_has_oblong_pixels (first));
  g_assert_cmpfloat_with_epsilon (pel_image_document_get_um_y (second), 25 / sqrt (1300), 1e-12);
  g_assert_false (pel_image_document_has_oblong_pixels (second));
}

/* What went wrong, as a sentence of a dialog. */
static void
test_problem (void)
{
  static const char *const told[][2] = {
    { "/far/away/a b.zip: it is damaged; save it anew", "a b.zip: it is damaged; save it anew." },
    { "net.onnx: it is too short.", "net.onnx: it is too short." },
    { "no room: 1/2 of it", "no room: 1/2 of it." },
    { "The project was closed meanwhile.", "The project was closed meanwhile." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    {
      g_autofree char *text = pel_format_problem (told[i][0]);

      g_assert_cmpstr (text, ==, told[i][1]);
    }
}

static void
test_question (void)
{
  g_autofree char *none = pel_scale_question (0, 0, 10), *good = pel_scale_question (0.5, 0.5, 20);
  g_autofree char *large = pel_scale_question (60, 60, 0),
                  *small = pel_scale_question (1e-4, 1e-4, 0);
  g_autofree char *long_pixels = pel_scale_question (0.5, 1.5, 0);
  g_autofree char *giants = pel_scale_question (10, 10, 4000);

  g_assert_null (none);
  g_assert_null (good);
  g_assert_nonnull (large);
  g_assert_nonnull (small);
  g_assert_nonnull (long_pixels);
  g_assert_nonnull (giants);
}

int
main (int argc, char **argv)
{
  if (!pel_widget_test_init (&argc, &argv))
    return 0;
#define ADD(name, func)                                                                            \
  g_test_add ("/ui/doors-window/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("export-dialog", test_export_dialog);
  ADD ("csv", test_csv);
  ADD ("definitions", test_definitions);
  ADD ("report", test_report);
  ADD ("import", test_import_dialog);
  ADD ("scale", test_scale);
#undef ADD
  g_test_add_func ("/ui/doors-window/problem", test_problem);
  g_test_add_func ("/ui/doors-window/question", test_question);
  return g_test_run ();
}
