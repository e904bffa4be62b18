/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/pel-start-page.h"
#include "ui/window/pel-close-question.h"

/* Opening */

static void
tell_about_opening (PelWindow *self, PelProject *project)
{
  guint recovered = pel_project_get_n_recovered (project);
  g_autofree char *text = NULL;

  if (pel_project_get_read_only (project))
    pel_workspace_toast (self->workspace, pel_project_get_read_only_reason (project));
  if (recovered > 0)
    {
      text = g_strdup_printf (ngettext ("Unsaved strokes in %u image were put back",
                                        "Unsaved strokes in %u images were put back", recovered),
                              recovered);
      pel_workspace_toast (self->workspace, text);
    }
}

static void
show_project (PelWindow *self, PelProject *project)
{
  /* Asked for before the first image becomes the last one. */
  const char *name = pel_project_get_setting (project, "last-image");
  PelImageDocument *last = name != NULL ? pel_project_find_image (project, name) : NULL;

  pel_workspace_set_project (self->workspace, project);
  if (last != NULL)
    pel_workspace_set_document (self->workspace, last);
  pel_start_page_remember (pel_project_get_folder (project), pel_project_get_name (project));
  tell_about_opening (self, project);
  pel_window_set_mode (self, "annotate");
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PelProject) project = pel_project_open_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->opening);
  if (project != NULL)
    show_project (self, project);
  else
    {
      pel_window_update (self);
      pel_workspace_fail (self->workspace, _ ("This cannot be opened"),
                          _ ("Nothing was changed. Choose the folder of a project, or a folder "
                             "that holds images."),
                          error->message);
    }
}

static void
on_closed_for_other (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PelWindow *self = g_task_get_source_object (task);
  GFile *folder = g_task_get_task_data (task);
  PelProject *project = PEL_PROJECT (source);
  g_autoptr (GError) error = NULL;

  if (!pel_project_flush_finish (project, result, &error) || !pel_project_close (project, &error))
    {
      pel_workspace_fail (
          self->workspace, _ ("The project could not be saved"),
          _ ("It stays open, with everything you painted. Make room on the disk, or "
             "check that the folder can be written to."),
          error->message);
      return;
    }
  pel_workspace_set_project (self->workspace, NULL);
  if (folder != NULL)
    pel_window_open_folder (self, folder);
}

/* Saves and closes the project, then opens @folder where there is one. */
static void
leave_project (PelWindow *self, GFile *folder)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  PelJobRunner *runner = pel_workspace_get_runner (self->workspace);
  GTask *task;

  if (pel_job_runner_get_busy (runner))
    {
      pel_workspace_toast (self->workspace, _ ("Stop the work in the background first"));
      return;
    }
  pel_canvas_finish_stroke (self->canvas);
  task = g_task_new (self, NULL, NULL, NULL);
  if (folder != NULL)
    g_task_set_task_data (task, g_object_ref (folder), g_object_unref);
  pel_project_flush_async (project, NULL, on_closed_for_other, task);
}

void
pel_window_close_project (PelWindow *self)
{
  if (pel_workspace_get_project (self->workspace) != NULL)
    leave_project (self, NULL);
}

void
pel_window_open_folder (PelWindow *self, GFile *folder)
{
  g_return_if_fail (PEL_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (folder));

  if (pel_workspace_get_project (self->workspace) != NULL)
    {
      leave_project (self, folder);
      return;
    }
  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  pel_window_update (self);
  pel_project_open_async (folder, self->opening, on_opened, g_object_ref (self));
}

/* Importing */

static void
on_imported (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelWorkspace) workspace = data;
  PelProject *project = PEL_PROJECT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelImportReport) report = pel_project_import_finish (project, result, &error);
  g_autoptr (GString) text = NULL;
  g_autoptr (GString) details = NULL;

  if (report == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        pel_workspace_fail (workspace, _ ("Nothing could be imported"),
                            _ ("The project is as it was. Pellicle reads TIFF, PNG, JPEG and BMP; "
                               "export other formats as OME-TIFF from Fiji."),
                            error->message);
      return;
    }
  text = g_string_new (NULL);
  g_string_append_printf (text, ngettext ("%u image added", "%u images added", report->n_images),
                          report->n_images);
  if (report->n_masks > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text,
                              ngettext ("%u with its mask", "%u with their masks", report->n_masks),
                              report->n_masks);
    }
  pel_workspace_toast (workspace, text->str);
  if (report->warnings != NULL && report->warnings->len > 0)
    {
      details = g_string_new (NULL);
      for (guint i = 0; i < report->warnings->len; i++)
        g_string_append_printf (details, i > 0 ? "\n%s" : "%s",
                                (char *)g_ptr_array_index (report->warnings, i));
      pel_workspace_fail (workspace, _ ("Not everything was imported"),
                          _ ("The rest came in well. The list says what was left out, and why."),
                          details->str);
    }
}

