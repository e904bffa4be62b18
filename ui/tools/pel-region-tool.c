/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-region-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/tools/pel-tool-util.h"

/* How near, in widget pixels, the pointer has to be to a corner to take it. */
#define GRAB_DISTANCE 8.0
/* Image pixels; a smaller box is a slip of the hand. */
#define MIN_SIDE 4

struct _PelRegionTool
{
  PelTool parent_instance;

  gboolean pressed;
  gint changed; /* index of the region whose corner is in the hand, or -1 for a new one */
  double x0, y0, x1, y1;
  gboolean is_over;
  double hover_x, hover_y;
};

G_DEFINE_FINAL_TYPE (PelRegionTool, pel_region_tool, PEL_TYPE_TOOL)

static const PelRect *
get_regions (PelTool *tool, guint *n)
{
  PelImageDocument *document = pel_tool_get_document (tool);

  *n = 0;
  return document ? pel_image_document_get_complete_regions (document, n) : NULL;
}

/* The last one drawn lies on top. */
static gint
find_region (PelTool *tool, double x, double y)
{
  guint n;
  const PelRect *regions = get_regions (tool, &n);

  for (guint i = n; i-- > 0;)
    if (x >= regions[i].x && y >= regions[i].y && x < regions[i].x + regions[i].width &&
        y < regions[i].y + regions[i].height)
      return (gint)i;
  return -1;
}

/* Sets the corner opposite to the one under the pointer. */
static gint
find_corner (PelTool *tool, double x, double y, double *opposite_x, double *opposite_y)
{
  double reach = GRAB_DISTANCE / pel_tool_get_zoom (tool);
  guint n;
  const PelRect *regions = get_regions (tool, &n);

  for (guint i = n; i-- > 0;)
    for (guint corner = 0; corner < 4; corner++)
      {
        const PelRect *r = &regions[i];
        double left = r->x, right = r->x + r->width, top = r->y, bottom = r->y + r->height;
        gboolean at_right = corner & 1, at_bottom = corner & 2;

        if (hypot ((at_right ? right : left) - x, (at_bottom ? bottom : top) - y) > reach)
          continue;
        *opposite_x = at_right ? left : right;
        *opposite_y = at_bottom ? top : bottom;
        return (gint)i;
      }
  return -1;
}

static void
replace_region (PelTool *tool, gint index, const PelRect *region)
{
  PelImageDocument *document = pel_tool_get_document (tool);
  guint n;
  const PelRect *regions = get_regions (tool, &n);
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (PelRect));

  for (guint i = 0; i < n; i++)
    if ((gint)i != index)
      g_array_append_val (fresh, regions[i]);
  if (region)
    g_array_append_vals (fresh, region, 1);
  pel_image_document_set_complete_regions (document, (const PelRect *)(void *)fresh->data,
                                           fresh->len);
  pel_tool_changed (tool);
}

static gboolean
pel_region_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);

  if (!pel_tool_get_mask (tool))
    return FALSE;
  if (event->erase)
    {
      gint at = find_region (tool, event->x, event->y);

      if (at >= 0)
        replace_region (tool, at, NULL);
      return FALSE;
    }
  self->x0 = self->x1 = event->x;
  self->y0 = self->y1 = event->y;
  self->changed = find_corner (tool, event->x, event->y, &self->x0, &self->y0);
  self->pressed = TRUE;
  pel_tool_changed (tool);
  return TRUE;
}

static void
pel_region_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);

  self->x1 = event->x;
  self->y1 = event->y;
  pel_tool_changed (tool);
}

/* Whole pixels within the image. */
static gboolean
get_box (PelRegionTool *self, PelRect *box)
{
  PelMask *mask = pel_tool_get_mask (PEL_TOOL (self));
  const PelRect all = { 0, 0, (gint)pel_mask_get_width (mask), (gint)pel_mask_get_height (mask) };
  gint left = (gint)lround (CLAMP (MIN (self->x0, self->x1), 0, all.width));
  gint top = (gint)lround (CLAMP (MIN (self->y0, self->y1), 0, all.height));
  gint right = (gint)lround (CLAMP (MAX (self->x0, self->x1), 0, all.width));
  gint bottom = (gint)lround (CLAMP (MAX (self->y0, self->y1), 0, all.height));

  *box = (PelRect){ left, top, right - left, bottom - top };
  return box->width >= MIN_SIDE && box->height >= MIN_SIDE;
}

