/* SPDX-License-Identifier: MIT */
/* Two predictions side by side: one left of a divider, the other right of it. */
#include "ui/canvas/pel-canvas-private.h"

#define LEFT_COLOR 0xffdb40
#define RIGHT_COLOR 0x4fd8ff

gboolean
pel_canvas_is_comparing (PelCanvas *self)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), FALSE);
  return self->compare_layers[0] != NULL;
}

static void
queue_draw (PelCanvas *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
choose_color (guint32 label, guint32 *color, gpointer data)
{
  *color = GPOINTER_TO_UINT (data);
  return TRUE;
}

static void
drop_layers (PelCanvas *self)
{
  for (guint i = 0; i < 2; i++)
    {
      if (self->compare_layers[i])
        g_signal_handlers_disconnect_by_data (self->compare_layers[i], self);
      g_clear_object (&self->compare_layers[i]);
    }
}

void
pel_canvas_set_comparison (PelCanvas *self, PelOutlines *left, PelOutlines *right)
{
  PelOutlines *sides[2] = { left, right };

  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail ((left == NULL) == (right == NULL));

  drop_layers (self);
  for (guint i = 0; left && self->view.image_width > 0 && i < 2; i++)
    {
      PelOutlineScene *scene =
          pel_outline_scene_new_colored (sides[i], self->view.device_scale, choose_color,
                                         GUINT_TO_POINTER (i == 0 ? LEFT_COLOR : RIGHT_COLOR));

      self->compare_layers[i] =
          pel_tile_layer_new (&pel_outline_tile_source, PEL_OUTLINE_SCENE_MARGIN);
      g_signal_connect_swapped (self->compare_layers[i], "ready", G_CALLBACK (queue_draw), self);
      pel_tile_layer_set_scene (self->compare_layers[i], scene, self->view.image_width,
                                self->view.image_height);
      pel_outline_scene_unref (scene);
    }
  if (self->compare_layers[0])
    pel_canvas_choose_target (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  pel_canvas_update_hover (self);
}

void
pel_canvas_set_compare_position (PelCanvas *self, double x)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  self->compare_x = x;
  if (self->compare_layers[0])
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
pel_canvas_snapshot_comparison (PelCanvas *self, GtkSnapshot *snapshot)
{
  PelRect area = pel_viewport_get_scaled_area (&self->view);
  float width = gtk_widget_get_width (GTK_WIDGET (self));
  float height = gtk_widget_get_height (GTK_WIDGET (self));
  float x = (float)CLAMP (self->compare_x, 0, (double)width);
  graphene_rect_t clips[2] = { GRAPHENE_RECT_INIT (0, 0, x, height),
                               GRAPHENE_RECT_INIT (x, 0, width - x, height) };

  for (guint i = 0; i < 2 && self->compare_layers[i]; i++)
    {
      pel_tile_layer_set_scale (self->compare_layers[i], self->view.zoom * self->view.device_scale,
                                self->view.angle);
      gtk_snapshot_push_clip (snapshot, &clips[i]);
      pel_tile_layer_snapshot (self->compare_layers[i], snapshot, &area, self->view.device_scale);
      gtk_snapshot_pop (snapshot);
    }
}

void
pel_canvas_dispose_comparison (PelCanvas *self)
{
  drop_layers (self);
}
