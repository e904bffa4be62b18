/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-export.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-report-job.h"

static void
tell_done (PelWorkspace *workspace, PelExportJob *job)
{
  guint n_cells = pel_export_job_get_n_cells (job), n_images = pel_export_job_get_n_images (job);
  g_autofree char *file = g_path_get_basename (pel_export_job_get_path (job));
  g_autofree char *cells = g_strdup_printf (ngettext ("%u cell", "%u cells", n_cells), n_cells);
  g_autofree char *images =
      g_strdup_printf (ngettext ("%u image", "%u images", n_images), n_images);
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;
  g_autoptr (AdwToast) toast = NULL;

  /* Translators: "12 cells", "3 images" and the name of a file or folder. */
  text = g_strdup_printf (_ ("%s of %s written to %s"), cells, images, file);
  title = g_markup_escape_text (text, -1);
  if (pel_export_job_get_n_without_scale (job) > 0)
    {
      guint n = pel_export_job_get_n_without_scale (job);
      /* Translators: follows "12 cells of 3 images written to a.csv". */
      g_autofree char *scale =
          g_strdup_printf (ngettext ("; %u image has no scale, so its µm stay empty",
                                     "; %u images have no scale, so their µm stay empty", n),
                           n);
      g_autofree char *longer = g_strconcat (title, scale, NULL);

      g_free (title);
      title = g_steal_pointer (&longer);
    }
  toast = adw_toast_new (title);
  adw_toast_set_button_label (toast, _ ("Show"));
  adw_toast_set_action_name (toast, "app.show-file");
  adw_toast_set_action_target (toast, "s", pel_export_job_get_path (job));
  g_signal_emit_by_name (workspace, "toast", toast);
}

static void
tell_left_out (PelWorkspace *workspace, GPtrArray *warnings)
{
  g_autoptr (GString) details = NULL;

  if (warnings == NULL || warnings->len == 0)
    return;
  details = g_string_new (NULL);
  for (guint i = 0; i < warnings->len; i++)
    g_string_append_printf (details, i > 0 ? "\n%s" : "%s",
                            (char *)g_ptr_array_index (warnings, i));
  pel_workspace_fail (workspace, _ ("Some images were left out"),
                      _ ("The others were exported. The list says which, and why."), details->str);
}

static void
tell_not_done (PelWorkspace *workspace, PelJob *job)
{
  if (pel_job_get_state (job) == PEL_JOB_STATE_FAILED)
    pel_workspace_fail (workspace, _ ("The export did not work"),
                        _ ("Your project is as it was. Check that there is room and that the "
                           "folder can be written to, or choose another one."),
                        pel_job_get_error (job)->message);
  else if (pel_job_get_state (job) == PEL_JOB_STATE_CANCELLED)
    pel_workspace_toast (workspace, _ ("Export stopped; nothing was written"));
}

static void
on_finished (PelExportJob *job, PelWorkspace *workspace)
{
  if (pel_job_get_state (PEL_JOB (job)) != PEL_JOB_STATE_DONE)
    {
      tell_not_done (workspace, PEL_JOB (job));
      return;
    }
  tell_done (workspace, job);
  tell_left_out (workspace, pel_export_job_get_warnings (job));
}

static GPtrArray *
list_images (PelWorkspace *workspace)
{
  PelProject *project = pel_workspace_get_project (workspace);
  GPtrArray *images = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < pel_project_get_n_images (project); i++)
    g_ptr_array_add (images, g_object_ref (pel_project_get_image (project, i)));
  return images;
}

static void
run (PelWorkspace *workspace, PelExportJob *job)
{
  g_signal_connect_object (job, "finished", G_CALLBACK (on_finished), workspace, G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (job));
}

void
pel_export_csv_to (PelWorkspace *workspace, const char *path)
{
  g_autoptr (GPtrArray) images = list_images (workspace);
  g_autoptr (PelExportJob) job = pel_export_job_new_csv (images, PEL_EXPORT_BEST, path);

  pel_export_job_set_rules (job, pel_project_get_rules (pel_workspace_get_project (workspace)));

  run (workspace, job);
}

void
pel_export_cells_to (PelWorkspace *workspace, PelExportFormat format, const char *path)
{
  g_autoptr (GPtrArray) images = list_images (workspace);
  g_autoptr (PelExportJob) job = pel_export_job_new_cells (images, PEL_EXPORT_BEST, format, path);

  run (workspace, job);
}

void
pel_export_labels_to (PelWorkspace *workspace, const char *folder)
{
  pel_export_cells_to (workspace, PEL_EXPORT_TIFF, folder);
}

static void
tell_report (PelReportJob *job, PelWorkspace *workspace)
{
  guint n = pel_report_job_get_n_images (job);
  g_autofree char *file = g_path_get_basename (pel_report_job_get_path (job));
  /* Translators: a number of images and the name of a file. */
  g_autofree char *text = g_strdup_printf (
      ngettext ("Report of %u image written to %s", "Report of %u images written to %s", n), n,
      file);
  g_autofree char *title = g_markup_escape_text (text, -1);
  g_autoptr (AdwToast) toast = adw_toast_new (title);

  adw_toast_set_button_label (toast, _ ("Show"));
  adw_toast_set_action_name (toast, "app.show-file");
  adw_toast_set_action_target (toast, "s", pel_report_job_get_path (job));
  g_signal_emit_by_name (workspace, "toast", toast);
}

