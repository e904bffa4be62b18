/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-model-doors.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/document/pel-model-doors-job.h"
#include "app/document/pel-model-edit.h"
#include "engine/core/pel-error.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-question.h"
#include "ui/window/pel-format.h"

/* The last author and licence, for the next model of this session. */
#define LAST_AUTHOR "pel-last-author"
#define LAST_LICENCE "pel-last-licence"

enum
{
  FORMAT_PACKAGE,
  FORMAT_ONNX,
};

/* ---- out ---- */

/* Until the file is chosen. */
typedef struct
{
  PelQuestion question;
  GtkWidget *dialog, *format, *name, *author, *licence, *description, *problem;
} Choice;

static void
on_exported (PelModelDoorsJob *job, PelWorkspace *workspace)
{
  PelJobState state = pel_job_get_state (PEL_JOB (job));

  if (state == PEL_JOB_STATE_FAILED)
    {
      g_autofree char *problem = pel_format_problem (pel_job_get_error (PEL_JOB (job))->message);
      g_autofree char *body =
          g_strdup_printf ("%s\n\n%s", problem, _ ("The model itself is as it was."));

      pel_workspace_fail (workspace, _ ("The model was not exported"), body, NULL);
    }
  else
    pel_workspace_toast (workspace, state == PEL_JOB_STATE_CANCELLED ? _ ("Export stopped")
                                                                     : _ ("Model exported"));
}

void
pel_model_doors_export_to (PelWorkspace *workspace,
                           PelModelEntry *entry,
                           const char *path,
                           const PelModelCard *card)
{
  g_autoptr (PelModelDoorsJob) job =
      pel_model_doors_job_new_export (pel_model_entry_get_path (entry), path, card);

  g_signal_connect_object (job, "finished", G_CALLBACK (on_exported), workspace, G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (job));
}

static const char *
get_text (GtkWidget *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static gboolean
is_package (Choice *choice)
{
  return adw_combo_row_get_selected (ADW_COMBO_ROW (choice->format)) == FORMAT_PACKAGE;
}

/* @authors: room for one and the end */
static void
fill_card (Choice *choice, PelModelCard *card, const char **authors)
{
  authors[0] = get_text (choice->author)[0] != '\0' ? get_text (choice->author) : NULL;
  authors[1] = NULL;
  *card =
      (PelModelCard){ .name = get_text (choice->name),
                      .description = get_text (choice->description),
                      .authors = authors,
                      .licence = get_text (choice->licence)[0] != '\0' ? get_text (choice->licence)
                                                                       : NULL };
}

static void
update_problem (Choice *choice)
{
  g_autoptr (GError) error = NULL;
  const char *authors[2];
  PelModelCard card;
  gboolean package = is_package (choice);

  fill_card (choice, &card, authors);
  if (package)
    pel_model_card_check (&card, &error);
  gtk_label_set_text (GTK_LABEL (choice->problem),
                      error != NULL ? error->message
                      : !package    ? _ ("The network alone. How an image is to be prepared stands "
                                            "in the file’s description.")
                      : card.licence == NULL
                          ? _ ("Without a licence nobody else may use the model.")
                          : _ ("The network, a description, a test picture and what comes out of "
                               "it, for ilastik, deepImageJ and others."));
  for (GtkWidget **row = (GtkWidget *[]){ choice->name, choice->author, choice->licence,
                                          choice->description, NULL };
       *row != NULL; row++)
    gtk_widget_set_sensitive (*row, package);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (choice->dialog), "file",
                                           error == NULL);
}

static void
on_target_chosen (GtkNativeDialog *dialog, int response, Choice *choice)
{
  g_autoptr (GFile) file = NULL;
  g_auto (GStrv) texts = g_object_steal_data (G_OBJECT (dialog), "pel-texts");
  const char *authors[2] = { NULL, NULL };

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL)
    {
      PelModelCard card = { .name = texts[0], .description = texts[3], .authors = authors };

      authors[0] = texts[1][0] != '\0' ? texts[1] : NULL;
      card.licence = texts[2][0] != '\0' ? texts[2] : NULL;
      pel_model_doors_export_to (choice->question.workspace, choice->question.entry,
                                 g_file_peek_path (file), texts[0][0] != '\0' ? &card : NULL);
    }
  g_object_unref (dialog);
}

