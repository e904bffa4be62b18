/* SPDX-License-Identifier: MIT */
#include "engine/report/pel-sheet-private.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-error.h"
#include "engine/core/pel-stop.h"

/* Pixels of a picture per point of the page: 216 to the inch. */
#define PIXELS_PER_POINT 3.0
/* With more cells than this their edges are pixels too, so that the file stays small. */
#define MAX_VECTOR_CELLS 3000
#define LOW_PERCENTILE 0.5
#define HIGH_PERCENTILE 99.5

void
pel_sheet_picture_free (PelSheetPicture *self)
{
  if (!self)
    return;
  g_free (self->name);
  if (self->surface)
    cairo_surface_destroy (self->surface);
  g_free (self);
}

/* ---- the image ---- */

/* One row of a picture in which @bin pixels either way have become one. */
static void
read_row (PelImage *image, gint channel, gint y, guint bin, float *line, double *sums)
{
  guint width = pel_image_get_width (image);
  gint end = MIN (y + (gint)bin, (gint)pel_image_get_height (image));
  guint n_out = (width + bin - 1) / bin;

  for (guint x = 0; x < n_out; x++)
    sums[x] = 0;
  for (gint row = y; row < end; row++)
    {
      const PelRect rect = { 0, row, (gint)width, 1 };

      pel_image_read_float (image, channel, &rect, line, width);
      for (guint x = 0; x < width; x++)
        if (isfinite (line[x]))
          sums[x / bin] += (double)line[x];
    }
  for (guint x = 0; x < n_out; x++)
    sums[x] /= (double)(MIN ((x + 1) * bin, width) - x * bin) * (end - y);
}

/* (transfer full): the image, its contrast stretched, with @bin pixels either way in one. */
static cairo_surface_t *
make_pixels (PelImage *image, guint bin, GError **error)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  guint out_width = (width + bin - 1) / bin, out_height = (height + bin - 1) / bin;
  guint n_channels = pel_image_is_rgb (image) ? 3 : 1;
  g_autofree float *line = g_try_new (float, width);
  g_autofree double *sums = g_try_new (double, (gsize)out_width);
  cairo_surface_t *surface =
      cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)out_width, (int)out_height);
  double low = 0, high = 1;

  if (!line || !sums || cairo_surface_status (surface) != CAIRO_STATUS_SUCCESS)
    {
      cairo_surface_destroy (surface);
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to draw the image"));
      return NULL;
    }
  pel_image_get_percentiles (image, PEL_CHANNEL_LUMINANCE, LOW_PERCENTILE, HIGH_PERCENTILE, &low,
                             &high);
  if (!(high > low))
    high = low + 1;
  cairo_surface_flush (surface);
  for (guint y = 0; y < out_height; y++)
    {
      guint32 *pixels =
          (guint32 *)(gpointer)(cairo_image_surface_get_data (surface) +
                                (gsize)y * (gsize)cairo_image_surface_get_stride (surface));

      if (pel_stop_asked (error))
        {
          cairo_surface_destroy (surface);
          return NULL;
        }
      for (guint x = 0; x < out_width; x++)
        pixels[x] = 0;
      for (guint c = 0; c < n_channels; c++)
        {
          read_row (image, n_channels == 3 ? (gint)c : PEL_CHANNEL_LUMINANCE, (gint)(y * bin), bin,
                    line, sums);
          for (guint x = 0; x < out_width; x++)
            {
              guint32 value = (guint32)CLAMP ((sums[x] - low) / (high - low) * 255 + 0.5, 0, 255);

              pixels[x] |= n_channels == 3 ? value << (16 - 8 * c) : value * 0x10101;
            }
        }
    }
  cairo_surface_mark_dirty (surface);
  return surface;
}

/* ---- the edges ---- */

static void
add_path (cairo_t *cr, const PelContourSet *contours, const PelContourCell *cell)
{
  const PelContourRing *rings = pel_contour_set_get_rings (contours);
  const float *points = pel_contour_set_get_points (contours);

  for (guint r = cell->first_ring; r < cell->first_ring + cell->n_rings; r++)
    {
      const float *xy = points + 2 * (gsize)rings[r].first_point;

      for (guint i = 0; i < rings[r].n_points; i++)
        cairo_line_to (cr, (double)xy[2 * i], (double)xy[2 * i + 1]);
      cairo_close_path (cr);
      cairo_new_sub_path (cr);
    }
}

static void
stroke (cairo_t *cr, double line, gboolean is_casing, gboolean is_left_out)
{
  const double dashes[] = { 3 * line, 2.5 * line };

  /* The path is in pixels of the image, the pen in points. */
  cairo_save (cr);
  cairo_identity_matrix (cr);
  cairo_set_line_width (cr, is_casing ? 2.2 * line : line);
  cairo_set_dash (cr, dashes, is_left_out ? 2 : 0, 0);
  if (is_casing)
    cairo_set_source_rgba (cr, 0, 0, 0, 0.5);
  else if (is_left_out)
    cairo_set_source_rgb (cr, 1, 1, 1);
  else
    cairo_set_source_rgb (cr, 1, 0.83, 0.1);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Cells of which there is no picture. */
static void
draw_cells (cairo_t *cr, const PelContourSet *contours)
{
  guint n;
  const PelContourCell *cells = pel_contour_set_get_cells (contours, &n);

  cairo_set_source_rgb (cr, 0.14, 0.14, 0.16);
  cairo_paint (cr);
  cairo_new_path (cr);
  for (guint i = 0; i < n; i++)
    add_path (cr, contours, &cells[i]);
  cairo_set_source_rgb (cr, 0.42, 0.45, 0.5);
  cairo_fill (cr);
}

/* All casings first, so that none darkens a neighbour's edge. */
static void
draw_edges (cairo_t *cr, const PelContourSet *contours, const PelCellTable *table, double line)
{
  guint n;
  const PelContourCell *cells = pel_contour_set_get_cells (contours, &n);

  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < n; i++)
        {
          gint row = pel_cell_table_find (table, cells[i].label);

          if (cells[i].n_rings == 0 || row < 0)
            continue;
          cairo_new_path (cr);
          add_path (cr, contours, &cells[i]);
          stroke (cr, line, pass == 0,
                  pel_cell_table_get (table, (guint)row, PEL_QUANTITY_TOUCHES_BORDER) != 0);
        }
    }
}

