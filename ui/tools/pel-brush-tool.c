/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-brush-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-tool-util.h"

/* What of the radius a pen's lightest touch leaves. */
#define MIN_PRESSURE_RADIUS 0.15

/* The wash under the brush: none where the circle is too small to see into. */
#define SOFT_RADIUS 6.f
#define SOFT_ALPHA 0.14f

typedef enum
{
  IDLE,
  PAINTING,
  RESIZING,
} Mode;

struct _PelBrushTool
{
  PelTool parent_instance;

  gboolean is_eraser;
  Mode mode;
  PelDab dab; /* its second end is where the stroke is */
  gboolean hovering;
  double x, y; /* of the pointer, image pixels */
  double start_x, start_y, start_size;
};

G_DEFINE_FINAL_TYPE (PelBrushTool, pel_brush_tool, PEL_TYPE_TOOL)

static double
get_radius (PelBrushTool *self, double pressure)
{
  double radius = pel_tool_get_brush_radius (PEL_TOOL (self));

  return MAX (radius * (MIN_PRESSURE_RADIUS + (1 - MIN_PRESSURE_RADIUS) * CLAMP (pressure, 0, 1)),
              0.5);
}

static gboolean
begin_paint (PelBrushTool *self, const PelToolEvent *event)
{
  PelTool *tool = PEL_TOOL (self);
  PelMask *mask = pel_tool_get_mask (tool);
  PelDisplay *display = pel_tool_get_display (tool);
  double radius = get_radius (self, event->pressure);
  gboolean erase = self->is_eraser || event->erase;
  g_autofree char *name = NULL;
  guint32 label;

  if (!mask || !display || pel_mask_in_stroke (mask))
    return FALSE;
  if (erase)
    {
      label = pel_display_get_protect (display)
                  ? pel_mask_get_label (mask, (gint)floor (event->x), (gint)floor (event->y))
                  : 0;
      name = g_strdup (_ ("Erase"));
    }
  else
    {
      label = pel_tool_choose_label (tool, event->x, event->y, radius);
      pel_display_set_current_label (display, label);
      /* Translators: a step that can be undone; %u is the cell's number. */
      name = g_strdup_printf (_ ("Paint cell %u"), label);
    }
  self->dab = (PelDab){ .x0 = event->x,
                        .y0 = event->y,
                        .radius0 = radius,
                        .x1 = event->x,
                        .y1 = event->y,
                        .radius1 = radius,
                        .label = label,
                        .erase = erase,
                        .protect = pel_display_get_protect (display) && !(erase && label == 0) };
  pel_mask_begin_stroke (mask, name);
  pel_mask_paint (mask, &self->dab);
  self->mode = PAINTING;
  return TRUE;
}

static gboolean
pel_brush_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelBrushTool *self = PEL_BRUSH_TOOL (tool);

  self->hovering = TRUE;
  self->x = event->x;
  self->y = event->y;
  if ((event->state & GDK_SHIFT_MASK) && !event->erase && pel_tool_get_display (tool))
    {
      self->mode = RESIZING;
      self->start_x = event->x;
      self->start_y = event->y;
      self->start_size = pel_display_get_brush_size (pel_tool_get_display (tool));
      return TRUE;
    }
  return begin_paint (self, event);
}

static void
pel_brush_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelBrushTool *self = PEL_BRUSH_TOOL (tool);
  PelDisplay *display = pel_tool_get_display (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (self->mode == RESIZING)
    {
      gboolean on_screen = pel_display_get_brush_mode (display) == PEL_BRUSH_MODE_SCREEN;
      double way, down;

      /* To the right on the screen is larger. */
      pel_viewport_way_from_image (pel_tool_get_view (tool), event->x - self->start_x,
                                   event->y - self->start_y, &way, &down);
      if (!on_screen)
        way /= pel_tool_get_zoom (tool);
      pel_display_set_brush_size (display, round (self->start_size + 2 * way));
      pel_tool_changed (tool);
      return;
    }
  self->x = event->x;
  self->y = event->y;
  if (self->mode == PAINTING && mask)
    {
      self->dab.x0 = self->dab.x1;
      self->dab.y0 = self->dab.y1;
      self->dab.radius0 = self->dab.radius1;
      self->dab.x1 = event->x;
      self->dab.y1 = event->y;
      self->dab.radius1 = get_radius (self, event->pressure);
      pel_mask_paint (mask, &self->dab);
    }
  pel_tool_changed (tool);
}

static void
pel_brush_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelBrushTool *self = PEL_BRUSH_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (self->mode == PAINTING && mask)
    {
      /* Many devices report no pressure any more when they let go; the width stays. */
      if (event->x != self->dab.x1 || event->y != self->dab.y1)
        {
          self->dab.x0 = self->dab.x1;
          self->dab.y0 = self->dab.y1;
          self->dab.radius0 = self->dab.radius1;
          self->dab.x1 = event->x;
          self->dab.y1 = event->y;
          pel_mask_paint (mask, &self->dab);
        }
      pel_mask_end_stroke (mask, pel_image_document_get_undo (pel_tool_get_document (tool)));
    }
  self->mode = IDLE;
  pel_tool_changed (tool);
}

