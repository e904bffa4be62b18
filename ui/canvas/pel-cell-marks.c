/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-cell-marks.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-overlay.h"
#include "engine/measure/pel-tag-layout.h"

/* Widget pixels. Cells that are smaller have no tag: it would be larger than what it tells of. */
#define MIN_CELL_SIZE 24.0
#define PADDING_X 5.0
#define PADDING_Y 1.5
#define GAP 3.0
/* With more cells the layout is made for what is in view and half as much on every side. */
#define MAX_WHOLE_LAYOUT 1500

/* How a text looks in its tag. */
typedef struct
{
  GskRenderNode *node;
  cairo_surface_t *surface; /* (nullable): the same in pixels, for the software renderer */
  gint device_scale;        /* of them */
} Look;

struct PelCellMarks
{
  PelCellList *list;
  PelOutlines *outlines;
  PelReview *review;
  PelDiameterKind kind;
  PelLengthUnit unit;

  /* For each row of the table. */
  char **texts;
  float *widths;
  guint n_rows;
  float tag_height;
  GHashTable *looks;   /* text → Look: many cells say the same */
  PangoLayout *layout; /* that they are made with */

  /* The layout, in widget pixels of the picture: tags[i] is of rows[i]. */
  PelTag *tags;
  guint *rows;
  graphene_rect_t *places;  /* on whole pixels */
  graphene_rect_t *reaches; /* with their lines */
  guint8 *shown;            /* in the next frame */
  guint n_tags;
  double layout_zoom; /* 0: there is none */
  graphene_rect_t layout_area;
  guint n_shown;
};

static void
forget_layout (PelCellMarks *self)
{
  g_clear_pointer (&self->tags, g_free);
  g_clear_pointer (&self->rows, g_free);
  g_clear_pointer (&self->places, g_free);
  g_clear_pointer (&self->reaches, g_free);
  g_clear_pointer (&self->shown, g_free);
  self->n_tags = 0;
  self->layout_zoom = 0;
}

static void
forget_texts (PelCellMarks *self)
{
  forget_layout (self);
  for (guint i = 0; i < self->n_rows; i++)
    g_free (self->texts[i]);
  g_clear_pointer (&self->texts, g_free);
  g_clear_pointer (&self->looks, g_hash_table_unref);
  g_clear_object (&self->layout);
  g_clear_pointer (&self->widths, g_free);
  self->n_rows = 0;
}

PelCellMarks *
pel_cell_marks_new (void)
{
  return g_new0 (PelCellMarks, 1);
}

void
pel_cell_marks_free (PelCellMarks *self)
{
  forget_texts (self);
  g_clear_object (&self->list);
  g_clear_pointer (&self->outlines, pel_outlines_unref);
  g_clear_object (&self->review);
  g_free (self);
}

void
pel_cell_marks_set_list (PelCellMarks *self, PelCellList *list)
{
  const PelContourSet *contours = list ? pel_cell_list_get_contours (list) : NULL;

  forget_texts (self);
  g_set_object (&self->list, list);
  g_clear_pointer (&self->outlines, pel_outlines_unref);
  if (contours)
    self->outlines = pel_outlines_new (contours);
}

void
pel_cell_marks_set_review (PelCellMarks *self, PelReview *review)
{
  g_set_object (&self->review, review);
  forget_layout (self);
}

void
pel_cell_marks_set_quantity (PelCellMarks *self, PelDiameterKind kind, PelLengthUnit unit)
{
  if (self->kind == kind && self->unit == unit)
    return;
  self->kind = kind;
  self->unit = unit;
  forget_texts (self);
}

PelOutlines *
pel_cell_marks_get_outlines (PelCellMarks *self)
{
  return self->outlines;
}

/* ---- texts ---- */

