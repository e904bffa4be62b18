/* SPDX-License-Identifier: MIT */
/* Boxes with a word that somebody wants to be seen on the picture. */
#include "ui/canvas/pel-canvas-private.h"

#define LINE 2
#define RADIUS 6
#define PADDING 5

void
pel_canvas_set_marks (PelCanvas *self, const PelCanvasMark *boxes, guint n)
{
  g_return_if_fail (PEL_IS_CANVAS (self));
  g_return_if_fail (boxes != NULL || n == 0);

  if (n == 0 && (!self->boxes || self->boxes->len == 0))
    return;
  if (!self->boxes)
    self->boxes = g_array_new (FALSE, FALSE, sizeof (PelCanvasMark));
  g_array_set_size (self->boxes, 0);
  g_array_append_vals (self->boxes, boxes, n);
  /* What is marked is about the prediction, which is shown whole meanwhile. */
  pel_canvas_reload_prediction (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const PelCanvasMark *
pel_canvas_get_marks (PelCanvas *self, guint *n)
{
  g_return_val_if_fail (PEL_IS_CANVAS (self), NULL);
  g_return_val_if_fail (n != NULL, NULL);

  *n = self->boxes ? self->boxes->len : 0;
  return *n > 0 ? (const PelCanvasMark *)(gconstpointer)self->boxes->data : NULL;
}

gboolean
pel_canvas_has_marks (PelCanvas *self)
{
  return self->boxes && self->boxes->len > 0;
}

static void
append_word (PelCanvas *self,
             GtkSnapshot *snapshot,
             const char *text,
             const GdkRGBA *color,
             const graphene_rect_t *box)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  static const GdkRGBA black = { 0.05f, 0.05f, 0.06f, 1 };
  GskRoundedRect back;
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.78));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (box->origin.x, MAX (box->origin.y - height - 2, 2)));
  gsk_rounded_rect_init_from_rect (
      &back, &GRAPHENE_RECT_INIT (0, 0, (float)(width + 2 * PADDING), (float)height), 4);
  gtk_snapshot_push_rounded_clip (snapshot, &back);
  gtk_snapshot_append_color (snapshot, color, &back.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (PADDING, 0));
  gtk_snapshot_append_layout (snapshot, layout, &black);
  gtk_snapshot_restore (snapshot);
}

static void
append_frame (GtkSnapshot *snapshot, const graphene_rect_t *box, float width, const GdkRGBA *color)
{
  GskRoundedRect frame;
  const float widths[4] = { width, width, width, width };
  const GdkRGBA colors[4] = { *color, *color, *color, *color };

  gsk_rounded_rect_init_from_rect (&frame, box, RADIUS);
  gtk_snapshot_append_border (snapshot, &frame, widths, colors);
}

void
pel_canvas_snapshot_boxes (PelCanvas *self, GtkSnapshot *snapshot)
{
  static const GdkRGBA casing = { 0, 0, 0, 0.55f };
  graphene_rect_t whole =
      GRAPHENE_RECT_INIT (0, 0, (float)self->view.width, (float)self->view.height);

  for (guint i = 0; self->boxes && i < self->boxes->len; i++)
    {
      const PelCanvasMark *mark = &g_array_index (self->boxes, PelCanvasMark, i);
      graphene_rect_t in = GRAPHENE_RECT_INIT ((float)mark->area.x, (float)mark->area.y,
                                               (float)mark->area.width, (float)mark->area.height);
      graphene_rect_t box, outer;
      GdkRGBA color = { (float)(mark->color >> 16 & 255) / 255.f,
                        (float)(mark->color >> 8 & 255) / 255.f, (float)(mark->color & 255) / 255.f,
                        1 };

      pel_canvas_from_image (self, &in, &box);
      graphene_rect_inset (&box, -4, -4);
      if (!graphene_rect_intersection (&box, &whole, NULL))
        continue;
      outer = box;
      graphene_rect_inset (&outer, -1, -1);
      append_frame (snapshot, &outer, LINE + 2, &casing);
      append_frame (snapshot, &box, LINE, &color);
      append_word (self, snapshot, mark->text, &color, &box);
    }
}
