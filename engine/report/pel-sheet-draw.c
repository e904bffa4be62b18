/* SPDX-License-Identifier: MIT */
#include "engine/report/pel-sheet-private.h"

#include <math.h>
#include <string.h>
#include <pango/pangocairo.h>
#include <glib/gi18n-lib.h>

#include "engine/measure/pel-statistics.h"

/* Lengths are points. */
#define MARGIN 48.0
#define GAP 14.0
#define PICTURE_GAP 8.0
#define SMALL 8.0
#define ROW 14.0
#define MOST_PICTURES_HEIGHT 430.0
#define PANEL_HEIGHT 74.0
/* Of a group's panel, for its name and the median's. */
#define PANEL_HEAD 9
#define MAX_PANELS 4
#define MAX_ROWS 12
#define MAX_BINS 36
#define MIN_BINS 8

typedef struct
{
  const PelSheet *sheet;
  cairo_t *cr;
  double left, width; /* between the margins */
} Page;

/* ---- words ---- */

static PangoLayout *
make_layout (const Page *page, const char *text, double size, gboolean is_bold, double width)
{
  PangoLayout *layout = pango_cairo_create_layout (page->cr);
  PangoFontDescription *font = pango_font_description_from_string (is_bold ? "Sans Bold" : "Sans");

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_text (layout, text, -1);
  if (width > 0)
    pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_font_description_free (font);
  return layout;
}

static double
get_layout_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (double)height / PANGO_SCALE;
}

/* Draws a text with its upper end at y; returns its height. */
static double
show (const Page *page, PangoLayout *layout, double x, double y, double grey)
{
  double height = get_layout_height (layout);

  cairo_set_source_rgb (page->cr, grey, grey, grey);
  cairo_move_to (page->cr, x, y);
  pango_cairo_show_layout (page->cr, layout);
  g_object_unref (layout);
  return height;
}

/* A line that is cut where it is too long. */
static double
show_line (const Page *page,
           const char *text,
           double size,
           gboolean is_bold,
           double x,
           double y,
           double width,
           PangoAlignment alignment,
           double grey)
{
  PangoLayout *layout = make_layout (page, text, size, is_bold, width);

  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  pango_layout_set_alignment (layout, alignment);
  return show (page, layout, x, y, grey);
}

/* A heading and a paragraph below it, or with @cr NULL only how high they are. */
static double
show_paragraph (const Page *page,
                const char *heading,
                const char *text,
                double y,
                gboolean is_drawn)
{
  PangoLayout *layout = make_layout (page, text, SMALL, FALSE, page->width);
  double height;

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  height = 12 + get_layout_height (layout);
  if (!is_drawn)
    {
      g_object_unref (layout);
      return height;
    }
  show_line (page, heading, SMALL, TRUE, page->left, y, page->width, PANGO_ALIGN_LEFT, 0);
  show (page, layout, page->left, y + 12, 0.15);
  return height;
}

/* ---- pictures ---- */

/* The number of columns with which the pictures come out largest. */
static guint
choose_columns (guint n, double width, double height, double caption, double ratio)
{
  double best = 0;
  guint columns = 1;

  for (guint c = 1; c <= n; c++)
    {
      guint rows = (n + c - 1) / c;
      double w = (width - (c - 1) * PICTURE_GAP) / c;
      double h = (height - (rows - 1) * PICTURE_GAP) / rows - caption;
      double size = MIN (w, h * ratio);

      if (size > best)
        {
          best = size;
          columns = c;
        }
    }
  return columns;
}

