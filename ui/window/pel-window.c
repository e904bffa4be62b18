/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-window-private.h"

#include <glib/gi18n-lib.h>

#include "ui/pages/pel-start-page.h"
#include "ui/widgets/pel-scroll-guard.h"
#include "ui/window/pel-models-window.h"
#include "ui/window/pel-settings.h"

G_DEFINE_FINAL_TYPE (PelWindow, pel_window, ADW_TYPE_APPLICATION_WINDOW)

/* Title and state */

static void
update_title (PelWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  g_autofree char *title = NULL;
  g_autofree char *images = NULL;
  g_autofree char *subtitle = NULL;
  guint n;

  if (project == NULL)
    {
      adw_window_title_set_title (self->title, "");
      adw_window_title_set_subtitle (self->title, "");
      gtk_window_set_title (GTK_WINDOW (self), _ ("Pellicle"));
      return;
    }
  n = pel_project_get_n_images (project);
  images = g_strdup_printf (ngettext ("%u image", "%u images", n), n);
  /* Translators: below the project's name: how many images, and whether all is saved. */
  subtitle = g_strdup_printf (_ ("%s · %s"), images,
                              pel_project_get_read_only (project) ? _ ("read-only")
                              : pel_project_get_saving (project)  ? _ ("saving…")
                                                                  : _ ("saved"));
  /* Translators: the window's title: the project and the program. */
  title = g_strdup_printf (_ ("%s – Pellicle"), pel_project_get_name (project));
  adw_window_title_set_title (self->title, pel_project_get_name (project));
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_widget_set_tooltip_text (
      GTK_WIDGET (self->title),
      pel_project_get_read_only (project) ? pel_project_get_read_only_reason (project) : NULL);
}

static gboolean
is_training (PelWindow *self)
{
  return pel_job_runner_get_training (pel_workspace_get_runner (self->workspace)) != NULL;
}

static void
set_hint (PelWindow *self,
          const char *text,
          const char *button,
          const char *action,
          const char *mode)
{
  gtk_label_set_text (self->hint_text, text);
  gtk_widget_set_visible (GTK_WIDGET (self->hint_button), button != NULL);
  if (button != NULL)
    {
      gtk_button_set_label (self->hint_button, button);
      /* In this order, since a name and a target that do not go together are complained about. */
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->hint_button), NULL);
      gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->hint_button),
                                              mode != NULL ? g_variant_new_string (mode) : NULL);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->hint_button), action);
    }
  gtk_widget_set_visible (self->hint, TRUE);
}

/* What is predicted and reviewed of an image is known for certain only once it is read. */
static gboolean
is_step_known (PelWindow *self, PelNextStep step)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  return step < PEL_NEXT_STEP_PREDICT || document == NULL ||
         pel_image_document_get_loaded (document);
}

/* One thing at most is suggested, and never what the user is doing already. */
static void
update_hint (PelWindow *self)
{
  PelNextStep step = pel_workspace_get_next_step (self->workspace);
  PelProject *project = pel_workspace_get_project (self->workspace);
  const char *mode = pel_window_get_mode (self);
  guint n_cells = pel_workspace_count_cells (self->workspace, NULL);
  g_autofree char *text = NULL;

  if (step != self->hint_step)
    {
      self->hint_step = step;
      self->hint_dismissed = FALSE;
    }
  pel_train_page_set_suggested (self->train_page, step == PEL_NEXT_STEP_TRAIN);
  gtk_widget_set_visible (self->hint, FALSE);
  if (self->hint_dismissed || is_training (self) || !is_step_known (self, step) ||
      (project != NULL && pel_project_get_read_only (project)) ||
      pel_workspace_get_predict_job (self->workspace) != NULL ||
      (self->comparer != NULL && pel_comparer_get_active (self->comparer)))
    return;

  switch (step)
    {
    case PEL_NEXT_STEP_PAINT:
      if (g_str_equal (mode, "annotate") && n_cells == 0)
        set_hint (self, _ ("Paint a few cells with the brush: press and drag inside a cell."), NULL,
                  NULL, NULL);
      else if (g_str_equal (mode, "annotate"))
        {
          text = g_strdup_printf (ngettext ("Good. Paint %u more cell, then train.",
                                            "Good. Paint %u more cells, then train.",
                                            PEL_ENOUGH_CELLS - n_cells),
                                  PEL_ENOUGH_CELLS - n_cells);
          set_hint (self, text, NULL, NULL, NULL);
        }
      else
        set_hint (self,
                  _ ("Paint a few cells to learn from, or let the ready-made model find some."),
                  _ ("Annotate"), "win.mode", "annotate");
      break;
    case PEL_NEXT_STEP_TRAIN:
      if (!g_str_equal (mode, "train"))
        {
          text =
              n_cells > 0
                  ? g_strdup_printf (ngettext ("%u cell is painted: enough to train.",
                                               "%u cells are painted: enough to train.", n_cells),
                                     n_cells)
                  : g_strdup (_ ("There are masks to learn from."));
          set_hint (self, text, _ ("Train"), "win.mode", "train");
        }
      break;
    case PEL_NEXT_STEP_PREDICT:
      set_hint (self, _ ("There is a model. Let it find the cells in this image."), _ ("Predict"),
                "win.predict", NULL);
      break;
    case PEL_NEXT_STEP_REVIEW:
      if (!g_str_equal (mode, "review"))
        set_hint (self, _ ("Look at the predicted edges and accept what is right."), _ ("Review"),
                  "win.mode", "review");
      break;
    case PEL_NEXT_STEP_MEASURE:
      if (!g_str_equal (mode, "measure") && !g_str_equal (mode, "annotate"))
        set_hint (self, _ ("This image is done. See its measurements."), _ ("Measure"), "win.mode",
                  "measure");
      break;
    case PEL_NEXT_STEP_IMPORT:
    default:
      break;
    }
}

