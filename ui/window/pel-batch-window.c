/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-batch-window.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-batch-job.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/window/pel-batch-memory.h"
#include "ui/window/pel-format.h"

struct _PelBatchWindow
{
  AdwWindow parent_instance;

  PelWorkspace *workspace;
  GPtrArray *inputs; /* of file names */
  GPtrArray *models; /* of PelModelEntry, as the rows of the chooser */
  char *out;
  PelBatchJob *job;
  GSignalGroup *model_signals;

  GtkStack *stack;
  GtkListBox *input_list;
  AdwComboRow *model;
  AdwActionRow *out_row;
  AdwComboRow *definitions;
  GtkSwitch *overlays;
  GtkSwitch *probabilities;
  GtkWidget *start;
  GtkLabel *running_text;
  GtkProgressBar *progress;
  GtkLabel *time_text;
  AdwStatusPage *done_page;
  GtkWidget *show_results;
  GtkWidget *go_on;
  GtkWidget *warnings_box;
  GtkLabel *warnings;
};

G_DEFINE_FINAL_TYPE (PelBatchWindow, pel_batch_window, ADW_TYPE_WINDOW)

static PelModelEntry *
get_model (PelBatchWindow *self)
{
  guint row = adw_combo_row_get_selected (self->model);

  return row < self->models->len ? g_ptr_array_index (self->models, row) : NULL;
}

static void
update (PelBatchWindow *self)
{
  g_autofree char *name = self->out != NULL ? g_filename_display_name (self->out) : NULL;
  g_autofree char *subtitle =
      g_markup_escape_text (name != NULL ? name : _ ("No folder chosen yet"), -1);

  gtk_widget_set_sensitive (self->start, pel_batch_window_get_can_start (self));
  adw_action_row_set_subtitle (self->out_row, subtitle);
}

static PelDefinitions
get_definitions (PelBatchWindow *self)
{
  return (PelDefinitions)MIN (adw_combo_row_get_selected (self->definitions),
                              PEL_DEFINITIONS_CELLPROFILER);
}

static void
on_definitions (PelBatchWindow *self)
{
  PelDefinitions definitions = get_definitions (self);
  g_autofree char *words = g_markup_escape_text (
      definitions != PEL_DEFINITIONS_PELLICLE ? pel_definitions_describe (definitions) : "", -1);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->definitions), words);
}

/* What goes in */

static void
on_remove (GtkButton *button, PelBatchWindow *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), ADW_TYPE_ACTION_ROW);
  guint index = (guint)gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));

  g_ptr_array_remove_index (self->inputs, index);
  gtk_list_box_remove (self->input_list, row);
  gtk_widget_set_visible (GTK_WIDGET (self->input_list), self->inputs->len > 0);
  update (self);
}

void
pel_batch_window_add_input (PelBatchWindow *self, const char *path)
{
  GtkWidget *row, *remove;
  g_autofree char *name = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *label = NULL;

  g_return_if_fail (PEL_IS_BATCH_WINDOW (self));
  g_return_if_fail (path != NULL);

  for (guint i = 0; i < self->inputs->len; i++)
    if (g_str_equal (g_ptr_array_index (self->inputs, i), path))
      return;
  g_ptr_array_add (self->inputs, g_strdup (path));
  name = g_filename_display_basename (path);
  title = g_markup_escape_text (name, -1);
  shown = g_filename_display_name (path);
  subtitle = g_markup_escape_text (shown, -1);
  row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  remove = gtk_button_new_from_icon_name ("list-remove-symbolic");
  /* Translators: %s is the name of a folder or a file. */
  label = g_strdup_printf (_ ("Leave “%s” out"), name);
  gtk_widget_set_tooltip_text (remove, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (remove, "flat");
  g_signal_connect_object (remove, "clicked", G_CALLBACK (on_remove), self, G_CONNECT_DEFAULT);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  gtk_list_box_append (self->input_list, row);
  gtk_widget_set_visible (GTK_WIDGET (self->input_list), TRUE);
  update (self);
}

void
pel_batch_window_set_out (PelBatchWindow *self, const char *path)
{
  g_return_if_fail (PEL_IS_BATCH_WINDOW (self));

  g_free (self->out);
  self->out = g_strdup (path);
  update (self);
}

static void
on_inputs_chosen (GtkNativeDialog *dialog, int response, PelBatchWindow *self)
{
  g_autoptr (GListModel) files = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      if (g_file_peek_path (file) != NULL)
        pel_batch_window_add_input (self, g_file_peek_path (file));
    }
  g_object_unref (dialog);
}