static void
pel_region_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);
  PelRect box;

  if (self->pressed && pel_tool_get_mask (tool) && get_box (self, &box))
    replace_region (tool, self->changed, &box);
  self->pressed = FALSE;
  pel_tool_changed (tool);
}

static void
pel_region_tool_cancel (PelTool *tool)
{
  PEL_REGION_TOOL (tool)->pressed = FALSE;
  pel_tool_changed (tool);
}

static void
pel_region_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);

  self->is_over = event != NULL;
  if (event)
    {
      self->hover_x = event->x;
      self->hover_y = event->y;
    }
  pel_tool_changed (tool);
}

static gboolean
pel_region_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);
  gint at;

  if ((keyval != GDK_KEY_Delete && keyval != GDK_KEY_KP_Delete && keyval != GDK_KEY_BackSpace) ||
      !self->is_over || self->pressed)
    return FALSE;
  at = find_region (tool, self->hover_x, self->hover_y);
  if (at >= 0)
    replace_region (tool, at, NULL);
  return TRUE; /* never a cell while regions are in the hand */
}

static gboolean
pel_region_tool_is_active (PelTool *tool)
{
  return PEL_REGION_TOOL (tool)->pressed;
}

static char *
pel_region_tool_dup_status (PelTool *tool)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);
  PelRect box;
  guint n;

  if (self->pressed && pel_tool_get_mask (tool) && get_box (self, &box))
    /* Translators: width and height in pixels of a box in which every cell is painted. */
    return g_strdup_printf (_ ("complete region, %d × %d px"), box.width, box.height);
  get_regions (tool, &n);
  return g_strdup_printf (ngettext ("%u complete region", "%u complete regions", n), n);
}

static void
append_box (GtkSnapshot *snapshot,
            const PelViewport *view,
            double x0,
            double y0,
            double x1,
            double y1,
            gboolean strong)
{
  const GdkRGBA color = { 0.36f, 0.85f, 1, strong ? 1 : 0.55f };
  const GdkRGBA wash = { 0.36f, 0.85f, 1, 0.06f };
  const double left = MIN (x0, x1), top = MIN (y0, y1);
  const double right = MAX (x0, x1), bottom = MAX (y0, y1);
  graphene_point_t corners[4];

  pel_tool_to_widget (view, left, top, &corners[0]);
  pel_tool_to_widget (view, right, top, &corners[1]);
  pel_tool_to_widget (view, right, bottom, &corners[2]);
  pel_tool_to_widget (view, left, bottom, &corners[3]);
  pel_tool_append_wash (snapshot, corners, &wash);
  pel_tool_append_dashes (snapshot, corners, 4, &color);
  if (!strong)
    return;
  for (guint i = 0; i < 4; i++)
    pel_tool_append_handle (snapshot, &corners[i], &color);
}

void
pel_region_tool_append_regions (GtkSnapshot *snapshot,
                                PelImageDocument *document,
                                const PelViewport *view,
                                gboolean strong)
{
  guint n;
  const PelRect *regions = pel_image_document_get_complete_regions (document, &n);

  for (guint i = 0; i < n; i++)
    append_box (snapshot, view, regions[i].x, regions[i].y, regions[i].x + regions[i].width,
                regions[i].y + regions[i].height, strong);
}

static void
pel_region_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelRegionTool *self = PEL_REGION_TOOL (tool);

  if (pel_tool_get_document (tool))
    pel_region_tool_append_regions (snapshot, pel_tool_get_document (tool), view, TRUE);
  if (self->pressed)
    append_box (snapshot, view, self->x0, self->y0, self->x1, self->y1, TRUE);
}

static const char *
pel_region_tool_get_cursor (PelTool *tool)
{
  return "crosshair";
}

static void
pel_region_tool_class_init (PelRegionToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  tool_class->press = pel_region_tool_press;
  tool_class->drag = pel_region_tool_drag;
  tool_class->release = pel_region_tool_release;
  tool_class->cancel = pel_region_tool_cancel;
  tool_class->motion = pel_region_tool_motion;
  tool_class->key = pel_region_tool_key;
  tool_class->is_active = pel_region_tool_is_active;
  tool_class->dup_status = pel_region_tool_dup_status;
  tool_class->snapshot_overlay = pel_region_tool_snapshot_overlay;
  tool_class->get_cursor = pel_region_tool_get_cursor;
}

static void
pel_region_tool_init (PelRegionTool *self)
{
  self->changed = -1;
}

PelTool *
pel_region_tool_new (void)
{
  return g_object_new (PEL_TYPE_REGION_TOOL, NULL);
}
