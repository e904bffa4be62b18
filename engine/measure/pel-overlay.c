/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-overlay.h"

#include <math.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-error.h"
#include "engine/core/pel-stop.h"
#include "engine/io/pel-file.h"
#include "engine/measure/pel-tag-layout.h"

#define MAX_SIZE 32767 /* cairo's */
#define LOW_PERCENTILE 0.5
#define HIGH_PERCENTILE 99.5
/* Between two looks at whether to stop. */
#define CELLS_BETWEEN_LOOKS 32
#define ROWS_BETWEEN_LOOKS 32

typedef struct
{
  cairo_t *cr;
  cairo_surface_t *picture; /* painted below the edges; NULL where they are drawn onto it */
  guint width, height;
  const PelContourSet *contours;
  const PelCellTable *table;
  PelOverlayOptions options;
  double line, font; /* width of a line, height of a letter */
} Overlay;

/* ---- the image ---- */

static guint8
stretch (float value, double low, double high)
{
  double scaled = ((double)value - low) / (high - low) * 255 + 0.5;

  return scaled > 0 ? (guint8)MIN (scaled, 255) : 0;
}

/* Fills cairo's pixels with the image. */
static gboolean
draw_image (PelImage *image, guint32 *pixels, GError **error)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  guint n_channels = pel_image_is_rgb (image) ? 3 : 1;
  float *row = g_try_new (float, 3 * (gsize)width);
  double low = 0, high = 1;

  if (!row)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to draw the image"));
      return FALSE;
    }
  pel_image_get_percentiles (image, PEL_CHANNEL_LUMINANCE, LOW_PERCENTILE, HIGH_PERCENTILE, &low,
                             &high);
  if (!(high > low))
    high = low + 1;
  for (guint y = 0; y < height; y++)
    {
      const PelRect line = { 0, (gint)y, (gint)width, 1 };

      if (y % ROWS_BETWEEN_LOOKS == 0 && pel_stop_asked (error))
        {
          g_free (row);
          return FALSE;
        }
      for (guint c = 0; c < n_channels; c++)
        pel_image_read_float (image, n_channels == 3 ? (gint)c : PEL_CHANNEL_LUMINANCE, &line,
                              row + c * (gsize)width, width);
      for (guint x = 0; x < width; x++)
        {
          guint32 r = stretch (row[x], low, high), g = r, b = r;

          if (n_channels == 3)
            {
              g = stretch (row[width + x], low, high);
              b = stretch (row[2 * (gsize)width + x], low, high);
            }
          pixels[(gsize)y * width + x] = 0xff000000u | r << 16 | g << 8 | b;
        }
    }
  g_free (row);
  return TRUE;
}

/* ---- edges ---- */

static void
set_colour (const Overlay *o, guint32 label, double alpha)
{
  guint8 rgb[3];

  pel_label_colour (label, o->options.palette, rgb);
  cairo_set_source_rgba (o->cr, rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0, alpha);
}

static void
add_path (const Overlay *o, const PelContourCell *cell)
{
  const PelContourRing *rings = pel_contour_set_get_rings (o->contours);
  const float *points = pel_contour_set_get_points (o->contours);

  cairo_new_path (o->cr);
  for (guint r = cell->first_ring; r < cell->first_ring + cell->n_rings; r++)
    {
      const float *xy = points + 2 * (gsize)rings[r].first_point;

      cairo_move_to (o->cr, (double)xy[0], (double)xy[1]);
      for (guint i = 1; i < rings[r].n_points; i++)
        cairo_line_to (o->cr, (double)xy[2 * i], (double)xy[2 * i + 1]);
      cairo_close_path (o->cr);
    }
}