static double
draw_pictures (const Page *page, double y, double height)
{
  const GPtrArray *pictures = page->sheet->pictures;
  guint n = pictures->len;
  double caption = n > 1 ? 9 : 0, ratio = 0;

  if (n == 0)
    return 0;
  for (guint i = 0; i < n; i++)
    {
      const PelSheetPicture *picture = pictures->pdata[i];

      ratio = MAX (ratio, picture->width / picture->height);
    }
  guint columns = choose_columns (n, page->width, height, caption, ratio);
  guint rows = (n + columns - 1) / columns;
  double slot_width = (page->width - (columns - 1) * PICTURE_GAP) / columns;
  double slot_height =
      MIN ((height - (rows - 1) * PICTURE_GAP) / rows - caption, slot_width / MIN (ratio, 4));

  /* As wide as the widest is, and all of them in the middle of the page. */
  slot_width = MIN (slot_width, slot_height * ratio);
  double start =
      page->left + (page->width - columns * (slot_width + PICTURE_GAP) + PICTURE_GAP) / 2;
  for (guint i = 0; i < n; i++)
    {
      const PelSheetPicture *picture = pictures->pdata[i];
      double scale = MIN (slot_width / picture->width, slot_height / picture->height);
      double left = start + (i % columns) * (slot_width + PICTURE_GAP);
      double top = y + (i / columns) * (slot_height + caption + PICTURE_GAP);

      cairo_save (page->cr);
      cairo_translate (page->cr, left, top);
      cairo_scale (page->cr, scale, scale);
      cairo_rectangle (page->cr, 0, 0, picture->width, picture->height);
      cairo_clip (page->cr);
      cairo_set_source_surface (page->cr, picture->surface, 0, 0);
      cairo_paint (page->cr);
      cairo_restore (page->cr);
      if (n > 1)
        show_line (page, picture->name, 6.5, FALSE, left, top + picture->height * scale + 1,
                   slot_width, PANGO_ALIGN_LEFT, 0.3);
    }
  return rows * (slot_height + caption + PICTURE_GAP) - PICTURE_GAP;
}

/* ---- distribution ---- */

/* The distance of ticks: 1, 2 or 5 times a power of ten, some @n in the span. */
static double
choose_step (double span, double n)
{
  double step = pow (10, floor (log10 (span / n)));

  return span / step / n > 5   ? 10 * step
         : span / step / n > 2 ? 5 * step
         : span / step / n > 1 ? 2 * step
                               : step;
}

typedef struct
{
  double low, bin;
  guint n_bins;
} Bins;

/* Bins of Freedman and Diaconis (1981), at round numbers. */
static Bins
choose_bins (const double *values, guint n)
{
  PelSummary summary;
  Bins bins = { 0 };

  pel_summary_compute (values, n, &summary);
  double span = summary.max - summary.min;
  if (!(span > 0))
    return (Bins){ summary.min - 0.5, 1, 1 };
  double wanted = 2 * (summary.q3 - summary.q1) / cbrt (n);
  double n_wanted = CLAMP (wanted > 0 ? span / wanted : 0, MIN_BINS, MAX_BINS);
  bins.bin = choose_step (span, 1.6 * n_wanted);
  bins.low = floor (summary.min / bins.bin) * bins.bin;
  bins.n_bins = (guint)floor ((summary.max - bins.low) / bins.bin) + 1;
  return bins;
}

static void
line (const Page *page, double x0, double y0, double x1, double y1, double width, double grey)
{
  cairo_set_source_rgb (page->cr, grey, grey, grey);
  cairo_set_line_width (page->cr, width);
  cairo_move_to (page->cr, x0, y0);
  cairo_line_to (page->cr, x1, y1);
  cairo_stroke (page->cr);
}