static void
on_out_chosen (GtkNativeDialog *dialog, int response, PelBatchWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (file != NULL && g_file_peek_path (file) != NULL)
    pel_batch_window_set_out (self, g_file_peek_path (file));
  g_object_unref (dialog);
}

static void
choose (PelBatchWindow *self, const char *title, gboolean many, GCallback chosen)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      title, GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), many);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", chosen, self, G_CONNECT_DEFAULT);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
on_add_folder (PelBatchWindow *self)
{
  choose (self, _ ("Choose Folders with Images"), TRUE, G_CALLBACK (on_inputs_chosen));
}

static void
on_choose_out (PelBatchWindow *self)
{
  choose (self, _ ("Choose a Folder for the Results"), FALSE, G_CALLBACK (on_out_chosen));
}

/* Dropped folders and files. */
static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, PelBatchWindow *self)
{
  GSList *files = g_value_get_boxed (value);

  for (GSList *l = files; l != NULL; l = l->next)
    if (g_file_peek_path (l->data) != NULL)
      pel_batch_window_add_input (self, g_file_peek_path (l->data));
  return files != NULL;
}

/* Anew when there are other models, or another project. The choice stays where it can. */
static void
list_models (PelBatchWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  GListModel *models = project != NULL ? pel_project_get_models (project) : NULL;
  PelModelEntry *before = get_model (self);
  PelModelEntry *wanted = before != NULL ? before : pel_workspace_get_model (self->workspace);
  g_autoptr (PelModelEntry) held = wanted != NULL ? g_object_ref (wanted) : NULL;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = models != NULL ? g_list_model_get_n_items (models) : 0, chosen = 0;

  g_ptr_array_set_size (self->models, 0);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (pel_model_entry_get_problem (entry) != NULL)
        continue;
      if (pel_model_entry_is_same (entry, held))
        chosen = self->models->len;
      g_ptr_array_add (self->models, g_object_ref (entry));
      gtk_string_list_append (names, pel_model_entry_get_name (entry));
    }
  adw_combo_row_set_model (self->model, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->model, chosen);
  update (self);
}

static void
on_project_changed (PelBatchWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  g_signal_group_set_target (self->model_signals,
                             project != NULL ? pel_project_get_models (project) : NULL);
  if (project != NULL)
    adw_combo_row_set_selected (self->definitions, (guint)pel_project_get_definitions (project));
  list_models (self);
}

/* While it runs */

static void
update_progress (PelBatchWindow *self)
{
  PelBatchSummary summary;
  g_autofree char *text = NULL;
  double left = pel_job_get_seconds_left (PEL_JOB (self->job));

  pel_batch_job_get_summary (self->job, &summary);
  if (summary.n_images > 0)
    /* Translators: how many images are finished, how many there are, and which one is under way. */
    text = g_strdup_printf (_ ("%u of %u images · %s"),
                            summary.n_done + summary.n_kept + summary.n_failed, summary.n_images,
                            pel_job_get_message (PEL_JOB (self->job)));
  else
    text = g_strdup (_ ("Looking for images…"));
  gtk_label_set_text (self->running_text, text);
  gtk_progress_bar_set_fraction (self->progress,
                                 CLAMP (pel_job_get_fraction (PEL_JOB (self->job)), 0.0, 1.0));
  if (left >= 0.0)
    {
      g_autofree char *clock = pel_format_duration (left);
      /* Translators: how long the work will still take, as minutes and seconds. */
      g_autofree char *time = g_strdup_printf (_ ("%s left"), clock);

      gtk_label_set_text (self->time_text, time);
    }
  else
    gtk_label_set_text (self->time_text, "");
}