static PelQuantityId
get_quantity (PelDiameterKind kind)
{
  switch (kind)
    {
    case PEL_DIAMETER_MAX_FERET:
      return PEL_QUANTITY_MAX_FERET;
    case PEL_DIAMETER_MIN_FERET:
      return PEL_QUANTITY_MIN_FERET;
    case PEL_DIAMETER_MAJOR_AXIS:
      return PEL_QUANTITY_MAJOR_AXIS;
    case PEL_DIAMETER_MINOR_AXIS:
      return PEL_QUANTITY_MINOR_AXIS;
    case PEL_DIAMETER_EQUIVALENT:
    default:
      return PEL_QUANTITY_EQUIVALENT_DIAMETER;
    }
}

static PelQuantityId
get_error_quantity (PelDiameterKind kind)
{
  switch (kind)
    {
    case PEL_DIAMETER_MAX_FERET:
      return PEL_QUANTITY_MAX_FERET_ERR;
    case PEL_DIAMETER_MIN_FERET:
      return PEL_QUANTITY_MIN_FERET_ERR;
    case PEL_DIAMETER_MAJOR_AXIS:
      return PEL_QUANTITY_MAJOR_AXIS_ERR;
    case PEL_DIAMETER_MINOR_AXIS:
      return PEL_QUANTITY_MINOR_AXIS_ERR;
    case PEL_DIAMETER_EQUIVALENT:
    default:
      return PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR;
    }
}

/* With the unit: it is what tells 12 pixels from 12 µm. */
static char *
format_value (PelCellMarks *self, const PelCellTable *table, guint row)
{
  gboolean um =
      self->unit == PEL_LENGTH_UNIT_UM && pel_cell_table_get_calibration (table, NULL, NULL);
  PelQuantityId id = get_quantity (self->kind);
  PelQuantityId err_id = get_error_quantity (self->kind);
  double value = um ? pel_cell_table_get_um (table, row, id) : pel_cell_table_get (table, row, id);
  double err =
      um ? pel_cell_table_get_um (table, row, err_id) : pel_cell_table_get (table, row, err_id);
  int digits = value < 100 ? 1 : 0;

  if (!isfinite (value))
    return NULL;
  /* No more digits than the uncertainty lets stand. */
  if (isfinite (err) && err >= 1)
    digits = 0;
  else if (isfinite (err) && err > 0 && err < 0.095 && value < 10)
    digits = 2;
  if (isfinite (err) && err > 0.5 * pow (10, -digits))
    /* Translators: a diameter with its uncertainty and unit. */
    return g_strdup_printf (um ? _ ("%.*f ± %.*f µm") : _ ("%.*f ± %.*f px"), digits, value, digits,
                            err);
  /* Translators: a diameter with its unit. */
  return g_strdup_printf (um ? _ ("%.*f µm") : _ ("%.*f px"), digits, value);
}

static PangoLayout *
make_layout (GtkWidget *widget, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.82));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

static void
append_tag (GtkSnapshot *snapshot, PangoLayout *layout, float width, float height)
{
  static const GdkRGBA back = { 0.07f, 0.07f, 0.08f, 0.8f };
  static const GdkRGBA white = { 1, 1, 1, 1 };
  GskRoundedRect box;

  gsk_rounded_rect_init_from_rect (&box, &GRAPHENE_RECT_INIT (0, 0, width, height),
                                   MIN (height / 2, 5));
  gtk_snapshot_push_rounded_clip (snapshot, &box);
  gtk_snapshot_append_color (snapshot, &back, &box.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (PADDING_X, PADDING_Y));
  gtk_snapshot_append_layout (snapshot, layout, &white);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  gsk_render_node_unref (look->node);
  g_clear_pointer (&look->surface, cairo_surface_destroy);
  g_free (look);
}

/* The widths of all tags are needed before any is drawn; digits are of one width, so that a ruler
 * of a few characters is enough. */
