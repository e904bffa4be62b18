/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui/window/pel-batch-window.h"
#include "ui/window/pel-quality-view.h"

#include "ui/keys/pel-key-tooltips.h"
#include "ui/keys/pel-shortcuts.h"
#include "ui/pages/pel-cell-doors.h"
#include "ui/pages/pel-plot-window.h"
#include "ui/tools/pel-measure-tool.h"
#include "ui/window/pel-keys-window.h"
#include "ui/window/pel-scale-dialog.h"

typedef struct
{
  PelWindow *window;
  gboolean redo;
  char *name;
} Move;

static void
on_moved (GObject *source, GAsyncResult *result, gpointer data)
{
  Move *move = data;
  PelWindow *self = move->window;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (pel_undo_go_to_finish (PEL_UNDO (source), result, &error))
    {
      /* Translators: %s names what was undone or done again, such as "Paint cell 12". */
      text = g_strdup_printf (move->redo ? _ ("Done again: %s") : _ ("Undone: %s"), move->name);
      if (move->redo)
        pel_workspace_toast (self->workspace, text);
      else
        pel_workspace_toast_action (self->workspace, text, _ ("Redo"), "win.redo");
    }
  else if (error != NULL)
    pel_workspace_fail (self->workspace, _ ("This step cannot be undone"),
                        _ ("The mask is as it was. Later steps can still be undone."),
                        error->message);
  g_free (move->name);
  g_object_unref (self);
  g_free (move);
}

static void
undo_or_redo (PelWindow *self, gboolean redo)
{
  const char *step;
  guint position;
  Move *move;

  if (self->undo == NULL)
    return;
  pel_canvas_finish_stroke (self->canvas);
  step = redo ? pel_undo_get_redo_name (self->undo) : pel_undo_get_undo_name (self->undo);
  /* A large step may still be on its way from the disk. */
  if (step == NULL || pel_undo_is_walking (self->undo))
    return;
  position = pel_undo_get_position (self->undo);
  move = g_new (Move, 1);
  move->window = g_object_ref (self);
  move->redo = redo;
  move->name = g_strdup (step);
  pel_undo_go_to_async (self->undo, redo ? position + 1 : position - 1, on_moved, move);
}

static void
activate_undo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  undo_or_redo (data, FALSE);
}

static void
activate_redo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  undo_or_redo (data, TRUE);
}

void
pel_window_show_history (PelWindow *self)
{
  pel_canvas_finish_stroke (self->canvas);
  pel_history_list_set_undo (self->history_list,
                             pel_workspace_get_editable (self->workspace) ? self->undo : NULL);
}

void
pel_window_hide_history (PelWindow *self)
{
  gtk_popover_popdown (self->history_popover);
}

void
pel_window_fail_history (PelHistoryList *list, const char *message, PelWindow *self)
{
  pel_workspace_fail (self->workspace, _ ("This step cannot be undone"),
                      _ ("The mask is as it was. Later steps can still be undone."), message);
}

static void
activate_history (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (PEL_WINDOW (data)->history_button));
}

static void
on_flushed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PelWorkspace) workspace = data;
  g_autoptr (GError) error = NULL;

  if (pel_project_flush_finish (PEL_PROJECT (source), result, &error))
    pel_workspace_toast (workspace, _ ("Everything is saved"));
  else
    pel_workspace_fail (workspace, _ ("Saving did not work"),
                        _ ("What you painted is still in this window. Make room on the disk, or "
                           "check that the folder can be written to, and save again."),
                        error->message);
}

static void
activate_save (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelProject *project = pel_workspace_get_project (self->workspace);

  if (project == NULL)
    return;
  pel_canvas_finish_stroke (self->canvas);
  pel_project_flush_async (project, NULL, on_flushed, g_object_ref (self->workspace));
}

static void
activate_import (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_window_choose_images (data);
}

static void
activate_import_cells (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_cell_doors_import (PEL_WINDOW (data)->workspace, GTK_WINDOW (data));
}

