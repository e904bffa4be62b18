/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-wand-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/segment/pel-wand.h"
#include "ui/tools/pel-seen-image.h"
#include "ui/tools/pel-tool-util.h"

/* Widget pixels that the pointer must move before the wand looks again. */
#define STEP 3.0
#define SENSITIVITY 1.25
#define MIDDLE (PEL_WAND_SIZE / 2)

struct _PelWandTool
{
  PelTool parent_instance;

  gboolean active;
  gboolean erase;
  guint32 label;
  double last_x, last_y;
  double hover_x, hover_y;
  gboolean is_over;
};

G_DEFINE_FINAL_TYPE (PelWandTool, pel_wand_tool, PEL_TYPE_TOOL)

/* The samples are squares of @scale image pixels. One that is larger than a pixel is the mean of
 * four places in it, which is enough to see by and costs the same at every zoom. */
static void
read_channel (PelImage *image, gint channel, double x, double y, double scale, float *samples)
{
  const gint width = (gint)pel_image_get_width (image), height = (gint)pel_image_get_height (image);
  const guint n_places = scale > 1 ? 2 : 1;
  const gint first = (gint)MAX (floor (x - (MIDDLE + 1) * scale), 0);
  const gint last = (gint)MIN (ceil (x + (MIDDLE + 1) * scale), width);
  g_autofree float *row = g_new (float, MAX (last - first, 1));

  for (guint j = 0; j < PEL_WAND_SIZE; j++)
    {
      float *out = samples + j * PEL_WAND_SIZE;

      for (guint i = 0; i < PEL_WAND_SIZE; i++)
        out[i] = 0;
      for (guint v = 0; v < n_places; v++)
        {
          double shift = n_places > 1 ? (v - 0.5) / 2 : 0;
          gint at_y = (gint)floor (y + ((double)j - MIDDLE + shift) * scale);
          PelRect line = { first, at_y, last - first, 1 };

          if (at_y >= 0 && at_y < height && last > first)
            pel_image_read_float (image, channel, &line, row, (gsize)line.width);
          for (guint i = 0; i < PEL_WAND_SIZE; i++)
            for (guint u = 0; u < n_places; u++)
              {
                gint at_x;

                shift = n_places > 1 ? (u - 0.5) / 2 : 0;
                at_x = (gint)floor (x + ((double)i - MIDDLE + shift) * scale);
                if (at_x < first || at_x >= last || at_y < 0 || at_y >= height)
                  out[i] = NAN;
                else
                  out[i] += row[at_x - first] / (float)(n_places * n_places);
              }
        }
    }
}

/* How bright it looks there: of channels shown together their sum, as of light. */
static void
read_samples (const PelSeenImage *seen, double x, double y, double scale, float *samples)
{
  const guint n = pel_seen_image_get_n_channels (seen);
  g_autofree float *one = n > 1 ? g_new (float, PEL_WAND_SIZE *PEL_WAND_SIZE) : NULL;

  for (guint k = 0; k < n; k++)
    {
      float *to = k == 0 ? samples : one;

      read_channel (pel_seen_image_get_image (seen), pel_seen_image_get_channel (seen, k), x, y,
                    scale, to);
      pel_seen_image_tone (seen, k, to, PEL_WAND_SIZE * PEL_WAND_SIZE);
      for (guint i = 0; k > 0 && i < PEL_WAND_SIZE * PEL_WAND_SIZE; i++)
        samples[i] += one[i];
    }
}

/* The samples that hold all of the region; FALSE where there is none. */
static gboolean
find_extent (const guint8 *region, PelRect *extent)
{
  gint left = PEL_WAND_SIZE, right = -1, top = PEL_WAND_SIZE, bottom = -1;

  for (gint j = 0; j < PEL_WAND_SIZE; j++)
    for (gint i = 0; i < PEL_WAND_SIZE; i++)
      if (region[j * PEL_WAND_SIZE + i])
        {
          left = MIN (left, i);
          right = MAX (right, i);
          top = MIN (top, j);
          bottom = j;
        }
  *extent = (PelRect){ left, top, right - left + 1, bottom - top + 1 };
  return right >= left;
}

/* Paints every image pixel whose centre lies in a sample of the region. */
static void
paint_region (PelWandTool *self,
              PelMask *mask,
              double x,
              double y,
              double scale,
              const guint8 *region)
{
  const PelRect all = { 0, 0, (gint)pel_mask_get_width (mask), (gint)pel_mask_get_height (mask) };
  PelRect extent, area;
  PelDisplay *display = pel_tool_get_display (PEL_TOOL (self));
  g_autoptr (PelLabels) before = NULL;
  g_autofree guint8 *inside = NULL;
  g_autofree gint *samples = NULL; /* that the columns lie in */
  gboolean any = FALSE;

  /* Zoomed out, a cell is a small part of what the wand looks at. */
  if (!find_extent (region, &extent))
    return;
  area.x = (gint)floor (x + (extent.x - MIDDLE - 0.5) * scale) - 1;
  area.y = (gint)floor (y + (extent.y - MIDDLE - 0.5) * scale) - 1;
  area.width = (gint)ceil (extent.width * scale) + 3;
  area.height = (gint)ceil (extent.height * scale) + 3;
  if (!pel_rect_intersect (&area, &all, &area))
    return;
  samples = g_new (gint, area.width);
  for (gint column = 0; column < area.width; column++)
    samples[column] = (gint)floor ((area.x + column + 0.5 - x) / scale + MIDDLE + 0.5);
  inside = g_try_malloc0 ((gsize)area.width * (gsize)area.height);
  if (!inside)
    return;
  before = self->erase && self->label != 0 ? pel_mask_snapshot (mask) : NULL;
  for (gint row = 0; row < area.height; row++)
    {
      gint j = (gint)floor ((area.y + row + 0.5 - y) / scale + MIDDLE + 0.5);

      if (j < 0 || j >= PEL_WAND_SIZE)
        continue;
      for (gint column = 0; column < area.width; column++)
        {
          const gint i = samples[column];

          if (i < 0 || i >= PEL_WAND_SIZE || !region[j * PEL_WAND_SIZE + i] ||
              (before && pel_labels_get (before, area.x + column, area.y + row) != self->label))
            continue;
          inside[(gsize)row * (gsize)area.width + (gsize)column] = 1;
          any = TRUE;
        }
    }
  if (any)
    pel_mask_fill_region (mask, &area, inside, (gsize)area.width, self->erase ? 0 : self->label,
                          !self->erase && pel_display_get_protect (display));
}

