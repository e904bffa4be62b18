/* SPDX-License-Identifier: MIT */
/* What the canvas shows: from the document's image, mask and prediction to layers of tiles. */
#include "ui/canvas/pel-canvas-private.h"

#include <math.h>
#include <string.h>

#include "app/document/pel-task.h"
#include "ui/canvas/pel-shared-pixels.h"

/* What painting may cost in a frame before the rest of it is left to the workers. */
#define REFRESH_BUDGET_US 4000
#define MAX_CHANGES 64
#define MAX_LAYERS 7
/* So long a view that is being turned must rest before tiles are made for its angle. */
#define CALM_MS 60
/* More tags than that are in other places in each frame of a turn, where nobody can read them: they
 * are back when it rests. */
#define MAX_TURNING_TAGS 60

/* ---- labels ---- */

static void
on_mask_changed (PelCanvas *self, const PelRect *area)
{
  if (self->changed->len >= MAX_CHANGES)
    {
      PelRect *first = &g_array_index (self->changed, PelRect, 0);

      for (guint i = 1; i < self->changed->len; i++)
        pel_rect_union (first, &g_array_index (self->changed, PelRect, i), first);
      g_array_set_size (self->changed, 1);
    }
  g_array_append_val (self->changed, *area);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_style_changed (PelCanvas *self)
{
  self->style_dirty = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
queue_draw (PelCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_load_mask (PelCanvas *self)
{
  PelMask *mask = self->document ? pel_image_document_get_mask (self->document) : NULL;

  if (mask == self->mask && mask)
    return;
  g_set_object (&self->mask, mask);
  g_signal_group_set_target (self->mask_signals, mask);
  g_array_set_size (self->changed, 0);
  g_clear_pointer (&self->label_scene, pel_label_scene_unref);
  pel_tile_layer_set_scene (self->label_layer, NULL, 0, 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  pel_canvas_update_description (self);
  pel_canvas_update_hover (self);
}

/* Brings the label layer up to the mask's present state, in the frame that shows it. */
static void
sync_labels (PelCanvas *self)
{
  g_autoptr (PelLabels) labels = NULL;
  PelLabelScene *scene;

  if (!self->mask)
    return;
  if (self->label_scene && !self->style_dirty && self->changed->len == 0)
    return;
  labels = pel_mask_snapshot (self->mask);
  if (!self->label_scene || self->style_dirty)
    {
      PelLabelStyle style = { 0 };
      guint32 palette[PEL_LABEL_COLORS];

      style.outlines = pel_display_get_show_outlines (self->display);
      style.fill_opacity = pel_display_get_show_fill (self->display)
                               ? pel_display_get_fill_opacity (self->display)
                               : 0;
      style.only_selected = pel_display_get_only_selected (self->display);
      style.device_scale = self->view.device_scale;
      style.selected = pel_display_get_selection (self->display, &style.n_selected);
      if (self->colors)
        {
          style.palette = palette;
          style.slots = pel_cell_colors_get_slots (self->colors, palette, &style.n_slots);
        }
      scene = pel_label_scene_new (labels, &style);
    }
  else
    scene = pel_label_scene_new_like (self->label_scene, labels);

  if (!self->label_scene)
    pel_tile_layer_set_scene (self->label_layer, scene, pel_mask_get_width (self->mask),
                              pel_mask_get_height (self->mask));
  else if (self->style_dirty)
    pel_tile_layer_update_scene (self->label_layer, scene, NULL);
  else
    for (guint i = 0; i < self->changed->len; i++)
      pel_tile_layer_update_scene (self->label_layer, scene,
                                   &g_array_index (self->changed, PelRect, i));
  g_clear_pointer (&self->label_scene, pel_label_scene_unref);
  self->label_scene = scene;
  self->style_dirty = FALSE;
  g_array_set_size (self->changed, 0);
}

/* ---- drawing ---- */

static guint
list_layers (PelCanvas *self, PelTileLayer *layers[MAX_LAYERS])
{
  PelTileLayer *const all[MAX_LAYERS] = {
    self->image_layer,       self->label_layer,       self->prediction_layer,  self->preview_layer,
    self->uncertainty_layer, self->compare_layers[0], self->compare_layers[1],
  };

  memcpy (layers, all, sizeof all);
  return self->compare_layers[0] ? MAX_LAYERS : MAX_LAYERS - 2;
}

/* How this window draws decides how tiles are best handed over. */
void
pel_canvas_choose_target (PelCanvas *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GskRenderer *renderer = native ? gtk_native_get_renderer (native) : NULL;
  PelTileTarget target = renderer && GSK_IS_CAIRO_RENDERER (renderer) ? PEL_TILE_TARGET_SURFACES
                                                                      : PEL_TILE_TARGET_TEXTURES;
  PelTileLayer *layers[MAX_LAYERS];

  self->target = target;
  for (guint i = 0; i < list_layers (self, layers); i++)
    pel_tile_layer_set_target (layers[i], target);
}

static void
hold_tiles (PelCanvas *self, gboolean hold)
{
  PelTileLayer *layers[MAX_LAYERS];

  for (guint i = 0; i < list_layers (self, layers); i++)
    pel_tile_layer_set_held (layers[i], hold);
}

static gboolean
on_calm (gpointer data)
{
  PelCanvas *self = data;

  self->hold_id = 0;
  hold_tiles (self, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

void
pel_canvas_hold_tiles (PelCanvas *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  self->hold_id = g_timeout_add (CALM_MS, on_calm, self);
  hold_tiles (self, TRUE);
}

void
pel_canvas_drop_shared_pixels (PelCanvas *self)
{
  g_clear_pointer (&self->shared, cairo_surface_destroy);
  self->shared_size = 0;
}

void
pel_canvas_hold_shared_pixels (PelCanvas *self)
{
  GtkNative *native = gtk_widget_get_native (GTK_WIDGET (self));
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;
  double size;

  if (self->target != PEL_TILE_TARGET_SURFACES || !surface ||
      !gtk_widget_get_realized (GTK_WIDGET (self)))
    return;
  size = (double)gdk_surface_get_width (surface) * gdk_surface_get_height (surface) *
         gdk_surface_get_scale_factor (surface) * gdk_surface_get_scale_factor (surface);
  if (size <= self->shared_size)
    return;
  pel_canvas_drop_shared_pixels (self);
  self->shared = pel_shared_pixels_hold (surface);
  self->shared_size = size;
}

/* The widget, and what more of the tiles at its edges there is. */
static void
get_tiled_area (PelCanvas *self, const PelRect *area, graphene_rect_t *tiled)
{
  const double scale = self->view.device_scale;
  const double side = PEL_TILE_SIDE;
  const double x0 = floor (area->x / side) * side, y0 = floor (area->y / side) * side;
  const double x1 = ceil ((area->x + area->width) / side) * side;
  const double y1 = ceil ((area->y + area->height) / side) * side;

  graphene_rect_init (tiled, (float)((x0 - area->x) / scale), (float)((y0 - area->y) / scale),
                      (float)((x1 - x0) / scale), (float)((y1 - y0) / scale));
}

/* Layers, and the tags of cells over them unless something else comes in between. */
static void
snapshot_layers (PelCanvas *self,
                 GtkSnapshot *snapshot,
                 const PelRect *area,
                 PelTileLayer *const *layers,
                 guint n_layers,
                 PelCellMarks *const *marks,
                 guint n_marks)
{
  if (self->target == PEL_TILE_TARGET_SURFACES)
    {
      pel_tile_stack_snapshot (self->stack, layers, n_layers, marks, n_marks, GTK_WIDGET (self),
                               snapshot, area, self->view.device_scale);
      return;
    }
  for (guint i = 0; i < n_layers; i++)
    pel_tile_layer_snapshot (layers[i], snapshot, area, self->view.device_scale);
  for (guint i = 0; i < n_marks; i++)
    pel_cell_marks_snapshot (marks[i], GTK_WIDGET (self), snapshot, &self->view);
}

static guint
count_tags (PelCellMarks *const *marks, guint n_marks)
{
  guint n = 0;

  for (guint i = 0; i < n_marks; i++)
    n += pel_cell_marks_get_n_shown (marks[i]);
  return n;
}

void
pel_canvas_snapshot_picture (PelCanvas *self, GtkSnapshot *snapshot)
{
  /* Dark in both colour schemes: images are judged against it. */
  static const GdkRGBA surround = { 0.125f, 0.125f, 0.133f, 1 };
  float width = gtk_widget_get_width (GTK_WIDGET (self));
  float height = gtk_widget_get_height (GTK_WIDGET (self));
  PelRect area = pel_viewport_get_scaled_area (&self->view);
  double scale = self->view.zoom * self->view.device_scale;
  gboolean painted = self->changed->len > 0;
  gboolean over = pel_canvas_shows_preview (self) || pel_canvas_is_comparing (self);
  PelTileLayer *layers[PEL_TILE_STACK_MAX_LAYERS] = { self->image_layer, self->label_layer };
  PelTileLayer *uncertainty = pel_canvas_get_uncertainty_layer (self);
  PelTileLayer *prediction = pel_canvas_get_prediction_layer (self);
  PelCellMarks *marks[PEL_TILE_STACK_MAX_MARKS];
  guint n_layers = 2, n_marks;
  graphene_rect_t tiled;

  if (self->view.image_width > 0)
    pel_tile_layer_set_scale (self->image_layer, scale, self->view.angle);
  if (self->view.image_width == 0 || !pel_tile_layer_covers (self->image_layer, &area))
    gtk_snapshot_append_color (snapshot, &surround, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->view.image_width == 0)
    return;
  if (self->tones_dirty)
    pel_canvas_apply_tones (self);
  sync_labels (self);

  if (pel_display_get_labels_hidden (self->display))
    {
      snapshot_layers (self, snapshot, &area, layers, 1, NULL, 0);
      return;
    }
  pel_tile_layer_set_scale (self->label_layer, scale, self->view.angle);
  if (painted)
    pel_tile_layer_refresh (self->label_layer, &area, REFRESH_BUDGET_US);
  if (uncertainty)
    {
      pel_tile_layer_set_scale (uncertainty, scale, self->view.angle);
      layers[n_layers++] = uncertainty;
    }
  if (prediction)
    {
      pel_tile_layer_set_scale (prediction, scale, self->view.angle);
      layers[n_layers++] = prediction;
    }
  get_tiled_area (self, &area, &tiled);
  n_marks = pel_canvas_place_tags (self, &tiled, marks);
  if (self->hold_id != 0 && count_tags (marks, n_marks) > MAX_TURNING_TAGS)
    n_marks = 0;
  snapshot_layers (self, snapshot, &area, layers, n_layers, marks, over ? 0 : n_marks);
  if (over)
    {
      pel_canvas_snapshot_preview (self, snapshot);
      pel_canvas_snapshot_comparison (self, snapshot);
      for (guint i = 0; i < n_marks; i++)
        pel_cell_marks_snapshot (marks[i], GTK_WIDGET (self), snapshot, &self->view);
    }
  pel_canvas_snapshot_highlights (self, snapshot);
}

GdkTexture *
pel_canvas_get_base (PelCanvas *self)
{
  return self->base;
}

gboolean
pel_canvas_is_settled (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), TRUE);
  if (self->view.image_width == 0)
    return TRUE;
  if (self->tones_dirty || self->style_dirty || self->changed->len > 0 || self->base_in_flight ||
      (self->pyramid && !self->image_scene) || !pel_tile_layer_is_settled (self->image_layer))
    return FALSE;
  return pel_display_get_labels_hidden (self->display) ||
         (pel_tile_layer_is_settled (self->label_layer) &&
          (!self->prediction_shown || !pel_display_get_show_prediction (self->display) ||
           pel_tile_layer_is_settled (self->prediction_layer)) &&
          (!pel_canvas_shows_preview (self) || pel_tile_layer_is_settled (self->preview_layer)) &&
          (!pel_canvas_shows_uncertainty (self) ||
           pel_tile_layer_is_settled (self->uncertainty_layer)) &&
          (!pel_display_get_show_diameters (self->display) || pel_canvas_has_all_tags (self)));
}

void
pel_canvas_init_picture (PelCanvas *self)
{
  static const char *const style_properties[] = { "notify::show-outlines", "notify::show-fill",
                                                  "notify::fill-opacity", "notify::only-selected",
                                                  "selection-changed" };
  static const char *const draw_properties[] = {
    "notify::labels-hidden",  "notify::show-prediction",
    "notify::show-diameters", "notify::diameter-kind",
    "notify::unit",           "notify::brush-size",
    "notify::brush-mode",     "notify::current-label"
  };

  pel_viewport_init (&self->view);
  self->changed = g_array_new (FALSE, FALSE, sizeof (PelRect));
  pel_canvas_init_image (self);
  self->label_layer = pel_tile_layer_new (&pel_label_tile_source, PEL_LABEL_SCENE_MARGIN);
  self->stack = pel_tile_stack_new ();
  g_signal_connect_swapped (self->label_layer, "ready", G_CALLBACK (queue_draw), self);

  g_signal_group_connect_swapped (self->document_signals, "mask-replaced",
                                  G_CALLBACK (pel_canvas_load_mask), self);
  g_signal_group_connect_swapped (self->mask_signals, "changed", G_CALLBACK (on_mask_changed),
                                  self);
  for (guint i = 0; i < G_N_ELEMENTS (style_properties); i++)
    g_signal_group_connect_swapped (self->display_signals, style_properties[i],
                                    G_CALLBACK (on_style_changed), self);
  for (guint i = 0; i < G_N_ELEMENTS (draw_properties); i++)
    g_signal_group_connect_swapped (self->display_signals, draw_properties[i],
                                    G_CALLBACK (queue_draw), self);
}

void
pel_canvas_dispose_picture (PelCanvas *self)
{
  g_clear_handle_id (&self->hold_id, g_source_remove);
  if (self->label_layer)
    g_signal_handlers_disconnect_by_data (self->label_layer, self);
  pel_canvas_dispose_image (self);
  g_clear_object (&self->label_layer);
  g_clear_pointer (&self->stack, pel_tile_stack_free);
  g_clear_pointer (&self->label_scene, pel_label_scene_unref);
  g_clear_object (&self->mask);
  g_clear_pointer (&self->changed, g_array_unref);
}