static void
activate_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_window_choose_folder (data);
}

static void
activate_open_path (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (g_variant_get_string (parameter, NULL));

  pel_window_open_folder (data, folder);
}

static void
activate_new_project (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_window_choose_new_project (data);
}

static void
activate_close_project (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_window_close_project (data);
}

static void
activate_close (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (data);
}

static void
step (PelWindow *self, int by, gboolean unlabelled)
{
  if (!pel_workspace_step (self->workspace, by, unlabelled) &&
      pel_workspace_get_document (self->workspace) != NULL)
    pel_workspace_toast (self->workspace, unlabelled ? _ ("No unlabelled image that way")
                                          : by > 0   ? _ ("This is the last image")
                                                     : _ ("This is the first image"));
}

static void
activate_next_image (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, 1, FALSE);
}

static void
activate_previous_image (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, -1, FALSE);
}

static void
activate_next_unlabelled (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, 1, TRUE);
}

static void
activate_previous_unlabelled (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, -1, TRUE);
}

static void
predict (PelWindow *self, PelPredictScope scope)
{
  pel_canvas_finish_stroke (self->canvas);
  if (pel_workspace_predict (self->workspace, scope) != NULL)
    pel_window_set_mode (self, "review");
}

static void
activate_predict (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  predict (data, PEL_PREDICT_THIS);
}

static void
activate_predict_chosen (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  predict (data, PEL_PREDICT_CHOSEN);
}

static void
activate_predict_all (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  predict (data, PEL_PREDICT_ALL);
}

static void
activate_undo_cut (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_workspace_undo_cut (PEL_WINDOW (data)->workspace);
}

void
pel_window_close_quality (PelWindow *self)
{
  GtkWidget *view = g_steal_pointer (&self->quality);

  if (view == NULL)
    return;
  g_signal_handlers_disconnect_by_data (view, self);
  gtk_stack_set_visible_child (self->inspector, GTK_WIDGET (self->modes));
  /* It may be its own button that is pressed. */
  g_object_ref (view);
  gtk_stack_remove (self->inspector, view);
  g_object_run_dispose (G_OBJECT (view));
  g_object_unref (view);
}

static void
activate_quality (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  if (pel_workspace_get_model (self->workspace) == NULL)
    return;
  /* The marks on the picture are of one model. */
  pel_window_close_quality (self);
  self->quality = pel_quality_view_new (self->workspace, self->canvas);
  g_signal_connect_object (self->quality, "closed", G_CALLBACK (pel_window_close_quality), self,
                           G_CONNECT_SWAPPED);
  gtk_stack_add_child (self->inspector, self->quality);
  gtk_stack_set_visible_child (self->inspector, self->quality);
  adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
  pel_quality_view_focus (PEL_QUALITY_VIEW (self->quality));
}

static void
activate_batch (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  if (self->batch == NULL)
    g_set_weak_pointer (&self->batch,
                        GTK_WINDOW (pel_batch_window_new (self->workspace, GTK_WINDOW (self))));
  gtk_window_present (self->batch);
}

static void
activate_next_uncertain (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  pel_canvas_finish_stroke (self->canvas);
  pel_window_set_mode (self, "review");
  pel_review_page_go_to_uncertain (self->review_page);
}

static void
activate_accept_all (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_workspace_accept (PEL_WINDOW (data)->workspace, NULL, 0);
}

static void
activate_accept_selected (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autofree guint32 *labels = NULL;
  const guint32 *selection;
  guint n;

  selection = pel_display_get_predicted_selection (display, &n);
  if (n == 0)
    {
      pel_workspace_toast (self->workspace, _ ("Choose a predicted cell first"));
      return;
    }
  labels = g_memdup2 (selection, n * sizeof (guint32));
  pel_workspace_accept (self->workspace, labels, n);
}

