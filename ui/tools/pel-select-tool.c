/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-select-tool.h"

#include <math.h>

#include "app/document/pel-review.h"
#include "ui/tools/pel-stroke-path.h"
#include "ui/tools/pel-tool-util.h"

/* Widget pixels before a click becomes a box or a line. */
#define DRAG_THRESHOLD 4.0
/* Labels looked up along each side of an area: cells smaller than a step may be missed in areas
 * that are far larger than the screen. */
#define AREA_SAMPLES 1024

typedef enum
{
  IDLE,
  PRESSED,
  BOX,
  LASSO,
} Mode;

struct _PelSelectTool
{
  PelTool parent_instance;

  Mode mode;
  gboolean draws; /* a drag is a line round cells, not a box */
  gboolean extend;
  double x0, y0, x1, y1;
  PelStrokePath *line;
};

G_DEFINE_FINAL_TYPE (PelSelectTool, pel_select_tool, PEL_TYPE_TOOL)

static gboolean
pel_select_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);

  if (!pel_tool_get_mask (tool) || !pel_tool_get_display (tool))
    return FALSE;
  self->mode = PRESSED;
  self->draws = event->erase || (event->state & GDK_CONTROL_MASK) != 0;
  self->extend = (event->state & GDK_SHIFT_MASK) != 0;
  self->x0 = self->x1 = event->x;
  self->y0 = self->y1 = event->y;
  pel_stroke_path_begin (self->line, event);
  return TRUE;
}

static void
pel_select_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);
  PelToolEvent freely = *event;

  if (self->mode == IDLE)
    return;
  self->x1 = event->x;
  self->y1 = event->y;
  /* Shift adds here, it does not make the line straight. */
  freely.state &= ~(GdkModifierType)GDK_SHIFT_MASK;
  pel_stroke_path_extend (self->line, &freely, pel_tool_get_zoom (tool));
  if (hypot (self->x1 - self->x0, self->y1 - self->y0) * pel_tool_get_zoom (tool) >= DRAG_THRESHOLD)
    self->mode = self->draws ? LASSO : BOX;
  if (self->mode != PRESSED)
    pel_tool_changed (tool);
}

/* What is selected already where Shift was held, else nothing. */
static GArray *
begin_selection (PelSelectTool *self, PelDisplay *display)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n;
  const guint32 *old = pel_display_get_selection (display, &n);

  if (self->extend)
    g_array_append_vals (found, old, n);
  return found;
}

/* Of the box, which is upright on the screen, in image pixels: where the drag began first, and on
 * round it. */
static void
get_corners (PelSelectTool *self, double xy[8])
{
  const PelViewport *view = pel_tool_get_view (PEL_TOOL (self));
  double width, height;

  pel_viewport_way_from_image (view, self->x1 - self->x0, self->y1 - self->y0, &width, &height);
  xy[0] = self->x0;
  xy[1] = self->y0;
  pel_viewport_way_to_image (view, width, 0, &xy[2], &xy[3]);
  xy[2] += self->x0;
  xy[3] += self->y0;
  xy[4] = self->x1;
  xy[5] = self->y1;
  pel_viewport_way_to_image (view, 0, height, &xy[6], &xy[7]);
  xy[6] += self->x0;
  xy[7] += self->y0;
}

typedef struct
{
  PelMask *mask;
  GHashTable *seen;
  GArray *found;
  gint step_x, step_y;
} Touched;

static void
look_along (gint y, gint x0, gint x1, Touched *touched)
{
  guint32 last = 0;

  for (gint x = x0; x < x1; x += touched->step_x)
    {
      guint32 label = pel_mask_get_label (touched->mask, x, y);

      if (label != 0 && label != last && g_hash_table_add (touched->seen, GUINT_TO_POINTER (label)))
        g_array_append_val (touched->found, label);
      last = label;
    }
}

static void
look_along_span (gint y, gint x0, gint x1, gpointer data)
{
  Touched *touched = data;

  if (y % touched->step_y == 0)
    look_along (y, x0, x1, touched);
}