static char *
describe_done (const PelBatchSummary *summary)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *clock = pel_format_duration (summary->seconds);
  g_autofree char *cells = g_strdup_printf (
      ngettext ("%u cell", "%u cells", (guint)summary->n_cells), (guint)summary->n_cells);
  guint n = summary->n_done + summary->n_kept;

  /* Translators: "12 cells" and the number of images. */
  g_string_append_printf (text, ngettext ("%s in %u image.", "%s in %u images.", n), cells, n);
  g_string_append_c (text, ' ');
  /* Translators: a time span as minutes and seconds. */
  g_string_append_printf (text, _ ("It took %s."), clock);
  if (summary->n_kept > 0)
    g_string_append_printf (text,
                            ngettext (" %u image was finished before.",
                                      " %u images were finished before.", summary->n_kept),
                            summary->n_kept);
  if (summary->n_failed > 0)
    g_string_append_printf (
        text, ngettext (" %u file was left out.", " %u files were left out.", summary->n_failed),
        summary->n_failed);
  return g_strdup (text->str);
}

static void
show_warnings (PelBatchWindow *self)
{
  GPtrArray *warnings = pel_batch_job_get_warnings (self->job);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < warnings->len; i++)
    g_string_append_printf (text, i > 0 ? "\n%s" : "%s",
                            (const char *)g_ptr_array_index (warnings, i));
  gtk_label_set_text (self->warnings, text->str);
  gtk_widget_set_visible (self->warnings_box, warnings->len > 0);
}

static void
on_finished (PelBatchWindow *self)
{
  PelBatchSummary summary;
  PelJobState state = pel_job_get_state (PEL_JOB (self->job));
  g_autofree char *text = NULL;

  pel_batch_job_get_summary (self->job, &summary);
  text = describe_done (&summary);
  switch (state)
    {
    case PEL_JOB_STATE_DONE:
      pel_batch_memory_forget (pel_workspace_get_project (self->workspace));
      adw_status_page_set_icon_name (self->done_page, "object-select-symbolic");
      adw_status_page_set_title (self->done_page, _ ("The Batch Is Done"));
      adw_status_page_set_description (self->done_page, text);
      break;
    case PEL_JOB_STATE_CANCELLED:
      adw_status_page_set_icon_name (self->done_page, "media-playback-pause-symbolic");
      adw_status_page_set_title (self->done_page, _ ("Stopped"));
      adw_status_page_set_description (
          self->done_page,
          _ ("What is finished is kept. The same batch goes on from there whenever you start it."));
      break;
    case PEL_JOB_STATE_FAILED:
    case PEL_JOB_STATE_QUEUED:
    case PEL_JOB_STATE_RUNNING:
    case PEL_JOB_STATE_PAUSED:
    default:
      adw_status_page_set_icon_name (self->done_page, "dialog-warning-symbolic");
      adw_status_page_set_title (self->done_page, _ ("The Batch Did Not Work"));
      {
        g_autofree char *message = g_markup_escape_text (
            state == PEL_JOB_STATE_FAILED ? pel_job_get_error (PEL_JOB (self->job))->message : "",
            -1);

        adw_status_page_set_description (self->done_page, message);
      }
      break;
    }
  show_warnings (self);
  gtk_widget_set_visible (self->show_results, state == PEL_JOB_STATE_DONE);
  gtk_widget_set_visible (self->go_on, state != PEL_JOB_STATE_DONE);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->show_results), "s", self->out);
  gtk_stack_set_visible_child_name (self->stack, "done");
}