/* The bars of one group, with its name and median above them; x is shared with the other panels. */
static void
draw_panel (const Page *page,
            const char *name,
            const GArray *values,
            const Bins *bins,
            double x,
            double y,
            double width,
            double height)
{
  g_autofree guint *counts = g_new0 (guint, bins->n_bins);
  const double *v = (const double *)(gconstpointer)values->data;
  double per_bin = width / bins->n_bins, bottom = y + height;
  double tallest = name != NULL ? height - PANEL_HEAD : height * 0.92;
  guint most = 1;
  PelSummary summary;

  for (guint i = 0; i < values->len; i++)
    {
      guint bin = (guint)MAX (floor ((v[i] - bins->low) / bins->bin), 0);

      bin = MIN (bin, bins->n_bins - 1);
      counts[bin]++;
      most = MAX (most, counts[bin]);
    }
  for (guint i = 0; i < bins->n_bins; i++)
    {
      double bar = tallest * counts[i] / most;

      if (counts[i] == 0)
        continue;
      cairo_rectangle (page->cr, x + i * per_bin, bottom - bar, per_bin, bar);
      cairo_set_source_rgb (page->cr, 0.45, 0.6, 0.78);
      cairo_fill_preserve (page->cr);
      cairo_set_source_rgb (page->cr, 1, 1, 1);
      cairo_set_line_width (page->cr, 0.5);
      cairo_stroke (page->cr);
    }
  line (page, x, bottom, x + width, bottom, 0.6, 0.2);
  g_autofree char *top = g_strdup_printf ("%u", most);
  show_line (page, top, 6.5, FALSE, x - 30, bottom - tallest - 4, 27, PANGO_ALIGN_RIGHT, 0.3);
  show_line (page, "0", 6.5, FALSE, x - 30, bottom - 5, 27, PANGO_ALIGN_RIGHT, 0.3);
  line (page, x - 2, bottom - tallest, x, bottom - tallest, 0.6, 0.2);
  line (page, x, bottom - tallest, x, bottom, 0.6, 0.2);

  pel_summary_compute (v, values->len, &summary);
  double at = x + (summary.median - bins->low) / bins->bin * per_bin;
  line (page, at, y, at, bottom, 1, 0);
  g_autofree char *median = pel_sheet_format_value (summary.median);
  /* Translators: a number with its unit left out */
  g_autofree char *words = g_strdup_printf (_ ("median %s"), median);
  /* Each on the side where there is more room. */
  gboolean at_right = at < x + width * 0.5;
  show_line (page, words, 6.5, FALSE, at_right ? at + 3 : at - 123, y - 2, 120,
             at_right ? PANGO_ALIGN_LEFT : PANGO_ALIGN_RIGHT, 0);
  if (name != NULL)
    show_line (page, name, 7, TRUE, x + width * (at_right ? 0.65 : 0), y - 2, width * 0.35,
               at_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT, 0.2);
}

static void
draw_ticks (const Page *page, const Bins *bins, double x, double y, double width)
{
  double span = bins->bin * bins->n_bins, step = choose_step (span, 8);

  for (double tick = ceil (bins->low / step) * step; tick <= bins->low + span * 1.0001;
       tick += step)
    {
      double at = x + (tick - bins->low) / span * width;
      g_autofree char *text = g_strdup_printf ("%g", fabs (tick) < step / 1e6 ? 0 : tick);

      line (page, at, y, at, y + 3, 0.6, 0.2);
      show_line (page, text, 6.5, FALSE, at - 20, y + 3, 40, PANGO_ALIGN_CENTER, 0.2);
    }
}

static const char *
get_group_name (const PelSheetBucket *bucket)
{
  return bucket->group[0] != '\0' ? bucket->group : _ ("no group");
}