/* Every cell that the box touches. */
static void
select_box (PelSelectTool *self, PelMask *mask, PelDisplay *display)
{
  const gint width = (gint)pel_mask_get_width (mask);
  const gint height = (gint)pel_mask_get_height (mask);
  const PelRect clip = { 0, 0, width, height };
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) found = begin_selection (self, display);
  double xy[8], left, right, top, bottom;
  Touched touched = { mask, seen, found, 1, 1 };
  gint x0, y0, x1, y1;

  get_corners (self, xy);
  left = MIN (MIN (xy[0], xy[2]), MIN (xy[4], xy[6]));
  right = MAX (MAX (xy[0], xy[2]), MAX (xy[4], xy[6]));
  top = MIN (MIN (xy[1], xy[3]), MIN (xy[5], xy[7]));
  bottom = MAX (MAX (xy[1], xy[3]), MAX (xy[5], xy[7]));
  x0 = (gint)CLAMP (floor (left), 0, width);
  y0 = (gint)CLAMP (floor (top), 0, height);
  x1 = (gint)CLAMP (ceil (right), 0, width);
  y1 = (gint)CLAMP (ceil (bottom), 0, height);
  touched.step_x = MAX ((x1 - x0) / AREA_SAMPLES, 1);
  touched.step_y = MAX ((y1 - y0) / AREA_SAMPLES, 1);
  if (!pel_turn_is_upright (&pel_tool_get_view (PEL_TOOL (self))->turn))
    {
      if (!pel_raster_polygon (xy, 4, PEL_FILL_EVEN_ODD, &clip, look_along_span, &touched))
        g_warning ("Out of memory for a box");
    }
  else
    for (gint y = y0; y < y1; y += touched.step_y)
      look_along (y, x0, x1, &touched);
  pel_display_set_selection (display, (const guint32 *)(void *)found->data, found->len);
}

typedef struct
{
  PelMask *mask;
  GHashTable *counts; /* label → how many of the pixels looked at are inside */
  gint step;
} Inside;

static void
count_span (gint y, gint x0, gint x1, gpointer data)
{
  Inside *inside = data;
  guint32 last = 0;
  gsize n = 0;

  if (y % inside->step != 0)
    return;
  for (gint x = (x0 + inside->step - 1) / inside->step * inside->step; x <= x1 + inside->step;
       x += inside->step)
    {
      guint32 label = x < x1 ? pel_mask_get_label (inside->mask, x, y) : 0;

      if (label != last && last != 0)
        {
          gpointer key = GUINT_TO_POINTER (last);

          n += GPOINTER_TO_SIZE (g_hash_table_lookup (inside->counts, key));
          g_hash_table_insert (inside->counts, key, GSIZE_TO_POINTER (n));
          n = 0;
        }
      last = label;
      n += label != 0 ? 1 : 0;
    }
}

/* Every cell that lies inside by half of its pixels: a hand in a crowd touches the neighbours. */
static void
select_lasso (PelSelectTool *self, PelMask *mask, PelDisplay *display)
{
  PelRect clip = { 0, 0, (gint)pel_mask_get_width (mask), (gint)pel_mask_get_height (mask) };
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) found = begin_selection (self, display);
  Inside inside = { mask, counts, 1 };
  guint n;
  const double *xy = pel_stroke_path_get (self->line, &n);
  double low = xy[1], high = xy[1], left = xy[0], right = xy[0];
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 1; i < n; i++)
    {
      left = MIN (left, xy[2 * i]);
      right = MAX (right, xy[2 * i]);
      low = MIN (low, xy[2 * i + 1]);
      high = MAX (high, xy[2 * i + 1]);
    }
  inside.step = MAX ((gint)(MAX (right - left, high - low) / AREA_SAMPLES), 1);
  if (!pel_raster_polygon (xy, n, PEL_FILL_EVEN_ODD, &clip, count_span, &inside))
    g_warning ("Out of memory for an outline of %u points", n);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const guint32 label = GPOINTER_TO_UINT (key);
      const double seen = (double)GPOINTER_TO_SIZE (value) * inside.step * inside.step;

      if (2 * seen >= (double)pel_mask_get_label_size (mask, label) &&
          !(self->extend && pel_display_is_selected (display, label)))
        g_array_append_val (found, label);
    }
  pel_display_set_selection (display, (const guint32 *)(void *)found->data, found->len);
}

/* Where the user has no cell, the click is meant for the predicted one that is seen there. */
static guint32
find_predicted (PelTool *tool, const PelToolEvent *event)
{
  PelImageDocument *document = pel_tool_get_document (tool);
  PelLabels *labels = document ? pel_image_document_get_prediction_labels (document) : NULL;
  guint32 label;

  if (!labels || !pel_display_get_show_prediction (pel_tool_get_display (tool)) || event->x < 0 ||
      event->y < 0 || event->x >= pel_labels_get_width (labels) ||
      event->y >= pel_labels_get_height (labels))
    return 0;
  label = pel_labels_get (labels, (gint)event->x, (gint)event->y);
  return pel_review_is_hidden (pel_image_document_get_review (document), label) ? 0 : label;
}

