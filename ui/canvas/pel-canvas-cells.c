/* SPDX-License-Identifier: MIT */
/* What the canvas shows of measured cells: the prediction's edges, diameters, and the highlight of
 * the cell under the pointer. All of it follows the document's cell lists. */
#include "ui/canvas/pel-canvas-private.h"

/* More chosen cells than this are not outlined one by one. */
#define MAX_HIGHLIGHTS 200

/* Colours that tell something are made from the numbers of both lists. */
static void
load_colors (PelCanvas *self)
{
  PelColorBy by = pel_display_get_color_by (self->display);
  gboolean had = self->colors != NULL;

  g_clear_pointer (&self->colors, pel_cell_colors_free);
  if (by != PEL_COLOR_BY_LABEL && self->document)
    self->colors = pel_cell_colors_new (by, pel_image_document_get_cells (self->document),
                                        pel_image_document_get_prediction_cells (self->document),
                                        pel_display_get_unit (self->display));
  if (!had && !self->colors)
    return;
  self->style_dirty = TRUE;
  g_signal_emit_by_name (self, "colors-changed");
}

static void on_review_changed (PelCanvas *self);

static void
load_cells (PelCanvas *self)
{
  PelCellList *list = self->document ? pel_image_document_get_cells (self->document) : NULL;

  pel_cell_marks_set_list (self->marks, list);
  load_colors (self);
  /* One scale for both. */
  if (self->colors && self->prediction_shown)
    on_review_changed (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  /* What is told of the cell under the pointer may have been measured anew. */
  if (self->hover_label != 0)
    pel_canvas_update_hover (self);
}

/* What the mask shows already, or the user rejected, is not drawn a second time. */
static gboolean
choose_color (guint32 label, guint32 *color, gpointer data)
{
  PelCanvas *self = data;

  if (self->colors)
    *color = pel_cell_colors_get (self->colors, TRUE, label);
  return pel_canvas_has_marks (self) ||
         !pel_review_is_hidden (pel_image_document_get_review (self->document), label);
}

static PelOutlineScene *
make_prediction_scene (PelCanvas *self, PelOutlines *outlines)
{
  return pel_outline_scene_new_colored (outlines, self->view.device_scale, choose_color, self);
}

/* Some cells are shown otherwise now. */
static void
on_review_changed (PelCanvas *self)
{
  PelOutlines *outlines = pel_cell_marks_get_outlines (self->prediction_marks);

  pel_cell_marks_set_review (self->prediction_marks,
                             pel_image_document_get_review (self->document));
  if (self->prediction_shown && outlines)
    {
      PelOutlineScene *scene = make_prediction_scene (self, outlines);

      pel_tile_layer_update_scene (self->prediction_layer, scene, NULL);
      pel_outline_scene_unref (scene);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  pel_canvas_update_hover (self);
}

static void
load_prediction (PelCanvas *self)
{
  PelCellList *list =
      self->document ? pel_image_document_get_prediction_cells (self->document) : NULL;
  PelOutlines *outlines;
  PelOutlineScene *scene = NULL;

  load_colors (self);
  pel_cell_marks_set_list (self->prediction_marks, list);
  pel_cell_marks_set_review (self->prediction_marks,
                             self->document ? pel_image_document_get_review (self->document)
                                            : NULL);
  outlines = pel_cell_marks_get_outlines (self->prediction_marks);
  if (outlines && self->view.image_width > 0)
    scene = make_prediction_scene (self, outlines);
  if (scene && self->prediction_shown)
    pel_tile_layer_update_scene (self->prediction_layer, scene, NULL);
  else
    pel_tile_layer_set_scene (self->prediction_layer, scene, self->view.image_width,
                              self->view.image_height);
  self->prediction_shown = scene != NULL;
  g_clear_pointer (&scene, pel_outline_scene_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  pel_canvas_update_hover (self);
}

static void
on_color_by_changed (PelCanvas *self)
{
  load_colors (self);
  if (self->document)
    on_review_changed (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_reload_prediction (PelCanvas *self)
{
  if (self->document)
    on_review_changed (self);
}

void
pel_canvas_load_cells (PelCanvas *self)
{
  self->prediction_shown = FALSE;
  load_cells (self);
  load_prediction (self);
}

static void
queue_draw (PelCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
shows_prediction (PelCanvas *self)
{
  return self->prediction_shown && pel_display_get_show_prediction (self->display) &&
         !pel_canvas_shows_preview (self) && !pel_canvas_is_comparing (self);
}

PelTileLayer *
pel_canvas_get_prediction_layer (PelCanvas *self)
{
  return shows_prediction (self) ? self->prediction_layer : NULL;
}

/* The cells that are drawn bright with their number: @labels[i] is of @of[i]. */
static guint
list_highlights (PelCanvas *self,
                 gboolean with_prediction,
                 PelCellMarks *of[MAX_HIGHLIGHTS + 1],
                 guint32 labels[MAX_HIGHLIGHTS + 1])
{
  const guint32 *selected;
  guint n = 0;

  if (with_prediction)
    {
      selected = pel_display_get_predicted_selection (self->display, &n);
      n = MIN (n, MAX_HIGHLIGHTS);
      for (guint i = 0; i < n; i++)
        {
          of[i] = self->prediction_marks;
          labels[i] = selected[i];
        }
    }
  if (!self->mask || pel_mask_in_stroke (self->mask) || self->pointer_mode != PEL_POINTER_IDLE)
    return n;
  if (self->hover_label != 0)
    {
      of[n] = self->marks;
      labels[n++] = self->hover_label;
    }
  else if (self->hover_prediction != 0 && with_prediction &&
           !pel_display_is_predicted_selected (self->display, self->hover_prediction))
    {
      of[n] = self->prediction_marks;
      labels[n++] = self->hover_prediction;
    }
  return n;
}

/* Whose tags are written. */
static guint
list_tagged (PelCanvas *self, PelCellMarks *marks[2])
{
  guint n = 0;

  marks[n++] = self->marks;
  if (shows_prediction (self))
    marks[n++] = self->prediction_marks;
  for (guint i = 0; i < n; i++)
    pel_cell_marks_set_quantity (marks[i], pel_display_get_diameter_kind (self->display),
                                 pel_display_get_unit (self->display));
  return n;
}

static gboolean
show_more_tags (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_REMOVE;
}

guint
pel_canvas_place_tags (PelCanvas *self, const graphene_rect_t *area, PelCellMarks *marks[2])
{
  GtkWidget *widget = GTK_WIDGET (self);
  PelCellMarks *highlighted[MAX_HIGHLIGHTS + 1];
  guint32 labels[MAX_HIGHLIGHTS + 1];
  guint n = list_tagged (self, marks);
  guint n_highlights = list_highlights (self, n > 1, highlighted, labels);
  g_autoptr (GArray) taken = NULL;

  if (!pel_display_get_show_diameters (self->display))
    return 0;
  taken = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));
  for (guint i = 0; i < n; i++)
    pel_cell_marks_forget_highlights (marks[i]);
  for (guint i = 0; i < n_highlights; i++)
    pel_cell_marks_reserve_highlight (highlighted[i], widget, &self->view, labels[i], taken);
  for (guint i = 0; i < n; i++)
    pel_cell_marks_place (marks[i], widget, &self->view, area, taken);
  if (!pel_canvas_has_all_tags (self))
    gtk_widget_add_tick_callback (widget, show_more_tags, NULL, NULL);
  return n;
}

gboolean
pel_canvas_has_all_tags (PelCanvas *self)
{
  return !pel_cell_marks_is_behind (self->marks) &&
         (!shows_prediction (self) || !pel_cell_marks_is_behind (self->prediction_marks));
}

void
pel_canvas_snapshot_highlights (PelCanvas *self, GtkSnapshot *snapshot)
{
  PelCellMarks *marks[2];
  PelCellMarks *highlighted[MAX_HIGHLIGHTS + 1];
  guint32 labels[MAX_HIGHLIGHTS + 1];
  guint n = list_tagged (self, marks);
  guint n_highlights = list_highlights (self, n > 1, highlighted, labels);

  pel_canvas_snapshot_boxes (self, snapshot);
  for (guint i = 0; i < n_highlights; i++)
    pel_cell_marks_snapshot_highlight (highlighted[i], GTK_WIDGET (self), snapshot, &self->view,
                                       labels[i]);
}

void
pel_canvas_init_cells (PelCanvas *self)
{
  self->marks = pel_cell_marks_new ();
  self->prediction_marks = pel_cell_marks_new ();
  self->prediction_layer = pel_tile_layer_new (&pel_outline_tile_source, PEL_OUTLINE_SCENE_MARGIN);
  g_signal_connect_swapped (self->prediction_layer, "ready", G_CALLBACK (queue_draw), self);
  g_signal_group_connect_swapped (self->cells_signals, "items-changed", G_CALLBACK (load_cells),
                                  self);
  g_signal_group_connect_swapped (self->prediction_signals, "items-changed",
                                  G_CALLBACK (load_prediction), self);
  g_signal_group_connect_swapped (self->cells_signals, "classes-changed",
                                  G_CALLBACK (on_color_by_changed), self);
  g_signal_group_connect_swapped (self->prediction_signals, "classes-changed",
                                  G_CALLBACK (on_color_by_changed), self);
  g_signal_group_connect_swapped (self->display_signals, "notify::color-by",
                                  G_CALLBACK (on_color_by_changed), self);
  g_signal_group_connect_swapped (self->display_signals, "notify::unit",
                                  G_CALLBACK (on_color_by_changed), self);
  g_signal_group_connect_swapped (self->review_signals, "changed", G_CALLBACK (on_review_changed),
                                  self);
}

void
pel_canvas_dispose_cells (PelCanvas *self)
{
  if (self->prediction_layer)
    g_signal_handlers_disconnect_by_data (self->prediction_layer, self);
  g_clear_object (&self->prediction_layer);
  g_clear_pointer (&self->boxes, g_array_unref);
  g_clear_pointer (&self->colors, pel_cell_colors_free);
  g_clear_pointer (&self->marks, pel_cell_marks_free);
  g_clear_pointer (&self->prediction_marks, pel_cell_marks_free);
}
