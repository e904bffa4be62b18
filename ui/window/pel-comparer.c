/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-comparer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/window/pel-format.h"

#define N_ROWS 6
#define KEY_STEP 24.0
#define DIVIDER_WIDTH 22

struct _PelComparer
{
  GObject parent_instance;

  PelWorkspace *workspace;
  PelCanvas *canvas; /* weak */
  PelImageDocument *document;
  PelCompareJob *job; /* the one whose answer is wanted */
  gboolean active;
  gboolean updating;

  GtkWidget *divider;
  double position; /* share of the width */
  double drag_from;
  GtkWidget *card;
  GtkDropDown *choices[2];
  GPtrArray *listed; /* of PelModelEntry: the rows of both choices */
  GSignalGroup *model_signals;
  GtkLabel *values[2][N_ROWS];
  GtkWidget *spinner;
};

G_DEFINE_FINAL_TYPE (PelComparer, pel_comparer, G_TYPE_OBJECT)

static GListModel *
get_models (PelComparer *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  return project != NULL ? pel_project_get_models (project) : NULL;
}

/* (transfer full) (nullable): as it is now, for models come and go while others are compared */
static PelModelEntry *
get_chosen (PelComparer *self, guint side)
{
  GListModel *models = get_models (self);
  guint row = gtk_drop_down_get_selected (self->choices[side]);

  for (guint i = 0;
       models != NULL && row < self->listed->len && i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      if (pel_model_entry_is_same (entry, g_ptr_array_index (self->listed, row)))
        return pel_model_entry_get_problem (entry) == NULL ? g_steal_pointer (&entry) : NULL;
    }
  return NULL;
}

/* The divider */

static void
place_divider (PelComparer *self)
{
  int width = self->canvas != NULL ? gtk_widget_get_width (GTK_WIDGET (self->canvas)) : 0;
  double x = self->position * width;

  if (width <= 0)
    return;
  gtk_widget_set_margin_start (self->divider, MAX (0, (int)x - DIVIDER_WIDTH / 2));
  pel_canvas_set_compare_position (self->canvas, x);
}

static void
move_divider (PelComparer *self, double x)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->canvas));

  if (width <= 0)
    return;
  self->position = CLAMP (x / width, 0.02, 0.98);
  place_divider (self);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, PelComparer *self)
{
  self->drag_from = self->position * gtk_widget_get_width (GTK_WIDGET (self->canvas));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

/* The divider moves under the pointer, and the offset with it. */
static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, PelComparer *self)
{
  double x, y, wx, wy;

  if (self->canvas == NULL || !gtk_gesture_drag_get_start_point (gesture, &x, &y) ||
      !gtk_widget_translate_coordinates (self->divider, GTK_WIDGET (self->canvas), x + dx, y + dy,
                                         &wx, &wy))
    return;
  move_divider (self, wx);
}