static void
pel_brush_tool_cancel (PelTool *tool)
{
  PelBrushTool *self = PEL_BRUSH_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (self->mode == PAINTING && mask && pel_mask_in_stroke (mask))
    pel_mask_cancel_stroke (mask);
  if (self->mode == RESIZING)
    pel_display_set_brush_size (pel_tool_get_display (tool), self->start_size);
  self->mode = IDLE;
  pel_tool_changed (tool);
}

static void
pel_brush_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelBrushTool *self = PEL_BRUSH_TOOL (tool);

  self->hovering = event != NULL;
  if (event)
    {
      self->x = event->x;
      self->y = event->y;
    }
  pel_tool_changed (tool);
}

static gboolean
pel_brush_tool_is_active (PelTool *tool)
{
  return PEL_BRUSH_TOOL (tool)->mode != IDLE;
}

static void
append_ring (GtkSnapshot *snapshot, float x, float y, float radius, float width, GdkRGBA color)
{
  GskRoundedRect circle;
  float widths[4] = { width, width, width, width };
  GdkRGBA colors[4] = { color, color, color, color };

  gsk_rounded_rect_init_from_rect (
      &circle, &GRAPHENE_RECT_INIT (x - radius, y - radius, 2 * radius, 2 * radius), radius);
  gtk_snapshot_append_border (snapshot, &circle, widths, colors);
}

/* A faint disc that fades out at the rim, so that what lies under the brush stays visible. */
static void
append_soft_disc (GtkSnapshot *snapshot, float x, float y, float radius, const GdkRGBA *color)
{
  GskColorStop stops[] = { { 0, *color }, { 0.8f, *color }, { 1, *color } };

  if (radius < SOFT_RADIUS)
    return;
  stops[0].color.alpha = stops[1].color.alpha = SOFT_ALPHA;
  stops[2].color.alpha = 0;
  gtk_snapshot_append_radial_gradient (
      snapshot, &GRAPHENE_RECT_INIT (x - radius, y - radius, 2 * radius, 2 * radius),
      &GRAPHENE_POINT_INIT (x, y), radius, radius, 0, 1, stops, G_N_ELEMENTS (stops));
}

static void
append_size (PelBrushTool *self, GtkSnapshot *snapshot, float x, float y)
{
  PelDisplay *display = pel_tool_get_display (PEL_TOOL (self));
  g_autofree char *text = NULL;

  /* Translators: the brush's diameter in pixels. */
  text = g_strdup_printf (_ ("%.0f px"), pel_display_get_brush_size (display));
  pel_tool_append_text (snapshot, text, x, y);
}

static void
pel_brush_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelBrushTool *self = PEL_BRUSH_TOOL (tool);
  double radius = self->mode == PAINTING ? self->dab.radius1 : pel_tool_get_brush_radius (tool);
  float on_screen = (float)MAX (radius * view->zoom, 1.5);
  GdkRGBA color = { 1, 1, 1, 1 };
  graphene_point_t at;
  gboolean erase = self->is_eraser || (self->mode == PAINTING && self->dab.erase);

  if (!self->hovering)
    return;
  pel_tool_to_widget (view, self->x, self->y, &at);
  if (!erase)
    {
      guint32 label = self->mode == PAINTING
                          ? self->dab.label
                          : pel_tool_choose_label (tool, self->x, self->y, radius);

      pel_label_color_rgba (label, &color);
    }
  append_soft_disc (snapshot, at.x, at.y, on_screen + 4, &color);
  append_ring (snapshot, at.x, at.y, on_screen + 1, 1, (GdkRGBA){ 0, 0, 0, 0.6f });
  append_ring (snapshot, at.x, at.y, on_screen, erase ? 1.f : 1.5f, color);
  /* The eraser has a ring of two, told from the brush without its colour. */
  if (erase)
    {
      append_ring (snapshot, at.x, at.y, on_screen - 1, 1, (GdkRGBA){ 0, 0, 0, 0.6f });
      if (on_screen > 6)
        append_ring (snapshot, at.x, at.y, on_screen - 3, 1, color);
    }
  if (self->mode == RESIZING)
    append_size (self, snapshot, at.x, at.y + on_screen + 8);
}

static const char *
pel_brush_tool_get_cursor (PelTool *tool)
{
  return PEL_BRUSH_TOOL (tool)->mode == RESIZING ? "ew-resize" : "crosshair";
}

static void
pel_brush_tool_class_init (PelBrushToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  tool_class->press = pel_brush_tool_press;
  tool_class->drag = pel_brush_tool_drag;
  tool_class->release = pel_brush_tool_release;
  tool_class->cancel = pel_brush_tool_cancel;
  tool_class->motion = pel_brush_tool_motion;
  tool_class->is_active = pel_brush_tool_is_active;
  tool_class->snapshot_overlay = pel_brush_tool_snapshot_overlay;
  tool_class->get_cursor = pel_brush_tool_get_cursor;
}

static void
pel_brush_tool_init (PelBrushTool *self)
{
}

PelTool *
pel_brush_tool_new (void)
{
  return g_object_new (PEL_TYPE_BRUSH_TOOL, NULL);
}

PelTool *
pel_brush_tool_new_eraser (void)
{
  PelBrushTool *self = g_object_new (PEL_TYPE_BRUSH_TOOL, NULL);

  self->is_eraser = TRUE;
  return PEL_TOOL (self);
}
