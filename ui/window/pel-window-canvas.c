/* SPDX-License-Identifier: MIT */
/* The picture in the window: what it tells, and what it is told. */
#include "ui/window/pel-window-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-quantity.h"
#include "ui/window/pel-stack-bar.h"

/* So long after the last event the hand is taken to rest. */
#define CALM_MS 500

static void
on_hover (PelCanvas *canvas, double x, double y, const char *value, guint label, PelWindow *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  PelMask *mask = document != NULL ? pel_image_document_get_mask (document) : NULL;

  /* @label may be a predicted cell's, whose number says nothing about the mask. */
  self->hover_label = mask != NULL ? pel_mask_get_label (mask, (int)floor (x), (int)floor (y)) : 0;
  pel_status_bar_set_hover (self->status_bar, x, y, value, label);
}

static void
on_announced (PelCanvas *canvas, const char *text, PelWindow *self)
{
  pel_status_bar_tell (self->status_bar, text);
}

static void
on_only_selected (PelWindow *self)
{
  pel_canvas_announce (self->canvas,
                       pel_display_get_only_selected (pel_workspace_get_display (self->workspace))
                           ? _ ("Only the chosen cells are shown")
                           : _ ("All cells are shown"));
}

static void
on_tool_changed (PelWindow *self)
{
  PelTool *tool = pel_canvas_get_tool (self->canvas);
  g_autofree char *status = tool != NULL ? pel_tool_dup_status (tool) : NULL;

  pel_status_bar_set_tool_status (self->status_bar, status);
}

static void
on_other_tool (PelCanvas *canvas, GParamSpec *pspec, GSignalGroup *signals)
{
  g_signal_group_set_target (signals, pel_canvas_get_tool (canvas));
}

static void
on_show_cell (PelWorkspace *workspace, guint label, PelWindow *self)
{
  PelImageDocument *document = pel_workspace_get_document (workspace);
  PelCellList *cells;
  g_autoptr (PelCell) cell = NULL;
  PelRect area;
  graphene_rect_t visible;
  double x, y, size;
  int row;

  if (document == NULL)
    return;
  cells = pel_display_is_predicted_selected (pel_workspace_get_display (workspace), label)
              ? pel_image_document_get_prediction_cells (document)
              : pel_image_document_get_cells (document);
  row = pel_cell_list_find (cells, label);
  if (row < 0)
    return;
  cell = g_list_model_get_item (G_LIST_MODEL (cells), (guint)row);
  x = pel_cell_get_value (cell, PEL_QUANTITY_CENTROID_X);
  y = pel_cell_get_value (cell, PEL_QUANTITY_CENTROID_Y);
  /* A small cell is brought into view without zooming far into it. */
  pel_canvas_get_visible (self->canvas, &visible);
  size = MAX (1.5 * pel_cell_get_value (cell, PEL_QUANTITY_MAX_FERET),
              (double)MAX (visible.size.width, visible.size.height) / 8.0);
  area.x = (int)(x - size / 2.0);
  area.y = (int)(y - size / 2.0);
  area.width = area.height = (int)size;
  if (pel_canvas_sees (self->canvas,
                       &GRAPHENE_RECT_INIT ((float)(x - size / 3.0), (float)(y - size / 3.0),
                                            (float)(size / 1.5), (float)(size / 1.5))))
    return; /* the eye stays where it is */
  pel_canvas_zoom_to_rect (self->canvas, &area, TRUE);
}

static gboolean
on_calm (gpointer data)
{
  PelWindow *self = data;

  self->calm_id = 0;
  pel_job_runner_set_interactive (pel_workspace_get_runner (self->workspace), FALSE);
  return G_SOURCE_REMOVE;
}

/* While the user paints or moves the view, work in the background leaves a processor free. */
static gboolean
on_event (GtkEventControllerLegacy *controller, GdkEvent *event, PelWindow *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  const GdkModifierType buttons = GDK_BUTTON1_MASK | GDK_BUTTON2_MASK | GDK_BUTTON3_MASK;
  gboolean busy = type == GDK_BUTTON_PRESS || type == GDK_SCROLL || type == GDK_TOUCHPAD_PINCH ||
                  (type == GDK_MOTION_NOTIFY && (gdk_event_get_modifier_state (event) & buttons));

  if (!busy)
    return GDK_EVENT_PROPAGATE;
  if (self->calm_id == 0)
    pel_job_runner_set_interactive (pel_workspace_get_runner (self->workspace), TRUE);
  else
    g_source_remove (self->calm_id);
  self->calm_id = g_timeout_add (CALM_MS, on_calm, self);
  return GDK_EVENT_PROPAGATE;
}

/* Over the picture, above the scale: the zoom and the small map are at the other side. */
static void
add_stack_bar (PelWindow *self)
{
  GtkWidget *bar = pel_stack_bar_new (self->workspace);

  self->stack_bar = PEL_STACK_BAR (bar);
  gtk_widget_set_halign (bar, GTK_ALIGN_START);
  gtk_widget_set_margin_start (bar, 14);
  gtk_widget_set_valign (bar, GTK_ALIGN_END);
  gtk_widget_set_margin_bottom (bar, 56);
  gtk_overlay_add_overlay (self->overlay, bar);
}

void
pel_window_add_canvas (PelWindow *self)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();
  GSignalGroup *signals = g_signal_group_new (PEL_TYPE_TOOL);

  self->canvas_view = pel_canvas_view_new ();
  self->canvas = pel_canvas_view_get_canvas (PEL_CANVAS_VIEW (self->canvas_view));
  pel_canvas_set_display (self->canvas, pel_workspace_get_display (self->workspace));
  pel_canvas_set_context_menu (self->canvas, self->cell_menu);
  gtk_overlay_set_child (self->overlay, self->canvas_view);
  add_stack_bar (self);
  self->live_preview = pel_live_preview_new (self->workspace, self->canvas);
  gtk_overlay_add_overlay (self->overlay, pel_live_preview_get_button (self->live_preview));
  self->comparer = pel_comparer_new (self->workspace, self->canvas, self->overlay);
  self->reviewer =
      pel_reviewer_new (self->workspace, self->canvas, self->canvas_view, G_ACTION_MAP (self));
  g_signal_connect_object (self->canvas, "hover-changed", G_CALLBACK (on_hover), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->canvas, "announced", G_CALLBACK (on_announced), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (pel_workspace_get_display (self->workspace), "notify::only-selected",
                           G_CALLBACK (on_only_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workspace, "show-cell", G_CALLBACK (on_show_cell), self,
                           G_CONNECT_DEFAULT);
  g_signal_group_connect_object (signals, "changed", G_CALLBACK (on_tool_changed), self,
                                 G_CONNECT_SWAPPED);
  g_signal_connect_object (signals, "bind", G_CALLBACK (on_tool_changed), self, G_CONNECT_SWAPPED);
  self->tool_signals = signals;
  g_signal_connect_object (self->canvas, "notify::tool-id", G_CALLBACK (on_other_tool), signals,
                           G_CONNECT_DEFAULT);
  on_other_tool (self->canvas, NULL, signals);
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (self->canvas_view, events);
}