static gboolean
on_divider_key (GtkEventControllerKey *keys,
                guint keyval,
                guint code,
                GdkModifierType state,
                PelComparer *self)
{
  double x;

  if (self->canvas == NULL || (keyval != GDK_KEY_Left && keyval != GDK_KEY_Right))
    return GDK_EVENT_PROPAGATE;
  x = self->position * gtk_widget_get_width (GTK_WIDGET (self->canvas));
  move_divider (self, keyval == GDK_KEY_Left ? x - KEY_STEP : x + KEY_STEP);
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_divider (PelComparer *self)
{
  GtkWidget *divider = gtk_button_new ();
  GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_VERTICAL);
  GtkWidget *grip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *both = gtk_overlay_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_overlay_set_child (GTK_OVERLAY (both), line);
  gtk_widget_add_css_class (grip, "pel-grip");
  gtk_widget_set_halign (grip, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (grip, GTK_ALIGN_CENTER);
  gtk_overlay_add_overlay (GTK_OVERLAY (both), grip);
  gtk_button_set_child (GTK_BUTTON (divider), both);
  gtk_widget_add_css_class (divider, "pel-divider");
  gtk_widget_add_css_class (divider, "flat");
  gtk_widget_set_size_request (divider, DIVIDER_WIDTH, -1);
  gtk_widget_set_halign (divider, GTK_ALIGN_START);
  gtk_widget_set_cursor_from_name (divider, "ew-resize");
  gtk_widget_set_tooltip_text (divider, _ ("Drag, or press the left and right arrow keys"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (divider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Divider between two models"), -1);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (divider, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_divider_key), self);
  gtk_widget_add_controller (divider, keys);
  gtk_widget_set_visible (divider, FALSE);
  return divider;
}

/* The table */

static void
set_value (PelComparer *self, guint side, guint row, double value)
{
  char text[32];

  g_snprintf (text, sizeof text, "%.2f", value);
  gtk_label_set_text (self->values[side][row], isfinite (value) ? text : "–");
}

/* @waiting: for figures that are on their way, where there are none */
static void
show_figures (PelComparer *self, guint side, const PelCompareSide *figures, gboolean waiting)
{
  g_autoptr (PelModelEntry) entry = get_chosen (self, side);
  g_autofree char *count = NULL;
  g_autofree char *diameter = NULL;
  g_autofree char *time = NULL;

  if (entry != NULL)
    {
      set_value (self, side, 4, pel_model_entry_get_best_ap50 (entry));
      time = pel_format_duration (pel_model_entry_get_seconds (entry));
      gtk_label_set_text (self->values[side][5], time);
    }
  if (figures == NULL)
    {
      for (guint row = 0; row < 4; row++)
        gtk_label_set_text (self->values[side][row], waiting ? "…" : "–");
      return;
    }
  count = g_strdup_printf ("%u", figures->n_cells);
  gtk_label_set_text (self->values[side][0], count);
  if (isfinite (figures->diameter) && self->document != NULL)
    diameter = pel_format_length (figures->diameter, pel_image_document_get_um (self->document));
  gtk_label_set_text (self->values[side][1], diameter != NULL ? diameter : "–");
  set_value (self, side, 2, figures->ap50);
  set_value (self, side, 3, figures->dice);
}

/* The comparison */

static void
drop_job (PelComparer *self)
{
  if (self->job != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->job, self);
      pel_job_cancel (PEL_JOB (self->job));
    }
  g_clear_object (&self->job);
}

static void
on_finished (PelCompareJob *job, PelComparer *self)
{
  PelCompareSide sides[2];
  PelOutlines *outlines[2];

  gtk_widget_set_visible (self->spinner, FALSE);
  if (pel_job_get_state (PEL_JOB (job)) == PEL_JOB_STATE_FAILED)
    pel_workspace_fail (self->workspace, _ ("The models could not be compared"),
                        _ ("Nothing was changed. Choose other models, or another image."),
                        pel_job_get_error (PEL_JOB (job))->message);
  if (self->canvas == NULL || !pel_compare_job_get_side (job, 0, &sides[0]) ||
      !pel_compare_job_get_side (job, 1, &sides[1]))
    {
      for (guint i = 0; i < 2; i++)
        show_figures (self, i, NULL, FALSE);
      return;
    }
  for (guint i = 0; i < 2; i++)
    {
      outlines[i] = pel_outlines_new (sides[i].outlines);
      show_figures (self, i, &sides[i], FALSE);
    }
  pel_canvas_set_comparison (self->canvas, outlines[0], outlines[1]);
  for (guint i = 0; i < 2; i++)
    pel_outlines_unref (outlines[i]);
  place_divider (self);
}

static void
run (PelComparer *self)
{
  g_autoptr (PelModelEntry) first = get_chosen (self, 0);
  g_autoptr (PelModelEntry) second = get_chosen (self, 1);
  PelImage *image = self->document != NULL ? pel_image_document_get_image (self->document) : NULL;
  PelMask *mask = self->document != NULL ? pel_image_document_get_mask (self->document) : NULL;
  g_autoptr (PelLabels) truth = NULL;

  drop_job (self);
  if (self->canvas != NULL)
    pel_canvas_set_comparison (self->canvas, NULL, NULL);
  /* An image that is being read is compared as soon as it is there. */
  for (guint i = 0; self->active && i < 2; i++)
    show_figures (self, i, NULL, first != NULL && second != NULL);
  gtk_widget_set_visible (self->spinner, self->active && first != NULL && second != NULL);
  if (!self->active || image == NULL || first == NULL || second == NULL)
    return;
  if (mask != NULL && pel_image_document_get_complete (self->document))
    truth = pel_mask_snapshot (mask);
  self->job = pel_compare_job_new (image, truth, pel_model_entry_get_path (first),
                                   pel_model_entry_get_path (second));
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                           G_CONNECT_DEFAULT);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
}

static void
on_chosen (PelComparer *self)
{
  if (!self->updating && self->active)
    run (self);
}

static void
leave_document (PelComparer *self)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelComparer *self)
{
  leave_document (self);
  g_set_object (&self->document, pel_workspace_get_document (self->workspace));
  if (self->document != NULL)
    g_signal_connect_object (self->document, "image-changed", G_CALLBACK (run), self,
                             G_CONNECT_SWAPPED);
  run (self);
}

/* @second is one of the models; the other is @first, or where there is no such one any. */
static gboolean
fill_choices (PelComparer *self, PelModelEntry *first, PelModelEntry *second)
{
  GListModel *models = get_models (self);
  guint n = models != NULL ? g_list_model_get_n_items (models) : 0;
  guint places[2] = { GTK_INVALID_LIST_POSITION, GTK_INVALID_LIST_POSITION };
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PelModelEntry) entry = g_list_model_get_item (models, i);

      gtk_string_list_append (names, pel_model_entry_get_name (entry));
      g_ptr_array_add (listed, g_object_ref (entry));
      if (pel_model_entry_get_problem (entry) != NULL)
        continue;
      if (entry == second)
        places[1] = i;
      else if (places[0] == GTK_INVALID_LIST_POSITION || entry == first)
        places[0] = i;
    }
  if (places[0] == GTK_INVALID_LIST_POSITION || places[1] == GTK_INVALID_LIST_POSITION)
    return FALSE;
  g_ptr_array_unref (self->listed);
  self->listed = g_steal_pointer (&listed);
  self->updating = TRUE;
  for (guint i = 0; i < 2; i++)
    {
      gtk_drop_down_set_model (self->choices[i], G_LIST_MODEL (names));
      gtk_drop_down_set_selected (self->choices[i], places[i]);
    }
  self->updating = FALSE;
  return TRUE;
}