static void
on_report_finished (PelReportJob *job, PelWorkspace *workspace)
{
  if (pel_job_get_state (PEL_JOB (job)) != PEL_JOB_STATE_DONE)
    {
      tell_not_done (workspace, PEL_JOB (job));
      return;
    }
  tell_report (job, workspace);
  tell_left_out (workspace, pel_report_job_get_warnings (job));
}

void
pel_export_report_to (PelWorkspace *workspace,
                      const char *path,
                      PelQuantityId quantity,
                      gboolean each)
{
  PelProject *project = pel_workspace_get_project (workspace);
  g_autoptr (GPtrArray) images = list_images (workspace);
  g_autoptr (PelReportJob) job = pel_report_job_new (images, pel_project_get_name (project), path);

  pel_report_job_set_each (job, each);
  pel_report_job_set_rules (job, pel_project_get_rules (project));
  pel_report_job_set_quantity (job, quantity);
  g_signal_connect_object (job, "finished", G_CALLBACK (on_report_finished), workspace,
                           G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (job));
}

static void
on_report_chosen (GtkNativeDialog *dialog, int response, PelWorkspace *workspace)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL)
    pel_export_report_to (
        workspace, g_file_peek_path (file),
        (PelQuantityId)GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "quantity")),
        g_strcmp0 (gtk_file_chooser_get_choice (GTK_FILE_CHOOSER (dialog), "pages"), "each") == 0);
  g_object_unref (dialog);
}

static void
on_csv_chosen (GtkNativeDialog *dialog, int response, PelWorkspace *workspace)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL)
    pel_export_csv_to (workspace, g_file_peek_path (file));
  g_object_unref (dialog);
}

void
pel_export_start_in_exports (PelWorkspace *workspace, GtkFileChooserNative *dialog)
{
  PelProject *project = pel_workspace_get_project (workspace);
  g_autofree char *path = project != NULL ? pel_project_get_exports_path (project) : NULL;
  g_autoptr (GFile) folder = NULL;

  /* A project that may not be written, or is another process's, may lack the folder. */
  if (path == NULL || (!pel_project_get_read_only (project) && g_mkdir_with_parents (path, 0777)) ||
      !g_file_test (path, G_FILE_TEST_IS_DIR))
    return;
  folder = g_file_new_for_path (path);
  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
}

static void
show_chooser (PelWorkspace *workspace, GtkFileChooserNative *dialog, GCallback chosen)
{
  pel_export_start_in_exports (workspace, dialog);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", chosen, workspace, G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
pel_export_csv (PelWorkspace *workspace, GtkWindow *parent)
{
  GtkFileChooserNative *dialog;
  g_autofree char *name = NULL;

  if (pel_workspace_get_project (workspace) == NULL)
    return;
  dialog = gtk_file_chooser_native_new (_ ("Export Measurements"), parent,
                                        GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  name = g_strdup_printf ("%s.csv", pel_project_get_name (pel_workspace_get_project (workspace)));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  show_chooser (workspace, dialog, G_CALLBACK (on_csv_chosen));
}

void
pel_export_report (PelWorkspace *workspace, GtkWindow *parent, PelQuantityId quantity)
{
  const char *choices[] = { "all", "each", NULL };
  const char *labels[] = { _ ("all images together"), _ ("each image, and one for all"), NULL };
  GtkFileChooserNative *dialog;
  g_autoptr (GtkFileFilter) pages = gtk_file_filter_new ();
  g_autofree char *name = NULL;

  if (pel_workspace_get_project (workspace) == NULL)
    return;
  dialog = gtk_file_chooser_native_new (_ ("Export Report"), parent, GTK_FILE_CHOOSER_ACTION_SAVE,
                                        _ ("_Export"), NULL);
  name = g_strdup_printf ("%s.pdf", pel_project_get_name (pel_workspace_get_project (workspace)));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  /* Translators: followed by "all images together" or "each image, and one for all" */
  gtk_file_chooser_add_choice (GTK_FILE_CHOOSER (dialog), "pages", _ ("A page for"), choices,
                               labels);
  gtk_file_chooser_set_choice (GTK_FILE_CHOOSER (dialog), "pages", "all");
  /* Beside a choice GTK 4.8 shows the list of filters in any case, and "(None)" where there is
   * none. The format's name is the same in all languages. */
  gtk_file_filter_set_name (pages, "PDF");
  gtk_file_filter_add_suffix (pages, "pdf");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), pages);
  g_object_set_data (G_OBJECT (dialog), "quantity", GUINT_TO_POINTER (quantity));
  show_chooser (workspace, dialog, G_CALLBACK (on_report_chosen));
}