/* The dialog goes, so what was typed is kept as texts; an empty name means the network alone. */
static void
choose_target (Choice *choice)
{
  gboolean package = is_package (choice);
  g_autofree char *name = g_strconcat (pel_model_entry_get_name (choice->question.entry),
                                       package ? ".zip" : ".onnx", NULL);
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Export the Model"), choice->question.parent,
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  Choice *kept = g_new0 (Choice, 1);

  g_strv_builder_add (texts, package ? get_text (choice->name) : "");
  g_strv_builder_add (texts, get_text (choice->author));
  g_strv_builder_add (texts, get_text (choice->licence));
  g_strv_builder_add (texts, get_text (choice->description));
  g_object_set_data_full (G_OBJECT (dialog), "pel-texts", g_strv_builder_end (texts),
                          (GDestroyNotify)g_strfreev);
  pel_question_init (&kept->question, choice->question.workspace, NULL, choice->question.entry,
                     NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  pel_export_start_in_exports (choice->question.workspace, dialog);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_target_chosen), kept, pel_question_free,
                         G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_export_answered (AdwMessageDialog *dialog, const char *response, Choice *choice)
{
  if (g_strcmp0 (response, "file") != 0)
    return;
  g_object_set_data_full (G_OBJECT (choice->question.workspace), LAST_AUTHOR,
                          g_strdup (get_text (choice->author)), g_free);
  g_object_set_data_full (G_OBJECT (choice->question.workspace), LAST_LICENCE,
                          g_strdup (get_text (choice->licence)), g_free);
  choose_target (choice);
}

static GtkWidget *
add_entry (Choice *choice, GtkListBox *list, const char *title, const char *tip, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  gtk_widget_set_tooltip_text (row, tip);
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  gtk_list_box_append (list, row);
  return row;
}

static GtkWidget *
make_format (void)
{
  const char *const titles[] = { _ ("BioImage.IO package"), _ ("ONNX"), NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (titles);
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("_Format"));
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  gtk_widget_set_tooltip_text (row, _ ("What the model is written as"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  return row;
}

static GtkWidget *
make_form (Choice *choice)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkListBox *list = GTK_LIST_BOX (gtk_list_box_new ());
  g_autofree char *name =
      pel_model_card_clean_name (pel_model_entry_get_name (choice->question.entry));
  PelProject *project = pel_workspace_get_project (choice->question.workspace);

  gtk_list_box_set_selection_mode (list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (list), "boxed-list");
  choice->format = make_format ();
  gtk_list_box_append (list, choice->format);
  choice->name =
      add_entry (choice, list, _ ("_Name"), _ ("What the package calls the model"), name);
  choice->description = add_entry (
      choice, list, _ ("_Description"), _ ("What the model is for"),
      pel_project_get_model_note (project, pel_model_entry_get_name (choice->question.entry)));
  choice->author =
      add_entry (choice, list, _ ("_Author"), _ ("Who made it: name, or name; affiliation"),
                 g_object_get_data (G_OBJECT (choice->question.workspace), LAST_AUTHOR));
  choice->licence =
      add_entry (choice, list, _ ("_Licence"),
                 _ ("What others may do with it, as an SPDX name such as CC-BY-4.0"),
                 g_object_get_data (G_OBJECT (choice->question.workspace), LAST_LICENCE));
  choice->problem = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (choice->problem), TRUE);
  gtk_label_set_xalign (GTK_LABEL (choice->problem), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (choice->problem), 48);
  gtk_widget_add_css_class (choice->problem, "dim-label");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (list));
  gtk_box_append (GTK_BOX (box), choice->problem);
  return box;
}

void
pel_model_doors_export (PelWorkspace *workspace, GtkWindow *parent, PelModelEntry *entry)
{
  Choice *choice;
  GtkWidget *dialog;

  if (pel_workspace_get_project (workspace) == NULL)
    return;
  choice = g_new0 (Choice, 1);
  pel_question_init (&choice->question, workspace, parent, entry, NULL);
  dialog = adw_message_dialog_new (parent, _ ("Export for Other Programs"), NULL);
  choice->dialog = dialog;
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_form (choice));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "file",
                                    _ ("Choose F_ile…"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "file");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "file",
                                              ADW_RESPONSE_SUGGESTED);
  g_signal_connect_swapped (choice->format, "notify::selected", G_CALLBACK (update_problem),
                            choice);
  for (GtkWidget **row = (GtkWidget *[]){ choice->name, choice->author, choice->licence,
                                          choice->description, NULL };
       *row != NULL; row++)
    g_signal_connect_swapped (*row, "changed", G_CALLBACK (update_problem), choice);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_export_answered), choice,
                         pel_question_free, G_CONNECT_DEFAULT);
  update_problem (choice);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* ---- in ---- */

/* Until it is known what the results mean. */
typedef struct
{
  PelQuestion question;
  GtkWidget *row;
} Meaning;

static void
on_meaning_answered (AdwMessageDialog *dialog, const char *response, Meaning *meaning)
{
  if (g_strcmp0 (response, "import") == 0)
    pel_model_doors_import_from (meaning->question.workspace, meaning->question.parent,
                                 meaning->question.path, get_text (meaning->row));
}

static void
ask_meaning (Meaning *meaning, const char *why)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *dialog =
      adw_message_dialog_new (meaning->question.parent, _ ("What Do the Results Mean?"), why);

  meaning->row = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (meaning->row), _ ("_Results in their order"));
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (meaning->row), TRUE);
  gtk_widget_set_tooltip_text (meaning->row,
                               _ ("cell, border, background or other, with commas between them"));
  gtk_editable_set_text (GTK_EDITABLE (meaning->row), "background,cell");
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (meaning->row), TRUE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), meaning->row);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), list);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "import",
                                    _ ("_Import"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "import");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "import",
                                              ADW_RESPONSE_SUGGESTED);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_meaning_answered), meaning,
                         pel_question_free, G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Where the model came from, and what was taken for granted, stays with it. */
