/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-fill-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/tools/pel-tool-util.h"

/* How far around the click a gap may reach, in image pixels. */
#define REACH 768
/* A gap at the image's border is a cell cut off there, unless it has more of the image than this.
 */
#define MAX_SHARE_AT_BORDER 0.1

struct _PelFillTool
{
  PelTool parent_instance;
};

G_DEFINE_FINAL_TYPE (PelFillTool, pel_fill_tool, PEL_TYPE_TOOL)

typedef struct
{
  PelLabels *labels;
  PelRect clip;
  guint8 *inside; /* of the clip's size */
  gsize n_pixels;
  gboolean open; /* went on beyond the clip */
  gboolean at_border;
  GHashTable *neighbours; /* label → how often it was met */
} Region;

static void
meet (Region *region, gint x, gint y)
{
  guint32 label = pel_labels_get (region->labels, x, y);
  gpointer key = GUINT_TO_POINTER (label);

  if (label != 0)
    g_hash_table_insert (
        region->neighbours, key,
        GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (region->neighbours, key)) + 1));
}

static void
take_span (gint y, gint x0, gint x1, gpointer data)
{
  Region *region = data;
  gint width = (gint)pel_labels_get_width (region->labels);
  gint height = (gint)pel_labels_get_height (region->labels);
  gint right = region->clip.x + region->clip.width;
  gint bottom = region->clip.y + region->clip.height;

  memset (region->inside + (gsize)(y - region->clip.y) * region->clip.width + x0 - region->clip.x,
          1, (gsize)(x1 - x0));
  region->n_pixels += (gsize)(x1 - x0);
  if (x0 == 0 || y == 0 || x1 == width || y == height - 1)
    region->at_border = TRUE;
  if ((x0 == region->clip.x && x0 > 0) || (x1 == right && x1 < width) ||
      (y == region->clip.y && y > 0) || (y == bottom - 1 && y < height - 1))
    region->open = TRUE;
  meet (region, x0 - 1, y);
  meet (region, x1, y);
  for (gint x = x0; x < x1; x++)
    {
      meet (region, x, y - 1);
      meet (region, x, y + 1);
    }
}

static guint32
get_main_neighbour (Region *region)
{
  GHashTableIter iter;
  gpointer key, value;
  guint most = 0;
  guint32 label = 0;

  g_hash_table_iter_init (&iter, region->neighbours);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (GPOINTER_TO_UINT (value) > most ||
        (GPOINTER_TO_UINT (value) == most && GPOINTER_TO_UINT (key) < label))
      {
        most = GPOINTER_TO_UINT (value);
        label = GPOINTER_TO_UINT (key);
      }
  return label;
}

static void
fill_gap (PelTool *tool, PelMask *mask, PelLabels *labels, gint x, gint y)
{
  PelRect all = { 0, 0, (gint)pel_mask_get_width (mask), (gint)pel_mask_get_height (mask) };
  Region region = { .labels = labels,
                    .clip = { x - REACH, y - REACH, 2 * REACH + 1, 2 * REACH + 1 } };
  g_autoptr (GError) error = NULL;
  guint32 label;

  pel_rect_intersect (&region.clip, &all, &region.clip);
  region.inside = g_try_malloc0 ((gsize)region.clip.width * region.clip.height);
  if (!region.inside)
    return;
  region.neighbours = g_hash_table_new (NULL, NULL);
  if (pel_flood_region (labels, x, y, &region.clip, take_span, &region, &error) && !region.open &&
      !(region.at_border &&
        region.n_pixels > MAX_SHARE_AT_BORDER * all.width * (double)all.height) &&
      (label = get_main_neighbour (&region)) != 0)
    {
      pel_mask_begin_stroke (mask, _ ("Fill"));
      pel_mask_fill_region (mask, &region.clip, region.inside, (gsize)region.clip.width, label,
                            TRUE);
      pel_mask_end_stroke (mask, pel_image_document_get_undo (pel_tool_get_document (tool)));
      pel_display_set_current_label (pel_tool_get_display (tool), label);
    }
  if (error)
    g_debug ("fill: %s", error->message);
  g_hash_table_unref (region.neighbours);
  g_free (region.inside);
}

static void
fill_holes (PelTool *tool, PelMask *mask, PelLabels *labels, gint x, gint y, guint32 label)
{
  PelRect all = { 0, 0, (gint)pel_mask_get_width (mask), (gint)pel_mask_get_height (mask) };
  PelRect clip = { x - REACH, y - REACH, 2 * REACH + 1, 2 * REACH + 1 };
  g_autofree guint32 *block = NULL;
  g_autoptr (GError) error = NULL;
  gsize n;

  pel_rect_intersect (&clip, &all, &clip);
  n = (gsize)clip.width * clip.height;
  block = g_try_new (guint32, n);
  if (!block)
    return;
  pel_labels_read (labels, &clip, block, (gsize)clip.width);
  if (pel_fill_holes (block, (guint)clip.width, (guint)clip.height, (gsize)clip.width, label,
                      &error) > 0)
    {
      pel_mask_begin_stroke (mask, _ ("Fill holes"));
      pel_mask_write (mask, &clip, block, (gsize)clip.width);
      pel_mask_end_stroke (mask, pel_image_document_get_undo (pel_tool_get_document (tool)));
    }
  if (error)
    g_debug ("fill holes: %s", error->message);
}

static gboolean
pel_fill_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelMask *mask = pel_tool_get_mask (tool);
  gint x = (gint)floor (event->x);
  gint y = (gint)floor (event->y);
  g_autoptr (PelLabels) labels = NULL;
  guint32 label;

  if (!mask || event->erase || pel_mask_in_stroke (mask) || x < 0 || y < 0 ||
      x >= (gint)pel_mask_get_width (mask) || y >= (gint)pel_mask_get_height (mask))
    return FALSE;
  labels = pel_mask_snapshot (mask);
  label = pel_labels_get (labels, x, y);
  if (label != 0)
    fill_holes (tool, mask, labels, x, y, label);
  else
    fill_gap (tool, mask, labels, x, y);
  return FALSE;
}

static const char *
pel_fill_tool_get_cursor (PelTool *tool)
{
  return "cell";
}

static void
pel_fill_tool_class_init (PelFillToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  tool_class->press = pel_fill_tool_press;
  tool_class->get_cursor = pel_fill_tool_get_cursor;
}

static void
pel_fill_tool_init (PelFillTool *self)
{
}

PelTool *
pel_fill_tool_new (void)
{
  return g_object_new (PEL_TYPE_FILL_TOOL, NULL);
}