static void
update_loading (PelWindow *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  gtk_widget_set_visible (self->loading, document != NULL &&
                                             pel_image_document_get_image (document) == NULL &&
                                             !pel_image_document_get_missing (document) &&
                                             pel_workspace_get_loading (self->workspace));
  pel_window_update_actions (self);
}

static void
update_visibility (PelWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  gboolean has_project = project != NULL;

  gtk_stack_set_visible_child_name (self->stack, has_project             ? "work"
                                                 : self->opening != NULL ? "opening"
                                                                         : "start");
  gtk_stack_set_visible_child_name (
      GTK_STACK (self->canvas_stack),
      has_project && pel_project_get_n_images (project) > 0 ? "canvas" : "empty");
  pel_canvas_set_read_only (self->canvas, has_project && pel_project_get_read_only (project));
  gtk_widget_set_visible (self->mode_switcher, has_project);
  gtk_widget_set_visible (self->list_button, has_project);
  gtk_widget_set_visible (self->import_button, has_project);
  gtk_widget_set_visible (self->inspector_button, has_project);
  gtk_widget_set_visible (self->undo_button, has_project);
  gtk_widget_set_visible (self->redo_button, has_project);
  gtk_widget_set_visible (self->history_button, has_project);
  update_title (self);
  update_hint (self);
  pel_window_update_actions (self);
}

/* Following the workspace */

static void
on_undo_changed (PelWindow *self)
{
  pel_window_update_actions (self);
}

static void
unwatch_document (PelWindow *self)
{
  if (self->undo != NULL)
    g_signal_handlers_disconnect_by_data (self->undo, self);
  g_clear_object (&self->undo);
  if (self->watched != NULL)
    g_signal_handlers_disconnect_by_data (self->watched, self);
  g_clear_object (&self->watched);
}

static void
watch_undo (PelWindow *self)
{
  PelUndo *undo = self->watched != NULL ? pel_image_document_get_undo (self->watched) : NULL;

  if (self->undo == undo)
    return;
  if (self->undo != NULL)
    g_signal_handlers_disconnect_by_data (self->undo, self);
  g_set_object (&self->undo, undo);
  if (undo != NULL)
    {
      g_signal_connect_object (undo, "notify", G_CALLBACK (on_undo_changed), self,
                               G_CONNECT_SWAPPED);
      if (pel_undo_get_n_just_dropped (undo) > 0)
        {
          guint n = pel_undo_get_n_just_dropped (undo);
          g_autofree char *text = g_strdup_printf (
              ngettext ("The steps of this image had grown beyond 2 GiB: the oldest one is gone",
                        "The steps of this image had grown beyond 2 GiB: the oldest %u are gone",
                        n),
              n);

          pel_workspace_toast (self->workspace, text);
        }
    }
}

static void
on_image_changed (PelWindow *self)
{
  watch_undo (self);
  update_loading (self);
  update_hint (self);
}