static void
prepare_texts (PelCellMarks *self, GtkWidget *widget, const PelCellTable *table)
{
  g_autoptr (PangoLayout) layout = make_layout (widget, "0000000000");
  int ten_digits, height;

  if (self->texts)
    return;
  pango_layout_get_pixel_size (layout, &ten_digits, &height);
  self->n_rows = pel_cell_table_get_n_cells (table);
  self->texts = g_new0 (char *, self->n_rows);
  self->looks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, look_free);
  self->widths = g_new0 (float, self->n_rows);
  self->tag_height = (float)(height + 2 * PADDING_Y);
  for (guint i = 0; i < self->n_rows; i++)
    {
      self->texts[i] = format_value (self, table, i);
      if (self->texts[i])
        self->widths[i] =
            (float)(ceil (g_utf8_strlen (self->texts[i], -1) * ten_digits / 10.0) + 2 * PADDING_X);
    }
}

static Look *
get_look (PelCellMarks *self, GtkWidget *widget, guint row)
{
  char *text = self->texts[row];
  Look *look = g_hash_table_lookup (self->looks, text);

  if (!look)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      int width;

      if (!self->layout)
        self->layout = make_layout (widget, "");
      pango_layout_set_text (self->layout, text, -1);
      pango_layout_get_pixel_size (self->layout, &width, NULL);
      append_tag (snapshot, self->layout, (float)(width + 2 * PADDING_X), self->tag_height);
      look = g_new0 (Look, 1);
      look->node = gtk_snapshot_free_to_node (snapshot);
      g_hash_table_insert (self->looks, text, look);
    }
  return look;
}

/* Clips and text are drawn once; after that they are copied. */
static cairo_surface_t *
get_surface (Look *look, gint device_scale)
{
  graphene_rect_t bounds;
  cairo_t *cr;

  if (look->surface && look->device_scale == device_scale)
    return look->surface;
  g_clear_pointer (&look->surface, cairo_surface_destroy);
  gsk_render_node_get_bounds (look->node, &bounds);
  look->surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, (int)ceil ((double)(bounds.origin.x + bounds.size.width) * device_scale),
      (int)ceil ((double)(bounds.origin.y + bounds.size.height) * device_scale));
  look->device_scale = device_scale;
  cr = cairo_create (look->surface);
  cairo_scale (cr, device_scale, device_scale);
  gsk_render_node_draw (look->node, cr);
  cairo_destroy (cr);
  return look->surface;
}

/* ---- layout ---- */

static gboolean
is_hidden (PelCellMarks *self, const PelCellTable *table, guint row)
{
  return self->review && pel_review_is_hidden (self->review, pel_cell_table_get_label (table, row));
}

/* A line is needed wherever the tag does not stand on the middle of its cell: in a crowd it would
 * be anybody's. */
static gboolean
needs_leader (const PelTag *tag)
{
  return tag->has_leader || tag->anchor_x < tag->x - 2 || tag->anchor_x > tag->x + tag->width + 2 ||
         tag->anchor_y < tag->y - 2 || tag->anchor_y > tag->y + tag->height + 2;
}

/* What a tag covers with its line. */
static graphene_rect_t
get_reach (const PelTag *tag, const graphene_rect_t *place)
{
  graphene_rect_t reach = *place;

  if (needs_leader (tag))
    graphene_rect_union (
        &reach, &GRAPHENE_RECT_INIT ((float)tag->anchor_x, (float)tag->anchor_y, 0, 0), &reach);
  graphene_rect_inset (&reach, -3, -3);
  return reach;
}

