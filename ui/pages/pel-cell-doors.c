/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-cell-doors.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-import-cells-job.h"
#include "engine/exchange/pel-export-format.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-question.h"
#include "ui/window/pel-format.h"

#define LAST_FORMAT "pel-last-export-format"

/* ---- out ---- */

/* Until the folder is chosen. */
typedef struct
{
  PelQuestion question;
  GtkWidget *row;
  GtkWidget *description;
} Choice;

static void
on_folder_chosen (GtkNativeDialog *dialog, int response, PelWorkspace *workspace)
{
  guint format = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (workspace), LAST_FORMAT));
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL &&
      pel_workspace_get_project (workspace) != NULL)
    pel_export_cells_to (workspace, (PelExportFormat)format, g_file_peek_path (file));
  g_object_unref (dialog);
}

static void
choose_folder (PelWorkspace *workspace, GtkWindow *parent)
{
  GtkFileChooserNative *dialog;

  if (pel_workspace_get_project (workspace) == NULL)
    return;
  dialog =
      gtk_file_chooser_native_new (_ ("Export Cells into a Folder"), parent,
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Export Here"), NULL);
  pel_export_start_in_exports (workspace, dialog);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_folder_chosen), workspace,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_format_selected (AdwComboRow *row, GParamSpec *property, Choice *choice)
{
  const PelExportFormatInfo *info =
      pel_export_format_get_info ((PelExportFormat)adw_combo_row_get_selected (row));

  gtk_label_set_label (GTK_LABEL (choice->description), _ (info->description));
}

static void
on_format_response (AdwMessageDialog *dialog, const char *response, Choice *choice)
{
  guint format = adw_combo_row_get_selected (ADW_COMBO_ROW (choice->row));

  if (g_strcmp0 (response, "folder") != 0)
    return;
  g_object_set_data (G_OBJECT (choice->question.workspace), LAST_FORMAT, GUINT_TO_POINTER (format));
  choose_folder (choice->question.workspace, choice->question.parent);
}

static GtkWidget *
make_format_list (Choice *choice)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list = gtk_list_box_new ();

  for (guint i = 0; i < PEL_N_EXPORT_FORMATS; i++)
    gtk_string_list_append (titles, _ (pel_export_format_get_info ((PelExportFormat)i)->title));
  choice->row = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (choice->row), _ ("_Format"));
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (choice->row), TRUE);
  gtk_widget_set_tooltip_text (choice->row, _ ("What the cells are written as"));
  adw_combo_row_set_model (ADW_COMBO_ROW (choice->row), G_LIST_MODEL (titles));
  adw_combo_row_set_selected (
      ADW_COMBO_ROW (choice->row),
      GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (choice->question.workspace), LAST_FORMAT)));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), choice->row);
  choice->description = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (choice->description), TRUE);
  gtk_label_set_xalign (GTK_LABEL (choice->description), 0);
  gtk_widget_add_css_class (choice->description, "dim-label");
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), choice->description);
  on_format_selected (ADW_COMBO_ROW (choice->row), NULL, choice);
  return box;
}

void
pel_cell_doors_export (PelWorkspace *workspace, GtkWindow *parent)
{
  GtkWidget *dialog;
  Choice *choice;

  if (pel_workspace_get_project (workspace) == NULL)
    return;
  choice = g_new0 (Choice, 1);
  pel_question_init (&choice->question, workspace, parent, NULL, NULL);
  dialog = adw_message_dialog_new (
      parent, _ ("Export Cells"),
      _ ("The mask of each image, or its prediction where nothing is painted."));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_format_list (choice));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "folder",
                                    _ ("Choose F_older…"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "folder");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "folder",
                                              ADW_RESPONSE_SUGGESTED);
  g_signal_connect (choice->row, "notify::selected", G_CALLBACK (on_format_selected), choice);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_format_response), choice,
                         pel_question_free, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- in ---- */

static void
tell_imported (PelWorkspace *workspace, PelImportCellsJob *job)
{
  guint n_cells = pel_import_cells_job_get_n_cells (job);
  guint n_images = pel_import_cells_job_get_n_images (job);
  g_autofree char *cells = g_strdup_printf (ngettext ("%u cell", "%u cells", n_cells), n_cells);
  g_autofree char *images =
      g_strdup_printf (ngettext ("%u image", "%u images", n_images), n_images);
  /* Translators: "12 cells" and "3 images" */
  g_autofree char *text = g_strdup_printf (_ ("%s imported into %s"), cells, images);

  pel_workspace_toast (workspace, text);
}

