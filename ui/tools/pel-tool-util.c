/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-tool-util.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "app/document/pel-mask-draft.h"

/* Edits that look at more tiles than this are worked out in a thread: the main one has 8 ms. */
#define MAX_TILES 512

PelMask *
pel_tool_get_mask (PelTool *self)
{
  PelImageDocument *document = pel_tool_get_document (self);

  return document ? pel_image_document_get_mask (document) : NULL;
}

double
pel_tool_get_brush_radius (PelTool *self)
{
  PelDisplay *display = pel_tool_get_display (self);
  double radius = display ? pel_display_get_brush_size (display) / 2 : 1;

  if (display && pel_display_get_brush_mode (display) == PEL_BRUSH_MODE_SCREEN)
    radius /= pel_tool_get_zoom (self);
  return MAX (radius, 0.5);
}

typedef struct
{
  PelMask *mask;
  guint32 label;
  gboolean found;
} Search;

static void
search_span (gint y, gint x0, gint x1, gpointer data)
{
  Search *search = data;

  for (gint x = x0; x < x1 && !search->found; x++)
    search->found = pel_mask_get_label (search->mask, x, y) == search->label;
}

static gboolean
is_near (PelMask *mask, guint32 label, double x, double y, double radius)
{
  PelRect clip = { 0, 0, (gint)pel_mask_get_width (mask), (gint)pel_mask_get_height (mask) };
  Search search = { mask, label, FALSE };

  pel_raster_disc (x, y, radius, &clip, search_span, &search);
  return search.found;
}

guint32
pel_tool_choose_label (PelTool *self, double x, double y, double radius)
{
  PelMask *mask = pel_tool_get_mask (self);
  PelDisplay *display = pel_tool_get_display (self);
  guint32 current, under;

  if (!mask || !display)
    return 0;
  current = pel_display_get_current_label (display);
  under = pel_mask_get_label (mask, (gint)floor (x), (gint)floor (y));
  if (current != 0 && !pel_mask_has_label (mask, current))
    return current;
  if (under != 0 && (pel_display_get_protect (display) || current == 0))
    return under;
  if (current != 0 && (under != 0 || !pel_display_get_auto_new (display) ||
                       is_near (mask, current, x, y, MIN (radius, 300))))
    return current;
  return pel_mask_get_free_label (mask);
}

gboolean
pel_tool_pick_at (PelImageDocument *document, PelDisplay *display, double x, double y)
{
  PelMask *mask = document ? pel_image_document_get_mask (document) : NULL;
  guint32 label = mask ? pel_mask_get_label (mask, (gint)floor (x), (gint)floor (y)) : 0;

  pel_display_set_selection (display, &label, label ? 1 : 0);
  if (label != 0)
    pel_display_set_current_label (display, label);
  return label != 0;
}

void
pel_tool_delete_at (PelImageDocument *document, PelDisplay *display, double x, double y)
{
  PelMask *mask = document ? pel_image_document_get_mask (document) : NULL;
  guint32 label = mask ? pel_mask_get_label (mask, (gint)floor (x), (gint)floor (y)) : 0;

  if (label != 0)
    pel_tool_delete_labels (document, display, &label, 1);
}

/* Cells whose label changes in a thread. */
typedef struct
{
  PelDisplay *display;
  guint32 into; /* 0 deletes */
  guint n;
  guint32 labels[];
} Change;

static Change *
change_new (PelDisplay *display, const guint32 *labels, guint n, guint32 into)
{
  Change *change = g_malloc (sizeof *change + n * sizeof *labels);

  change->display = g_object_ref (display);
  change->into = into;
  change->n = n;
  memcpy (change->labels, labels, n * sizeof *labels);
  return change;
}

static gboolean
change_draft (PelMaskDraft *draft, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  return pel_mask_draft_map (draft, change->labels, change->n, change->into, error);
}

static void
on_changed (GObject *source, GAsyncResult *result, gpointer data)
{
  Change *change = data;
  g_autoptr (GError) error = NULL;

  if (pel_image_document_edit_finish (PEL_IMAGE_DOCUMENT (source), result, &error) &&
      change->into != 0)
    {
      pel_display_set_selection (change->display, &change->into, 1);
      pel_display_set_current_label (change->display, change->into);
    }
  if (error != NULL)
    g_warning ("%s", error->message);
  g_object_unref (change->display);
  g_free (change);
}

/* Frees @change in the end. */
static void
change_in_thread (PelImageDocument *document, const char *name, Change *change)
{
  pel_image_document_edit_async (document, name, change_draft, change, NULL, NULL, on_changed,
                                 change);
}

