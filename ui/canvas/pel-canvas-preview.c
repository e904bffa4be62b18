/* SPDX-License-Identifier: MIT */
/* What a training under way would predict, in place of the prediction. */
#include "ui/canvas/pel-canvas-private.h"

/* Of a preview that awaits its successor. */
#define STALE_OPACITY 0.45

gboolean
pel_canvas_shows_preview (PelCanvas *self)
{
  return self->has_preview && pel_display_get_show_preview (self->display) &&
         !pel_canvas_is_comparing (self);
}

void
pel_canvas_set_preview (PelCanvas *self, PelPreviewScene *scene)
{
  g_return_if_fail (PEL_IS_CANVAS (self));

  if (self->view.image_width == 0)
    scene = NULL;
  if (scene && self->has_preview)
    pel_tile_layer_update_scene (self->preview_layer, scene, NULL);
  else
    pel_tile_layer_set_scene (self->preview_layer, scene, self->view.image_width,
                              self->view.image_height);
  self->has_preview = scene != NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  pel_canvas_update_hover (self);
}

gboolean
pel_canvas_get_has_preview (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), FALSE);
  return self->has_preview;
}

void
pel_canvas_set_preview_stale (PelCanvas *self, gboolean stale)
{
  g_return_if_fail (PEL_IS_CANVAS (self));

  stale = stale != FALSE;
  if (self->preview_stale == stale)
    return;
  self->preview_stale = stale;
  if (pel_canvas_shows_preview (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_snapshot_preview (PelCanvas *self, GtkSnapshot *snapshot)
{
  PelRect area = pel_viewport_get_scaled_area (&self->view);

  if (!pel_canvas_shows_preview (self))
    return;
  pel_tile_layer_set_scale (self->preview_layer, self->view.zoom * self->view.device_scale,
                            self->view.angle);
  if (self->preview_stale)
    gtk_snapshot_push_opacity (snapshot, STALE_OPACITY);
  pel_tile_layer_snapshot (self->preview_layer, snapshot, &area, self->view.device_scale);
  if (self->preview_stale)
    gtk_snapshot_pop (snapshot);
}

static void
queue_draw (PelCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_init_preview (PelCanvas *self)
{
  self->preview_layer = pel_tile_layer_new (&pel_preview_tile_source, PEL_OUTLINE_SCENE_MARGIN);
  g_signal_connect_swapped (self->preview_layer, "ready", G_CALLBACK (queue_draw), self);
  g_signal_group_connect_swapped (self->display_signals, "notify::show-preview",
                                  G_CALLBACK (queue_draw), self);
}

void
pel_canvas_dispose_preview (PelCanvas *self)
{
  if (self->preview_layer)
    g_signal_handlers_disconnect_by_data (self->preview_layer, self);
  g_clear_object (&self->preview_layer);
}