/* One thing that went wrong is told at once, several are listed. */
static void
tell_problems (PelWorkspace *workspace,
               const char *heading,
               const char *safe,
               const char *several,
               GPtrArray *problems)
{
  g_autoptr (GString) details = g_string_new (NULL);
  g_autofree char *sentence = pel_format_problem (problems->pdata[0]);
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", sentence, safe);

  for (guint i = 0; i < problems->len; i++)
    g_string_append_printf (details, i > 0 ? "\n%s" : "%s", (char *)problems->pdata[i]);
  if (problems->len == 1)
    pel_workspace_fail (workspace, heading, body, NULL);
  else
    pel_workspace_fail (workspace, heading, several, details->str);
}

static void
on_imported (PelImportCellsJob *job, PelWorkspace *workspace)
{
  GPtrArray *warnings = pel_import_cells_job_get_warnings (job);
  g_autoptr (GPtrArray) problems = g_ptr_array_new ();
  PelJobState state = pel_job_get_state (PEL_JOB (job));

  g_ptr_array_extend (problems, warnings, NULL, NULL);
  if (state == PEL_JOB_STATE_CANCELLED)
    pel_workspace_toast (workspace, _ ("Import stopped"));
  else if (state == PEL_JOB_STATE_FAILED)
    {
      g_ptr_array_add (problems, pel_job_get_error (PEL_JOB (job))->message);
      tell_problems (workspace, _ ("No cells were imported"), _ ("Your masks are as they were."),
                     _ ("Your masks are as they were. The list says what is wrong with each file."),
                     problems);
    }
  else
    tell_imported (workspace, job);
  if (state == PEL_JOB_STATE_DONE && problems->len > 0)
    tell_problems (workspace, _ ("Not everything was imported"), _ ("The rest was imported."),
                   _ ("The rest was. The list says what was left out, and why."), problems);
}

void
pel_cell_doors_import_from (PelWorkspace *workspace, char **paths)
{
  PelProject *project = pel_workspace_get_project (workspace);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (PelImportCellsJob) job = NULL;

  g_return_if_fail (project != NULL);

  for (guint i = 0; i < pel_project_get_n_images (project); i++)
    g_ptr_array_add (images, g_object_ref (pel_project_get_image (project, i)));
  job = pel_import_cells_job_new (images, paths);
  if (pel_workspace_get_document (workspace) != NULL)
    pel_import_cells_job_set_open (job, pel_workspace_get_document (workspace));
  g_signal_connect_object (job, "finished", G_CALLBACK (on_imported), workspace, G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (job));
}

static void
on_files_chosen (GtkNativeDialog *dialog, int response, PelWorkspace *workspace)
{
  g_autoptr (GListModel) files = NULL;
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  if (response == GTK_RESPONSE_ACCEPT && pel_workspace_get_project (workspace) != NULL)
    {
      files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          if (g_file_peek_path (file) != NULL)
            g_strv_builder_add (paths, g_file_peek_path (file));
        }
      g_auto (GStrv) list = g_strv_builder_end (paths);
      if (list[0] != NULL)
        pel_cell_doors_import_from (workspace, list);
    }
  g_object_unref (dialog);
}

void
pel_cell_doors_import (PelWorkspace *workspace, GtkWindow *parent)
{
  static const char *const patterns[] = { "*.tif", "*.tiff",    "*.png",  "*.zip", "*.roi",
                                          "*.npy", "*.geojson", "*.json", "*.csv" };
  GtkFileChooserNative *dialog;
  g_autoptr (GtkFileFilter) cells = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  if (pel_workspace_get_project (workspace) == NULL)
    return;
  dialog = gtk_file_chooser_native_new (_ ("Import Cells from Other Programs"), parent,
                                        GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Import"), NULL);
  gtk_file_filter_set_name (cells, _ ("Masks, ImageJ, QuPath, COCO, Kaggle, Cellpose"));
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    gtk_file_filter_add_pattern (cells, patterns[i]);
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), cells);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_files_chosen), workspace,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
