/* SPDX-License-Identifier: MIT */
/* Draws what geometry.py asks for: one case a line on standard input, one row of numbers a
 * case on standard output. See there for the words. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pel-engine.h"

static guint width, height;
static double *pixels;

static double
next (void)
{
  double value;

  if (scanf ("%lf", &value) != 1)
    exit (2);
  return value;
}

static void
mark (gint y, gint x0, gint x1, gpointer data)
{
  for (gint x = x0; x < x1; x++)
    pixels[(guint)y * width + (guint)x] += 1;
}

static void
run_edit (void)
{
  const PelCellEdit edit = (PelCellEdit)next ();
  const guint amount = (guint)next ();
  g_autofree guint32 *data = g_new (guint32, (gsize)width * height);
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelLabels) edited = NULL;

  for (guint i = 0; i < width * height; i++)
    data[i] = (guint32)next ();
  labels = pel_labels_new_from_data (width, height, data, width, NULL);
  edited = pel_labels_edit (labels, edit, amount, NULL, 0, NULL, NULL);
  if (edited == NULL)
    exit (3);
  for (guint i = 0; i < width * height; i++)
    pixels[i] = pel_labels_get (edited, (gint)(i % width), (gint)(i / width));
}

static void
run_flood (void)
{
  const gint x = (gint)next (), y = (gint)next ();
  g_autofree guint32 *data = g_new (guint32, (gsize)width * height);
  g_autoptr (PelLabels) labels = NULL;

  for (guint i = 0; i < width * height; i++)
    data[i] = (guint32)next ();
  labels = pel_labels_new_from_data (width, height, data, width, NULL);
  if (!pel_flood_region (labels, x, y, NULL, mark, NULL, NULL))
    exit (3);
}

static void
run_wire (void)
{
  const guint x = (guint)next (), y = (guint)next ();
  g_autofree float *edge = g_new (float, (gsize)width *height);
  g_autoptr (PelLiveWire) wire = NULL;

  for (guint i = 0; i < width * height; i++)
    edge[i] = (float)next ();
  wire = pel_live_wire_new (edge, width, height, x, y, NULL, NULL);
  if (wire == NULL)
    exit (3);
  for (guint i = 0; i < width * height; i++)
    pixels[i] = pel_live_wire_get_cost (wire, i % width, i / width);
}

static void
mark_pixel (gint x, gint y, gpointer data)
{
  pixels[(guint)y * width + (guint)x] = 1;
}

static void
run_line (void)
{
  const PelRect clip = { 0, 0, (gint)width, (gint)height };
  double xy[4];

  for (guint i = 0; i < 4; i++)
    xy[i] = next ();
  pel_line_walk (xy, 2, &clip, mark_pixel, NULL);
}

/* The parts that get a label of their own are numbered from 1. */
static void
run_split (void)
{
  const guint n = (guint)next (), min_pixels = (guint)next ();
  g_autofree double *xy = g_new (double, 2 * n);
  g_autofree guint32 *data = g_new (guint32, (gsize)width * height);
  g_autoptr (PelLabels) labels = NULL;
  g_autoptr (PelSplit) split = NULL;
  const PelSplitPart *parts;
  guint n_parts;

  for (guint i = 0; i < 2 * n; i++)
    xy[i] = next ();
  for (guint i = 0; i < width * height; i++)
    data[i] = (guint32)next ();
  labels = pel_labels_new_from_data (width, height, data, width, NULL);
  split = pel_split_new (labels, xy, n, min_pixels, NULL);
  if (split == NULL)
    exit (3);
  parts = pel_split_get_parts (split, &n_parts);
  for (guint k = 0; k < n_parts; k++)
    for (guint i = 0; i < parts[k].n_runs; i++)
      for (gint x = parts[k].runs[i].x0; x < parts[k].runs[i].x1; x++)
        pixels[(guint)parts[k].runs[i].y * width + (guint)x] += k + 1;
}

/* A sensitivity of 0 takes exactly the same value; what is below 0 lies outside the image. */
static void
run_wand (void)
{
  const PelWandOptions options = { .sensitivity = next () };
  PelWandOptions exact = { .exact = TRUE };
  g_autofree float *samples = g_new (float, (gsize)width *height);
  g_autofree guint8 *inside = g_new (guint8, (gsize)width * height);

  if (width != PEL_WAND_SIZE || height != PEL_WAND_SIZE)
    exit (2);
  for (guint i = 0; i < width * height; i++)
    {
      samples[i] = (float)next ();
      if (samples[i] < 0)
        samples[i] = NAN;
    }
  if (!pel_wand_grow (samples, options.sensitivity > 0 ? &options : &exact, inside, NULL))
    exit (3);
  for (guint i = 0; i < width * height; i++)
    pixels[i] = inside[i];
}

static void
run_shape (const char *word)
{
  const PelRect clip = { 0, 0, (gint)width, (gint)height };
  double values[6];

  if (strcmp (word, "polygon") == 0)
    {
      const guint n = (guint)next ();
      g_autofree double *xy = g_new (double, 2 * n);

      for (guint i = 0; i < 2 * n; i++)
        xy[i] = next ();
      if (!pel_raster_polygon (xy, n, PEL_FILL_EVEN_ODD, &clip, mark, NULL))
        exit (3);
      return;
    }
  for (guint i = 0; i < (strcmp (word, "disc") == 0 ? 3u : 6u); i++)
    values[i] = next ();
  if (strcmp (word, "disc") == 0)
    pel_raster_disc (values[0], values[1], values[2], &clip, mark, NULL);
  else
    pel_raster_capsule (values[0], values[1], values[2], values[3], values[4], values[5], &clip,
                        mark, NULL);
}

int
main (void)
{
  char word[16];

  while (scanf ("%15s", word) == 1)
    {
      width = (guint)next ();
      height = (guint)next ();
      pixels = g_new0 (double, (gsize)width *height);
      if (strcmp (word, "edit") == 0)
        run_edit ();
      else if (strcmp (word, "flood") == 0)
        run_flood ();
      else if (strcmp (word, "wire") == 0)
        run_wire ();
      else if (strcmp (word, "line") == 0)
        run_line ();
      else if (strcmp (word, "split") == 0)
        run_split ();
      else if (strcmp (word, "wand") == 0)
        run_wand ();
      else
        run_shape (word);
      for (guint i = 0; i < width * height; i++)
        printf ("%.10g ", pixels[i]);
      printf ("\n");
      g_free (pixels);
    }
  return 0;
}