static void
activate_accept_cell (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const guint32 label = g_variant_get_uint32 (parameter);

  pel_workspace_accept (PEL_WINDOW (data)->workspace, &label, 1);
}

static void
activate_export_csv (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_measure_page_export_csv (PEL_WINDOW (data)->measure_page);
}

static void
activate_export_report (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_measure_page_export_report (PEL_WINDOW (data)->measure_page);
}

static void
activate_export_labels (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_measure_page_export_labels (PEL_WINDOW (data)->measure_page);
}

/* Takes the line for measuring in the hand, or asks how long the one that is drawn is. */
static void
activate_scale_from_line (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  double dx = 0, dy = 0;
  gboolean has_line;
  g_autoptr (AdwToast) toast = NULL;

  pel_canvas_set_tool_id (self->canvas, "measure");
  if (!PEL_IS_MEASURE_TOOL (pel_canvas_get_tool (self->canvas)))
    return;
  has_line =
      pel_measure_tool_get_way (PEL_MEASURE_TOOL (pel_canvas_get_tool (self->canvas)), &dx, &dy);
  if (has_line && hypot (dx, dy) >= 1 && pel_workspace_get_document (self->workspace) != NULL)
    {
      pel_toaster_dismiss (self->toaster);
      pel_scale_dialog_show (GTK_WINDOW (self), self->workspace, dx, dy);
      return;
    }
  /* It stays for as long as the line takes, which libadwaita asks when it comes up and no more. */
  toast = adw_toast_new (_ ("Draw a line along a scale bar or another known length"));
  adw_toast_set_button_label (toast, _ ("Done"));
  adw_toast_set_action_name (toast, "win.scale-from-line");
  adw_toast_set_timeout (toast, 0);
  g_signal_emit_by_name (self->workspace, "toast", toast);
}

static void
activate_charts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  if (pel_workspace_get_project (self->workspace) != NULL)
    pel_plot_window_show (GTK_WINDOW (self), self->workspace);
}

static void
activate_remove_image (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelProject *project = pel_workspace_get_project (self->workspace);
  g_autoptr (PelImageDocument) document = NULL;
  g_autofree char *text = NULL;

  if (project == NULL || pel_project_get_read_only (project) ||
      pel_workspace_get_document (self->workspace) == NULL)
    return;
  document = g_object_ref (pel_workspace_get_document (self->workspace));
  if (!pel_workspace_step (self->workspace, 1, FALSE))
    pel_workspace_step (self->workspace, -1, FALSE);
  pel_project_remove_image (project, document);
  /* Translators: %s is the name of an image. */
  text = g_strdup_printf (_ ("“%s” left the project; its files are still in the folder"),
                          pel_image_document_get_name (document));
  pel_workspace_toast (self->workspace, text);
}

static void
activate_zoom_fit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_zoom_to_fit (PEL_WINDOW (data)->canvas);
}

static void
activate_zoom_in (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_zoom_in (PEL_WINDOW (data)->canvas);
}

static void
activate_zoom_out (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_zoom_out (PEL_WINDOW (data)->canvas);
}

static void
activate_zoom_full (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_zoom_at (PEL_WINDOW (data)->canvas, 1.0, NULL);
}

static void
activate_turn_left (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_turn_by (PEL_WINDOW (data)->canvas, -15);
}

static void
activate_turn_right (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_turn_by (PEL_WINDOW (data)->canvas, 15);
}

static void
activate_turn_upright (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_canvas_turn_upright (PEL_WINDOW (data)->canvas);
}

static void
activate_mode (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;

  pel_window_set_mode (self, g_variant_get_string (parameter, NULL));
  adw_flap_set_reveal_flap (self->inspector_flap, TRUE);
}

static void
activate_next_part (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_window_move_focus (data, 1);
}

static void
activate_previous_part (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pel_window_move_focus (data, -1);
}

static void
step_stack (PelWindow *self, PelStackAxis axis, int by)
{
  g_autofree char *place = NULL;

  if (!pel_stack_bar_step (self->stack_bar, axis, by))
    return;
  place = pel_stack_bar_dup_place (self->stack_bar, axis);
  pel_canvas_announce (self->canvas, place);
}