/* Of all cells: a panel for each group, or one where there are very many. */
static double
draw_distribution (const Page *page, double y)
{
  const PelSheet *sheet = page->sheet;
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (double));
  g_autofree char *heading = pel_sheet_get_heading (sheet);
  double x = page->left + 32, width = page->width - 36, top = y + 20;
  guint n_groups = 0;

  for (guint i = 0; i < sheet->buckets->len; i++)
    {
      const PelSheetBucket *bucket = sheet->buckets->pdata[i];

      if (bucket->class_name != NULL)
        continue;
      const GArray *values = pel_sheet_get_values (sheet, bucket);
      g_array_append_vals (all, values->data, values->len);
      n_groups++;
    }
  show_line (page, heading, SMALL, TRUE, page->left, y, page->width, PANGO_ALIGN_LEFT, 0);
  show_line (page, _ ("upwards: number of cells"), 6.5, FALSE, page->left, y, page->width,
             PANGO_ALIGN_RIGHT, 0.35);
  if (all->len == 0)
    return 12 + show_line (page, _ ("No cell is counted."), SMALL, FALSE, page->left, y + 12,
                           page->width, PANGO_ALIGN_LEFT, 0.2);
  Bins bins = choose_bins ((const double *)(gconstpointer)all->data, all->len);
  guint n_panels = n_groups > 1 && n_groups <= MAX_PANELS ? n_groups : 1;
  double height = n_panels == 1 ? PANEL_HEIGHT : PANEL_HEIGHT * 1.6 / n_panels;

  if (n_panels == 1)
    draw_panel (page, NULL, all, &bins, x, top, width, height);
  for (guint i = 0, panel = 0; n_panels > 1 && i < sheet->buckets->len; i++)
    {
      const PelSheetBucket *bucket = sheet->buckets->pdata[i];

      if (bucket->class_name == NULL)
        draw_panel (page, get_group_name (bucket), pel_sheet_get_values (sheet, bucket), &bins, x,
                    top + panel++ * (height + 10), width, height);
    }
  double bottom = top + n_panels * (height + 10) - 10;
  draw_ticks (page, &bins, x, bottom, width);
  return bottom + 14 - y;
}

/* ---- table ---- */

enum
{
  COLUMN_GROUP,
  COLUMN_CLASS,
  COLUMN_IMAGES,
  COLUMN_CELLS,
  COLUMN_LOWER,
  COLUMN_MEDIAN,
  COLUMN_UPPER,
  N_COLUMNS
};

/* Whether a column says anything: groups and classes need not be there. */
static gboolean
has_column (const PelSheet *sheet, guint column)
{
  for (guint i = 0; column <= COLUMN_CLASS && i < sheet->buckets->len; i++)
    {
      const PelSheetBucket *bucket = sheet->buckets->pdata[i];

      if (column == COLUMN_GROUP ? bucket->group[0] != '\0' : bucket->class_name != NULL)
        return TRUE;
    }
  return column > COLUMN_CLASS;
}

/* The columns that are there share the width, names twice as much as numbers. */
static void
draw_row (const Page *page, const char *const *texts, double y, gboolean is_bold)
{
  static const double shares[N_COLUMNS] = { 0.2, 0.2, 0.1, 0.1, 0.15, 0.1, 0.15 };
  double x = page->left, all = 0;

  for (guint i = 0; i < N_COLUMNS; i++)
    all += has_column (page->sheet, i) ? shares[i] : 0;
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      double width = shares[i] / all * page->width;

      if (!has_column (page->sheet, i))
        continue;
      show_line (page, texts[i], SMALL, is_bold, x, y, width - 4,
                 i > COLUMN_CLASS ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT, is_bold ? 0 : 0.1);
      x += width;
    }
}

static void
draw_bucket (const Page *page, const PelSheetBucket *bucket, double y)
{
  const GArray *values = pel_sheet_get_values (page->sheet, bucket);
  PelSummary summary;

  pel_summary_compute ((const double *)(gconstpointer)values->data, values->len, &summary);
  g_autofree char *images = g_strdup_printf ("%u", bucket->n_images);
  g_autofree char *cells = g_strdup_printf ("%u", values->len);
  g_autofree char *lower = pel_sheet_format_value (summary.q1);
  g_autofree char *median = pel_sheet_format_value (summary.median);
  g_autofree char *upper = pel_sheet_format_value (summary.q3);
  const char *const texts[N_COLUMNS] = { get_group_name (bucket),
                                         bucket->class_name != NULL ? bucket->class_name
                                                                    : _ ("all cells"),
                                         images,
                                         cells,
                                         lower,
                                         median,
                                         upper };

  draw_row (page, texts, y, FALSE);
}

