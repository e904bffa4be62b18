/* SPDX-License-Identifier: MIT */
#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-hold-out.h"
#include "engine/train/pel-feeder.h"
#include "engine/train/pel-sampler.h"
#include "engine/train/pel-targets.h"

/* A @w x @h image of @background with a disc of @value for each of @n cells, and their labels. */
static void
make_discs (guint w,
            guint h,
            const double (*discs)[3],
            guint n,
            guint8 background,
            guint8 value,
            PelImage **image,
            PelLabels **labels)
{
  *image = pel_image_new (w, h, 1, PEL_SAMPLE_U8, NULL);
  guint8 *pixels = pel_image_get_writable_plane (*image, 0);
  g_autofree guint32 *plane = g_new0 (guint32, (gsize)w * h);
  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      {
        pixels[y * w + x] = background;
        for (guint k = 0; k < n; k++)
          if (hypot (x + 0.5 - discs[k][0], y + 0.5 - discs[k][1]) <= discs[k][2])
            {
              pixels[y * w + x] = value;
              plane[y * w + x] = k + 1;
            }
      }
  *labels = pel_labels_new_from_data (w, h, plane, w, NULL);
}

static const double two_discs[][3] = { { 20.0, 20.0, 8.0 }, { 60.0, 30.0, 10.0 } };

static PelDataset *
new_discs (gboolean complete, const PelRect *regions, guint n_regions)
{
  PelDataset *dataset = pel_dataset_new ();
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_discs (100, 64, two_discs, 2, 20, 200, &image, &labels);
  g_assert_true (
      pel_dataset_add (dataset, "discs", image, labels, regions, n_regions, complete, FALSE, NULL));
  return dataset;
}

static void
test_counts (void)
{
  g_autoptr (PelDataset) dataset = new_discs (TRUE, NULL, 0);
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_discs (80, 80, two_discs, 1, 20, 200, &image, &labels);
  PelRect regions[] = { { 40, 40, 20, 20 }, { 70, 70, 50, 50 }, { 200, 0, 10, 10 } };
  g_assert_true (pel_dataset_add (dataset, "part", image, labels, regions, 3, FALSE, TRUE, NULL));
  g_autoptr (PelLabels) blank = pel_labels_new (80, 80, NULL);
  g_assert_true (pel_dataset_add (dataset, "nothing", image, blank, NULL, 0, FALSE, FALSE, NULL));

  PelDatasetCounts counts;
  pel_dataset_get_counts (dataset, &counts);
  g_assert_cmpuint (counts.images, ==, 2);
  g_assert_cmpuint (counts.validation_images, ==, 1);
  g_assert_cmpuint (counts.complete_images, ==, 1);
  g_assert_cmpuint (counts.regions, ==, 2);
  g_assert_cmpuint (counts.cells, ==, 2);
  g_assert_cmpuint (counts.validation_cells, ==, 1);
  const PelSample *sample = pel_dataset_get_sample (dataset, 1);
  g_assert_cmpint (sample->regions[1].width, ==, 10);
  g_assert_cmpint (sample->spots[0].x, ==, 19);
  g_assert_false (sample->spots[0].touches_edge);
  g_assert_cmpfloat (fabs (pel_dataset_get_typical_diameter (dataset) - 16.0), <, 0.5);
  /* Two cells in an image are too few to tell how large they are there. */
  double smallest = 1.0, largest = 1.0;
  pel_dataset_get_diameter_range (dataset, &smallest, &largest);
  g_assert_cmpfloat (smallest, ==, 0.0);
  g_assert_cmpfloat (largest, ==, 0.0);

  g_autoptr (GError) error = NULL;
  g_autoptr (PelLabels) other = pel_labels_new (80, 81, NULL);
  g_assert_false (pel_dataset_add (dataset, "odd", image, other, NULL, 0, TRUE, FALSE, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
  g_assert_nonnull (strstr (error->message, "odd"));
}

/* What counts in a partly painted image, against the definition pixel by pixel. */
/* What is usual in single images, held out or not; few images out of many are no measure. */
static void
test_diameter_range (void)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (PelImage) image = NULL;
      g_autoptr (PelLabels) labels = NULL;
      double radius = i == 7 ? 3.0 : i == 30 ? 29.0 : 8.0 + 0.1 * i;
      double discs[][3] = {
        { 30, 30, radius }, { 90, 30, radius }, { 30, 90, radius }, { 90, 90, 5.0 }
      };
      make_discs (120, 120, discs, 4, 20, 200, &image, &labels);
      g_assert_true (
          pel_dataset_add (dataset, "discs", image, labels, NULL, 0, TRUE, i % 5 == 0, NULL));
    }
  double smallest, largest;
  pel_dataset_get_diameter_range (dataset, &smallest, &largest);
  g_assert_cmpfloat (fabs (smallest - 2 * 8.1), <, 0.4);
  g_assert_cmpfloat (fabs (largest - 2 * 11.8), <, 0.4);
}

