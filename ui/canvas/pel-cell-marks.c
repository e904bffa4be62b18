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
/* With more cells the layout is made for what is in view and as much around it. */
#define MAX_WHOLE_LAYOUT 1500

struct PelCellMarks
{
  PelCellList *list;
  PelOutlines *outlines;
  PelReview *review;
  PelDiameterKind kind;
  PelLengthUnit unit;

  /* For each row of the table. */
  char **texts;
  GskRenderNode **nodes;
  float *widths;
  guint n_rows;
  float tag_height;

  /* The layout: tags[i] is of rows[i]. */
  PelTag *tags;
  guint *rows;
  guint n_tags;
  double layout_zoom;
  graphene_rect_t layout_area; /* image pixels */
  guint n_shown;
};

static void
forget_layout (PelCellMarks *self)
{
  g_clear_pointer (&self->tags, g_free);
  g_clear_pointer (&self->rows, g_free);
  self->n_tags = 0;
  self->layout_zoom = 0;
}

static void
forget_texts (PelCellMarks *self)
{
  forget_layout (self);
  for (guint i = 0; i < self->n_rows; i++)
    {
      g_free (self->texts[i]);
      g_clear_pointer (&self->nodes[i], gsk_render_node_unref);
    }
  g_clear_pointer (&self->texts, g_free);
  g_clear_pointer (&self->nodes, g_free);
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
  self->nodes = g_new0 (GskRenderNode *, self->n_rows);
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

static GskRenderNode *
get_node (PelCellMarks *self, GtkWidget *widget, guint row)
{
  if (!self->nodes[row])
    {
      g_autoptr (PangoLayout) layout = make_layout (widget, self->texts[row]);
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      int width;

      pango_layout_get_pixel_size (layout, &width, NULL);
      append_tag (snapshot, layout, (float)(width + 2 * PADDING_X), self->tag_height);
      self->nodes[row] = gtk_snapshot_free_to_node (snapshot);
    }
  return self->nodes[row];
}

/* ---- layout ---- */

static gboolean
is_hidden (PelCellMarks *self, const PelCellTable *table, guint row)
{
  return self->review && pel_review_is_hidden (self->review, pel_cell_table_get_label (table, row));
}

static void
make_tags (PelCellMarks *self, const PelCellTable *table, double zoom, guint width, guint height)
{
  const graphene_rect_t *area = &self->layout_area;

  forget_layout (self);
  self->tags = g_new0 (PelTag, MAX (self->n_rows, 1));
  self->rows = g_new0 (guint, MAX (self->n_rows, 1));
  for (guint i = 0; i < self->n_rows; i++)
    {
      const PelRect *bounds = pel_cell_table_get_bounds (table, i);
      PelTag *tag = &self->tags[self->n_tags];

      if (!self->texts[i] || MAX (bounds->width, bounds->height) * zoom < MIN_CELL_SIZE ||
          bounds->x > area->origin.x + area->size.width ||
          bounds->y > area->origin.y + area->size.height ||
          bounds->x + bounds->width < area->origin.x ||
          bounds->y + bounds->height < area->origin.y || is_hidden (self, table, i))
        continue;
      tag->cell[0] = bounds->x * zoom;
      tag->cell[1] = bounds->y * zoom;
      tag->cell[2] = (bounds->x + bounds->width) * zoom;
      tag->cell[3] = (bounds->y + bounds->height) * zoom;
      tag->anchor_x = (pel_cell_table_get (table, i, PEL_QUANTITY_CENTROID_X) + 0.5) * zoom;
      tag->anchor_y = (pel_cell_table_get (table, i, PEL_QUANTITY_CENTROID_Y) + 0.5) * zoom;
      tag->width = self->widths[i];
      tag->height = self->tag_height;
      tag->priority = pel_cell_table_get (table, i, PEL_QUANTITY_AREA);
      self->rows[self->n_tags++] = i;
    }
  pel_tag_layout (self->tags, self->n_tags, width * zoom, height * zoom, GAP);
  self->layout_zoom = zoom;
}

/* A line is needed wherever the tag does not stand on the middle of its cell: in a crowd it would
 * be anybody's. */
static gboolean
needs_leader (const PelTag *tag)
{
  return tag->has_leader || tag->anchor_x < tag->x - 2 || tag->anchor_x > tag->x + tag->width + 2 ||
         tag->anchor_y < tag->y - 2 || tag->anchor_y > tag->y + tag->height + 2;
}

static void
append_leader (GtkSnapshot *snapshot, const PelTag *tag, const graphene_point_t *offset)
{
  double x = tag->anchor_x + offset->x;
  double y = tag->anchor_y + offset->y;
  double tx = CLAMP (x, tag->x + offset->x, tag->x + tag->width + offset->x);
  double ty = CLAMP (y, tag->y + offset->y, tag->y + tag->height + offset->y);
  graphene_rect_t bounds =
      GRAPHENE_RECT_INIT ((float)(MIN (x, tx) - 3), (float)(MIN (y, ty) - 3),
                          (float)(fabs (x - tx) + 6), (float)(fabs (y - ty) + 6));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  cairo_move_to (cr, x, y);
  cairo_line_to (cr, tx, ty);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.6);
  cairo_set_line_width (cr, 3);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.9);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_arc (cr, x, y, 1.8, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_destroy (cr);
}

