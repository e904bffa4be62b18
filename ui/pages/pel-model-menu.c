/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-model-menu.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-model-doors-job.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-model-doors.h"

/* What the actions of one menu know. */
typedef struct
{
  PelWorkspace *workspace;
  PelModelEntry *entry;
  GtkWidget *button; /* owns this */
} Menu;

static PelProject *
get_project (Menu *menu)
{
  return pel_workspace_get_project (menu->workspace);
}

/* Whether a training writes this model just now. */
static gboolean
is_in_training (Menu *menu)
{
  PelJob *job = pel_job_runner_get_training (pel_workspace_get_runner (menu->workspace));

  return PEL_IS_TRAINING_JOB (job) &&
         g_strcmp0 (pel_training_job_get_model_name (PEL_TRAINING_JOB (job)),
                    pel_model_entry_get_name (menu->entry)) == 0;
}

static gboolean
may_change (Menu *menu)
{
  PelProject *project = get_project (menu);

  if (project == NULL || pel_project_get_read_only (project))
    return FALSE;
  if (!is_in_training (menu))
    return TRUE;
  pel_workspace_toast (menu->workspace, _ ("This model is being trained; stop that first"));
  return FALSE;
}

/* Whether something is writing into the folder of its predictions, which goes by its name. */
static gboolean
is_predicting (Menu *menu)
{
  PelPredictJob *job = pel_workspace_get_predict_job (menu->workspace);

  return (job != NULL && !pel_job_get_is_finished (PEL_JOB (job))) ||
         pel_workspace_get_cut_job (menu->workspace) != NULL;
}

static GtkWindow *
get_window (Menu *menu)
{
  GtkRoot *root = gtk_widget_get_root (menu->button);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

/* Renaming */

typedef struct
{
  PelWorkspace *workspace;
  PelModelEntry *entry;
  GtkEditable *name;
} Renaming;

static void
renaming_free (gpointer data, GClosure *closure)
{
  Renaming *renaming = data;

  g_object_unref (renaming->workspace);
  g_object_unref (renaming->entry);
  g_free (renaming);
}

static void
on_name_changed (GtkEditable *name, AdwMessageDialog *dialog)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (name)));

  adw_message_dialog_set_response_enabled (dialog, "rename", pel_model_name_problem (text) == NULL);
}

static void
on_rename_answered (AdwMessageDialog *dialog, const char *response, Renaming *renaming)
{
  PelProject *project = pel_workspace_get_project (renaming->workspace);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (renaming->name)));
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (response, "rename") || project == NULL)
    return;
  if (!pel_project_rename_model (project, renaming->entry, name, &error))
    pel_workspace_fail (renaming->workspace, _ ("The model was not renamed"),
                        _ ("It is still there under its old name."), error->message);
  else if (pel_workspace_get_model (renaming->workspace) == renaming->entry)
    pel_workspace_prefer_model (renaming->workspace, name);
}

static void
activate_rename (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;
  GtkWidget *dialog, *entry;
  Renaming *renaming;

  if (!may_change (menu))
    return;
  if (is_predicting (menu))
    {
      pel_workspace_toast (menu->workspace,
                           _ ("A prediction is being made; rename the model when it is done"));
      return;
    }
  dialog = adw_message_dialog_new (get_window (menu), _ ("Rename the Model"), NULL);
  entry = gtk_entry_new ();
  gtk_editable_set_text (GTK_EDITABLE (entry), pel_model_entry_get_name (menu->entry));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name"),
                                  -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "rename",
                                    _ ("_Rename"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rename",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "rename");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  renaming = g_new (Renaming, 1);
  renaming->workspace = g_object_ref (menu->workspace);
  renaming->entry = g_object_ref (menu->entry);
  renaming->name = GTK_EDITABLE (entry);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_rename_answered), renaming,
                         renaming_free, G_CONNECT_DEFAULT);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_name_changed), dialog,
                           G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Copies */

static void
on_copied (PelModelDoorsJob *job, PelWorkspace *workspace)
{
  PelProject *project = pel_workspace_get_project (workspace);
  PelJobState state = pel_job_get_state (PEL_JOB (job));

  if (state == PEL_JOB_STATE_FAILED)
    pel_workspace_fail (workspace, _ ("The model was not copied"),
                        _ ("Make room on the disk, or choose another folder, and try again."),
                        pel_job_get_error (PEL_JOB (job))->message);
  else
    pel_workspace_toast (workspace, state == PEL_JOB_STATE_CANCELLED ? _ ("Copying stopped")
                                                                     : _ ("Model copied"));
  if (state == PEL_JOB_STATE_DONE && project != NULL)
    pel_project_refresh_models (project);
}

/* Whether a copy waits, or is under way, that this one would overwrite. */
static gboolean
is_being_written (PelWorkspace *workspace, const char *path)
{
  GListModel *jobs = pel_job_runner_get_jobs (pel_workspace_get_runner (workspace));

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (PelJob) job = g_list_model_get_item (jobs, i);

      if (PEL_IS_MODEL_DOORS_JOB (job) &&
          g_str_equal (pel_model_doors_job_get_target (PEL_MODEL_DOORS_JOB (job)), path))
        return TRUE;
    }
  return FALSE;
}

void
pel_model_menu_copy (PelWorkspace *workspace, PelModelEntry *entry, const char *path)
{
  g_autoptr (PelModelDoorsJob) job = NULL;

  if (is_being_written (workspace, path))
    {
      pel_workspace_toast (workspace, _ ("This model is being copied already"));
      return;
    }
  job = pel_model_doors_job_new_copy (pel_model_entry_get_path (entry), path);
  g_signal_connect_object (job, "finished", G_CALLBACK (on_copied), workspace, G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (workspace), PEL_JOB (job));
}

