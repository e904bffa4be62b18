/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-cell-marks.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "engine/measure/pel-overlay.h"
#include "ui/canvas/pel-tag-map.h"

/* Widget pixels. Cells that are smaller have no tag: it would be larger than what it tells of. */
#define MIN_CELL_SIZE 24.0
#define PADDING_X 5.0
#define PADDING_Y 1.5
#define GAP 3.0
/* How far off its cell a tag may stand, with its width. */
#define REACH 120.0

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

  /* For each row of the table; made when the cell comes into view. */
  char **texts;
  guint n_rows;
  double ten_digits; /* width */
  double tag_height;
  GHashTable *looks;   /* text → Look: many cells say the same */
  PangoLayout *layout; /* that they are made with */

  PelTagMap *map;     /* (nullable) */
  double layout_zoom; /* that it was begun for; 0: for none */
  double layout_angle;
  GPtrArray *shown;   /* of PelPlacedTag: in the next frame */
  GArray *told;       /* of guint32: cells whose highlight tells what their tag would */
  gboolean is_behind; /* not all are laid out yet */
};

static void
forget_layout (PelCellMarks *self)
{
  g_ptr_array_set_size (self->shown, 0);
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
  g_clear_pointer (&self->map, pel_tag_map_free);
  self->n_rows = 0;
}