static void
test_unpainted (void)
{
  PelRect region = { 70, 40, 20, 15 };
  g_autoptr (PelDataset) dataset = new_discs (FALSE, &region, 1);
  const PelSample *sample = pel_dataset_get_sample (dataset, 0);
  const guint ring = 3;
  PelRect area = { -7, -5, 120, 80 };
  g_autofree guint32 *labels = g_new (guint32, 120 * 80);
  pel_sample_read_labels (sample, &area, ring, labels);
  guint n_ignored = 0;
  for (gint y = 0; y < 80; y++)
    for (gint x = 0; x < 120; x++)
      {
        gint ix = pel_mirror (x - 7, 100), iy = pel_mirror (y - 5, 64);
        guint32 label = pel_labels_get (sample->labels, ix, iy);
        gboolean counts = label != 0 || (ix >= 70 && ix < 90 && iy >= 40 && iy < 55);
        for (gint dy = -3; dy <= 3; dy++)
          for (gint dx = -3; dx <= 3; dx++)
            if (dx * dx + dy * dy <= 9 && pel_labels_get (sample->labels, ix + dx, iy + dy) != 0)
              counts = TRUE;
        guint32 wanted = counts ? label : PEL_LABEL_IGNORED;
        g_assert_cmpuint (labels[y * 120 + x], ==, wanted);
        n_ignored += !counts;
      }
  g_assert_cmpuint (n_ignored, >, 4000);

  /* A small block inside gets the same answer as the large one. */
  PelRect part = { 30, 20, 25, 12 };
  guint32 small[25 * 12];
  pel_sample_read_labels (sample, &part, ring, small);
  for (gint y = 0; y < 12; y++)
    for (gint x = 0; x < 25; x++)
      g_assert_cmpuint (small[y * 25 + x], ==, labels[(y + 25) * 120 + x + 37]);
}

static void
test_targets (void)
{
  enum
  {
    W = 24,
    H = 17,
    REACH = 2
  };
  guint32 labels[W * H];
  for (gint y = 0; y < H; y++)
    for (gint x = 0; x < W; x++)
      labels[y * W + x] = y < 3 || y > 13   ? 0
                          : x < 10          ? 5
                          : x < 18          ? 9
                          : y > 8 && x > 20 ? PEL_LABEL_IGNORED
                                            : 0;
  float targets[2 * W * H], weights[W * H];
  pel_targets_build (PEL_TASK_CELLS, labels, W, H, REACH, 6.0, targets, weights);
  guint n_border = 0;
  for (gint y = 0; y < H; y++)
    for (gint x = 0; x < W; x++)
      {
        guint32 low = G_MAXUINT32, high = 0;
        for (gint j = MAX (y - REACH, 0); j <= MIN (y + REACH, H - 1); j++)
          for (gint i = MAX (x - REACH, 0); i <= MIN (x + REACH, W - 1); i++)
            {
              guint32 l = labels[j * W + i];
              if (l != 0 && l != PEL_LABEL_IGNORED)
                {
                  low = MIN (low, l);
                  high = MAX (high, l);
                }
            }
        gboolean border = low < high;
        guint32 l = labels[y * W + x];
        g_assert_cmpfloat (targets[y * W + x], ==, l == 5 || l == 9 ? 1.0f : 0.0f);
        g_assert_cmpfloat (targets[W * H + y * W + x], ==, border ? 1.0f : 0.0f);
        float weight = l == PEL_LABEL_IGNORED ? 0.0f : border ? 6.0f : 1.0f;
        g_assert_cmpfloat (weights[y * W + x], ==, weight);
        n_border += border;
      }
  /* Four columns where the cells touch; no border where a cell meets background. */
  g_assert_cmpuint (n_border, ==, 4 * (11 + 2 * REACH));

  pel_targets_build (PEL_TASK_MASK, labels, W, H, REACH, 6.0, targets, weights);
  g_assert_cmpfloat (weights[8 * W + 10], ==, 1.0f);
}