/* One was trained, renamed, deleted or brought back: the two on show stay, under their names of
 * now. Where one is gone there is nothing more to compare. */
static void
on_models_changed (PelComparer *self)
{
  g_autoptr (PelModelEntry) first = get_chosen (self, 0);
  g_autoptr (PelModelEntry) second = get_chosen (self, 1);

  if (!self->active)
    return;
  if (first == NULL || second == NULL || !fill_choices (self, first, second))
    {
      pel_comparer_stop (self);
      return;
    }
  /* Whoever looks at one model twice goes on doing so. */
  self->updating = TRUE;
  if (first == second)
    gtk_drop_down_set_selected (self->choices[0], gtk_drop_down_get_selected (self->choices[1]));
  self->updating = FALSE;
}

static void
on_project_changed (PelComparer *self)
{
  g_signal_group_set_target (self->model_signals, get_models (self));
  pel_comparer_stop (self);
}

void
pel_comparer_start (PelComparer *self, PelModelEntry *model)
{
  g_return_if_fail (PEL_IS_COMPARER (self));

  pel_comparer_start_pair (self, pel_workspace_get_model (self->workspace), model);
}

void
pel_comparer_start_pair (PelComparer *self, PelModelEntry *left, PelModelEntry *right)
{
  g_return_if_fail (PEL_IS_COMPARER (self));
  g_return_if_fail (PEL_IS_MODEL_ENTRY (right));

  if (!fill_choices (self, left, right))
    {
      pel_workspace_toast (self->workspace, _ ("There is no second model to compare with"));
      return;
    }
  self->active = TRUE;
  self->position = 0.5;
  gtk_widget_set_visible (self->divider, TRUE);
  gtk_widget_set_visible (self->card, TRUE);
  place_divider (self);
  run (self);
}

void
pel_comparer_stop (PelComparer *self)
{
  g_return_if_fail (PEL_IS_COMPARER (self));

  self->active = FALSE;
  drop_job (self);
  gtk_widget_set_visible (self->divider, FALSE);
  gtk_widget_set_visible (self->card, FALSE);
  if (self->canvas != NULL)
    {
      pel_canvas_set_comparison (self->canvas, NULL, NULL);
      gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
    }
}

gboolean
pel_comparer_get_active (PelComparer *self)
{
  g_return_val_if_fail (PEL_IS_COMPARER (self), FALSE);

  return self->active;
}

static gboolean
on_card_key (GtkEventControllerKey *keys,
             guint keyval,
             guint code,
             GdkModifierType state,
             PelComparer *self)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  pel_comparer_stop (self);
  return GDK_EVENT_STOP;
}

static GtkWidget *
make_choice (PelComparer *self, guint side)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *sign = gtk_label_new (side == 0 ? "◀" : "▶");
  GtkWidget *choice = gtk_drop_down_new (NULL, NULL);

  gtk_widget_add_css_class (sign, side == 0 ? "pel-left" : "pel-right");
  gtk_widget_set_hexpand (choice, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  side == 0 ? _ ("Model at the left") : _ ("Model at the right"),
                                  -1);
  self->choices[side] = GTK_DROP_DOWN (choice);
  g_signal_connect_object (choice, "notify::selected", G_CALLBACK (on_chosen), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), sign);
  gtk_box_append (GTK_BOX (box), choice);
  return box;
}