/* A message about the image that was in view offers to take its last step back, which would now
 * take back another image's. */
static void
drop_undo_toast (PelWindow *self)
{
  AdwToast *toast = self->toaster != NULL ? pel_toaster_get_newest (self->toaster) : NULL;

  if (toast != NULL && g_strcmp0 (adw_toast_get_action_name (toast), PEL_WORKSPACE_UNDO) == 0)
    pel_toaster_dismiss (self->toaster);
}

static void
on_document_changed (PelWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  drop_undo_toast (self);
  unwatch_document (self);
  g_set_object (&self->watched, document);
  if (document != NULL)
    {
      static const char *const watched[] = { "image-changed",          "mask-replaced",
                                             "notify::loaded",         "notify::missing",
                                             "notify::has-prediction", "prediction-changed" };

      for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
        g_signal_connect_object (document, watched[i], G_CALLBACK (on_image_changed), self,
                                 G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "notify::n-cells", G_CALLBACK (update_hint), self,
                               G_CONNECT_SWAPPED);
      if (project != NULL && !pel_project_get_read_only (project))
        pel_project_set_setting (project, "last-image", pel_image_document_get_name (document));
    }
  pel_canvas_set_document (self->canvas, document);
  on_image_changed (self);
}

static void
on_project_changed (PelWindow *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  if (project != NULL)
    {
      g_signal_connect_object (project, "notify", G_CALLBACK (update_title), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (project, "items-changed", G_CALLBACK (update_visibility), self,
                               G_CONNECT_SWAPPED);
    }
  self->hint_dismissed = FALSE;
  update_visibility (self);
}

static void
on_toast (PelWorkspace *workspace, AdwToast *toast, PelWindow *self)
{
  /* What is told now matters more than what was told before. */
  if (self->toaster != NULL && !pel_models_window_tells (GTK_WINDOW (self)))
    pel_toaster_show (self->toaster, toast);
}

static void
on_copy_details (GtkButton *button, const char *details)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), details);
}

static void
free_closure_data (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
on_failure (PelWorkspace *workspace,
            const char *heading,
            const char *body,
            const char *details,
            PelWindow *self)
{
  GtkWidget *dialog;

  /* What fails again while it is being told need not be told twice. */
  if (self->failure != NULL &&
      g_strcmp0 (adw_message_dialog_get_heading (self->failure), heading) == 0)
    return;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  g_set_weak_pointer (&self->failure, ADW_MESSAGE_DIALOG (dialog));
  if (details != NULL && *details != '\0')
    {
      GtkWidget *expander = gtk_expander_new_with_mnemonic (_ ("_Details"));
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
      GtkWidget *label = gtk_label_new (details);
      GtkWidget *copy = gtk_button_new_with_mnemonic (_ ("_Copy"));

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
      gtk_widget_set_halign (copy, GTK_ALIGN_START);
      gtk_widget_set_tooltip_text (copy, _ ("Copy the details"));
      g_signal_connect_data (copy, "clicked", G_CALLBACK (on_copy_details), g_strdup (details),
                             free_closure_data, G_CONNECT_DEFAULT);
      gtk_box_append (GTK_BOX (box), label);
      gtk_box_append (GTK_BOX (box), copy);
      gtk_expander_set_child (GTK_EXPANDER (expander), box);
      adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), expander);
    }
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  update_loading (self);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_mode_changed (PelWindow *self)
{
  const char *mode = pel_window_get_mode (self);
  GAction *action;

  if (mode == NULL || self->workspace == NULL)
    return;
  action = g_action_map_lookup_action (G_ACTION_MAP (self), "mode");
  if (action != NULL)
    g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (mode));
  pel_window_close_quality (self);
  /* Numbers are wanted where cells are judged, and in the way where they are painted. */
  pel_display_set_show_diameters (pel_workspace_get_display (self->workspace),
                                  g_str_equal (mode, "review") || g_str_equal (mode, "measure"));
  pel_reviewer_set_active (self->reviewer, g_str_equal (mode, "review"));
  update_hint (self);
}

/* The live preview's switch makes room for it. */
static void
on_hint_shown (PelWindow *self)
{
  if (gtk_widget_get_visible (self->hint))
    gtk_widget_add_css_class (GTK_WIDGET (self), "pel-hinted");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "pel-hinted");
}