static void
keep_notes (PelWorkspace *workspace, PelModelDoorsJob *job, const char *name)
{
  g_autofree char *source = g_filename_display_basename (pel_model_doors_job_get_source (job));
  /* Translators: %s is the name of a file. */
  g_autoptr (GString) text = g_string_new (NULL);
  GPtrArray *notes = pel_model_doors_job_get_notes (job);

  g_string_append_printf (text, _ ("Imported from %s."), source);
  for (guint i = 0; i < notes->len; i++)
    g_string_append_printf (text, " %s", (const char *)notes->pdata[i]);
  pel_project_set_model_note (pel_workspace_get_project (workspace), name, text->str);
}

/* Another project may be open by now. */
static gboolean
is_of_project (PelWorkspace *workspace, PelModelDoorsJob *job)
{
  PelProject *project = pel_workspace_get_project (workspace);
  g_autofree char *folder = project != NULL ? pel_project_get_models_path (project) : NULL;
  g_autofree char *own = g_path_get_dirname (pel_model_doors_job_get_target (job));

  return g_strcmp0 (folder, own) == 0;
}

static void
tell_imported (PelWorkspace *workspace, PelModelDoorsJob *job)
{
  g_autofree char *base = g_path_get_basename (pel_model_doors_job_get_target (job));
  g_autofree char *name = g_strndup (base, strlen (base) - strlen (".safetensors"));
  /* Translators: %s is the name of a model. */
  g_autofree char *text = g_strdup_printf (_ ("“%s” imported"), name);

  keep_notes (workspace, job, name);
  pel_project_refresh_models (pel_workspace_get_project (workspace));
  pel_workspace_toast (workspace, text);
}

static void
on_imported (PelModelDoorsJob *job, PelQuestion *question)
{
  PelWorkspace *workspace = question->workspace;
  PelJobState state = pel_job_get_state (PEL_JOB (job));
  const GError *error = pel_job_get_error (PEL_JOB (job));

  if (state == PEL_JOB_STATE_CANCELLED)
    pel_workspace_toast (workspace, _ ("Import stopped"));
  else if (state == PEL_JOB_STATE_DONE && is_of_project (workspace, job))
    tell_imported (workspace, job);
  else if (g_error_matches (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT))
    {
      Meaning *again = g_new0 (Meaning, 1);

      pel_question_init (&again->question, workspace, question->parent, NULL, question->path);
      ask_meaning (again, error->message);
    }
  else if (error != NULL)
    {
      g_autofree char *problem = pel_format_problem (error->message);
      g_autofree char *body =
          g_strdup_printf ("%s\n\n%s", problem, _ ("Your other models are as they were."));

      pel_workspace_fail (workspace, _ ("The model was not imported"), body, NULL);
    }
}

void
pel_model_doors_import_from (PelWorkspace *workspace,
                             GtkWindow *parent,
                             const char *path,
                             const char *outputs)
{
  PelProject *project = pel_workspace_get_project (workspace);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *target = NULL;
  g_autoptr (PelModelDoorsJob) job = NULL;
  char *dot = strrchr (base, '.');
  PelQuestion *question;

  g_return_if_fail (project != NULL);

  if (dot != NULL && dot > base)
    *dot = '\0';
  target = pel_project_new_model_path (project, base);
  job = pel_model_doors_job_new_import (path, outputs, target);
  question = g_new0 (PelQuestion, 1);
  pel_question_init (question, workspace, parent, NULL, path);
  g_signal_connect_data (job, "finished", G_CALLBACK (on_imported), question, pel_question_free,
                         G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (job));
}

static void
on_source_chosen (GtkNativeDialog *dialog, int response, PelWorkspace *workspace)
{
  GtkWindow *parent = gtk_native_dialog_get_transient_for (dialog);
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL &&
      pel_workspace_get_project (workspace) != NULL)
    pel_model_doors_import_from (workspace, parent, g_file_peek_path (file), NULL);
  g_object_unref (dialog);
}

void
pel_model_doors_import (PelWorkspace *workspace, GtkWindow *parent)
{
  GtkFileChooserNative *dialog;
  g_autoptr (GtkFileFilter) models = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  PelProject *project = pel_workspace_get_project (workspace);

  if (project == NULL || pel_project_get_read_only (project))
    return;
  dialog = gtk_file_chooser_native_new (_ ("Import a Model"), parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                        _ ("_Import"), NULL);
  gtk_file_filter_set_name (models, _ ("Models: ONNX, BioImage.IO, Pellicle"));
  gtk_file_filter_add_pattern (models, "*.onnx");
  gtk_file_filter_add_pattern (models, "*.zip");
  gtk_file_filter_add_pattern (models, "*.safetensors");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), models);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_source_chosen), workspace,
                           G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
