/* SPDX-License-Identifier: MIT */
/* What one click makes of each cell of labelled images, from the image alone: intersection over
 * union of the proposal with the true cell, the click being where the cell is deepest, at 100 %.
 *
 *     fill-quality IMAGES MASKS [IMAGES MASKS …]
 *
 * One row for each pair of folders and way: cells, median and mean, the share above a half, and the
 * median with the best of no or up to three steps of + or -. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pel-engine.h"
#include "engine/segment/pel-cell-likeness.h"
#include "engine/segment/pel-distance.h"
#include "engine/segment/pel-edge-map.h"
#include "engine/segment/pel-label-index.h"

#define SIZE PEL_CELL_GUESS_SIZE
#define REACH PEL_CELL_GUESS_REACH
#define LOGIT_STEP 0.4
#define MAX_STEPS 3

typedef struct
{
  PelLabels *labels;
  guint32 label;
  guint64 n_pixels;
  gint x, y; /* the click */
  guint64 common, all;
} Case;

static void
mark (gint y, gint x0, gint x1, gpointer data)
{
  Case *c = data;

  for (gint x = x0; x < x1; x++)
    {
      c->all++;
      c->common += pel_labels_get (c->labels, x, y) == c->label ? 1 : 0;
    }
}

static double
get_iou (Case *c)
{
  const double both = (double)c->common;
  const double either = (double)(c->all + c->n_pixels) - both;

  c->common = c->all = 0;
  return either > 0 ? both / either : 0;
}

/* The deepest pixel of the cell. */
static gboolean
find_click (Case *c, const PelLabelEntry *entry)
{
  const guint width = (guint)entry->bounds.width + 2, height = (guint)entry->bounds.height + 2;
  g_autofree guint8 *inside = g_malloc0_n (width, height);
  g_autofree float *depth = g_new (float, (gsize)width *height);
  gsize best = 0;

  for (guint i = 0; i < entry->n_runs; i++)
    {
      const PelLabelRun *run = &entry->runs[i];

      memset (inside + (gsize)(run->y - entry->bounds.y + 1) * width +
                  (gsize)(run->x0 - entry->bounds.x + 1),
              1, (gsize)(run->x1 - run->x0));
    }
  if (!pel_distance_transform (inside, width, height, depth, NULL))
    return FALSE;
  for (gsize i = 0; i < (gsize)width * height; i++)
    if (depth[i] > depth[best])
      best = i;
  c->x = entry->bounds.x + (gint)(best % width) - 1;
  c->y = entry->bounds.y + (gint)(best / width) - 1;
  return TRUE;
}

static double
try_outline (Case *c, const PelCellGuess *guess)
{
  const PelRect clip = { 0, 0, (gint)pel_labels_get_width (c->labels),
                         (gint)pel_labels_get_height (c->labels) };
  double xy[2 * PEL_CELL_GUESS_RAYS];

  for (guint i = 0; i < PEL_CELL_GUESS_RAYS; i++)
    {
      xy[2 * i] = guess->xy[2 * i] + c->x - REACH;
      xy[2 * i + 1] = guess->xy[2 * i + 1] + c->y - REACH;
    }
  pel_raster_polygon (xy, PEL_CELL_GUESS_RAYS, PEL_FILL_EVEN_ODD, &clip, mark, c);
  return get_iou (c);
}

static double
try_level (Case *c, const float *likeness, double logit)
{
  g_autofree guint8 *inside = g_malloc ((gsize)SIZE * SIZE);

  if (pel_cell_guess_from_probability (likeness, NULL, SIZE, SIZE, REACH, REACH,
                                       (float)(1 / (1 + exp (-logit))), inside, NULL) <= 0)
    return 0;
  for (gint y = 0; y < SIZE; y++)
    for (gint x = 0; x < SIZE; x++)
      if (inside[y * SIZE + x])
        mark (y + c->y - REACH, x + c->x - REACH, x + c->x - REACH + 1, c);
  return get_iou (c);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const double d = *(const double *)a - *(const double *)b;

  return (d > 0) - (d < 0);
}

static double
get_median (GArray *values)
{
  g_array_sort (values, compare);
  return values->len > 0 ? g_array_index (values, double, values->len / 2) : 0;
}

enum
{
  OUTLINE,
  LIKENESS,
  TOOL,
  N_WAYS,
};