static GtkWidget *
make_card (PelComparer *self)
{
  const char *titles[N_ROWS] = { _ ("Cells found"),      _ ("Median diameter"),
                                 _ ("AP on this image"), _ ("Dice on this image"),
                                 _ ("AP held out"),      _ ("Training time") };
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *close = gtk_button_new_from_icon_name ("window-close-symbolic");
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), 14);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_widget_add_css_class (grid, "pel-compare");
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (grid, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (grid, 64);
  self->spinner = gtk_spinner_new ();
  /* Only in sight: elsewhere GTK would make frames for it all the time. */
  g_signal_connect (self->spinner, "map", G_CALLBACK (gtk_spinner_start), NULL);
  g_signal_connect (self->spinner, "unmap", G_CALLBACK (gtk_spinner_stop), NULL);
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_widget_set_halign (self->spinner, GTK_ALIGN_START);
  gtk_grid_attach (GTK_GRID (grid), self->spinner, 0, 0, 1, 1);
  for (guint side = 0; side < 2; side++)
    gtk_grid_attach (GTK_GRID (grid), make_choice (self, side), 1 + (int)side, 0, 1, 1);
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_add_css_class (close, "circular");
  gtk_widget_set_tooltip_text (close, _ ("End the comparison (Esc)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (close), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("End the comparison"), -1);
  g_signal_connect_object (close, "clicked", G_CALLBACK (pel_comparer_stop), self,
                           G_CONNECT_SWAPPED);
  gtk_grid_attach (GTK_GRID (grid), close, 3, 0, 1, 1);
  for (int row = 0; row < N_ROWS; row++)
    {
      GtkWidget *title = gtk_label_new (titles[row]);

      gtk_label_set_xalign (GTK_LABEL (title), 0.0f);
      gtk_widget_add_css_class (title, "dim-label");
      gtk_grid_attach (GTK_GRID (grid), title, 0, row + 1, 1, 1);
      for (guint side = 0; side < 2; side++)
        {
          GtkWidget *value = gtk_label_new ("");

          gtk_widget_add_css_class (value, "pel-number");
          gtk_widget_set_halign (value, GTK_ALIGN_CENTER);
          self->values[side][row] = GTK_LABEL (value);
          gtk_grid_attach (GTK_GRID (grid), value, 1 + (int)side, row + 1, 1, 1);
        }
    }
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_card_key), self);
  gtk_widget_add_controller (grid, keys);
  gtk_widget_set_visible (grid, FALSE);
  return grid;
}

void
pel_comparer_close (PelComparer *self)
{
  g_return_if_fail (PEL_IS_COMPARER (self));

  self->active = FALSE;
  drop_job (self);
  leave_document (self);
  if (self->canvas != NULL)
    g_signal_handlers_disconnect_by_data (self->canvas, self);
  g_clear_weak_pointer (&self->canvas);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->model_signals);
}

static void
pel_comparer_dispose (GObject *object)
{
  PelComparer *self = PEL_COMPARER (object);

  pel_comparer_close (self);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_comparer_parent_class)->dispose (object);
}

static void
pel_comparer_finalize (GObject *object)
{
  g_ptr_array_unref (PEL_COMPARER (object)->listed);
  G_OBJECT_CLASS (pel_comparer_parent_class)->finalize (object);
}

static void
pel_comparer_class_init (PelComparerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pel_comparer_finalize;
  G_OBJECT_CLASS (klass)->dispose = pel_comparer_dispose;
}

static void
pel_comparer_init (PelComparer *self)
{
  self->listed = g_ptr_array_new_with_free_func (g_object_unref);
  self->model_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed",
                                  G_CALLBACK (on_models_changed), self);
  self->position = 0.5;
}

/* The size of the canvas is known by then. */
static void
on_view_changed (PelComparer *self)
{
  if (self->active)
    place_divider (self);
}

PelComparer *
pel_comparer_new (PelWorkspace *workspace, PelCanvas *canvas, GtkOverlay *overlay)
{
  PelComparer *self = g_object_new (PEL_TYPE_COMPARER, NULL);

  self->workspace = g_object_ref (workspace);
  g_set_weak_pointer (&self->canvas, canvas);
  self->divider = make_divider (self);
  self->card = make_card (self);
  gtk_overlay_add_overlay (overlay, self->divider);
  gtk_overlay_add_overlay (overlay, self->card);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_group_set_target (self->model_signals, get_models (self));
  g_signal_connect_object (canvas, "zoom-changed", G_CALLBACK (on_view_changed), self,
                           G_CONNECT_SWAPPED);
  on_document_changed (self);
  return self;
}