static void
draw_edges (const Overlay *o)
{
  guint n;
  const PelContourCell *cells = pel_contour_set_get_cells (o->contours, &n);

  cairo_set_line_join (o->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_fill_rule (o->cr, CAIRO_FILL_RULE_EVEN_ODD);
  for (guint i = 0; i < n; i++)
    {
      if (i % CELLS_BETWEEN_LOOKS == 0 && pel_stop_asked (NULL))
        return;
      add_path (o, &cells[i]);
      if (o->options.fill > 0)
        {
          set_colour (o, cells[i].label, o->options.fill);
          cairo_fill_preserve (o->cr);
        }
      cairo_set_source_rgba (o->cr, 0, 0, 0, 0.55);
      cairo_set_line_width (o->cr, o->line + 1.5);
      cairo_stroke (o->cr);
    }
  /* All casings first, so that none darkens a neighbour's edge. */
  cairo_set_line_width (o->cr, o->line);
  for (guint i = 0; i < n; i++)
    {
      if (i % CELLS_BETWEEN_LOOKS == 0 && pel_stop_asked (NULL))
        return;
      add_path (o, &cells[i]);
      set_colour (o, cells[i].label, 1);
      cairo_stroke (o->cr);
    }
}

/* ---- tags ---- */

char *
pel_overlay_format_tag (const PelCellTable *table,
                        guint row,
                        PelQuantityId quantity,
                        gboolean with_error)
{
  gboolean in_um =
      pel_cell_table_get_calibration (table, NULL, NULL) && pel_quantity_get (quantity)->column_um;
  double value = in_um ? pel_cell_table_get_um (table, row, quantity)
                       : pel_cell_table_get (table, row, quantity);
  double uncertainty = (double)NAN;
  PelQuantityId error_id;
  gint digits;

  if (!isfinite (value))
    return g_strdup ("");
  if (pel_quantity_get_error (quantity, &error_id))
    uncertainty = in_um ? pel_cell_table_get_um (table, row, error_id)
                        : pel_cell_table_get (table, row, error_id);
  /* Three digits in all, but none finer than the uncertainty's first. */
  digits = value != 0 ? 2 - (gint)floor (log10 (fabs (value))) : 0;
  if (uncertainty > 0 && isfinite (uncertainty))
    digits = MIN (digits, (gint)ceil (-log10 (uncertainty)));
  digits = CLAMP (digits, 0, 4);
  if (!in_um && pel_quantity_get (quantity)->kind == PEL_QUANTITY_KIND_LENGTH)
    digits = MIN (digits, 1);
  if (with_error && isfinite (uncertainty))
    /* Translators: a value and its uncertainty, such as 12.4 ± 0.3 */
    return g_strdup_printf (_ ("%.*f ± %.*f"), digits, value, digits, uncertainty);
  return g_strdup_printf ("%.*f", digits, value);
}

static void
rounded_box (cairo_t *cr, double x, double y, double w, double h)
{
  double r = h / 4;

  cairo_new_path (cr);
  cairo_arc (cr, x + w - r, y + r, r, -G_PI / 2, 0);
  cairo_arc (cr, x + w - r, y + h - r, r, 0, G_PI / 2);
  cairo_arc (cr, x + r, y + h - r, r, G_PI / 2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

/* A text in a dark box with a rim in its cell's colour; its letters stand in the middle. */
static void
draw_box (const Overlay *o, const PelTag *tag, guint32 label, const char *text)
{
  const double x = tag->x, y = tag->y, w = tag->width, h = tag->height;
  cairo_font_extents_t font;
  cairo_text_extents_t extents;

  rounded_box (o->cr, x, y, w, h);
  cairo_set_source_rgba (o->cr, 0.08, 0.08, 0.1, 0.72);
  cairo_fill_preserve (o->cr);
  set_colour (o, label, label != 0 ? 0.8 : 0);
  cairo_set_line_width (o->cr, o->line * 0.75);
  cairo_stroke (o->cr);
  cairo_font_extents (o->cr, &font);
  cairo_text_extents (o->cr, text, &extents);
  cairo_move_to (o->cr, x + (w - extents.x_advance) / 2, y + (h + font.ascent - font.descent) / 2);
  cairo_set_source_rgb (o->cr, 1, 1, 1);
  cairo_show_text (o->cr, text);
}

static void
draw_leader (const Overlay *o, const PelTag *tag, guint32 label)
{
  double x = CLAMP (tag->anchor_x, tag->x, tag->x + tag->width);
  double y = CLAMP (tag->anchor_y, tag->y, tag->y + tag->height);

  for (guint pass = 0; pass < 2; pass++)
    {
      cairo_move_to (o->cr, tag->anchor_x, tag->anchor_y);
      cairo_line_to (o->cr, x, y);
      if (pass == 0)
        cairo_set_source_rgba (o->cr, 0, 0, 0, 0.55);
      else
        set_colour (o, label, 1);
      cairo_set_line_width (o->cr, pass == 0 ? o->line + 1 : o->line * 0.75);
      cairo_stroke (o->cr);
    }
}

/* What the numbers are: a tag in the lower left corner, placed before the others. Returns its
 * text, or NULL where the picture is too small. */
static char *
make_legend (const Overlay *o, double gap, PelTag *tag)
{
  const PelQuantity *quantity = pel_quantity_get (o->options.quantity);
  gboolean in_um = pel_cell_table_get_calibration (o->table, NULL, NULL) && quantity->column_um;
  const char *unit = quantity->kind == PEL_QUANTITY_KIND_LENGTH  ? (in_um ? "µm" : "px")
                     : quantity->kind == PEL_QUANTITY_KIND_AREA  ? (in_um ? "µm²" : "px²")
                     : quantity->kind == PEL_QUANTITY_KIND_ANGLE ? "°"
                                                                 : NULL;
  g_autofree char *text = unit ? g_strdup_printf ("%s (%s)", _ (quantity->title), unit)
                               : g_strdup (_ (quantity->title));
  cairo_text_extents_t extents;
  double h = 1.5 * o->font;

  cairo_text_extents (o->cr, text, &extents);
  double w = extents.x_advance + o->font;
  if (w + o->font > o->width || 3 * h > o->height)
    return NULL;
  *tag = (PelTag){ .width = w, .height = h, .is_pinned = TRUE, .priority = INFINITY };
  tag->anchor_x = o->font / 2;
  tag->anchor_y = o->height - o->font / 2 - h / 2;
  tag->cell[0] = tag->cell[2] = tag->anchor_x - gap;
  tag->cell[1] = tag->cell[3] = tag->anchor_y;
  return g_steal_pointer (&text);
}

static void
draw_tags (const Overlay *o)
{
  guint n;
  const PelContourCell *cells = pel_contour_set_get_cells (o->contours, &n);
  PelTag *tags = g_new0 (PelTag, (gsize)n + 1);
  char **texts = g_new0 (char *, (gsize)n + 2);
  guint32 *labels = g_new0 (guint32, (gsize)n + 1);
  const double gap = 0.25 * o->font;
  guint n_tags = 0;

  cairo_select_font_face (o->cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (o->cr, o->font);
  texts[0] = make_legend (o, gap, &tags[0]);
  if (texts[0])
    n_tags++;
  for (guint i = 0; i < n; i++)
    {
      gint row = pel_cell_table_find (o->table, cells[i].label);
      cairo_text_extents_t extents;
      PelTag *tag = &tags[n_tags];

      if (row < 0 || cells[i].n_rings == 0)
        continue;
      g_autofree char *text =
          pel_overlay_format_tag (o->table, (guint)row, o->options.quantity, FALSE);
      if (*text == '\0')
        continue;
      cairo_text_extents (o->cr, text, &extents);
      for (guint k = 0; k < 4; k++)
        tag->cell[k] = (double)cells[i].bounds[k];
      tag->anchor_x = pel_cell_table_get (o->table, (guint)row, PEL_QUANTITY_CENTROID_X) + 0.5;
      tag->anchor_y = pel_cell_table_get (o->table, (guint)row, PEL_QUANTITY_CENTROID_Y) + 0.5;
      tag->width = extents.x_advance + 0.6 * o->font;
      tag->height = 1.3 * o->font;
      tag->priority = pel_cell_table_get (o->table, (guint)row, PEL_QUANTITY_AREA);
      labels[n_tags] = cells[i].label;
      texts[n_tags++] = g_steal_pointer (&text);
    }
  pel_tag_layout (tags, n_tags, o->width, o->height, gap);
  for (guint i = 0; i < n_tags && !pel_stop_asked (NULL); i++)
    {
      if (tags[i].is_placed && tags[i].has_leader)
        draw_leader (o, &tags[i], labels[i]);
    }
  for (guint i = 0; i < n_tags && !pel_stop_asked (NULL); i++)
    {
      if (tags[i].is_placed)
        draw_box (o, &tags[i], labels[i], texts[i]);
    }
  g_free (labels);
  g_free (tags);
  g_strfreev (texts);
}

/* ---- the whole ---- */

/* Cairo's words of alpha, red, green and blue to bytes of red, green, blue and alpha. */
static void
to_rgba (guint8 *pixels, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      guint32 word = ((guint32 *)(gpointer)pixels)[i];

      pixels[4 * i] = (guint8)(word >> 16);
      pixels[4 * i + 1] = (guint8)(word >> 8);
      pixels[4 * i + 2] = (guint8)word;
      pixels[4 * i + 3] = 0xff;
    }
}

/* Edges and tags onto a surface, which is given up. */
static gboolean
draw (Overlay *o, cairo_surface_t *surface, GError **error)
{
  double size = MAX (o->width, o->height);
  cairo_status_t status;

  o->cr = cairo_create (surface);
  if (o->picture != NULL)
    {
      cairo_set_source_surface (o->cr, o->picture, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (o->cr), CAIRO_FILTER_NEAREST);
      cairo_paint (o->cr);
    }
  o->line = CLAMP (size / 700, 1.4, 4);
  o->font = CLAMP (size / 60, 9, 32);
  draw_edges (o);
  if (o->table && o->options.show_tags && !pel_stop_asked (NULL))
    draw_tags (o);
  status = cairo_status (o->cr);
  cairo_destroy (o->cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return !pel_stop_asked (error);
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
               /* Translators: a message of the drawing library */
               _ ("the edges could not be drawn: %s"), cairo_status_to_string (status));
  return FALSE;
}

/* The image as cairo's pixels; NULL with @error set. */
static guint8 *
begin (Overlay *o,
       PelImage *image,
       const PelContourSet *contours,
       const PelCellTable *table,
       const PelOverlayOptions *options,
       GError **error)
{
  const PelOverlayOptions defaults = PEL_OVERLAY_OPTIONS_DEFAULT;
  guint8 *pixels;

  o->width = pel_image_get_width (image);
  o->height = pel_image_get_height (image);
  o->contours = contours;
  o->table = table;
  o->options = options ? *options : defaults;
  if (o->width > MAX_SIZE || o->height > MAX_SIZE)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                   _ ("an overlay cannot have %u x %u pixels; the most is %u each way"), o->width,
                   o->height, MAX_SIZE);
      return NULL;
    }
  pixels = g_try_malloc_n ((gsize)o->width * o->height, 4);
  if (!pixels)
    g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                 _ ("there is not enough memory for an overlay of %u x %u pixels"), o->width,
                 o->height);
  if (pixels != NULL && !draw_image (image, (guint32 *)(gpointer)pixels, error))
    g_clear_pointer (&pixels, g_free);
  return pixels;
}

