/* SPDX-License-Identifier: MIT */
#include "ui/widgets/pel-chart-draw.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define POINT 2.2
/* Of a group with more points than this, the strip would be a block. */
#define MAX_STRIP 2000
/* So many marks are one path: cairo takes much longer for ten times as many at once. */
#define MARKS_AT_ONCE 400

static void
set_ink (const PelChartPage *page, const GdkRGBA *color, double alpha)
{
  cairo_set_source_rgba (page->cr, color->red, color->green, color->blue, alpha);
}

static void
draw_text (const PelChartPage *page,
           const char *text,
           double x,
           double y,
           double anchor_x,
           double anchor_y,
           gboolean upwards)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (page->pango);
  int width, height;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_save (page->cr);
  cairo_move_to (page->cr, x, y);
  if (upwards)
    cairo_rotate (page->cr, -G_PI_2);
  cairo_rel_move_to (page->cr, -anchor_x * width, -anchor_y * height);
  pango_cairo_show_layout (page->cr, layout);
  cairo_restore (page->cr);
}

static double
place_x (const PelChartData *self, const PelChartPage *page, double value)
{
  return page->left + pel_axis_fraction (&self->x_axis, value) * (page->right - page->left);
}

static double
place_y (const PelChartData *self, const PelChartPage *page, double value)
{
  return page->bottom - pel_axis_fraction (&self->y_axis, value) * (page->bottom - page->top);
}

static double
text_height (const PelChartPage *page)
{
  g_autoptr (PangoLayout) layout = pango_layout_new (page->pango);
  int width, height;

  pango_layout_set_text (layout, "0", -1);
  pango_layout_get_pixel_size (layout, &width, &height);
  return height;
}

static void
draw_scales (const PelChartData *self, const PelChartPage *page)
{
  double line = text_height (page);

  cairo_set_line_width (page->cr, page->scale);
  for (guint i = 0; i < self->y_axis.n_ticks; i++)
    {
      double value = self->y_axis.first + i * self->y_axis.step;
      double y = place_y (self, page, value);
      g_autofree char *text = pel_axis_format (&self->y_axis, value);

      set_ink (page, &page->ink, 0.13);
      cairo_move_to (page->cr, page->left, y);
      cairo_line_to (page->cr, page->right, y);
      cairo_stroke (page->cr);
      set_ink (page, &page->ink, 0.8);
      draw_text (page, text, page->left - 6 * page->scale, y, 1, 0.5, FALSE);
    }
  set_ink (page, &page->ink, 0.8);
  for (guint i = 0; self->kind != PEL_CHART_BOXES && i < self->x_axis.n_ticks; i++)
    {
      double value = self->x_axis.first + i * self->x_axis.step;
      g_autofree char *text = pel_axis_format (&self->x_axis, value);

      draw_text (page, text, place_x (self, page, value), page->bottom + 4 * page->scale, 0.5, 0,
                 FALSE);
    }
  set_ink (page, &page->ink, 0.95);
  if (self->kind != PEL_CHART_BOXES)
    draw_text (page, self->x_title, (page->left + page->right) / 2,
               page->bottom + 6 * page->scale + line, 0.5, 0, FALSE);
  draw_text (page, self->kind == PEL_CHART_BARS ? _ ("Cells") : self->y_title, 2 * page->scale,
             (page->top + page->bottom) / 2, 0.5, 0, TRUE);
}

static void
draw_bars (const PelChartData *self, const PelChartPage *page)
{
  double width = (self->x_axis.high - self->x_axis.low) / self->n_bars;

  for (guint i = 0; i < self->n_bars; i++)
    {
      double x0 = place_x (self, page, self->x_axis.low + i * width);
      double x1 = place_x (self, page, self->x_axis.low + (i + 1) * width);
      double y = place_y (self, page, self->bars[i]);

      if (self->bars[i] == 0)
        continue;
      set_ink (page, &page->colors[0], 1);
      cairo_rectangle (page->cr, x0 + 0.5 * page->scale, y, x1 - x0 - page->scale,
                       page->bottom - y);
      cairo_fill (page->cr);
    }
}