static void
activate_next_plane (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step_stack (data, PEL_STACK_PLANE, 1);
}

static void
activate_previous_plane (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step_stack (data, PEL_STACK_PLANE, -1);
}

static void
activate_next_time (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step_stack (data, PEL_STACK_TIME, 1);
}

static void
activate_previous_time (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step_stack (data, PEL_STACK_TIME, -1);
}

static void
activate_next_channel (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step_stack (data, PEL_STACK_CHANNEL, 1);
}

static void
activate_previous_channel (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step_stack (data, PEL_STACK_CHANNEL, -1);
}

/* The list is made when somebody wants to see it: it is long. */
static void
activate_show_help_overlay (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GtkApplicationWindow *self = data;
  PelKeyMap *map = pel_key_map_get_for_display (gtk_widget_get_display (data));

  if (gtk_application_window_get_help_overlay (self) == NULL)
    gtk_application_window_set_help_overlay (self, pel_shortcuts_window_new (map));
  gtk_window_present (GTK_WINDOW (gtk_application_window_get_help_overlay (self)));
}

static void
activate_keys (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelWindow *self = data;
  PelKeyMap *map = pel_key_map_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));

  if (self->keys == NULL)
    g_set_weak_pointer (&self->keys, GTK_WINDOW (pel_keys_window_new (map, GTK_WINDOW (self))));
  gtk_window_present (self->keys);
}

static const GActionEntry entries[] = {
  { "undo", activate_undo },
  { "redo", activate_redo },
  { "history", activate_history },
  { "save", activate_save },
  { "import", activate_import },
  { "import-cells", activate_import_cells },
  { "open", activate_open },
  { "open-path", activate_open_path, "s" },
  { "new-project", activate_new_project },
  { "close-project", activate_close_project },
  { "close", activate_close },
  { "next-image", activate_next_image },
  { "previous-image", activate_previous_image },
  { "next-unlabelled", activate_next_unlabelled },
  { "previous-unlabelled", activate_previous_unlabelled },
  { "predict", activate_predict },
  { "predict-chosen", activate_predict_chosen },
  { "predict-all", activate_predict_all },
  { "undo-cut", activate_undo_cut },
  { "quality", activate_quality },
  { "batch", activate_batch },
  { "next-uncertain", activate_next_uncertain },
  { "accept-all", activate_accept_all },
  { "accept-selected", activate_accept_selected },
  { "accept-cell", activate_accept_cell, "u" },
  { "export-csv", activate_export_csv },
  { "export-labels", activate_export_labels },
  { "export-report", activate_export_report },
  { "scale-from-line", activate_scale_from_line },
  { "charts", activate_charts },
  { "remove-image", activate_remove_image },
  { "zoom-fit", activate_zoom_fit },
  { "zoom-in", activate_zoom_in },
  { "zoom-out", activate_zoom_out },
  { "zoom-full", activate_zoom_full },
  { "turn-left", activate_turn_left },
  { "turn-right", activate_turn_right },
  { "turn-upright", activate_turn_upright },
  { "mode", activate_mode, "s", "'annotate'" },
  { "next-plane", activate_next_plane },
  { "previous-plane", activate_previous_plane },
  { "next-time", activate_next_time },
  { "previous-time", activate_previous_time },
  { "next-channel", activate_next_channel },
  { "previous-channel", activate_previous_channel },
  { "keys", activate_keys },
  { "show-help-overlay", activate_show_help_overlay },
  { "next-part", activate_next_part },
  { "previous-part", activate_previous_part },
};