static void
on_hint_dismissed (PelWindow *self)
{
  self->hint_dismissed = TRUE;
  update_hint (self);
}

static void
on_jobs_changed (PelWindow *self)
{
  update_hint (self);
  pel_window_update_actions (self);
}

/* Life */

static gboolean
pel_window_close_request (GtkWindow *window)
{
  PelWindow *self = PEL_WINDOW (window);

  if (self->settings != NULL)
    {
      gboolean maximized = gtk_window_is_maximized (window);

      g_settings_set_boolean (self->settings, "maximized", maximized);
      if (!maximized)
        {
          int width, height;

          gtk_window_get_default_size (window, &width, &height);
          g_settings_set_int (self->settings, "window-width", width);
          g_settings_set_int (self->settings, "window-height", height);
        }
    }
  if (!self->may_close && !pel_window_ask_to_close (self))
    return GDK_EVENT_STOP;
  return GTK_WINDOW_CLASS (pel_window_parent_class)->close_request (window);
}

static void
restore_size (PelWindow *self)
{
  self->settings = pel_settings_new ();
  if (self->settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_settings_bind (self->settings, "show-list", self->list_flap, "reveal-flap",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
  g_settings_bind (self->settings, "show-inspector", self->inspector_flap, "reveal-flap",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_GET_NO_CHANGES);
}

static void
pel_window_dispose (GObject *object)
{
  PelWindow *self = PEL_WINDOW (object);

  if (self->opening != NULL)
    g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  if (self->toaster != NULL)
    pel_toaster_close (self->toaster);
  g_clear_object (&self->toaster);
  pel_window_close_quality (self);
  g_clear_weak_pointer (&self->failure);
  g_clear_weak_pointer (&self->worked_at);
  g_clear_handle_id (&self->back_id, g_source_remove);
  g_clear_weak_pointer (&self->models_window);
  g_clear_weak_pointer (&self->learning_window);
  g_clear_weak_pointer (&self->batch);
  g_clear_weak_pointer (&self->keys);
  g_clear_handle_id (&self->calm_id, g_source_remove);
  g_clear_object (&self->tool_signals);
  unwatch_document (self);
  if (self->live_preview != NULL)
    pel_live_preview_stop (self->live_preview);
  g_clear_object (&self->live_preview);
  if (self->comparer != NULL)
    pel_comparer_close (self->comparer);
  g_clear_object (&self->comparer);
  /* Actions of a property hold its widget, and that in the end all there is in the window. */
  if (self->reviewer != NULL)
    {
      g_action_map_remove_action (G_ACTION_MAP (self), "show-list");
      g_action_map_remove_action (G_ACTION_MAP (self), "show-inspector");
      pel_reviewer_stop (self->reviewer);
    }
  g_clear_object (&self->reviewer);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workspace, self);
      g_signal_handlers_disconnect_by_data (
          pel_job_runner_get_jobs (pel_workspace_get_runner (self->workspace)), self);
    }
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (pel_window_parent_class)->dispose (object);
}

static void
pel_window_finalize (GObject *object)
{
  PelWindow *self = PEL_WINDOW (object);

  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_window_parent_class)->finalize (object);
}

/* What GTK opens its inspector with is the key for importing cells here, and opens nothing where
 * there is nothing to import into. */
static gboolean
pel_window_enable_debugging (GtkWindow *window, gboolean toggle)
{
  return toggle && GTK_WINDOW_CLASS (pel_window_parent_class)->enable_debugging (window, toggle);
}

static void
pel_window_class_init (PelWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pel_window_dispose;
  object_class->finalize = pel_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = pel_window_close_request;
  GTK_WINDOW_CLASS (klass)->enable_debugging = pel_window_enable_debugging;

  g_type_ensure (PEL_TYPE_START_PAGE);
  g_type_ensure (PEL_TYPE_HISTORY_LIST);
  g_type_ensure (PEL_TYPE_IMAGE_LIST);
  g_type_ensure (PEL_TYPE_ANNOTATE_PAGE);
  g_type_ensure (PEL_TYPE_TRAIN_PAGE);
  g_type_ensure (PEL_TYPE_REVIEW_PAGE);
  g_type_ensure (PEL_TYPE_MEASURE_PAGE);
  g_type_ensure (PEL_TYPE_STATUS_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PelWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, start_page);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, overlay);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, hint);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, hint_text);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, cell_menu);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, hint_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, title);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, history_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, history_popover);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, history_list);
  gtk_widget_class_bind_template_callback (widget_class, pel_window_show_history);
  gtk_widget_class_bind_template_callback (widget_class, pel_window_hide_history);
  gtk_widget_class_bind_template_callback (widget_class, pel_window_fail_history);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, inspector_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, import_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, list_button);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, mode_switcher);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, modes);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, inspector);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, list_flap);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, inspector_flap);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, image_list);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, canvas_stack);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, loading);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, annotate_page);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, train_page);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, review_page);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, measure_page);
  gtk_widget_class_bind_template_child (widget_class, PelWindow, status_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_mode_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_hint_dismissed);
}