/* A square: many thousands are drawn, and at this size nobody tells it from a disc. Groups beyond
 * the first differ by their shape too. */
static void
add_mark (const PelChartData *self, const PelChartPage *page, guint index, double x, double y)
{
  double r = POINT * page->scale * (self->n > 20000 ? 0.5 : self->n <= 100 ? 1.5 : 1);
  guint group = self->group != NULL ? self->group[index] : 0;

  if (group % 3 == 1)
    {
      cairo_move_to (page->cr, x, y - 1.4 * r);
      cairo_line_to (page->cr, x + 1.3 * r, y + r);
      cairo_line_to (page->cr, x - 1.3 * r, y + r);
      cairo_close_path (page->cr);
    }
  else if (group % 3 == 2)
    {
      cairo_rectangle (page->cr, x - 1.5 * r, y - 0.5 * r, 3 * r, r);
      cairo_rectangle (page->cr, x - 0.5 * r, y - 1.5 * r, r, 3 * r);
    }
  else
    cairo_rectangle (page->cr, x - r, y - r, 2 * r, 2 * r);
}

/* The marks of one group, some at a time. */
static void
draw_marks (const PelChartData *self, const PelChartPage *page, guint group, double alpha)
{
  double slot = (page->right - page->left) / MAX (self->n_groups, 1);
  double half = MIN (slot * 0.28, 46 * page->scale), middle = page->left + (group + 0.5) * slot;
  gboolean strip = self->kind == PEL_CHART_BOXES;
  guint n = 0;

  set_ink (page, &page->colors[group % PEL_CHART_COLORS], alpha);
  for (guint i = 0; i < self->n && (!strip || n < MAX_STRIP); i++)
    {
      double x;

      if ((self->group != NULL ? self->group[i] : 0) != group || !isfinite (self->y[i]) ||
          (!strip && !isfinite (self->x[i])))
        continue;
      /* Spread by the golden ratio, so that equal values do not hide each other. */
      x = strip ? middle + (fmod ((n + 1) * 0.618034, 1.0) - 0.5) * 1.5 * half
                : place_x (self, page, self->x[i]);
      add_mark (self, page, i, x, place_y (self, page, self->y[i]));
      if (++n % MARKS_AT_ONCE == 0)
        cairo_fill (page->cr);
    }
  cairo_fill (page->cr);
}

void
pel_chart_draw_points (const PelChartData *self, const PelChartPage *page)
{
  if (self->kind == PEL_CHART_BARS || self->y == NULL)
    return;
  cairo_save (page->cr);
  cairo_rectangle (page->cr, page->left, page->top, page->right - page->left,
                   page->bottom - page->top);
  cairo_clip (page->cr);
  for (guint group = 0; group < MAX (self->n_groups, 1); group++)
    draw_marks (self, page, group,
                self->kind == PEL_CHART_BOXES ? 0.6
                : self->n > 2000              ? 0.45
                                              : 0.75);
  cairo_restore (page->cr);
}

static void
draw_box (const PelChartData *self,
          const PelChartPage *page,
          double x,
          double half,
          const PelSummary *s)
{
  double q1 = place_y (self, page, s->q1), q3 = place_y (self, page, s->q3);
  double median = place_y (self, page, s->median);
  const double whiskers[2][2] = { { q1, place_y (self, page, s->low_whisker) },
                                  { q3, place_y (self, page, s->high_whisker) } };

  set_ink (page, &page->ink, 0.9);
  cairo_set_line_width (page->cr, 1.3 * page->scale);
  cairo_rectangle (page->cr, x - half, q3, 2 * half, q1 - q3);
  cairo_stroke (page->cr);
  for (guint i = 0; i < 2; i++)
    {
      cairo_move_to (page->cr, x, whiskers[i][0]);
      cairo_line_to (page->cr, x, whiskers[i][1]);
      cairo_move_to (page->cr, x - half / 2, whiskers[i][1]);
      cairo_line_to (page->cr, x + half / 2, whiskers[i][1]);
    }
  cairo_stroke (page->cr);
  cairo_set_line_width (page->cr, 2.6 * page->scale);
  cairo_move_to (page->cr, x - half, median);
  cairo_line_to (page->cr, x + half, median);
  cairo_stroke (page->cr);
}