static void
import (PelWindow *self, GPtrArray *files)
{
  pel_project_import_async (pel_workspace_get_project (self->workspace), files, PEL_IMPORT_COPY,
                            NULL, NULL, on_imported, g_object_ref (self->workspace));
}

/* A folder for images that come without a project: "Documents/Pellicle/NAME", not yet taken. */
static GFile *
choose_project_folder (GFile *first)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  g_autoptr (GFile) parent = g_file_get_parent (first);
  g_autofree char *name = parent != NULL ? g_file_get_basename (parent) : NULL;
  g_autofree char *base = NULL;

  if (name == NULL || g_str_equal (name, "/"))
    {
      g_free (name);
      /* Translators: the name of the folder of a project made from dropped images. */
      name = g_strdup (_ ("My cells"));
    }
  base = g_build_filename (documents != NULL ? documents : g_get_home_dir (), "Pellicle", NULL);
  for (guint i = 1;; i++)
    {
      g_autofree char *numbered = i > 1 ? g_strdup_printf ("%s %u", name, i) : g_strdup (name);
      g_autofree char *path = g_build_filename (base, numbered, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_file_new_for_path (path);
    }
}

static gboolean
create_project (PelWindow *self, GFile *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelProject) project = pel_project_create (folder, &error);
  g_autofree char *text = NULL;

  if (project == NULL)
    {
      pel_workspace_fail (
          self->workspace, _ ("The project could not be made"),
          _ ("Nothing was changed. Choose another folder, one that is empty and can "
             "be written to."),
          error->message);
      return FALSE;
    }
  show_project (self, project);
  /* Translators: %s is the path of a folder. */
  text = g_strdup_printf (_ ("New project in %s"), g_file_peek_path (folder));
  pel_workspace_toast (self->workspace, text);
  return TRUE;
}

static gboolean
is_folder (GFile *file)
{
  return g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY;
}

static gboolean
is_project_folder (GFile *file)
{
  g_autoptr (GFile) json = g_file_get_child (file, "project.json");

  return g_file_query_exists (json, NULL);
}

void
pel_window_add_files (PelWindow *self, GPtrArray *files)
{
  PelProject *project;

  g_return_if_fail (PEL_IS_WINDOW (self));

  if (files->len == 0)
    return;
  project = pel_workspace_get_project (self->workspace);
  if (files->len == 1)
    {
      GFile *file = g_ptr_array_index (files, 0);
      g_autofree char *name = g_file_get_basename (file);

      if (g_strcmp0 (name, "project.json") == 0 ||
          (is_folder (file) && (project == NULL || is_project_folder (file))))
        {
          pel_window_open_folder (self, file);
          return;
        }
    }
  if (project == NULL)
    {
      g_autoptr (GFile) folder = choose_project_folder (g_ptr_array_index (files, 0));

      if (!create_project (self, folder))
        return;
    }
  else if (pel_project_get_read_only (project))
    {
      pel_workspace_toast (self->workspace, pel_project_get_read_only_reason (project));
      return;
    }
  import (self, files);
}

/* Choosers */

static void
on_folder_chosen (GtkNativeDialog *dialog, int response, PelWindow *self)
{
  g_autoptr (GFile) folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (folder != NULL)
    pel_window_open_folder (self, folder);
  g_object_unref (dialog);
}

void
pel_window_choose_folder (PelWindow *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Open a Project or a Folder of Images"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Open"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_folder_chosen), self,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_new_project_chosen (GtkNativeDialog *dialog, int response, PelWindow *self)
{
  g_autoptr (GFile) folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (folder != NULL)
    {
      if (pel_workspace_get_project (self->workspace) == NULL)
        create_project (self, folder);
      else
        {
          GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
          PelWindow *other = pel_window_new (application);

          if (create_project (other, folder))
            gtk_window_present (GTK_WINDOW (other));
          else
            gtk_window_destroy (GTK_WINDOW (other));
        }
    }
  g_object_unref (dialog);
}