static void
make_tags (PelCellMarks *self, const PelCellTable *table, const PelViewport *view)
{
  const graphene_rect_t *area = &self->layout_area;
  double width, height;

  forget_layout (self);
  self->tags = g_new0 (PelTag, MAX (self->n_rows, 1));
  self->rows = g_new0 (guint, MAX (self->n_rows, 1));
  for (guint i = 0; i < self->n_rows; i++)
    {
      const PelRect *bounds = pel_cell_table_get_bounds (table, i);
      PelTag *tag = &self->tags[self->n_tags];
      graphene_rect_t box;

      if (!self->texts[i] || MAX (bounds->width, bounds->height) * view->zoom < MIN_CELL_SIZE)
        continue;
      pel_viewport_get_bounds (view,
                               &GRAPHENE_RECT_INIT ((float)bounds->x, (float)bounds->y,
                                                    (float)bounds->width, (float)bounds->height),
                               &box);
      graphene_rect_offset (&box, (float)-view->x, (float)-view->y);
      if (!graphene_rect_intersection (&box, area, NULL) || is_hidden (self, table, i))
        continue;
      tag->cell[0] = (double)box.origin.x;
      tag->cell[1] = (double)box.origin.y;
      tag->cell[2] = (double)(box.origin.x + box.size.width);
      tag->cell[3] = (double)(box.origin.y + box.size.height);
      pel_viewport_to_picture (view, pel_cell_table_get (table, i, PEL_QUANTITY_CENTROID_X) + 0.5,
                               pel_cell_table_get (table, i, PEL_QUANTITY_CENTROID_Y) + 0.5,
                               &tag->anchor_x, &tag->anchor_y);
      tag->width = self->widths[i];
      tag->height = self->tag_height;
      tag->priority = pel_cell_table_get (table, i, PEL_QUANTITY_AREA);
      self->rows[self->n_tags++] = i;
    }
  pel_viewport_get_extent (view, &width, &height);
  pel_tag_layout (self->tags, self->n_tags, width, height, GAP);
  self->places = g_new (graphene_rect_t, MAX (self->n_tags, 1));
  self->reaches = g_new (graphene_rect_t, MAX (self->n_tags, 1));
  self->shown = g_new0 (guint8, MAX (self->n_tags, 1));
  for (guint i = 0; i < self->n_tags; i++)
    {
      const PelTag *tag = &self->tags[i];

      graphene_rect_init (&self->places[i], (float)round (tag->x), (float)round (tag->y),
                          (float)tag->width, (float)tag->height);
      self->reaches[i] = get_reach (tag, &self->places[i]);
    }
  self->layout_zoom = view->zoom;
}

static void
draw_leader (cairo_t *cr, const PelTag *tag)
{
  double x = tag->anchor_x;
  double y = tag->anchor_y;

  cairo_move_to (cr, x, y);
  cairo_line_to (cr, CLAMP (x, tag->x, tag->x + tag->width),
                 CLAMP (y, tag->y, tag->y + tag->height));
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_set_line_width (cr, 3);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.9);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_arc (cr, x, y, 1.8, 0, 2 * G_PI);
  cairo_fill (cr);
}

static gboolean
is_taken (GArray *taken, guint n, const graphene_rect_t *place)
{
  for (guint i = 0; i < n; i++)
    if (graphene_rect_intersection (&g_array_index (taken, graphene_rect_t, i), place, NULL))
      return TRUE;
  return FALSE;
}

void
pel_cell_marks_place (PelCellMarks *self,
                      GtkWidget *widget,
                      const PelViewport *view,
                      const graphene_rect_t *area,
                      GArray *taken)
{
  const PelCellTable *table = self->list ? pel_cell_list_get_table (self->list) : NULL;
  const graphene_point_t offset = GRAPHENE_POINT_INIT ((float)view->x, (float)view->y);
  const guint n_others = taken->len; /* the layout keeps its own tags apart */
  graphene_rect_t seen;

  self->n_shown = 0;
  if (!table)
    return;
  graphene_rect_offset_r (area, -offset.x, -offset.y, &seen);
  prepare_texts (self, widget, table);
  if (self->layout_zoom != view->zoom ||
      (self->n_rows > MAX_WHOLE_LAYOUT && !graphene_rect_contains_rect (&self->layout_area, &seen)))
    {
      if (self->n_rows > MAX_WHOLE_LAYOUT)
        graphene_rect_inset_r (&seen, -seen.size.width / 2, -seen.size.height / 2,
                               &self->layout_area);
      else
        {
          double width, height;

          pel_viewport_get_extent (view, &width, &height);
          graphene_rect_init (&self->layout_area, 0, 0, (float)width, (float)height);
        }
      make_tags (self, table, view);
    }
  for (guint i = 0; i < self->n_tags; i++)
    {
      graphene_rect_t place;

      self->shown[i] = FALSE;
      if (!self->tags[i].is_placed || !graphene_rect_intersection (&self->reaches[i], &seen, NULL))
        continue;
      graphene_rect_offset_r (&self->places[i], offset.x, offset.y, &place);
      if (is_taken (taken, n_others, &place))
        continue;
      self->shown[i] = TRUE;
      g_array_append_val (taken, place);
      self->n_shown++;
    }
}