/* Where a tag is in the widget, on whole pixels. */
static graphene_rect_t
get_place (const PelTag *tag, const graphene_point_t *offset)
{
  return GRAPHENE_RECT_INIT (roundf ((float)tag->x + offset->x), roundf ((float)tag->y + offset->y),
                             (float)tag->width, (float)tag->height);
}

static gboolean
is_taken (GArray *taken, const graphene_rect_t *place)
{
  for (guint i = 0; i < taken->len; i++)
    if (graphene_rect_intersection (&g_array_index (taken, graphene_rect_t, i), place, NULL))
      return TRUE;
  return FALSE;
}

void
pel_cell_marks_snapshot (PelCellMarks *self,
                         GtkWidget *widget,
                         GtkSnapshot *snapshot,
                         double zoom,
                         const graphene_point_t *offset,
                         guint width,
                         guint height,
                         GArray *taken)
{
  const PelCellTable *table = self->list ? pel_cell_list_get_table (self->list) : NULL;
  float w = gtk_widget_get_width (widget);
  float h = gtk_widget_get_height (widget);
  g_autofree gboolean *shown = NULL;
  graphene_rect_t seen = GRAPHENE_RECT_INIT ((float)(-offset->x / zoom), (float)(-offset->y / zoom),
                                             (float)(w / zoom), (float)(h / zoom));

  self->n_shown = 0;
  if (!table)
    return;
  prepare_texts (self, widget, table);
  if (self->layout_zoom != zoom ||
      (self->n_rows > MAX_WHOLE_LAYOUT && !graphene_rect_contains_rect (&self->layout_area, &seen)))
    {
      if (self->n_rows > MAX_WHOLE_LAYOUT)
        graphene_rect_inset_r (&seen, -seen.size.width, -seen.size.height, &self->layout_area);
      else
        graphene_rect_init (&self->layout_area, 0, 0, width, height);
      make_tags (self, table, zoom, width, height);
    }

  shown = g_new0 (gboolean, MAX (self->n_tags, 1));
  for (guint i = 0; i < self->n_tags; i++)
    {
      graphene_rect_t place;

      if (!self->tags[i].is_placed)
        continue;
      place = get_place (&self->tags[i], offset);
      if (place.origin.x > w || place.origin.y > h || place.origin.x + place.size.width < 0 ||
          place.origin.y + place.size.height < 0 || is_taken (taken, &place))
        continue;
      shown[i] = TRUE;
      g_array_append_val (taken, place);
      self->n_shown++;
    }
  /* All lines first: none crosses a number. */
  for (guint i = 0; i < self->n_tags; i++)
    if (shown[i] && needs_leader (&self->tags[i]))
      append_leader (snapshot, &self->tags[i], offset);
  for (guint i = 0; i < self->n_tags; i++)
    {
      graphene_rect_t place;

      if (!shown[i])
        continue;
      place = get_place (&self->tags[i], offset);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &place.origin);
      gtk_snapshot_append_node (snapshot, get_node (self, widget, self->rows[i]));
      gtk_snapshot_restore (snapshot);
    }
}

/* The tag of a highlight and its text; NULL where the cell is not in view. */
static PangoLayout *
layout_highlight (PelCellMarks *self,
                  GtkWidget *widget,
                  double zoom,
                  const graphene_point_t *offset,
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
  graphene_rect_init (
      area, (float)(bounds[0] * zoom) + offset->x - 3, (float)(bounds[1] * zoom) + offset->y - 3,
      (float)((bounds[2] - bounds[0]) * zoom) + 6, (float)((bounds[3] - bounds[1]) * zoom) + 6);
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
                                  double zoom,
                                  const graphene_point_t *offset,
                                  guint32 label,
                                  GArray *taken)
{
  graphene_rect_t area, place;
  g_autoptr (PangoLayout) layout =
      layout_highlight (self, widget, zoom, offset, label, &area, &place);

  if (layout)
    g_array_append_val (taken, place);
}

void
pel_cell_marks_snapshot_highlight (PelCellMarks *self,
                                   GtkWidget *widget,
                                   GtkSnapshot *snapshot,
                                   double zoom,
                                   const graphene_point_t *offset,
                                   guint32 label)
{
  graphene_rect_t area, place, whole;
  g_autoptr (PangoLayout) layout =
      layout_highlight (self, widget, zoom, offset, label, &area, &place);
  cairo_t *cr;

  if (!layout)
    return;
  graphene_rect_init (&whole, 0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  graphene_rect_intersection (&area, &whole, &whole);
  cr = gtk_snapshot_append_cairo (snapshot, &whole);
  cairo_translate (cr, (double)offset->x, (double)offset->y);
  pel_outlines_add_to_path (self->outlines, label, zoom, cr);
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