static void
add_drop_sign (PelWindow *self)
{
  GtkWidget *label = gtk_label_new (_ ("Let go to open or add"));

  self->drop_sign = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->drop_sign, "pel-drop");
  gtk_widget_add_css_class (label, "title-2");
  gtk_widget_set_halign (label, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (self->drop_sign), label);
  gtk_widget_set_visible (self->drop_sign, FALSE);
  gtk_widget_set_can_target (self->drop_sign, FALSE);
}

static void
pel_window_init (PelWindow *self)
{
  GtkWidget *content;
  GtkWidget *overlay;
  PelJobRunner *runner;

  self->workspace = pel_workspace_new ();
  runner = pel_workspace_get_runner (self->workspace);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->toaster = pel_toaster_new (self->toasts);
  g_signal_connect_object (self->hint, "notify::visible", G_CALLBACK (on_hint_shown), self,
                           G_CONNECT_SWAPPED);
  pel_window_add_actions (self);
  pel_window_add_canvas (self);

  /* The sign lies over everything, the header bar included. */
  add_drop_sign (self);
  content = g_object_ref (adw_application_window_get_content (ADW_APPLICATION_WINDOW (self)));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), NULL);
  overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (overlay), content);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->drop_sign);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), overlay);
  gtk_widget_add_controller (overlay, GTK_EVENT_CONTROLLER (pel_window_make_drop_target (self)));
  g_object_unref (content);

  pel_image_list_set_workspace (self->image_list, self->workspace);
  pel_status_bar_set_workspace (self->status_bar, self->workspace);
  pel_annotate_page_set_workspace (self->annotate_page, self->workspace);
  pel_train_page_set_workspace (self->train_page, self->workspace);
  pel_review_page_set_workspace (self->review_page, self->workspace);
  pel_measure_page_set_workspace (self->measure_page, self->workspace);

  g_signal_connect_object (self->workspace, "notify::project", G_CALLBACK (on_project_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::document", G_CALLBACK (on_document_changed),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::next-step", G_CALLBACK (update_hint), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::n-chosen",
                           G_CALLBACK (pel_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "notify::model", G_CALLBACK (pel_window_update_actions),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "toast", G_CALLBACK (on_toast), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->workspace, "failure", G_CALLBACK (on_failure), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (pel_workspace_get_display (self->workspace), "selection-changed",
                           G_CALLBACK (pel_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pel_job_runner_get_jobs (runner), "items-changed",
                           G_CALLBACK (on_jobs_changed), self, G_CONNECT_SWAPPED);
  pel_scroll_guard_add (GTK_WIDGET (self->inspector));
  pel_window_add_keys (self);
  pel_window_follow_focus (self);
  restore_size (self);
  on_mode_changed (self);
  update_visibility (self);
}

PelWindow *
pel_window_new (GtkApplication *application)
{
  return g_object_new (PEL_TYPE_WINDOW, "application", application, NULL);
}

PelWorkspace *
pel_window_get_workspace (PelWindow *self)
{
  g_return_val_if_fail (PEL_IS_WINDOW (self), NULL);

  return self->workspace;
}

const char *
pel_window_get_mode (PelWindow *self)
{
  g_return_val_if_fail (PEL_IS_WINDOW (self), NULL);

  return adw_view_stack_get_visible_child_name (self->modes);
}

void
pel_window_set_mode (PelWindow *self, const char *mode)
{
  g_return_if_fail (PEL_IS_WINDOW (self));

  adw_view_stack_set_visible_child_name (self->modes, mode);
}

/* Shared with pel-window-files.c: the window's parts follow what is being opened. */
void
pel_window_update (PelWindow *self)
{
  update_visibility (self);
}