void
pel_cell_marks_snapshot (PelCellMarks *self,
                         GtkWidget *widget,
                         GtkSnapshot *snapshot,
                         const PelViewport *view)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)view->x, (float)view->y));
  /* All lines first: none crosses a number. */
  for (guint i = 0; i < self->n_tags; i++)
    if (self->shown[i] && needs_leader (&self->tags[i]))
      {
        cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &self->reaches[i]);

        draw_leader (cr, &self->tags[i]);
        cairo_destroy (cr);
      }
  for (guint i = 0; i < self->n_tags; i++)
    if (self->shown[i])
      {
        gtk_snapshot_save (snapshot);
        gtk_snapshot_translate (snapshot, &self->places[i].origin);
        gtk_snapshot_append_node (snapshot, get_look (self, widget, self->rows[i])->node);
        gtk_snapshot_restore (snapshot);
      }
  gtk_snapshot_restore (snapshot);
}

static guint64
mix (guint64 hash, gint64 value)
{
  hash = (hash ^ (guint64)value) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return hash ^ hash >> 29;
}

/* Of all that can be seen of a tag. */
static guint64
get_stamp (PelCellMarks *self, guint i)
{
  const PelTag *tag = &self->tags[i];
  guint64 hash = g_str_hash (self->texts[self->rows[i]]);

  hash = mix (hash, llround (tag->x * 16));
  hash = mix (hash, llround (tag->y * 16));
  hash = mix (hash, llround (tag->anchor_x * 16));
  return mix (hash, llround (tag->anchor_y * 16));
}

void
pel_cell_marks_stamp_tiles (PelCellMarks *self,
                            const PelRect *tiles,
                            gint side,
                            gint device_scale,
                            guint64 *stamps)
{
  const double unit = side / (double)device_scale;

  for (guint i = 0; self->n_shown > 0 && i < self->n_tags; i++)
    {
      const graphene_rect_t *reach = &self->reaches[i];
      gint x0, y0, x1, y1;
      guint64 stamp;

      if (!self->shown[i])
        continue;
      stamp = get_stamp (self, i);
      x0 = MAX ((gint)floor ((double)reach->origin.x / unit), tiles->x);
      y0 = MAX ((gint)floor ((double)reach->origin.y / unit), tiles->y);
      x1 = MIN ((gint)floor ((double)(reach->origin.x + reach->size.width) / unit),
                tiles->x + tiles->width - 1);
      y1 = MIN ((gint)floor ((double)(reach->origin.y + reach->size.height) / unit),
                tiles->y + tiles->height - 1);
      for (gint y = y0; y <= y1; y++)
        for (gint x = x0; x <= x1; x++)
          {
            guint64 *to = &stamps[(y - tiles->y) * tiles->width + x - tiles->x];

            *to = MAX (mix (*to, (gint64)stamp), 1);
          }
    }
}

void
pel_cell_marks_draw_area (PelCellMarks *self,
                          GtkWidget *widget,
                          cairo_t *cr,
                          const PelRect *area,
                          gint device_scale)
{
  const double scale = device_scale;
  const graphene_rect_t part =
      GRAPHENE_RECT_INIT ((float)(area->x / scale), (float)(area->y / scale),
                          (float)(area->width / scale), (float)(area->height / scale));

  cairo_save (cr);
  cairo_scale (cr, scale, scale);
  cairo_translate (cr, -area->x / scale, -area->y / scale);
  for (guint numbers = 0; numbers < 2; numbers++)
    for (guint i = 0; self->n_shown > 0 && i < self->n_tags; i++)
      {
        const graphene_point_t *place = &self->places[i].origin;

        if (!self->shown[i] || !graphene_rect_intersection (&self->reaches[i], &part, NULL))
          continue;
        if (!numbers && needs_leader (&self->tags[i]))
          draw_leader (cr, &self->tags[i]);
        else if (numbers)
          {
            Look *look = get_look (self, widget, self->rows[i]);

            cairo_save (cr);
            cairo_scale (cr, 1 / scale, 1 / scale);
            cairo_set_source_surface (cr, get_surface (look, device_scale),
                                      (double)place->x * scale, (double)place->y * scale);
            cairo_paint (cr);
            cairo_restore (cr);
          }
      }
  cairo_restore (cr);
}