void
pel_model_menu_duplicate (PelWorkspace *workspace, PelModelEntry *entry)
{
  PelProject *project = pel_workspace_get_project (workspace);
  /* Translators: %s is the name of a model, of which this is another one. */
  g_autofree char *name = g_strdup_printf (_ ("%s (copy)"), pel_model_entry_get_name (entry));
  g_autofree char *path = pel_project_new_model_path (project, name);

  pel_model_menu_copy (workspace, entry, path);
}

static void
activate_duplicate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  if (get_project (menu) != NULL && !pel_project_get_read_only (get_project (menu)))
    pel_model_menu_duplicate (menu->workspace, menu->entry);
}

static void
on_export_chosen (GtkNativeDialog *dialog, int response, GtkWidget *button)
{
  Menu *menu = g_object_get_data (G_OBJECT (button), "pel-menu");
  g_autoptr (GFile) target = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    target = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (target != NULL && g_file_peek_path (target) != NULL)
    pel_model_menu_copy (menu->workspace, menu->entry, g_file_peek_path (target));
}

static void
activate_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Export the Model"), get_window (menu), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  g_autofree char *name =
      g_strconcat (pel_model_entry_get_name (menu->entry), ".safetensors", NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  pel_export_start_in_exports (menu->workspace, dialog);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_export_chosen), menu->button,
                           G_CONNECT_DEFAULT);
  g_object_set_data_full (G_OBJECT (menu->button), "pel-export", dialog, g_object_unref);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
activate_export_other (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;

  pel_model_doors_export (menu->workspace, get_window (menu), menu->entry);
}

/* Deleting */

/* Of the model that was deleted last: whether it was the one in use. */
static const char used_key[] = "pel-deleted-model-used";

void
pel_model_menu_delete (PelWorkspace *workspace, PelModelEntry *model)
{
  PelProject *project = pel_workspace_get_project (workspace);
  /* The list lets go of it. */
  g_autoptr (PelModelEntry) entry = g_object_ref (model);
  gboolean used = pel_workspace_get_model (workspace) == entry;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!pel_project_delete_model (project, entry, &error))
    {
      pel_workspace_fail (workspace, _ ("The model was not deleted"), _ ("It is still there."),
                          error->message);
      return;
    }
  g_object_set_data (G_OBJECT (project), used_key, GINT_TO_POINTER (used));
  /* Translators: %s is the name of a model. */
  text = g_strdup_printf (_ ("“%s” deleted"), pel_model_entry_get_name (entry));
  pel_workspace_toast_action (workspace, text, _ ("Undo"), "win.restore-model");
}

static void
activate_delete (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  Menu *menu = data;
  /* The list lets go of the row, and so of the menu. */
  g_autoptr (PelWorkspace) workspace = g_object_ref (menu->workspace);

  if (may_change (menu))
    pel_model_menu_delete (workspace, menu->entry);
}

void
pel_model_menu_restore (PelWorkspace *workspace)
{
  PelProject *project = pel_workspace_get_project (workspace);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  if (project == NULL || pel_project_get_read_only (project))
    return;
  name = pel_project_get_deleted_model (project);
  if (!pel_project_restore_model (project, &error))
    {
      pel_workspace_fail (workspace, _ ("The model could not be brought back"),
                          _ ("Your other models are as they were."), error->message);
      return;
    }
  if (g_object_get_data (G_OBJECT (project), used_key) != NULL)
    pel_workspace_prefer_model (workspace, name);
}

static void
menu_free (gpointer data)
{
  Menu *menu = data;

  g_object_unref (menu->workspace);
  g_object_unref (menu->entry);
  g_free (menu);
}

static void
append_named (GMenu *section, const char *label, const char *action, const char *name)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", name);
  g_menu_append_item (section, item);
}

static GMenuModel *
make_model (const char *name)
{
  GMenu *model = g_menu_new ();
  g_autoptr (GMenu) training = g_menu_new ();
  g_autoptr (GMenu) files = g_menu_new ();
  g_autoptr (GMenu) removal = g_menu_new ();

  append_named (training, _ ("_Start a New Model from It"), "win.start-from", name);
  append_named (training, _ ("_Compare"), "win.compare-with", name);
  g_menu_append_section (model, NULL, G_MENU_MODEL (training));
  g_menu_append (files, _ ("_Rename…"), "model.rename");
  g_menu_append (files, _ ("_Duplicate"), "model.duplicate");
  g_menu_append (files, _ ("_Export…"), "model.export");
  g_menu_append (files, _ ("Export for _Other Programs…"), "model.export-other");
  g_menu_append_section (model, NULL, G_MENU_MODEL (files));
  g_menu_append (removal, _ ("De_lete"), "model.delete");
  g_menu_append_section (model, NULL, G_MENU_MODEL (removal));
  return G_MENU_MODEL (model);
}

GtkWidget *
pel_model_menu_new (PelWorkspace *workspace, PelModelEntry *entry)
{
  static const GActionEntry entries[] = {
    { "rename", activate_rename }, { "duplicate", activate_duplicate },
    { "export", activate_export }, { "export-other", activate_export_other },
    { "delete", activate_delete },
  };
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GMenuModel) model = make_model (pel_model_entry_get_name (entry));
  Menu *menu = g_new0 (Menu, 1);

  menu->workspace = g_object_ref (workspace);
  menu->entry = g_object_ref (entry);
  menu->button = button;
  g_object_set_data_full (G_OBJECT (button), "pel-menu", menu, menu_free);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), menu);
  gtk_widget_insert_action_group (button, "model", G_ACTION_GROUP (actions));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), model);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("More for this model"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("More for this model"), -1);
  return button;
}
