/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-select-tool.h"

#include <math.h>

#include "app/document/pel-review.h"
#include "ui/tools/pel-tool-util.h"

/* Widget pixels before a click becomes a box. */
#define DRAG_THRESHOLD 4.0
/* Labels looked up along each side of a box: cells smaller than a step may be missed in boxes that
 * are far larger than the screen. */
#define BOX_SAMPLES 1024

struct _PelSelectTool
{
  PelTool parent_instance;

  gboolean pressed;
  gboolean boxing;
  gboolean extend;
  double x0, y0, x1, y1;
};

G_DEFINE_FINAL_TYPE (PelSelectTool, pel_select_tool, PEL_TYPE_TOOL)

static gboolean
pel_select_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);

  if (event->erase || !pel_tool_get_mask (tool))
    return FALSE;
  self->pressed = TRUE;
  self->boxing = FALSE;
  self->extend = (event->state & GDK_SHIFT_MASK) != 0;
  self->x0 = self->x1 = event->x;
  self->y0 = self->y1 = event->y;
  return TRUE;
}

static void
pel_select_tool_drag (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);

  self->x1 = event->x;
  self->y1 = event->y;
  if (hypot (self->x1 - self->x0, self->y1 - self->y0) * pel_tool_get_zoom (tool) >= DRAG_THRESHOLD)
    self->boxing = TRUE;
  if (self->boxing)
    pel_tool_changed (tool);
}

static void
select_box (PelSelectTool *self, PelMask *mask, PelDisplay *display)
{
  gint width = (gint)pel_mask_get_width (mask);
  gint height = (gint)pel_mask_get_height (mask);
  gint x0 = (gint)CLAMP (floor (MIN (self->x0, self->x1)), 0, width);
  gint y0 = (gint)CLAMP (floor (MIN (self->y0, self->y1)), 0, height);
  gint x1 = (gint)CLAMP (ceil (MAX (self->x0, self->x1)), 0, width);
  gint y1 = (gint)CLAMP (ceil (MAX (self->y0, self->y1)), 0, height);
  gint step_x = MAX ((x1 - x0) / BOX_SAMPLES, 1);
  gint step_y = MAX ((y1 - y0) / BOX_SAMPLES, 1);
  g_autoptr (PelLabels) labels = pel_mask_snapshot (mask);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 last = 0;

  if (self->extend)
    {
      guint n;
      const guint32 *old = pel_display_get_selection (display, &n);

      g_array_append_vals (found, old, n);
    }
  for (gint y = y0; y < y1; y += step_y)
    for (gint x = x0; x < x1; x += step_x)
      {
        guint32 label = pel_labels_get (labels, x, y);

        if (label != 0 && label != last && g_hash_table_add (seen, GUINT_TO_POINTER (label)))
          g_array_append_val (found, label);
        last = label;
      }
  pel_display_set_selection (display, (const guint32 *)found->data, found->len);
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
pel_select_tool_release (PelTool *tool, const PelToolEvent *event)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);
  PelMask *mask = pel_tool_get_mask (tool);
  PelDisplay *display = pel_tool_get_display (tool);

  if (self->pressed && mask && display)
    {
      if (self->boxing)
        select_box (self, mask, display);
      else
        {
          guint32 label = pel_mask_get_label (mask, (gint)floor (event->x), (gint)floor (event->y));
          guint32 predicted = label == 0 ? find_predicted (tool, event) : 0;

          if (predicted != 0)
            pel_display_set_predicted_selection (display, &predicted, 1);
          else if (self->extend)
            pel_display_toggle_selected (display, label);
          else
            pel_display_set_selection (display, &label, 1);
        }
    }
  self->pressed = FALSE;
  self->boxing = FALSE;
  pel_tool_changed (tool);
}

static void
pel_select_tool_cancel (PelTool *tool)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);

  self->pressed = FALSE;
  self->boxing = FALSE;
  pel_tool_changed (tool);
}

static gboolean
pel_select_tool_is_active (PelTool *tool)
{
  return PEL_SELECT_TOOL (tool)->boxing;
}

static void
pel_select_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelToolView *view)
{
  PelSelectTool *self = PEL_SELECT_TOOL (tool);
  static const GdkRGBA white = { 1, 1, 1, 0.95f };
  static const GdkRGBA wash = { 1, 1, 1, 0.08f };
  graphene_point_t corners[4];

  if (!self->boxing)
    return;
  pel_tool_to_widget (view, self->x0, self->y0, &corners[0]);
  pel_tool_to_widget (view, self->x1, self->y1, &corners[2]);
  for (guint i = 0; i < 4; i += 2)
    {
      corners[i].x = floorf (corners[i].x) + 0.5f;
      corners[i].y = floorf (corners[i].y) + 0.5f;
    }
  graphene_point_init (&corners[1], corners[2].x, corners[0].y);
  graphene_point_init (&corners[3], corners[0].x, corners[2].y);
  gtk_snapshot_append_color (
      snapshot, &wash,
      &GRAPHENE_RECT_INIT (MIN (corners[0].x, corners[2].x), MIN (corners[0].y, corners[2].y),
                           ABS (corners[2].x - corners[0].x), ABS (corners[2].y - corners[0].y)));
  pel_tool_append_line (snapshot, corners, 4, TRUE, &white);
}

static void
pel_select_tool_class_init (PelSelectToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

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
}

PelTool *
pel_select_tool_new (void)
{
  return g_object_new (PEL_TYPE_SELECT_TOOL, NULL);
}