static void
forget_job (PelBatchWindow *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

static void
on_stop (PelBatchWindow *self)
{
  if (self->job != NULL)
    pel_job_cancel (PEL_JOB (self->job));
}

static void
on_again (PelBatchWindow *self)
{
  forget_job (self);
  gtk_stack_set_visible_child_name (self->stack, "setup");
}

void
pel_batch_window_start (PelBatchWindow *self)
{
  PelBatchOptions options;

  g_return_if_fail (PEL_IS_BATCH_WINDOW (self));

  if (!pel_batch_window_get_can_start (self))
    return;
  forget_job (self);
  options.overlays = gtk_switch_get_active (self->overlays);
  options.probabilities = gtk_switch_get_active (self->probabilities);
  options.definitions = get_definitions (self);
  pel_batch_memory_keep (pel_workspace_get_project (self->workspace), self->inputs, self->out);
  self->job = pel_batch_job_new (self->inputs, pel_model_entry_get_path (get_model (self)),
                                 self->out, &options);
  g_signal_connect_object (self->job, "notify::fraction", G_CALLBACK (update_progress), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                           G_CONNECT_SWAPPED);
  update_progress (self);
  gtk_stack_set_visible_child_name (self->stack, "running");
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
}

/* Life */

static void
pel_batch_window_dispose (GObject *object)
{
  PelBatchWindow *self = PEL_BATCH_WINDOW (object);

  forget_job (self);
  g_clear_object (&self->model_signals);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_batch_window_parent_class)->dispose (object);
}

static void
pel_batch_window_finalize (GObject *object)
{
  PelBatchWindow *self = PEL_BATCH_WINDOW (object);

  g_ptr_array_unref (self->inputs);
  g_ptr_array_unref (self->models);
  g_free (self->out);
  G_OBJECT_CLASS (pel_batch_window_parent_class)->finalize (object);
}

static void
pel_batch_window_class_init (PelBatchWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_batch_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_batch_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-batch-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelBatchWindow, name)
  BIND (stack);
  BIND (input_list);
  BIND (model);
  BIND (out_row);
  BIND (definitions);
  BIND (overlays);
  BIND (probabilities);
  BIND (start);
  BIND (running_text);
  BIND (progress);
  BIND (time_text);
  BIND (done_page);
  BIND (show_results);
  BIND (go_on);
  BIND (warnings_box);
  BIND (warnings);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_add_folder);
  gtk_widget_class_bind_template_callback (widget_class, on_choose_out);
  gtk_widget_class_bind_template_callback (widget_class, on_definitions);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_again);
  gtk_widget_class_bind_template_callback (widget_class, pel_batch_window_start);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pel_batch_window_init (PelBatchWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->inputs = g_ptr_array_new_with_free_func (g_free);
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_shortcuts_install_side (GTK_WINDOW (self));
  g_signal_connect_object (drop, "drop", G_CALLBACK (on_drop), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

GtkWidget *
pel_batch_window_new (PelWorkspace *workspace, GtkWindow *parent)
{
  PelBatchWindow *self = g_object_new (PEL_TYPE_BATCH_WINDOW, "transient-for", parent, NULL);

  self->workspace = g_object_ref (workspace);
  /* For the actions of the program. */
  if (parent != NULL)
    gtk_window_set_application (GTK_WINDOW (self), gtk_window_get_application (parent));
  self->model_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed", G_CALLBACK (list_models),
                                  self);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  on_project_changed (self);
  pel_batch_memory_recall (pel_workspace_get_project (workspace), self);
  return GTK_WIDGET (self);
}

gboolean
pel_batch_window_get_can_start (PelBatchWindow *self)
{
  g_return_val_if_fail (PEL_IS_BATCH_WINDOW (self), FALSE);

  return self->inputs->len > 0 && self->out != NULL && get_model (self) != NULL;
}

const char *
pel_batch_window_get_page (PelBatchWindow *self)
{
  g_return_val_if_fail (PEL_IS_BATCH_WINDOW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}