/* The tag of a highlight and its text; NULL where the cell is not in view. */
static PangoLayout *
layout_highlight (PelCellMarks *self,
                  GtkWidget *widget,
                  const PelViewport *view,
                  guint32 label,
                  graphene_rect_t *area,
                  graphene_rect_t *place)
{
  const PelCellTable *table = self->list ? pel_cell_list_get_table (self->list) : NULL;
  gint row = table ? pel_cell_table_find (table, label) : -1;
  float w = gtk_widget_get_width (widget);
  float h = gtk_widget_get_height (widget);
  float bounds[4];
  graphene_rect_t whole;
  g_autofree char *value = NULL;
  g_autofree char *text = NULL;
  PangoLayout *layout;
  int width, height;
  float x, y;

  if (row < 0 || !self->outlines || !pel_outlines_get_bounds (self->outlines, label, bounds))
    return NULL;
  pel_viewport_get_bounds (
      view,
      &GRAPHENE_RECT_INIT (bounds[0], bounds[1], bounds[2] - bounds[0], bounds[3] - bounds[1]),
      area);
  graphene_rect_inset (area, -3, -3);
  graphene_rect_init (&whole, 0, 0, w, h);
  if (!graphene_rect_intersection (area, &whole, NULL))
    return NULL;
  value = format_value (self, table, (guint)row);
  /* Translators: the number of a cell and its diameter. */
  text = value ? g_strdup_printf (_ ("%u · %s"), label, value) : g_strdup_printf ("%u", label);
  layout = make_layout (widget, text);
  pango_layout_get_pixel_size (layout, &width, &height);
  width += (int)(2 * PADDING_X);
  height += (int)(2 * PADDING_Y);
  x = CLAMP (area->origin.x + (area->size.width - width) / 2, 2, MAX (w - width - 2, 2));
  y = area->origin.y - height - 1;
  if (y < 2)
    y = MIN (area->origin.y + area->size.height + 1, h - height - 2);
  graphene_rect_init (place, roundf (x), roundf (y), width, height);
  return layout;
}

void
pel_cell_marks_reserve_highlight (PelCellMarks *self,
                                  GtkWidget *widget,
                                  const PelViewport *view,
                                  guint32 label,
                                  GArray *taken)
{
  graphene_rect_t area, place;
  g_autoptr (PangoLayout) layout = layout_highlight (self, widget, view, label, &area, &place);

  if (layout)
    g_array_append_val (taken, place);
}

void
pel_cell_marks_snapshot_highlight (PelCellMarks *self,
                                   GtkWidget *widget,
                                   GtkSnapshot *snapshot,
                                   const PelViewport *view,
                                   guint32 label)
{
  graphene_rect_t area, place, whole;
  g_autoptr (PangoLayout) layout = layout_highlight (self, widget, view, label, &area, &place);
  cairo_t *cr;

  if (!layout)
    return;
  graphene_rect_init (&whole, 0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  graphene_rect_intersection (&area, &whole, &whole);
  cr = gtk_snapshot_append_cairo (snapshot, &whole);
  cairo_translate (cr, view->x, view->y);
  pel_outlines_add_to_path (self->outlines, label, view->zoom, cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.5);
  cairo_set_line_width (cr, 4);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.95);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
  cairo_destroy (cr);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &place.origin);
  append_tag (snapshot, layout, place.size.width, place.size.height);
  gtk_snapshot_restore (snapshot);
}

guint
pel_cell_marks_get_n_shown (PelCellMarks *self)
{
  return self->n_shown;
}