static double
draw_table (const Page *page, double y, double room)
{
  const PelSheet *sheet = page->sheet;
  const char *const heads[N_COLUMNS] = { _ ("Group"),         _ ("Class"),          _ ("Images"),
                                         _ ("Cells"),         _ ("Lower quartile"), _ ("Median"),
                                         _ ("Upper quartile") };
  guint most = (guint)CLAMP (floor (room / ROW) - 1, 1, MAX_ROWS), n = sheet->buckets->len;
  guint shown = n <= most ? n : most - 1;

  if (n == 0)
    return 0;
  draw_row (page, heads, y, TRUE);
  line (page, page->left, y + ROW - 2, page->left + page->width, y + ROW - 2, 0.5, 0.3);
  y += ROW;
  for (guint i = 0; i < shown; i++)
    draw_bucket (page, sheet->buckets->pdata[i], y + i * ROW);
  if (shown < n)
    {
      g_autofree char *rest =
          g_strdup_printf (ngettext ("and %u more row, which the exported table has",
                                     "and %u more rows, which the exported table has", n - shown),
                           n - shown);

      show_line (page, rest, SMALL, FALSE, page->left, y + shown * ROW, page->width,
                 PANGO_ALIGN_LEFT, 0.3);
    }
  return (MIN (n, most) + 1) * ROW;
}

/* ---- together ---- */

void
pel_sheet_draw (const PelSheet *self, cairo_t *cr, double width, double height)
{
  const Page page = { self, cr, MARGIN, width - 2 * MARGIN };
  g_autofree char *counts = pel_sheet_describe_counts (self);
  g_autofree char *scale = pel_sheet_describe_scale (self);
  g_autofree char *methods = pel_sheet_describe_methods (self);
  double y = MARGIN, bottom = height - MARGIN;
  guint n_groups = 0;

  /* The words at the foot are as long as they are; the pictures take what the rest leaves. */
  bottom -= show_paragraph (&page, _ ("Methods"), methods, 0, FALSE);
  show_paragraph (&page, _ ("Methods"), methods, bottom, TRUE);
  bottom -= show_paragraph (&page, _ ("Scale"), scale, 0, FALSE) + GAP / 2;
  show_paragraph (&page, _ ("Scale"), scale, bottom, TRUE);
  bottom -= GAP;

  y += show_line (&page, self->title, 16, TRUE, page.left, y, page.width, PANGO_ALIGN_LEFT, 0);
  y += show_line (&page, counts, 9, FALSE, page.left, y, page.width, PANGO_ALIGN_LEFT, 0.35) + 4;
  line (&page, page.left, y, page.left + page.width, y, 0.5, 0.7);
  y += GAP / 2 + 3;
  for (guint i = 0; i < self->buckets->len; i++)
    n_groups += ((const PelSheetBucket *)self->buckets->pdata[i])->class_name == NULL;
  double rows = (MIN (MAX (self->buckets->len, 1), MAX_ROWS) + 1) * ROW;
  double distribution = PANEL_HEIGHT * (n_groups > 1 && n_groups <= MAX_PANELS ? 1.6 : 1) +
                        10 * MIN (n_groups, MAX_PANELS) + 40;
  double pictures = CLAMP (bottom - y - rows - distribution - 2 * GAP, 90, MOST_PICTURES_HEIGHT);

  y += draw_pictures (&page, y, pictures) + GAP;
  if (self->n_images > self->pictures->len)
    {
      /* Translators: how many images are shown, and how many there are */
      g_autofree char *shown =
          g_strdup_printf (_ ("%u of %u images are shown."), self->pictures->len, self->n_images);

      show_line (&page, shown, 6.5, FALSE, page.left, y - GAP + 1, page.width, PANGO_ALIGN_LEFT,
                 0.35);
    }
  y += draw_distribution (&page, y) + GAP;
  draw_table (&page, y, bottom - y);
}