/* ---- the scale bar ---- */

static double
round_length (double most)
{
  double power = pow (10, floor (log10 (most)));

  return most / power >= 5 ? 5 * power : most / power >= 2 ? 2 * power : power;
}

/* In the lower right corner, a quarter of the picture wide at most; lengths in points. */
static void
draw_scale_bar (cairo_t *cr, double width, double height, double points_per_unit, gboolean in_um)
{
  double length = round_length (width / 4 / points_per_unit), bar = length * points_per_unit;
  double letters = CLAMP (width / 32, 4.5, 9), margin = letters * 0.8, thick = letters * 0.3;
  g_autofree char *number = g_strdup_printf ("%g", length);
  g_autofree char *text = g_strdup_printf (in_um ? _ ("%s µm") : _ ("%s px"), number);
  PangoLayout *layout = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans Bold");
  double x = width - margin - bar, y = height - margin - thick;
  int text_width, text_height;

  pango_font_description_set_absolute_size (font, letters * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &text_width, &text_height);
  double wide = MAX (bar, text_width);
  cairo_rectangle (cr, width - margin - wide - 3, y - text_height - 1, wide + 6,
                   text_height + thick + 4);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.55);
  cairo_fill (cr);
  cairo_rectangle (cr, x - (bar < wide ? (wide - bar) / 2 : 0), y, bar, thick);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill (cr);
  cairo_move_to (cr, width - margin - wide / 2 - text_width / 2.0, y - text_height);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (font);
  g_object_unref (layout);
}

/* ---- together ---- */

PelSheetPicture *
pel_sheet_picture_new (const PelMeasuredImage *about,
                       PelImage *image,
                       const PelContourSet *contours,
                       const PelCellTable *table,
                       double side,
                       GError **error)
{
  double width = image ? pel_image_get_width (image) : MAX (about->width, 1);
  double height = image ? pel_image_get_height (image) : MAX (about->height, 1);
  double um_x, um_y, scale_x, scale_y, line = CLAMP (side / 500, 0.25, 0.8);
  gboolean in_um = pel_cell_table_get_calibration (table, &um_x, &um_y);
  guint bin = (guint)MAX (ceil (MAX (width, height) / (side * PIXELS_PER_POINT)), 1);
  cairo_surface_t *pixels = image ? make_pixels (image, bin, error) : NULL;
  PelSheetPicture *self;
  guint n_cells;
  cairo_t *cr;

  if (image && !pixels)
    return NULL;
  /* Pixels that are not square are drawn as they are. */
  scale_x = side / MAX (width, height * (in_um ? um_y / um_x : 1));
  scale_y = scale_x * (in_um ? um_y / um_x : 1);
  self = g_new0 (PelSheetPicture, 1);
  self->name = g_strdup (about->image);
  self->width = width * scale_x;
  self->height = height * scale_y;
  pel_contour_set_get_cells (contours, &n_cells);
  if (n_cells > MAX_VECTOR_CELLS)
    {
      self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                                  (int)ceil (self->width * PIXELS_PER_POINT),
                                                  (int)ceil (self->height * PIXELS_PER_POINT));
      cairo_surface_set_device_scale (self->surface, PIXELS_PER_POINT, PIXELS_PER_POINT);
    }
  else
    {
      const cairo_rectangle_t extents = { 0, 0, self->width, self->height };

      self->surface = cairo_recording_surface_create (CAIRO_CONTENT_COLOR_ALPHA, &extents);
    }
  cr = cairo_create (self->surface);
  cairo_rectangle (cr, 0, 0, self->width, self->height);
  cairo_clip (cr);
  if (pixels)
    {
      cairo_save (cr);
      cairo_scale (cr, bin * scale_x, bin * scale_y);
      cairo_set_source_surface (cr, pixels, 0, 0);
      cairo_paint (cr);
      cairo_restore (cr);
    }
  cairo_save (cr);
  cairo_scale (cr, scale_x, scale_y);
  if (!pixels)
    draw_cells (cr, contours);
  draw_edges (cr, contours, table, line);
  cairo_restore (cr);
  draw_scale_bar (cr, self->width, self->height, in_um ? scale_x / um_x : scale_x, in_um);
  if (cairo_status (cr) != CAIRO_STATUS_SUCCESS)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("there is not enough memory to draw the image"));
      g_clear_pointer (&self, pel_sheet_picture_free);
    }
  cairo_destroy (cr);
  g_clear_pointer (&pixels, cairo_surface_destroy);
  return self;
}