static cairo_surface_t *
make_surface (const Overlay *o, guint8 *pixels)
{
  return cairo_image_surface_create_for_data (pixels, CAIRO_FORMAT_ARGB32, (gint)o->width,
                                              (gint)o->height, (gint)o->width * 4);
}

guint8 *
pel_overlay_render (PelImage *image,
                    const PelContourSet *contours,
                    const PelCellTable *table,
                    const PelOverlayOptions *options,
                    GError **error)
{
  Overlay o = { NULL };
  guint8 *pixels;

  g_return_val_if_fail (image != NULL && contours != NULL, NULL);

  pixels = begin (&o, image, contours, table, options, error);
  if (pixels == NULL)
    return NULL;
  if (!draw (&o, make_surface (&o, pixels), error))
    {
      g_free (pixels);
      return NULL;
    }
  to_rgba (pixels, (gsize)o.width * o.height);
  return pixels;
}

/* ---- as vectors ---- */

typedef struct
{
  PelAtomicFile *file;
  GError *error;
} SvgOutput;

static cairo_status_t
write_svg (void *data, const unsigned char *bytes, unsigned int n)
{
  SvgOutput *output = data;

  if (output->error == NULL)
    pel_atomic_file_write (output->file, bytes, n, &output->error);
  return output->error == NULL ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

gboolean
pel_overlay_save_svg (const char *path,
                      PelImage *image,
                      const PelContourSet *contours,
                      const PelCellTable *table,
                      const PelOverlayOptions *options,
                      GError **error)
{
  Overlay o = { NULL };
  SvgOutput output = { NULL };
  cairo_surface_t *surface;
  gboolean good;

  g_return_val_if_fail (path != NULL && image != NULL && contours != NULL, FALSE);

  g_autofree guint8 *pixels = begin (&o, image, contours, table, options, error);
  if (pixels == NULL)
    return FALSE;
  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  if (file == NULL)
    return FALSE;
  output.file = file;
  o.picture = make_surface (&o, pixels);
  surface = cairo_svg_surface_create_for_stream (write_svg, &output, o.width, o.height);
  cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
  good = draw (&o, surface, error);
  cairo_surface_destroy (o.picture);
  if (output.error != NULL)
    {
      if (!good)
        g_clear_error (error);
      g_propagate_error (error, output.error);
      return FALSE;
    }
  return good && pel_atomic_file_commit (file, error);
}