static void
work_at (PelWandTool *self, double x, double y, gboolean exact)
{
  PelTool *tool = PEL_TOOL (self);
  PelMask *mask = pel_tool_get_mask (tool);
  g_autoptr (PelSeenImage) seen = pel_seen_image_new (tool);
  PelWandOptions options = { exact, SENSITIVITY };
  double scale = 1 / pel_tool_get_zoom (tool);
  g_autofree float *samples = NULL;
  g_autofree guint8 *region = NULL;
  g_autoptr (GError) error = NULL;

  self->last_x = x;
  self->last_y = y;
  if (!seen || !mask)
    return;
  /* Exactly the same value is a matter of pixels: never coarser than those. */
  if (exact)
    {
      scale = 1;
      x = floor (x) + 0.5;
      y = floor (y) + 0.5;
    }
  samples = g_new (float, PEL_WAND_SIZE *PEL_WAND_SIZE);
  region = g_new (guint8, PEL_WAND_SIZE * PEL_WAND_SIZE);
  read_samples (seen, x, y, scale, samples);
  if (pel_wand_grow (samples, &options, region, &error))
    paint_region (self, mask, x, y, scale, region);
  else
    g_debug ("wand: %s", error->message);
}

static gboolean
pel_wand_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelWandTool *self = PEL_WAND_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  g_autofree char *name = NULL;

  if (!mask || !pel_tool_get_display (tool) || pel_mask_in_stroke (mask))
    return FALSE;
  self->erase = event->erase;
  self->label =
      event->erase
          ? pel_mask_get_label (mask, (gint)floor (event->x), (gint)floor (event->y))
          : pel_tool_choose_label (tool, event->x, event->y, 10 / pel_tool_get_zoom (tool));
  if (self->erase)
    name = g_strdup (_ ("Erase"));
  else
    /* Translators: a step that can be undone; %u is the cell's number. */
    name = g_strdup_printf (_ ("Grow cell %u with the wand"), self->label);
  self->active = TRUE;
  pel_mask_begin_stroke (mask, name);
  work_at (self, event->x, event->y, (event->state & GDK_CONTROL_MASK) != 0);
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_wand_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelWandTool *self = PEL_WAND_TOOL (tool);

  if (self->active &&
      hypot (event->x - self->last_x, event->y - self->last_y) * pel_tool_get_zoom (tool) >= STEP)
    work_at (self, event->x, event->y, (event->state & GDK_CONTROL_MASK) != 0);
}

static void
pel_wand_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelWandTool *self = PEL_WAND_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (!self->active)
    return;
  self->active = FALSE;
  if (mask && pel_mask_in_stroke (mask) &&
      pel_mask_end_stroke (mask, pel_image_document_get_undo (pel_tool_get_document (tool))) &&
      !self->erase)
    pel_display_set_current_label (pel_tool_get_display (tool), self->label);
  pel_tool_changed (tool);
}

static void
pel_wand_tool_cancel (PelTool *tool)
{
  PelWandTool *self = PEL_WAND_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);

  if (self->active && mask && pel_mask_in_stroke (mask))
    pel_mask_cancel_stroke (mask);
  self->active = FALSE;
  pel_tool_changed (tool);
}

static void
pel_wand_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelWandTool *self = PEL_WAND_TOOL (tool);

  self->is_over = event != NULL;
  if (event)
    {
      self->hover_x = event->x;
      self->hover_y = event->y;
    }
}

static gboolean
pel_wand_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelWandTool *self = PEL_WAND_TOOL (tool);
  PelToolEvent event = { .x = self->hover_x, .y = self->hover_y, .pressure = 1, .n_press = 1 };

  if ((keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter) || (state & GDK_SHIFT_MASK) ||
      !self->is_over || self->active)
    return FALSE;
  if (!pel_wand_tool_press (tool, &event))
    return FALSE;
  pel_wand_tool_release (tool, &event);
  return TRUE;
}

static gboolean
pel_wand_tool_is_active (PelTool *tool)
{
  return PEL_WAND_TOOL (tool)->active;
}

static const char *
pel_wand_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_wand_tool_class_init (PelWandToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  tool_class->press = pel_wand_tool_press;
  tool_class->drag = pel_wand_tool_drag;
  tool_class->release = pel_wand_tool_release;
  tool_class->cancel = pel_wand_tool_cancel;
  tool_class->motion = pel_wand_tool_motion;
  tool_class->key = pel_wand_tool_key;
  tool_class->is_active = pel_wand_tool_is_active;
  tool_class->get_cursor = pel_wand_tool_get_cursor;
}

static void
pel_wand_tool_init (PelWandTool *self)
{
}

PelTool *
pel_wand_tool_new (void)
{
  return g_object_new (PEL_TYPE_WAND_TOOL, NULL);
}