static void
pel_select_tool_cancel (PelTool *tool)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);

  self->mode = IDLE;
  pel_stroke_path_clear (self->line);
  pel_tool_changed (tool);
}

static void
select_at (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  PelDisplay *display = pel_tool_get_display (tool);
  guint32 label = pel_mask_get_label (mask, (gint)floor (event->x), (gint)floor (event->y));
  guint32 predicted = label == 0 ? find_predicted (tool, event) : 0;

  if (self->draws)
    /* Ctrl and a click, with every tool. */
    pel_tool_pick_at (pel_tool_get_document (tool), display, event->x, event->y);
  else if (predicted != 0)
    pel_display_set_predicted_selection (display, &predicted, 1);
  else if (self->extend)
    pel_display_toggle_selected (display, label);
  else
    pel_display_set_selection (display, &label, 1);
}

static void
pel_select_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  PelDisplay *display = pel_tool_get_display (tool);

  if (mask && display)
    switch (self->mode)
      {
      case PRESSED:
        select_at (tool, event);
        break;
      case BOX:
        select_box (self, mask, display);
        break;
      case LASSO:
        select_lasso (self, mask, display);
        break;
      case IDLE:
      default:
        break;
      }
  pel_select_tool_cancel (tool);
}

static gboolean
pel_select_tool_is_active (PelTool *tool)
{
  return PEL_SELECT_TOOL (tool)->mode > PRESSED;
}

/* Dashed: what is drawn round becomes no cell. */
static void
snapshot_lasso (PelSelectTool *self, GtkSnapshot *snapshot, const PelViewport *view)
{
  static const GdkRGBA white = { 1, 1, 1, 0.95f };
  guint n;
  const double *xy = pel_stroke_path_get (self->line, &n);
  g_autofree graphene_point_t *points = g_new (graphene_point_t, n);

  for (guint i = 0; i < n; i++)
    pel_tool_to_widget (view, xy[2 * i], xy[2 * i + 1], &points[i]);
  if (n < 2)
    return;
  /* As it was drawn; dashes show how it would close by now. */
  pel_tool_append_dashes (snapshot, points, n, &white);
  pel_tool_append_line (snapshot, points, n, FALSE, &white);
}

static void
pel_select_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);
  static const GdkRGBA white = { 1, 1, 1, 0.95f };
  static const GdkRGBA wash = { 1, 1, 1, 0.08f };
  graphene_point_t corners[4];
  double xy[8];

  if (self->mode == LASSO)
    {
      snapshot_lasso (self, snapshot, view);
      return;
    }
  if (self->mode != BOX)
    return;
  get_corners (self, xy);
  for (guint i = 0; i < 4; i++)
    {
      pel_tool_to_widget (view, xy[2 * i], xy[2 * i + 1], &corners[i]);
      corners[i].x = floorf (corners[i].x) + 0.5f;
      corners[i].y = floorf (corners[i].y) + 0.5f;
    }
  /* Upright on the screen, whatever arithmetic leaves of that. */
  corners[1] = GRAPHENE_POINT_INIT (corners[2].x, corners[0].y);
  corners[3] = GRAPHENE_POINT_INIT (corners[0].x, corners[2].y);
  pel_tool_append_wash (snapshot, corners, &wash);
  pel_tool_append_line (snapshot, corners, 4, TRUE, &white);
}

static void
pel_select_tool_finalize (GObject *object)
{
  pel_stroke_path_free (PEL_SELECT_TOOL (object)->line);
  G_OBJECT_CLASS (pel_select_tool_parent_class)->finalize (object);
}

static void
pel_select_tool_class_init (PelSelectToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_select_tool_finalize;
  tool_class->press = pel_select_tool_press;
  tool_class->drag = pel_select_tool_drag;
  tool_class->release = pel_select_tool_release;
  tool_class->cancel = pel_select_tool_cancel;
  tool_class->is_active = pel_select_tool_is_active;
  tool_class->snapshot_overlay = pel_select_tool_snapshot_overlay;
}

static void
pel_select_tool_init (PelSelectTool *self)
{
  self->line = pel_stroke_path_new ();
}

PelTool *
pel_select_tool_new (void)
{
  return g_object_new (PEL_TYPE_SELECT_TOOL, NULL);
}