PelCellMarks *
pel_cell_marks_new (void)
{
  PelCellMarks *self = g_new0 (PelCellMarks, 1);

  self->shown = g_ptr_array_new ();
  self->told = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

void
pel_cell_marks_free (PelCellMarks *self)
{
  forget_texts (self);
  g_clear_object (&self->list);
  g_clear_pointer (&self->outlines, pel_outlines_unref);
  g_clear_object (&self->review);
  g_array_unref (self->told);
  g_ptr_array_unref (self->shown);
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

/* The width of a tag is needed before it is drawn; digits are of one width, so that a ruler of a
 * few characters is enough. */
static void
prepare (PelCellMarks *self, GtkWidget *widget, const PelCellTable *table)
{
  g_autoptr (PangoLayout) layout = NULL;
  int ten_digits, height;

  if (self->map)
    return;
  layout = make_layout (widget, "0000000000");
  pango_layout_get_pixel_size (layout, &ten_digits, &height);
  self->n_rows = pel_cell_table_get_n_cells (table);
  self->texts = g_new0 (char *, self->n_rows);
  self->looks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, look_free);
  self->ten_digits = ten_digits;
  self->tag_height = height + 2 * PADDING_Y;
  self->map = pel_tag_map_new (table);
}

/* (nullable): what is written of a cell */
static const char *
get_text (PelCellMarks *self, const PelCellTable *table, guint row)
{
  if (!self->texts[row])
    self->texts[row] = format_value (self, table, row);
  return self->texts[row];
}

static double
get_width (PelCellMarks *self, const char *text)
{
  return ceil ((double)g_utf8_strlen (text, -1) * self->ten_digits / 10) + 2 * PADDING_X;
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
      append_tag (snapshot, self->layout, (float)(width + 2 * PADDING_X), (float)self->tag_height);
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

typedef struct
{
  PelCellMarks *marks;
  const PelCellTable *table;
  const PelViewport *view;
} Wanted;

/* Where a cell lies in the picture. Cells are round: what fills its bounds as an ellipse does is in
 * a turned view nearer to it than the box round the turned bounds. */
static void
get_cell_box (const PelViewport *view, const PelRect *bounds, double box[4])
{
  double x, y, wide_x, wide_y, high_x, high_y;

  pel_viewport_to_picture (view, bounds->x + bounds->width / 2.0, bounds->y + bounds->height / 2.0,
                           &x, &y);
  pel_viewport_way_from_image (view, bounds->width / 2.0, 0, &wide_x, &wide_y);
  pel_viewport_way_from_image (view, 0, bounds->height / 2.0, &high_x, &high_y);
  box[0] = x - hypot (wide_x, high_x);
  box[1] = y - hypot (wide_y, high_y);
  box[2] = x + hypot (wide_x, high_x);
  box[3] = y + hypot (wide_y, high_y);
}

static gboolean
want_tag (guint row, PelTag *tag, gpointer data)
{
  const Wanted *wanted = data;
  PelCellMarks *self = wanted->marks;
  const PelViewport *view = wanted->view;
  const PelCellTable *table = wanted->table;
  const PelRect *bounds = pel_cell_table_get_bounds (table, row);
  const char *text;

  if (MAX (bounds->width, bounds->height) * view->zoom < MIN_CELL_SIZE ||
      is_hidden (self, table, row))
    return FALSE;
  text = get_text (self, table, row);
  if (!text)
    return FALSE;
  get_cell_box (view, bounds, tag->cell);
  pel_viewport_to_picture (view, pel_cell_table_get (table, row, PEL_QUANTITY_CENTROID_X) + 0.5,
                           pel_cell_table_get (table, row, PEL_QUANTITY_CENTROID_Y) + 0.5,
                           &tag->anchor_x, &tag->anchor_y);
  tag->width = get_width (self, text);
  tag->height = self->tag_height;
  tag->priority = pel_cell_table_get (table, row, PEL_QUANTITY_AREA);
  return TRUE;
}

/* What of the image may have a tag in @area, which is in widget coordinates. */
static void
get_tagged_area (const PelViewport *view, const graphene_rect_t *area, graphene_rect_t *tagged)
{
  graphene_rect_t around;
  double x, y;

  graphene_rect_inset_r (area, -REACH, -REACH, &around);
  for (guint i = 0; i < 4; i++)
    {
      pel_viewport_to_image (view, (double)(around.origin.x + (i % 2 ? around.size.width : 0)),
                             (double)(around.origin.y + (i / 2 ? around.size.height : 0)), &x, &y);
      if (i == 0)
        graphene_rect_init (tagged, (float)x, (float)y, 0, 0);
      else
        graphene_rect_expand (tagged, &GRAPHENE_POINT_INIT ((float)x, (float)y), tagged);
    }
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

static gboolean
is_told (PelCellMarks *self, guint32 label)
{
  for (guint i = 0; i < self->told->len; i++)
    if (g_array_index (self->told, guint32, i) == label)
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
  Wanted wanted = { self, table, view };
  graphene_rect_t seen, tagged;
  guint n = 0;

  g_ptr_array_set_size (self->shown, 0);
  self->is_behind = FALSE;
  if (!table)
    return;
  prepare (self, widget, table);
  if (pel_tag_map_get_max_side (self->map) * view->zoom < MIN_CELL_SIZE)
    return;
  if (self->layout_zoom != view->zoom || self->layout_angle != view->angle)
    {
      double width, height;

      pel_viewport_get_extent (view, &width, &height);
      pel_tag_map_begin (self->map, width, height, GAP, 6 * self->ten_digits / 10);
      self->layout_zoom = view->zoom;
      self->layout_angle = view->angle;
    }
  get_tagged_area (view, area, &tagged);
  self->is_behind = !pel_tag_map_show (self->map, &tagged, want_tag, &wanted, self->shown);
  graphene_rect_offset_r (area, -offset.x, -offset.y, &seen);
  for (guint i = 0; i < self->shown->len; i++)
    {
      PelPlacedTag *tag = g_ptr_array_index (self->shown, i);
      graphene_rect_t place;

      if (!graphene_rect_intersection (&tag->reach, &seen, NULL))
        continue;
      graphene_rect_offset_r (&tag->place, offset.x, offset.y, &place);
      if (is_taken (taken, n_others, &place) ||
          is_told (self, pel_cell_table_get_label (table, tag->row)))
        continue;
      self->shown->pdata[n++] = tag;
      g_array_append_val (taken, place);
    }
  g_ptr_array_set_size (self->shown, (gint)n);
}

gboolean
pel_cell_marks_is_behind (PelCellMarks *self)
{
  return self->is_behind;
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
  for (guint i = 0; i < self->shown->len; i++)
    {
      const PelPlacedTag *tag = g_ptr_array_index (self->shown, i);
      cairo_t *cr;

      if (!pel_placed_tag_needs_leader (tag))
        continue;
      cr = gtk_snapshot_append_cairo (snapshot, &tag->reach);
      draw_leader (cr, &tag->tag);
      cairo_destroy (cr);
    }
  for (guint i = 0; i < self->shown->len; i++)
    {
      const PelPlacedTag *tag = g_ptr_array_index (self->shown, i);

      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &tag->place.origin);
      gtk_snapshot_append_node (snapshot, get_look (self, widget, tag->row)->node);
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
get_stamp (PelCellMarks *self, const PelPlacedTag *placed)
{
  const PelTag *tag = &placed->tag;
  guint64 hash = g_str_hash (self->texts[placed->row]);

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

  for (guint i = 0; i < self->shown->len; i++)
    {
      const PelPlacedTag *tag = g_ptr_array_index (self->shown, i);
      const graphene_rect_t *reach = &tag->reach;
      guint64 stamp = get_stamp (self, tag);
      gint x0, y0, x1, y1;

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
    for (guint i = 0; i < self->shown->len; i++)
      {
        const PelPlacedTag *tag = g_ptr_array_index (self->shown, i);
        const graphene_point_t *place = &tag->place.origin;

        if (!graphene_rect_intersection (&tag->reach, &part, NULL))
          continue;
        if (!numbers && pel_placed_tag_needs_leader (tag))
          draw_leader (cr, &tag->tag);
        else if (numbers)
          {
            Look *look = get_look (self, widget, tag->row);

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

/* From the image to the widget. */
static void
init_matrix (const PelViewport *view, cairo_matrix_t *matrix)
{
  pel_viewport_way_from_image (view, 1, 0, &matrix->xx, &matrix->yx);
  pel_viewport_way_from_image (view, 0, 1, &matrix->xy, &matrix->yy);
  pel_viewport_from_image (view, 0, 0, &matrix->x0, &matrix->y0);
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
  cairo_matrix_t matrix;
  graphene_rect_t whole;
  g_autofree char *value = NULL;
  g_autofree char *text = NULL;
  PangoLayout *layout;
  int width, height;
  float x, y;

  init_matrix (view, &matrix);
  if (row < 0 || !self->outlines || !pel_outlines_get_bounds (self->outlines, label, &matrix, area))
    return NULL;
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

  if (!layout)
    return;
  g_array_append_val (taken, place);
  g_array_append_val (self->told, label);
}

void
pel_cell_marks_forget_highlights (PelCellMarks *self)
{
  g_array_set_size (self->told, 0);
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
  cairo_matrix_t matrix;
  cairo_t *cr;

  if (!layout)
    return;
  graphene_rect_init (&whole, 0, 0, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  graphene_rect_intersection (&area, &whole, &whole);
  cr = gtk_snapshot_append_cairo (snapshot, &whole);
  init_matrix (view, &matrix);
  pel_outlines_add_to_path (self->outlines, label, &matrix, cr);
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
  return self->shown->len;
}