void
pel_tool_delete_labels (PelImageDocument *document,
                        PelDisplay *display,
                        const guint32 *labels,
                        guint n)
{
  PelMask *mask = document ? pel_image_document_get_mask (document) : NULL;
  g_autofree guint32 *copy = NULL;

  if (!mask || n == 0 || pel_mask_in_stroke (mask))
    return;
  /* They may be the display's own selection, which goes with them. */
  copy = g_memdup2 (labels, n * sizeof *labels);
  for (guint i = 0; i < n; i++)
    {
      if (pel_display_is_selected (display, copy[i]))
        pel_display_toggle_selected (display, copy[i]);
      if (pel_display_get_current_label (display) == copy[i])
        pel_display_set_current_label (display, 0);
    }
  if (pel_mask_count_tiles_around (mask, copy, n) > MAX_TILES)
    {
      g_autofree char *name = pel_mask_name_deletion (copy, n);

      change_in_thread (document, name, change_new (display, copy, n, 0));
    }
  else
    pel_mask_delete_labels (mask, copy, n, pel_image_document_get_undo (document));
}

gboolean
pel_tool_merge_labels (PelImageDocument *document,
                       PelDisplay *display,
                       const guint32 *labels,
                       guint n)
{
  PelMask *mask = document ? pel_image_document_get_mask (document) : NULL;
  g_autoptr (GArray) cells = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *name = NULL;
  guint32 first;

  if (!mask || pel_mask_in_stroke (mask))
    return FALSE;
  /* The background is no cell, and a selection may hold predicted ones. */
  for (guint i = 0; i < n; i++)
    if (labels[i] != 0 && pel_mask_has_label (mask, labels[i]))
      g_array_append_val (cells, labels[i]);
  if (cells->len < 2)
    return FALSE;
  first = g_array_index (cells, guint32, 0);
  /* Translators: a step that can be undone; %u is how many cells become one. */
  name = g_strdup_printf (ngettext ("Merge %u cell", "Merge %u cells", cells->len), cells->len);
  if (pel_mask_count_tiles_around (mask, (const guint32 *)(void *)cells->data, cells->len) >
      MAX_TILES)
    {
      change_in_thread (
          document, name,
          change_new (display, (const guint32 *)(void *)cells->data, cells->len, first));
      return TRUE;
    }
  if (!pel_mask_merge_labels (mask, (const guint32 *)(void *)cells->data, cells->len, first, name,
                              pel_image_document_get_undo (document)))
    return FALSE;
  pel_display_set_selection (display, &first, 1);
  pel_display_set_current_label (display, first);
  return TRUE;
}

void
pel_tool_new_cell (PelImageDocument *document, PelDisplay *display)
{
  PelMask *mask = document ? pel_image_document_get_mask (document) : NULL;

  if (!mask)
    return;
  pel_display_set_selection (display, NULL, 0);
  pel_display_set_current_label (display, pel_mask_get_free_label (mask));
}

void
pel_tool_paint_outline (PelTool *self,
                        const double *xy,
                        guint n,
                        guint32 label,
                        gboolean erase,
                        const char *name)
{
  PelMask *mask = pel_tool_get_mask (self);
  PelDisplay *display = pel_tool_get_display (self);

  if (!mask || n < 3 || pel_mask_in_stroke (mask))
    return;
  pel_mask_begin_stroke (mask, name);
  pel_mask_paint_polygon (mask, xy, n, label, erase,
                          pel_display_get_protect (display) && !(erase && label == 0));
  pel_mask_end_stroke (mask, pel_image_document_get_undo (pel_tool_get_document (self)));
  if (!erase)
    pel_display_set_current_label (display, label);
}

void
pel_tool_to_widget (const PelViewport *view, double x, double y, graphene_point_t *out)
{
  double at_x, at_y;

  pel_viewport_from_image (view, x, y, &at_x, &at_y);
  graphene_point_init (out, (float)at_x, (float)at_y);
}

static cairo_t *
begin_path (GtkSnapshot *snapshot, const graphene_point_t *points, guint n, gboolean closed)
{
  graphene_rect_t bounds;
  cairo_t *cr;

  graphene_rect_init (&bounds, points[0].x, points[0].y, 0, 0);
  for (guint i = 1; i < n; i++)
    graphene_rect_expand (&bounds, &points[i], &bounds);
  graphene_rect_inset (&bounds, -4, -4);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, (double)points[i].x, (double)points[i].y);
  if (closed)
    cairo_close_path (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  return cr;
}

