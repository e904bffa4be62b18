/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-chart-data.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#include "ui/widgets/pel-chart-draw.h"

/* A saved chart, in points: 160 by 120 mm. */
#define SAVED_WIDTH 453.5
#define SAVED_HEIGHT 340.2
#define SAVED_DPI 300.0

static void
fit (PelAxis *axis, const double *values, guint n)
{
  double low = INFINITY, high = -INFINITY;

  for (guint i = 0; i < n; i++)
    {
      if (!isfinite (values[i]))
        continue;
      low = MIN (low, values[i]);
      high = MAX (high, values[i]);
    }
  pel_axis_fit (axis, low, high, 6, TRUE);
}

static void
count_bars (PelChartData *self)
{
  PelSummary summary;
  double width, most = 0, range = self->x_axis.high - self->x_axis.low;

  pel_summary_compute (self->x, self->n, &summary);
  /* Freedman and Diaconis 1981. */
  width = summary.n > 0 ? 2 * (summary.q3 - summary.q1) / cbrt (summary.n) : 0;
  self->n_bars = width > 0 ? (guint)CLAMP (ceil (range / width), 4, PEL_CHART_MAX_BARS) : 10;
  memset (self->bars, 0, sizeof self->bars);
  for (guint i = 0; i < self->n; i++)
    {
      double at = pel_axis_fraction (&self->x_axis, self->x[i]) * self->n_bars;

      if (isfinite (self->x[i]))
        self->bars[MIN ((guint)MAX (at, 0), self->n_bars - 1)]++;
    }
  for (guint i = 0; i < self->n_bars; i++)
    most = MAX (most, self->bars[i]);
  pel_axis_fit (&self->y_axis, 0, MAX (most, 4), 5, TRUE);
}

/* A box for each group, of its values. */
static void
count_boxes (PelChartData *self)
{
  g_autofree double *values = g_new (double, MAX (self->n, 1));

  for (guint group = 0; group < self->n_groups; group++)
    {
      guint n = 0;

      for (guint i = 0; i < self->n; i++)
        if (self->group[i] == group)
          values[n++] = self->y[i];
      pel_summary_compute (values, n, &self->boxes[group]);
    }
}

static void
data_clear (gpointer memory)
{
  PelChartData *self = memory;

  g_free (self->x);
  g_free (self->y);
  g_free (self->group);
  g_strfreev (self->names);
  g_free (self->x_title);
  g_free (self->y_title);
}

PelChartData *
pel_chart_data_new (PelChartKind kind,
                    const double *x,
                    const double *y,
                    const guint8 *group,
                    guint n,
                    const char *const *group_names,
                    const char *x_title,
                    const char *y_title)
{
  PelChartData *self = g_atomic_rc_box_new0 (PelChartData);

  self->kind = kind;
  self->n = n;
  self->x = x != NULL ? g_memdup2 (x, n * sizeof *x) : NULL;
  self->y = y != NULL ? g_memdup2 (y, n * sizeof *y) : NULL;
  self->group = group != NULL ? g_memdup2 (group, n) : NULL;
  self->names = g_strdupv ((char **)group_names);
  self->n_groups =
      self->names != NULL ? MIN (g_strv_length (self->names), PEL_CHART_MAX_GROUPS) : 0;
  self->x_title = g_strdup (x_title);
  self->y_title = g_strdup (y_title);
  if (self->x != NULL)
    fit (&self->x_axis, self->x, n);
  else
    pel_axis_fit (&self->x_axis, 0, 1, 2, FALSE);
  if (self->y != NULL)
    fit (&self->y_axis, self->y, n);
  if (kind == PEL_CHART_BARS)
    count_bars (self);
  else if (kind == PEL_CHART_BOXES && self->group != NULL && self->y != NULL)
    count_boxes (self);
  return self;
}

PelChartData *
pel_chart_data_ref (PelChartData *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
pel_chart_data_unref (PelChartData *self)
{
  g_atomic_rc_box_release_full (self, data_clear);
}

gboolean
pel_chart_data_is_inside (const PelChartData *self, guint index, const double brush[4])
{
  if (index >= self->n || self->x == NULL ||
      !(self->x[index] >= brush[0] && self->x[index] <= brush[2]))
    return FALSE;
  return self->kind != PEL_CHART_SCATTER ||
         (self->y[index] >= brush[1] && self->y[index] <= brush[3]);
}

gboolean
pel_chart_data_save (const PelChartData *self, const char *path, GError **error)
{
  static const guint32 rgb[] = { 0x1c71d8, 0xc64600, 0x1b8553, 0x813d9c };
  gboolean png = g_str_has_suffix (path, ".png");
  double zoom = png ? SAVED_DPI / 72 : 1;
  PangoContext *pango;
  PangoFontDescription *font = pango_font_description_from_string ("Sans 9");
  cairo_surface_t *surface;
  cairo_status_t status;
  PelChartPage page = { .scale = 1, .ink = { 0, 0, 0, 1 } };

  if (png)
    surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)ceil (SAVED_WIDTH * zoom),
                                          (int)ceil (SAVED_HEIGHT * zoom));
  else if (g_str_has_suffix (path, ".pdf"))
    surface = cairo_pdf_surface_create (path, SAVED_WIDTH, SAVED_HEIGHT);
  else
    surface = cairo_svg_surface_create (path, SAVED_WIDTH, SAVED_HEIGHT);
  page.cr = cairo_create (surface);
  cairo_scale (page.cr, zoom, zoom);
  cairo_set_source_rgb (page.cr, 1, 1, 1);
  cairo_paint (page.cr);
  for (guint i = 0; i < G_N_ELEMENTS (rgb); i++)
    page.colors[i] = (GdkRGBA){ (float)(rgb[i] >> 16) / 255.f, (float)(rgb[i] >> 8 & 255) / 255.f,
                                (float)(rgb[i] & 255) / 255.f, 1 };
  pango = pango_cairo_create_context (page.cr);
  pango_cairo_context_set_resolution (pango, 72);
  pango_context_set_font_description (pango, font);
  pango_font_description_free (font);
  page.pango = pango;
  pel_chart_lay_out (self, &page, SAVED_WIDTH, SAVED_HEIGHT);
  if (pel_chart_fits (self, &page))
    {
      pel_chart_draw_axes (self, &page);
      pel_chart_draw_points (self, &page);
      pel_chart_draw_boxes (self, &page);
    }
  g_object_unref (pango);
  status = cairo_status (page.cr);
  cairo_destroy (page.cr);
  if (png && status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png (surface, path);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}