static void
test_normalisation (void)
{
  g_autoptr (PelImage) image = pel_image_new (40, 30, 1, PEL_SAMPLE_U16, NULL);
  guint16 *pixels = pel_image_get_writable_plane (image, 0);
  for (guint i = 0; i < 40 * 30; i++)
    pixels[i] = (guint16)(1000 + i);
  pixels[77] = 65535;
  PelNormalisation normalisation = {
    .low_percentile = 1.0, .high_percentile = 99.0, .in_channels = 1, .channel = -1
  };
  PelImageScale scale;
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  g_assert_false (scale.turned);
  PelRect area = { -50, -40, 150, 120 };
  g_autofree float *out = g_new (float, 150 * 120);
  pel_normalisation_read (&normalisation, image, &scale, 0, &area, out);
  double low = 1000 + 0.01 * 1200, range = 0.98 * 1200;
  for (gint y = 0; y < 120; y++)
    for (gint x = 0; x < 150; x++)
      {
        guint16 v = pixels[pel_mirror (y - 40, 30) * 40 + pel_mirror (x - 50, 40)];
        double wanted = MIN ((v - low) / range, 2.0);
        g_assert_cmpfloat (fabs ((double)out[y * 150 + x] - wanted), <, 0.005);
      }
  /* Parts give what the whole gives, wherever they lie. */
  const PelRect parts[] = {
    { 3, 4, 20, 10 }, { -9, 4, 20, 10 }, { 30, 25, 20, 10 }, { -45, -3, 60, 40 }
  };
  for (guint k = 0; k < G_N_ELEMENTS (parts); k++)
    {
      const PelRect *p = &parts[k];
      g_autofree float *part = g_new (float, (gsize)(p->width * p->height));
      pel_normalisation_read (&normalisation, image, &scale, 0, p, part);
      for (gint y = 0; y < p->height; y++)
        for (gint x = 0; x < p->width; x++)
          g_assert_cmpfloat (part[y * p->width + x], ==,
                             out[(p->y + y + 40) * 150 + p->x + x + 50]);
    }

  /* A flat image is 0, not a division by nothing. */
  g_autoptr (PelImage) flat = pel_image_new (8, 8, 1, PEL_SAMPLE_F32, NULL);
  g_assert_true (pel_normalisation_measure (&normalisation, flat, &scale, NULL));
  PelRect all = { 0, 0, 8, 8 };
  float zeros[64];
  pel_normalisation_read (&normalisation, flat, &scale, 0, &all, zeros);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpfloat (zeros[i], ==, 0.0f);

  /* A grey image is red, green and blue alike, and so is one of two channels. */
  normalisation.in_channels = 3;
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  for (guint c = 0; c < 3; c++)
    {
      g_autofree float *colour = g_new (float, 150 * 120);
      pel_normalisation_read (&normalisation, image, &scale, c, &area, colour);
      g_assert_cmpmem (colour, 150 * 120 * sizeof (float), out, 150 * 120 * sizeof (float));
    }
  g_autoptr (PelImage) two = pel_image_new (8, 8, 2, PEL_SAMPLE_U8, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (pel_normalisation_measure (&normalisation, two, &scale, &error));
  for (guint c = 0; c < 3; c++)
    g_assert_cmpint (scale.channels[c], ==, PEL_CHANNEL_LUMINANCE);
  normalisation.in_channels = 4;
  g_assert_false (pel_normalisation_measure (&normalisation, two, &scale, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
}

/* A network for colours sees them where there are several hues, else luminance thrice, so that a
 * dye shown in green is what it is in grey; or the channel that was asked for. */
static void
test_hues (void)
{
  PelNormalisation normalisation = {
    .low_percentile = 1.0, .high_percentile = 99.0, .in_channels = 3, .channel = -1
  };
  PelImageScale scale;
  g_autoptr (PelImage) image = pel_image_new (64, 8, 3, PEL_SAMPLE_U8, NULL);
  for (guint c = 0; c < 3; c++)
    for (guint i = 0; i < 64 * 8; i++)
      ((guint8 *)pel_image_get_writable_plane (image, c))[i] = (guint8)(c == 1 ? i % 64 * 4 : 0);
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  g_assert_cmpint (scale.channels[2], ==, 2);
  pel_image_set_rgb (image, TRUE);
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  for (guint c = 0; c < 3; c++)
    g_assert_cmpint (scale.channels[c], ==, PEL_CHANNEL_LUMINANCE);
  normalisation.channel = 1;
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  g_assert_cmpint (scale.channels[0], ==, 1);
  normalisation.channel = -1;
  for (guint i = 0; i < 64 * 8; i++)
    ((guint8 *)pel_image_get_writable_plane (image, 0))[i] = (guint8)(i / 64 * 30);
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  for (guint c = 0; c < 3; c++)
    g_assert_cmpint (scale.channels[c], ==, (gint)c);
}

static void
test_polarity (void)
{
  PelNormalisation normalisation = {
    .low_percentile = 1.0, .high_percentile = 99.8, .in_channels = 1, .channel = -1
  };
  g_autoptr (PelDataset) bright = new_discs (TRUE, NULL, 0);
  gboolean mixed;
  g_assert_cmpint (pel_dataset_choose_polarity (bright, &normalisation, &mixed), ==,
                   PEL_POLARITY_KEEP);
  g_assert_false (mixed);

  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_discs (100, 64, two_discs, 2, 200, 20, &image, &labels);
  g_assert_true (pel_dataset_add (bright, "dark", image, labels, NULL, 0, TRUE, FALSE, NULL));
  g_assert_cmpint (pel_dataset_choose_polarity (bright, &normalisation, &mixed), ==,
                   PEL_POLARITY_AUTO);
  g_assert_true (mixed);

  /* Turned, the dark cells are bright. */
  normalisation.polarity = PEL_POLARITY_AUTO;
  PelImageScale scale;
  g_assert_true (pel_normalisation_measure (&normalisation, image, &scale, NULL));
  g_assert_true (scale.turned);
  PelRect centre = { 20, 20, 1, 1 };
  float value;
  pel_normalisation_read (&normalisation, image, &scale, 0, &centre, &value);
  g_assert_cmpfloat (value, ==, 1.0f);
}

static void
test_hold_out (void)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  make_discs (100, 64, two_discs, 2, 20, 200, &image, &labels);
  for (guint i = 0; i < 10; i++)
    g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
  pel_dataset_hold_out (dataset, 0.2, 1);
  PelDatasetCounts counts;
  pel_dataset_get_counts (dataset, &counts);
  g_assert_cmpuint (counts.validation_images, ==, 2);
  /* Asked again, the choice stays. */
  pel_dataset_hold_out (dataset, 0.5, 2);
  pel_dataset_get_counts (dataset, &counts);
  g_assert_cmpuint (counts.validation_images, ==, 2);
}

/* Images without cells are held out in their share only, and never alone: who finds nothing would
 * be right about them. */
static void
test_hold_out_empty (void)
{
  g_autoptr (PelImage) image = NULL;
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelLabels) none = pel_labels_new (100, 64, NULL);
  make_discs (100, 64, two_discs, 2, 20, 200, &image, &labels);
  for (guint n_with = 1; n_with < 6; n_with++)
    for (guint64 seed = 0; seed < 20; seed++)
      {
        g_autoptr (PelDataset) dataset = pel_dataset_new ();
        for (guint i = 0; i < 20; i++)
          g_assert_true (pel_dataset_add (dataset, "", image, i < n_with ? labels : none, NULL, 0,
                                          TRUE, FALSE, NULL));
        g_assert_true (pel_dataset_wants_parts (dataset) == (n_with < 4));
        pel_dataset_hold_out (dataset, 0.2, seed);
        PelDatasetCounts counts;
        pel_dataset_get_counts (dataset, &counts);
        g_assert_cmpuint (counts.images_with_cells, ==, n_with);
        g_assert_cmpuint (counts.validation_cells, ==, n_with > 1 ? 2 : 0);
        g_assert_cmpuint (counts.cells, ==, 2 * n_with - counts.validation_cells);
        guint n_empty = counts.validation_images - counts.validation_cells / 2;
        g_assert_cmpuint (n_empty, ==, n_with == 1 ? 0 : n_with < 3 ? 4 : 3);
      }
}

/* Ninety-nine dots of four pixels beside a square of 400: half of all pixels are the square's, so
 * it is the typical cell; and dots alone are as large as is typical. */
static void
test_smallest_share (void)
{
  for (guint n_squares = 0; n_squares < 2; n_squares++)
    {
      g_autoptr (PelDataset) dataset = pel_dataset_new ();
      g_autoptr (PelImage) image = pel_image_new (200, 60, 1, PEL_SAMPLE_U8, NULL);
      g_autofree guint32 *plane = g_new0 (guint32, 200 * 60);
      for (guint i = 0; i < 99; i++)
        for (guint k = 0; k < 4; k++)
          plane[(40 + 4 * (i % 4) + k / 2) * 200 + 2 + 4 * (i / 4) + k % 2] = i + 1;
      for (guint k = 0; k < 400 * n_squares; k++)
        plane[(5 + k / 20) * 200 + 5 + k % 20] = 100;
      g_autoptr (PelLabels) labels = pel_labels_new_from_data (200, 60, plane, 200, NULL);
      g_assert_cmpfloat (pel_dataset_get_smallest_share (dataset), ==, 0.0);
      g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
      g_assert_cmpfloat_with_epsilon (pel_dataset_get_smallest_share (dataset),
                                      n_squares > 0 ? 0.01 : 1.0, 1e-12);
    }
}

/* Bars of eight pixels, @gap pixels apart; a second image as @touch says. */
static gboolean
lie_apart (gint gap, gboolean touch)
{
  g_autoptr (PelDataset) dataset = pel_dataset_new ();
  g_autoptr (PelImage) image = pel_image_new (120, 80, 1, PEL_SAMPLE_U8, NULL);
  for (gint n = 0; n < 2; n++)
    {
      g_autofree guint32 *plane = g_new0 (guint32, 120 * 80);
      gint step = 8 + (n == 1 && touch ? 0 : gap);
      for (gint i = 0; i < 120 * 80; i++)
        if (i % 120 % step < 8)
          plane[i] = (guint32)(1 + i % 120 / step);
      g_autoptr (PelLabels) labels = pel_labels_new_from_data (120, 80, plane, 120, NULL);
      g_assert_true (pel_dataset_add (dataset, "", image, labels, NULL, 0, TRUE, FALSE, NULL));
    }
  return pel_dataset_cells_lie_apart (dataset);
}

static void
test_lie_apart (void)
{
  for (gint gap = 1; gap <= 4; gap++)
    {
      g_assert_true (lie_apart (gap, FALSE));
      g_assert_false (lie_apart (gap, TRUE));
    }
  /* Touching ones; and such as are so far from each other that they tell nothing. */
  g_assert_false (lie_apart (0, FALSE));
  g_assert_false (lie_apart (5, FALSE));
  g_autoptr (PelDataset) none = pel_dataset_new ();
  g_assert_false (pel_dataset_cells_lie_apart (none));
}

/* A pixel of a part, wherever the part was cut from. */
static void
assert_same_pixels (const PelSample *part, const PelSample *whole, gint dx, gint dy)
{
  gint width = (gint)pel_image_get_width (part->image);
  gint whole_width = (gint)pel_image_get_width (whole->image);
  const guint8 *p = pel_image_get_plane (part->image, 0);
  const guint8 *q = pel_image_get_plane (whole->image, 0);

  for (gint y = 0; y < (gint)pel_image_get_height (part->image); y++)
    for (gint x = 0; x < width; x++)
      {
        g_assert_cmpuint (p[y * width + x], ==, q[(y + dy) * whole_width + x + dx]);
        g_assert_cmpuint (pel_labels_get (part->labels, x, y), ==,
                          pel_labels_get (whole->labels, x + dx, y + dy));
      }
}

/* Of few images a strip is held out: it and the rest are the image, side by side. */
static void
test_hold_out_parts (void)
{
  const double many[][3] = {
    { 30, 30, 12 }, { 100, 40, 12 }, { 200, 30, 14 }, { 40, 150, 12 }, { 190, 170, 12 }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PelImage) image = NULL, small = NULL;
  g_autoptr (PelLabels) labels = NULL, small_labels = NULL;
  guint sides = 0;

  make_discs (240, 200, many, 5, 20, 200, &image, &labels);
  make_discs (60, 60, two_discs, 2, 20, 200, &small, &small_labels);
  for (guint64 seed = 0; seed < 12; seed++)
    {
      g_autoptr (PelDataset) dataset = pel_dataset_new ();
      g_autoptr (PelDataset) parts = NULL, again = NULL;
      const PelSample *whole, *rest, *strip;
      PelDatasetCounts counts;
      guint rest_width, strip_width, rest_height, strip_height;

      pel_dataset_add (dataset, "large", image, labels, NULL, 0, TRUE, FALSE, &error);
      pel_dataset_add (dataset, "small", small, small_labels, NULL, 0, TRUE, FALSE, &error);
      pel_dataset_add (dataset, "loose", image, labels, NULL, 0, FALSE, FALSE, &error);
      parts = pel_dataset_hold_out_some (dataset, seed, &error);
      again = pel_dataset_hold_out_some (dataset, seed, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (pel_dataset_get_n_samples (parts), ==, 4);
      pel_dataset_get_counts (parts, &counts);
      g_assert_cmpuint (counts.validation_images, ==, 1);
      whole = pel_dataset_get_sample (dataset, 0);
      rest = pel_dataset_get_sample (parts, 0);
      strip = pel_dataset_get_sample (parts, 1);
      g_assert_false (rest->validation);
      g_assert_true (strip->validation && strip->complete);
      g_assert_cmpuint (strip->n_cells, >, 0);
      g_assert_cmpuint (rest->n_cells, >, 0);
      rest_width = pel_image_get_width (rest->image);
      strip_width = pel_image_get_width (strip->image);
      rest_height = pel_image_get_height (rest->image);
      strip_height = pel_image_get_height (strip->image);
      g_assert_cmpuint (rest_width * rest_height + strip_width * strip_height, ==, 240 * 200);
      g_assert_cmpuint (strip_width * strip_height, ==, 240 * 200 / 4);
      g_assert_cmpuint (pel_image_get_width (pel_dataset_get_sample (again, 1)->image), ==,
                        strip_width);
      if (strip_height == 200)
        {
          gboolean first = pel_labels_get (strip->labels, 30, 30) == 1;

          assert_same_pixels (strip, whole, first ? 0 : 180, 0);
          assert_same_pixels (rest, whole, first ? 60 : 0, 0);
          sides |= first ? 1 : 2;
        }
      else
        {
          gboolean first = pel_labels_get (strip->labels, 30, 30) == 1;

          g_assert_cmpuint (strip_height, ==, 50);
          assert_same_pixels (strip, whole, 0, first ? 0 : 150);
          assert_same_pixels (rest, whole, 0, first ? 50 : 0);
          sides |= first ? 4 : 8;
        }
      g_assert_true (pel_dataset_get_sample (parts, 2)->image == small);
      g_assert_true (pel_dataset_get_sample (parts, 3)->image == image);
    }
  g_assert_cmpuint (sides, ==, 15);
}

static void
init_config (PelTrainConfig *config)
{
  pel_train_config_init_preset (config, PEL_PRESET_QUICK);
  config->border_reach = 2;
  config->patch = 32;
  config->batch = 3;
  config->seed = 5;
}

static const PelNormalisation plain = { .low_percentile = 1.0,
                                        .high_percentile = 99.8,
                                        .in_channels = 1,
                                        .channel = -1 };

/* A batch depends on its number alone, and the feeder's thread changes nothing. */
static void
test_sampler (void)
{
  g_autoptr (PelDataset) dataset = new_discs (TRUE, NULL, 0);
  PelTrainConfig config;
  init_config (&config);
  g_autoptr (PelSampler) first = pel_sampler_new (dataset, &config, &plain, NULL, NULL);
  g_autoptr (PelSampler) second = pel_sampler_new (dataset, &config, &plain, NULL, NULL);
  g_assert_nonnull (first);
  g_autoptr (PelFeeder) feeder = pel_feeder_new (second, &config, 4, NULL);
  PelBatch batch;
  g_assert_true (pel_batch_init (&batch, &config, NULL));
  gsize n = 3 * 32 * 32, with_cells = 0;
  g_autofree float *before = NULL;
  for (guint step = 4; step < 24; step++)
    {
      const PelBatch *fed = pel_feeder_take (feeder, NULL, NULL);
      g_assert_true (pel_sampler_fill (first, step, &batch, NULL, NULL));
      g_assert_cmpmem (batch.input.data, n * 4, fed->input.data, n * 4);
      g_assert_cmpmem (batch.targets.data, 2 * n * 4, fed->targets.data, 2 * n * 4);
      g_assert_cmpmem (batch.weights.data, n * 4, fed->weights.data, n * 4);
      for (guint i = 0; i < 3; i++)
        {
          double sum = 0.0;
          for (gsize k = 0; k < 32 * 32; k++)
            sum += (double)pel_tensor_image (&batch.targets, i)[k];
          with_cells += sum > 0.0;
        }
      if (before != NULL)
        g_assert_cmpint (memcmp (before, batch.input.data, n * 4), !=, 0);
      g_free (before);
      before = g_memdup2 (batch.input.data, n * 4);
    }
  /* Cells cover a twelfth of the image, but most patches show one. */
  g_assert_cmpuint (with_cells, >, 40);
  pel_batch_clear (&batch);
}

/* Ten painted cells of many: what is not painted has weight 0. */
static void
test_partial_patches (void)
{
  g_autoptr (PelDataset) dataset = new_discs (FALSE, NULL, 0);
  PelTrainConfig config;
  init_config (&config);
  config.task = PEL_TASK_MASK;
  g_autoptr (PelSampler) sampler = pel_sampler_new (dataset, &config, &plain, NULL, NULL);
  PelBatch batch;
  g_assert_true (pel_batch_init (&batch, &config, NULL));
  double cells = 0.0, ring = 0.0, rest = 0.0;
  for (guint step = 0; step < 20; step++)
    {
      g_assert_true (pel_sampler_fill (sampler, step, &batch, NULL, NULL));
      for (gsize i = 0; i < 3 * 32 * 32; i++)
        {
          if (batch.targets.data[i] > 0.5f)
            g_assert_cmpfloat (batch.weights.data[i], ==, 1.0f);
          cells += batch.targets.data[i] > 0.5f;
          ring += batch.targets.data[i] < 0.5f && batch.weights.data[i] > 0.0f;
          rest += batch.weights.data[i] < 0.5f;
        }
    }
  g_assert_cmpfloat (cells, >, 0.05 * (cells + ring + rest));
  g_assert_cmpfloat (rest, >, 0.2 * (cells + ring + rest));
  /* A ring of 4 around discs of 8 and 10: about 1.6 as much as half the discs. */
  g_assert_cmpfloat (ring, >, 0.5 * cells);
  g_assert_cmpfloat (ring, <, 2.0 * cells);
  pel_batch_clear (&batch);

  g_autoptr (PelDataset) none = pel_dataset_new ();
  g_autoptr (GError) error = NULL;
  g_assert_null (pel_sampler_new (none, &config, &plain, NULL, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES);
}

/* Where only membranes lie between cells, the background is thin. */
static void
test_thin (void)
{
  enum
  {
    SIDE = 200
  };
  g_autofree guint32 *plane = g_new0 (guint32, SIDE * SIDE);
  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      plane[y * SIDE + x] = x % 40 < 6 || y % 40 < 6 ? 0 : 1 + y / 40 * 5 + x / 40;
  g_autoptr (PelLabels) labels = pel_labels_new_from_data (SIDE, SIDE, plane, SIDE, NULL);
  g_autoptr (PelImage) image = pel_image_new (SIDE, SIDE, 1, PEL_SAMPLE_U8, NULL);
  g_autoptr (PelDataset) membranes = pel_dataset_new ();
  gboolean added = pel_dataset_add (membranes, "", image, labels, NULL, 0, TRUE, FALSE, NULL);
  g_assert_true (added);
  /* 170 rows of 34 pixels in gaps of 6, four of them between cells, and whole rows of nothing. */
  g_assert_cmpfloat_with_epsilon (pel_dataset_get_thin_share (membranes, 6),
                                  4.0 * 6 * 170 / (5.0 * 6 * 170 + 30.0 * SIDE), 1e-9);
  g_assert_cmpfloat (pel_dataset_get_thin_share (membranes, 5), ==, 0.0);
  g_autoptr (PelDataset) half = pel_dataset_new_rescaled (membranes, 0.5, NULL);
  g_assert_cmpfloat_with_epsilon (pel_dataset_get_typical_diameter (half),
                                  pel_dataset_get_typical_diameter (membranes) / 2.0, 1e-9);
  g_assert_cmpuint (pel_image_get_width (pel_dataset_get_sample (half, 0)->image), ==, SIDE / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dataset/counts", test_counts);
  g_test_add_func ("/dataset/diameter-range", test_diameter_range);
  g_test_add_func ("/dataset/unpainted", test_unpainted);
  g_test_add_func ("/dataset/targets", test_targets);
  g_test_add_func ("/dataset/normalisation", test_normalisation);
  g_test_add_func ("/dataset/hues", test_hues);
  g_test_add_func ("/dataset/polarity", test_polarity);
  g_test_add_func ("/dataset/hold-out", test_hold_out);
  g_test_add_func ("/dataset/hold-out-empty", test_hold_out_empty);
  g_test_add_func ("/dataset/smallest-share", test_smallest_share);
  g_test_add_func ("/dataset/lie-apart", test_lie_apart);
  g_test_add_func ("/dataset/hold-out-parts", test_hold_out_parts);
  g_test_add_func ("/dataset/sampler", test_sampler);
  g_test_add_func ("/dataset/partial-patches", test_partial_patches);
  g_test_add_func ("/dataset/thin", test_thin);
  return g_test_run ();
}