/* A dark casing and the line on it; takes the context. */
static void
end_path (cairo_t *cr, const GdkRGBA *color)
{
  cairo_set_source_rgba (cr, 0, 0, 0, 0.55);
  cairo_set_line_width (cr, 3.5);
  cairo_stroke_preserve (cr);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.5);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

void
pel_tool_append_line (GtkSnapshot *snapshot,
                      const graphene_point_t *points,
                      guint n,
                      gboolean closed,
                      const GdkRGBA *color)
{
  if (n >= 2)
    end_path (begin_path (snapshot, points, n, closed), color);
}

void
pel_tool_append_area (GtkSnapshot *snapshot,
                      const graphene_point_t *points,
                      guint n,
                      const GdkRGBA *color)
{
  cairo_t *cr;

  if (n < 3)
    return;
  cr = begin_path (snapshot, points, n, TRUE);
  cairo_set_source_rgba (cr, (double)color->red, (double)color->green, (double)color->blue, 0.3);
  cairo_fill_preserve (cr);
  end_path (cr, color);
}

void
pel_tool_append_dashes (GtkSnapshot *snapshot,
                        const graphene_point_t *points,
                        guint n,
                        const GdkRGBA *color)
{
  static const double dashes[] = { 7, 5 };
  cairo_t *cr;

  if (n < 2)
    return;
  cr = begin_path (snapshot, points, n, TRUE);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
  end_path (cr, color);
}

void
pel_tool_append_wash (GtkSnapshot *snapshot,
                      const graphene_point_t corners[4],
                      const GdkRGBA *color)
{
  graphene_rect_t box = GRAPHENE_RECT_INIT (corners[0].x, corners[0].y, 0, 0);
  cairo_t *cr;

  for (guint i = 1; i < 4; i++)
    graphene_rect_expand (&box, &corners[i], &box);
  if (corners[0].y == corners[1].y)
    {
      gtk_snapshot_append_color (snapshot, color, &box);
      return;
    }
  cr = gtk_snapshot_append_cairo (snapshot, &box);
  for (guint i = 0; i < 4; i++)
    cairo_line_to (cr, (double)corners[i].x, (double)corners[i].y);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_fill (cr);
  cairo_destroy (cr);
}

void
pel_tool_append_text (GtkSnapshot *snapshot, const char *text, float x, float y)
{
  static const GdkRGBA white = { 1, 1, 1, 1 };
  static const GdkRGBA dark = { 0.08f, 0.08f, 0.09f, 0.85f };
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Sans 9");
  GskRoundedRect box;
  int width, height;

  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = roundf (x - width / 2.f);
  y = roundf (y);
  gsk_rounded_rect_init_from_rect (
      &box, &GRAPHENE_RECT_INIT (x - 6, y, (float)width + 12, (float)height + 4), 5);
  gtk_snapshot_push_rounded_clip (snapshot, &box);
  gtk_snapshot_append_color (snapshot, &dark, &box.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y + 2));
  gtk_snapshot_append_layout (snapshot, layout, &white);
  gtk_snapshot_restore (snapshot);
  g_object_unref (context);
}

void
pel_tool_append_handle (GtkSnapshot *snapshot, const graphene_point_t *at, const GdkRGBA *color)
{
  static const GdkRGBA dark = { 0, 0, 0, 0.65f };

  gtk_snapshot_append_color (snapshot, &dark,
                             &GRAPHENE_RECT_INIT (roundf (at->x) - 4, roundf (at->y) - 4, 8, 8));
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT (roundf (at->x) - 3, roundf (at->y) - 3, 6, 6));
}

void
pel_tool_append_ring (GtkSnapshot *snapshot, const graphene_point_t *at)
{
  static const float reach[] = { 8, 7 };
  static const GdkRGBA colors[] = { { 0, 0, 0, 0.65f }, { 1, 1, 1, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (reach); i++)
    {
      const float width = i == 0 ? 3 : 1.5f;
      const float r = reach[i];
      GskRoundedRect circle;

      gsk_rounded_rect_init_from_rect (
          &circle, &GRAPHENE_RECT_INIT (roundf (at->x) - r, roundf (at->y) - r, 2 * r, 2 * r), r);
      gtk_snapshot_append_border (snapshot, &circle, (float[4]){ width, width, width, width },
                                  (GdkRGBA[4]){ colors[i], colors[i], colors[i], colors[i] });
    }
}