void
pel_window_choose_new_project (PelWindow *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Name the New Project's Folder"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Create"), NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), _ ("My cells"));
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_new_project_chosen), self,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_images_chosen (GtkNativeDialog *dialog, int response, PelWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) chosen = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < g_list_model_get_n_items (chosen); i++)
        g_ptr_array_add (files, g_list_model_get_item (chosen, i));
      pel_window_add_files (self, files);
    }
  g_object_unref (dialog);
}

void
pel_window_choose_images (PelWindow *self)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Choose Images of Cells"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Import"), NULL);
  g_autoptr (GtkFileFilter) images = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (images, _ ("Images"));
  gtk_file_filter_add_mime_type (images, "image/*");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), images);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_images_chosen), self,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* Dropping */

static GdkDragAction
on_drop_enter (GtkDropTarget *target, double x, double y, PelWindow *self)
{
  gtk_widget_set_visible (self->drop_sign, TRUE);
  return GDK_ACTION_COPY;
}

static void
on_drop_leave (GtkDropTarget *target, PelWindow *self)
{
  gtk_widget_set_visible (self->drop_sign, FALSE);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, PelWindow *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GPtrArray) array = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_widget_set_visible (self->drop_sign, FALSE);
  for (GSList *l = files; l != NULL; l = l->next)
    g_ptr_array_add (array, g_object_ref (G_FILE (l->data)));
  pel_window_add_files (self, array);
  return array->len > 0;
}

GtkDropTarget *
pel_window_make_drop_target (PelWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "enter", G_CALLBACK (on_drop_enter), self);
  g_signal_connect (target, "leave", G_CALLBACK (on_drop_leave), self);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  return target;
}

/* Closing */

static void
on_saved_to_close (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelWindow) self = data;
  PelProject *project = PEL_PROJECT (source);
  g_autoptr (GError) error = NULL;

  self->closing = FALSE;
  if (!pel_project_flush_finish (project, result, &error) || !pel_project_close (project, &error))
    {
      gtk_widget_set_sensitive (GTK_WIDGET (self->toasts), TRUE);
      pel_workspace_fail (self->workspace, _ ("The project could not be saved"),
                          _ ("The window stays open, with everything you painted. Make room on the "
                             "disk, or check that the folder can be written to, and close again."),
                          error->message);
      return;
    }
  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
save_and_close (PelWindow *self)
{
  pel_project_flush_async (pel_workspace_get_project (self->workspace), NULL, on_saved_to_close,
                           g_object_ref (self));
}

/* Jobs answer within a tenth of a second; the window closes once the last one has. */
static void
on_job_finished (PelWindow *self)
{
  PelJobRunner *runner = pel_workspace_get_runner (self->workspace);

  if (pel_job_runner_get_busy (runner))
    return;
  g_signal_handlers_disconnect_by_func (runner, on_job_finished, self);
  save_and_close (self);
}

static void
stop_and_close (PelWindow *self)
{
  PelJobRunner *runner = pel_workspace_get_runner (self->workspace);
  GListModel *jobs = pel_job_runner_get_jobs (runner);
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func (g_object_unref);

  self->closing = TRUE;
  gtk_widget_set_sensitive (GTK_WIDGET (self->toasts), FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    g_ptr_array_add (running, g_list_model_get_item (jobs, i));
  if (!pel_job_runner_get_busy (runner))
    {
      save_and_close (self);
      return;
    }
  g_signal_connect_object (runner, "notify::busy", G_CALLBACK (on_job_finished), self,
                           G_CONNECT_SWAPPED);
  /* What was asked of the mask is still done. */
  for (guint i = 0; i < running->len; i++)
    if (!PEL_IS_EDIT_JOB (g_ptr_array_index (running, i)))
      pel_job_cancel (g_ptr_array_index (running, i));
}

static void
on_close_answered (AdwMessageDialog *dialog, const char *response, PelWindow *self)
{
  if (g_str_equal (response, "stop"))
    stop_and_close (self);
}

gboolean
pel_window_ask_to_close (PelWindow *self)
{
  PelJobRunner *runner = pel_workspace_get_runner (self->workspace);
  GtkWidget *dialog;

  if (self->closing)
    return FALSE;
  if (pel_workspace_get_project (self->workspace) == NULL)
    return TRUE;
  pel_canvas_finish_stroke (self->canvas);
  dialog = pel_close_question_new (GTK_WINDOW (self), runner);
  if (dialog == NULL)
    {
      stop_and_close (self);
      return FALSE;
    }
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_answered), self,
                           G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
  return FALSE;
}
