/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-look.h"

#include <math.h>

#define MAX_ROWS 64
#define MAX_SEEN 2000
/* Width of the kernel; and how much more a difference of texture means, which is small by nature.
 */
#define KERNEL 0.2
#define TEXTURE_SCALE 4.0
/* Of a direction of length 1, what a colour must rise or fall by to count. */
#define OPPOSED 0.2

typedef struct
{
  double sum, squares, steps, colours;
  gsize n, n_steps, n_colours;
  /* Of red, green and blue, and of their products. */
  double channels[3], products[3][3];
} Sums;

static void
add_row (Sums *sums, const float *row, guint width, double low, double range)
{
  double before = 0.0;
  gboolean has_before = FALSE;

  for (guint x = 0; x < width; x++)
    {
      double value = ((double)row[x] - low) / range;

      if (!isfinite (value))
        {
          has_before = FALSE;
          continue;
        }
      value = CLAMP (value, 0.0, 1.0);
      sums->sum += value;
      sums->squares += value * value;
      sums->n++;
      if (has_before)
        {
          sums->steps += fabs (value - before);
          sums->n_steps++;
        }
      before = value;
      has_before = TRUE;
    }
}

static void
add_colours (Sums *sums, const float *red, const float *green, const float *blue, gint width)
{
  for (gint x = 0; x < width; x++)
    {
      double high = (double)MAX (MAX (red[x], green[x]), blue[x]);
      double low = (double)MIN (MIN (red[x], green[x]), blue[x]);

      if (!isfinite (high) || !isfinite (low))
        continue;
      const double pixel[3] = { red[x], green[x], blue[x] };

      sums->colours += high - low;
      sums->n_colours++;
      for (guint i = 0; i < 3; i++)
        {
          sums->channels[i] += pixel[i];
          for (guint j = 0; j < 3; j++)
            sums->products[i][j] += pixel[i] * pixel[j];
        }
    }
}

/* The row @i of those that are looked at. */
static PelRect
row_to_look_at (PelImage *image, guint i)
{
  guint height = pel_image_get_height (image);

  return (PelRect){ 0, (gint)((guint64)height * i / MIN (height, MAX_ROWS)),
                    (gint)pel_image_get_width (image), 1 };
}

/* @rows: room for three rows */
static void
add_colours_of (Sums *sums, PelImage *image, const PelRect *line, float *rows)
{
  gsize width = (gsize)line->width;

  for (gint c = 0; c < 3; c++)
    pel_image_read_float (image, c, line, rows + (gsize)c * width, width);
  add_colours (sums, rows, rows + width, rows + 2 * width, line->width);
}

/* The root of the share of the variance that the main axis, found by the power method, leaves. */
static double
measure_hues (const Sums *sums)
{
  double n = (double)sums->n_colours, total = 0.0, along = 0.0;
  /* No common direction of colours is at a right angle to where it starts. */
  double covariance[3][3], axis[3] = { 1.0, 0.7, 0.4 };

  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < 3; j++)
      covariance[i][j] = sums->products[i][j] / n - sums->channels[i] / n * (sums->channels[j] / n);
  total = covariance[0][0] + covariance[1][1] + covariance[2][2];
  for (guint turn = 0; turn < 50; turn++)
    {
      double next[3] = { 0.0, 0.0, 0.0 };

      for (guint i = 0; i < 3; i++)
        for (guint j = 0; j < 3; j++)
          next[i] += covariance[i][j] * axis[j];
      along = sqrt (next[0] * next[0] + next[1] * next[1] + next[2] * next[2]);
      if (!(along > 0.0))
        return 0.0;
      for (guint i = 0; i < 3; i++)
        axis[i] = next[i] / along;
    }
  /* Where one colour rises as another falls, the axis itself goes from hue to hue. */
  double least = MIN (MIN (axis[0], axis[1]), axis[2]),
         most = MAX (MAX (axis[0], axis[1]), axis[2]);
  if (least < -OPPOSED && most > OPPOSED)
    return 1.0;
  return total > 0.0 ? sqrt (CLAMP (1.0 - along / total, 0.0, 1.0)) : 0.0;
}

double
pel_look_get_hues (PelImage *image)
{
  g_return_val_if_fail (image != NULL, 0.0);
  Sums sums = { 0 };

  if (!pel_image_is_rgb (image))
    return 0.0;
  g_autofree float *rows = g_new (float, 3 * (gsize)pel_image_get_width (image));
  for (guint i = 0; i < MIN (pel_image_get_height (image), MAX_ROWS); i++)
    {
      PelRect line = row_to_look_at (image, i);

      add_colours_of (&sums, image, &line, rows);
    }
  return sums.n_colours > 0 ? measure_hues (&sums) : 0.0;
}

void
pel_look_measure (PelImage *image, PelLook *look)
{
  g_return_if_fail (image != NULL && look != NULL);
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  guint n_rows = MIN (height, MAX_ROWS);
  const double shares[4] = { 1.0, 99.8, 50.0, 100.0 };
  double values[4];
  Sums sums = { 0 };

  *look = (PelLook){ 0 };
  if (!pel_image_measure_percentiles (image, PEL_CHANNEL_LUMINANCE, shares, 4, values))
    return;
  double low = values[0], high = values[1], middle = values[2], highest = values[3];
  double range = high > low ? high - low : highest > low ? highest - low : 1.0;
  g_autofree float *rows = g_new (float, 3 * (gsize)width);
  for (guint i = 0; i < n_rows; i++)
    {
      PelRect line = row_to_look_at (image, i);

      pel_image_read_float (image, PEL_CHANNEL_LUMINANCE, &line, rows, width);
      add_row (&sums, rows, width, low, range);
      if (pel_image_is_rgb (image))
        add_colours_of (&sums, image, &line, rows);
    }
  look->background = CLAMP ((middle - low) / range, 0.0, 1.0);
  if (sums.n_colours > 0 && highest > 0.0)
    {
      look->colour = sums.colours / (double)sums.n_colours / highest;
      look->hues = measure_hues (&sums);
    }
  if (sums.n_steps > 0)
    look->texture = sums.steps / (double)sums.n_steps;
  if (sums.n > 0)
    {
      double mean = sums.sum / (double)sums.n;
      look->contrast = sqrt (MAX (sums.squares / (double)sums.n - mean * mean, 0.0));
    }
}

static double
difference (const PelLook *a, const PelLook *b)
{
  double background = a->background - b->background, colour = a->colour - b->colour;
  double texture = TEXTURE_SCALE * (a->texture - b->texture), contrast = a->contrast - b->contrast;

  return background * background + colour * colour + texture * texture + contrast * contrast;
}

void
pel_look_weigh (const PelLook *looks, guint n, double balance, double *weights)
{
  g_return_if_fail (looks != NULL && weights != NULL);
  double greatest = 0.0;
  guint step = (n + MAX_SEEN - 1) / MAX_SEEN;

  /* First the densities, in place of the weights. */
  for (guint i = 0; i < n; i++)
    {
      weights[i] = 0.0;
      for (guint k = 0; k < n; k += step)
        weights[i] += exp (-0.5 * difference (&looks[i], &looks[k]) / (KERNEL * KERNEL));
      greatest = MAX (greatest, weights[i]);
    }
  /* One that is like none of those looked at is as rare as a single image. */
  for (guint i = 0; i < n; i++)
    weights[i] = pow (greatest / MAX (weights[i], 1.0), CLAMP (balance, 0.0, 1.0));
}