static void
set_enabled (PelWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  if (action != NULL)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
pel_window_add_actions (PelWindow *self)
{
  static const char *const switches[] = {
    "show-outlines",  "show-fill", "show-prediction", "show-preview",  "show-uncertainty",
    "show-diameters", "invert",    "protect",         "only-selected",
  };
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  g_autoptr (GPropertyAction) list = NULL, inspector = NULL;

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  pel_window_add_cell_actions (self);
  pel_window_add_training_actions (self);
  for (gsize i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      g_autoptr (GPropertyAction) action =
          g_property_action_new (switches[i], display, switches[i]);

      g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
    }
  list = g_property_action_new ("show-list", self->list_flap, "reveal-flap");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (list));
  inspector = g_property_action_new ("show-inspector", self->inspector_flap, "reveal-flap");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (inspector));
}

/* What is listed is not so any more. */
static void
forget_shortcuts (PelWindow *self)
{
  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self), NULL);
}

void
pel_window_add_keys (PelWindow *self)
{
  PelKeyMap *map = pel_key_map_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));

  pel_shortcuts_install (self->canvas_view, map, TRUE);
  pel_shortcuts_install (GTK_WIDGET (self), map, FALSE);
  pel_key_tooltips_add_all (GTK_WIDGET (self));
  pel_key_tooltips_add (self->history_button, pel_command_find ("history"));
  g_signal_connect_object (map, "changed", G_CALLBACK (forget_shortcuts), self, G_CONNECT_SWAPPED);
}

void
pel_window_update_actions (PelWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  gboolean writable = project != NULL && !pel_project_get_read_only (project);
  gboolean editable = pel_workspace_get_editable (self->workspace);
  gboolean predicted = document != NULL && pel_image_document_get_has_prediction (document);
  gboolean can_predict = document != NULL && pel_workspace_get_model (self->workspace) != NULL &&
                         pel_workspace_get_predict_job (self->workspace) == NULL;
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  guint n_predicted;

  pel_display_get_predicted_selection (display, &n_predicted);
  set_enabled (self, "undo", editable && self->undo != NULL && pel_undo_get_can_undo (self->undo));
  set_enabled (self, "redo", editable && self->undo != NULL && pel_undo_get_can_redo (self->undo));
  set_enabled (self, "save", writable);
  set_enabled (self, "import", project == NULL || writable);
  set_enabled (self, "close-project", project != NULL);
  set_enabled (self, "next-image", document != NULL);
  set_enabled (self, "previous-image", document != NULL);
  set_enabled (self, "next-unlabelled", document != NULL);
  set_enabled (self, "previous-unlabelled", document != NULL);
  set_enabled (self, "predict", can_predict);
  set_enabled (self, "predict-chosen",
               can_predict && pel_workspace_get_n_chosen (self->workspace) > 0);
  set_enabled (self, "predict-all", can_predict);
  set_enabled (self, "quality", pel_workspace_get_model (self->workspace) != NULL);
  set_enabled (self, "batch", pel_workspace_get_model (self->workspace) != NULL);
  set_enabled (self, "next-uncertain",
               project != NULL && pel_project_get_current_model (project) != NULL);
  set_enabled (self, "accept-all", editable && predicted);
  set_enabled (self, "accept-cell", editable && predicted);
  set_enabled (self, "accept-selected", editable && predicted && n_predicted > 0);
  pel_window_update_cell_actions (self);
  pel_window_update_training_actions (self);
  set_enabled (self, "export-csv", document != NULL);
  set_enabled (self, "export-labels", document != NULL);
  set_enabled (self, "export-report", document != NULL);
  set_enabled (self, "import-cells", document != NULL && writable);
  set_enabled (self, "remove-image", document != NULL && writable);
  set_enabled (self, "zoom-fit", document != NULL);
  set_enabled (self, "zoom-in", document != NULL);
  set_enabled (self, "zoom-out", document != NULL);
  set_enabled (self, "zoom-full", document != NULL);
  set_enabled (self, "turn-left", document != NULL);
  set_enabled (self, "turn-right", document != NULL);
  set_enabled (self, "turn-upright", document != NULL);
  set_enabled (self, "mode", project != NULL);
}