void
pel_chart_draw_boxes (const PelChartData *self, const PelChartPage *page)
{
  double slot = (page->right - page->left) / MAX (self->n_groups, 1);
  double half = MIN (slot * 0.28, 46 * page->scale), line = text_height (page);

  if (self->kind != PEL_CHART_BOXES)
    return;
  for (guint group = 0; group < self->n_groups; group++)
    {
      double x = page->left + (group + 0.5) * slot;
      /* Translators: how many values a group has. */
      g_autofree char *count = g_strdup_printf (_ ("n = %u"), self->boxes[group].n);

      if (self->boxes[group].n > 0)
        draw_box (self, page, x, half, &self->boxes[group]);
      set_ink (page, &page->ink, 0.95);
      draw_text (page, self->names[group], x, page->bottom + 4 * page->scale, 0.5, 0, FALSE);
      set_ink (page, &page->ink, 0.8);
      draw_text (page, count, x, page->bottom + 4 * page->scale + line, 0.5, 0, FALSE);
    }
}

static void
draw_legend (const PelChartData *self, const PelChartPage *page)
{
  double line = text_height (page), y = page->top + 2 * page->scale;

  if (self->names == NULL || self->names[0] == NULL || self->names[1] == NULL ||
      self->kind != PEL_CHART_SCATTER)
    return;
  for (guint i = 0; i < self->n_groups; i++, y += line)
    {
      PelChartData mark = { .n = 1, .group = (guint8[]){ (guint8)i } };

      add_mark (&mark, page, 0, page->right - 8 * page->scale, y + line / 2);
      set_ink (page, &page->colors[i % PEL_CHART_COLORS], 1);
      cairo_fill (page->cr);
      set_ink (page, &page->ink, 0.95);
      draw_text (page, self->names[i], page->right - 16 * page->scale, y, 1, 0, FALSE);
    }
}

void
pel_chart_draw_brush (const PelChartData *self, const PelChartPage *page, const double brush[4])
{
  double x0, x1, y0 = page->top, y1 = page->bottom;

  x0 = place_x (self, page, brush[0]);
  x1 = place_x (self, page, brush[2]);
  if (self->kind == PEL_CHART_SCATTER)
    {
      y0 = place_y (self, page, brush[3]);
      y1 = place_y (self, page, brush[1]);
    }
  cairo_rectangle (page->cr, x0, y0, x1 - x0, y1 - y0);
  set_ink (page, &page->colors[1], 0.2);
  cairo_fill_preserve (page->cr);
  set_ink (page, &page->colors[1], 0.9);
  cairo_set_line_width (page->cr, 1.5 * page->scale);
  cairo_stroke (page->cr);
}

void
pel_chart_lay_out (const PelChartData *self, PelChartPage *page, double width, double height)
{
  double line = text_height (page), gutter = 0;

  page->top = 0.5 * line + 4 * page->scale;
  page->bottom = height - 2 * line - 12 * page->scale;
  for (guint i = 0; i < self->y_axis.n_ticks; i++)
    {
      g_autofree char *text =
          pel_axis_format (&self->y_axis, self->y_axis.first + i * self->y_axis.step);
      g_autoptr (PangoLayout) layout = pango_layout_new (page->pango);
      int text_width, unused;

      pango_layout_set_text (layout, text, -1);
      pango_layout_get_pixel_size (layout, &text_width, &unused);
      gutter = MAX (gutter, text_width);
    }
  page->left = gutter + line + 14 * page->scale;
  page->right = width - 20 * page->scale;
}

gboolean
pel_chart_fits (const PelChartData *self, const PelChartPage *page)
{
  return self->n > 0 && page->right - page->left >= 40 && page->bottom - page->top >= 40;
}

void
pel_chart_draw_axes (const PelChartData *self, const PelChartPage *page)
{
  draw_scales (self, page);
  if (self->kind == PEL_CHART_BARS)
    draw_bars (self, page);
  draw_legend (self, page);
}