static void
add (GArray *once, GArray *best, double first, double most)
{
  g_array_append_val (once, first);
  g_array_append_val (best, most);
}

static void
run_cell (Case *c, PelImage *image, GArray **once, GArray **best)
{
  const PelRect area = { c->x - REACH, c->y - REACH, SIZE, SIZE };
  g_autofree float *samples = g_new (float, (gsize)SIZE *SIZE);
  g_autofree float *likeness = g_new0 (float, (gsize)SIZE *SIZE);
  double first[N_WAYS] = { 0 }, most[N_WAYS];
  PelCellGuess guess = { 0 }, again;
  gboolean is_outline;

  pel_image_read_scaled (image, PEL_CHANNEL_LUMINANCE, 1, &area, samples);
  if (pel_cell_guess_from_image (samples, &guess, NULL))
    first[OUTLINE] = try_outline (c, &guess);
  most[OUTLINE] = first[OUTLINE];
  for (gint way = 0; way < 2; way++)
    {
      again = guess;
      for (guint i = 0; i < MAX_STEPS && pel_cell_guess_resize (samples, way == 0, &again, NULL);
           i++)
        most[OUTLINE] = MAX (most[OUTLINE], try_outline (c, &again));
    }
  if (pel_cell_likeness (samples, likeness, NULL))
    first[LIKENESS] = try_level (c, likeness, 0);
  most[LIKENESS] = first[LIKENESS];
  for (gint i = -MAX_STEPS; i <= MAX_STEPS; i++)
    most[LIKENESS] = MAX (most[LIKENESS], try_level (c, likeness, i * LOGIT_STEP));
  is_outline = pel_cell_guess_agrees (&guess, likeness);
  first[TOOL] = first[is_outline ? OUTLINE : LIKENESS];
  most[TOOL] = most[is_outline ? OUTLINE : LIKENESS];
  for (guint way = 0; way < N_WAYS; way++)
    add (once[way], best[way], first[way], most[way]);
}

static void
run_set (const char *images, const char *masks)
{
  static const char *const names[] = { "rays", "likeness", "tool" };
  g_autoptr (GError) error = NULL;
  g_autoptr (PelPairing) pairing = pel_pairing_scan (images, masks, &error);
  GArray *once[N_WAYS], *best[N_WAYS];

  if (pairing == NULL)
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }
  for (guint way = 0; way < N_WAYS; way++)
    {
      once[way] = g_array_new (FALSE, FALSE, sizeof (double));
      best[way] = g_array_new (FALSE, FALSE, sizeof (double));
    }
  for (guint i = 0; i < pel_pairing_get_n_pairs (pairing); i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);
      g_autoptr (PelImage) image = pel_image_load (pair->image_path, 0, NULL, NULL);
      g_autoptr (PelLabels) labels = pel_labels_load (pair->mask_path, 0, NULL, NULL);
      g_autoptr (PelLabelIndex) index =
          labels != NULL ? pel_label_index_new (labels, NULL, 0, NULL, NULL) : NULL;
      const PelLabelEntry *entries;
      guint n = 0;

      if (image == NULL || index == NULL)
        continue;
      entries = pel_label_index_get_entries (index, &n);
      for (guint k = 0; k < n; k++)
        {
          Case c = { .labels = labels, .label = entries[k].label, .n_pixels = entries[k].n_pixels };

          if (find_click (&c, &entries[k]))
            run_cell (&c, image, once, best);
        }
    }
  for (guint way = 0; way < N_WAYS; way++)
    {
      guint n_half = 0;
      double sum = 0;

      for (guint i = 0; i < once[way]->len; i++)
        {
          sum += g_array_index (once[way], double, i);
          n_half += g_array_index (once[way], double, i) > 0.5 ? 1 : 0;
        }
      g_print ("%s,%s,%u,%.3f,%.3f,%.3f,%.3f\n", images, names[way], once[way]->len,
               get_median (once[way]), sum / MAX (once[way]->len, 1),
               n_half / (double)MAX (once[way]->len, 1), get_median (best[way]));
      g_array_unref (once[way]);
      g_array_unref (best[way]);
    }
}

int
main (int argc, char *argv[])
{
  g_print ("images,way,cells,median,mean,above_half,median_best_of_steps\n");
  for (int i = 1; i + 1 < argc; i += 2)
    run_set (argv[i], argv[i + 1]);
  return 0;
}
