/* SPDX-License-Identifier: MIT */
/* Draws what geometry.py asks for: one case a line on standard input, one row of numbers a
 * case on standard output. See there for the words. */
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
      else
        run_shape (word);
      for (guint i = 0; i < width * height; i++)
        printf ("%.10g ", pixels[i]);
      printf ("\n");
      g_free (pixels);
    }
  return 0;
}
