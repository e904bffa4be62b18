/* SPDX-License-Identifier: MIT */
/* The table of errors in measure-errors.md: cells with known truth, measured.
 *
 *     .build/tests/bench/measure-errors > tests/bench/measure-errors.md
 *
 * The same numbers on every run. --short leaves out the large cells, for the test; the exit status
 * is 1 where an ideal map is measured worse than is promised. */
#include "tests/engine/true-cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROUNDS 12

static const double sizes[] = { 6, 10, 20, 50, 120, 400 };
static const double sigmas[] = { 0.5, 1, 2, 4 };

typedef enum
{
  IDEAL,
  BLURRED,
  PIXELS,
} Drawing;

/* The worst errors, and the worst as a share of what is allowed. */
typedef struct
{
  double diameter[5], area, orientation, medial[3];
  double bias, expected_bias; /* mean error of the equivalent diameter */
  double share, medial_share;
  guint n;
} Errors;

static const PelQuantityId diameters[5] = { PEL_QUANTITY_EQUIVALENT_DIAMETER,
                                            PEL_QUANTITY_MAJOR_AXIS, PEL_QUANTITY_MINOR_AXIS,
                                            PEL_QUANTITY_MAX_FERET, PEL_QUANTITY_MIN_FERET };
static const PelQuantityId medials[3] = { PEL_QUANTITY_SKELETON_LENGTH, PEL_QUANTITY_MEAN_WIDTH,
                                          PEL_QUANTITY_MAX_WIDTH };

static void
note (double *worst, double error)
{
  if (isfinite (error))
    *worst = MAX (*worst, fabs (error));
}

static void
measure (const TrueCell *cell, guint edge, double sigma, Drawing drawing, Errors *errors)
{
  g_autofree float *map = g_new (float, (gsize)edge *edge);
  g_autoptr (PelLabels) labels = drawing == BLURRED
                                     ? true_cell_draw_blurred (cell, edge, sigma, map)
                                     : true_cell_draw_ideal (cell, edge, sigma, map);
  g_autoptr (PelCellTable) table =
      pel_measure_cells (labels, NULL, drawing == PIXELS ? NULL : map, NULL, NULL, NULL, NULL);
  const double truths[5] = { 2 * sqrt (cell->area / G_PI), cell->major, cell->minor,
                             cell->max_feret, cell->min_feret };
  const double medial_truths[3] = { cell->length, cell->mean_width, cell->max_width };

  if (pel_cell_table_get_n_cells (table) != 1)
    return;
  errors->n++;
  for (guint i = 0; i < 5; i++)
    {
      double error = pel_cell_table_get (table, 0, diameters[i]) - truths[i];

      note (&errors->diameter[i], error);
      note (&errors->share, error / (0.1 + 0.005 * truths[i]));
      if (i == 0)
        errors->bias += error;
    }
  double area = pel_cell_table_get (table, 0, PEL_QUANTITY_AREA) - cell->area;
  note (&errors->area, area / cell->perimeter);
  note (&errors->share, area / (0.1 * cell->perimeter + 0.005 * cell->area));
  if (cell->major >= 1.2 * cell->minor)
    {
      double off = pel_cell_table_get (table, 0, PEL_QUANTITY_ORIENTATION) - cell->orientation;

      off -= 180 * rint (off / 180);
      note (&errors->orientation, off);
      note (&errors->share, off);
    }
  for (guint i = 0; i < 3; i++)
    {
      double error = pel_cell_table_get (table, 0, medials[i]) - medial_truths[i];

      note (&errors->medial[i], error);
      note (&errors->medial_share, error / (0.4 + 0.03 * medial_truths[i]));
    }
  /* A straight edge stays where it is; a convex one of radius R moves by sigma² / (2 R). */
  if (drawing == BLURRED)
    errors->expected_bias -= sigma * sigma / (truths[0] / 2);
}

/* The smallest radius with which the edge bends at a star's tips and in its bays. */
static double
star_bend (double size, double arms, double depth)
{
  double radius = size / 2 / (1 + depth), tip = radius * (1 + depth), bay = radius * (1 - depth);

  return MIN (tip * tip / (tip + radius * depth * arms * arms),
              bay * bay / fabs (bay - radius * depth * arms * arms));
}

static void
run (TrueKind kind, double size, double sigma, Drawing drawing, Errors *errors)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (
      (guint32)(1000 * kind + 10 * size + (drawing == IDEAL ? 3 : 7) * sigma));

  for (guint round = 0; round < ROUNDS; round++)
    {
      TrueCell cell = { .kind = kind, .size = size };

      double longest = g_rand_double_range (rand, 1, kind == TRUE_ELLIPSE ? 3 : 6);

      /* Nothing gets thinner than four pixels or bends with a radius below one pixel: finer
       * things are not in a map of pixels. */
      if (kind == TRUE_ELLIPSE)
        longest = MIN (longest, sqrt (size / 2));
      cell.aspect = kind == TRUE_STAR ? 3 + round % 4 : MIN (longest, size / 4);
      cell.depth = 0.25;
      while (kind == TRUE_STAR && star_bend (size, cell.aspect, cell.depth) < 1)
        cell.depth *= 0.9;
      if (kind == TRUE_BENT_ROD)
        {
          double bend = g_rand_double_range (rand, 0.5, 3);

          /* The inner side stays bent by at least half of the width. */
          cell.aspect = CLAMP (cell.aspect, MIN (2, size / 4), size / 4);
          cell.bend = MIN (bend, cell.aspect - 1);
        }
      cell.turn = g_rand_double_range (rand, 0, G_PI);
      cell.x = g_rand_double (rand);
      cell.y = g_rand_double (rand);
      guint edge = true_cell_get_edge (&cell, sigma);
      true_cell_init (&cell, edge);
      measure (&cell, edge, sigma, drawing, errors);
      true_cell_clear (&cell);
    }
}

static void
print_row (TrueKind kind, double size, double sigma, const Errors *e, Drawing drawing)
{
  printf ("| %s | %g | %g | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %.2f | ",
          true_kind_get_name (kind), size, sigma, e->diameter[0], e->diameter[1], e->diameter[2],
          e->diameter[3], e->diameter[4], e->area, e->orientation);
  if (kind == TRUE_STAR)
    printf ("| | | ");
  else
    printf ("%.2f | %.2f | %.2f | ", e->medial[0], e->medial[1], e->medial[2]);
  if (drawing == IDEAL)
    printf ("%.2f |\n", e->share);
  else if (drawing == BLURRED)
    printf ("%+.3f | %+.3f |\n", e->bias / e->n, e->expected_bias / e->n);
  else
    printf ("%+.3f |\n", e->bias / e->n);
}

static const char common[] =
    "| cell | size | sigma | equivalent | major | minor | Feret max | Feret min | area / perimeter "
    "| angle | length | mean width | max width |";

int
main (int argc, char **argv)
{
  gboolean is_short = argc > 1 && strcmp (argv[1], "--short") == 0;
  guint n_sizes = is_short ? 4 : G_N_ELEMENTS (sizes);
  double worst = 0, worst_medial = 0;

  printf (
      "# Errors of the measurements on cells with known truth\n\n"
      "Written by `.build/tests/bench/measure-errors > tests/bench/measure-errors.md`; the same on "
      "every run. Each row:\nthe largest error of %d cells of random direction, place and aspect "
      "ratio (ellipses 1 to 3, rods 1 to 6; bent rods\nbent by 0.5 to 3 radians; stars of 3 to 6 "
      "arms), in pixels; the angle in degrees where the true aspect ratio is at\nleast 1.2. "
      "\"Size\" is the longest extent, of a bent rod that of the straight one. Nothing is thinner "
      "than 4 px or\nbends with a radius below 1 px: finer things are not in a map of pixels. The "
      "truth comes from the formulas of the\nshapes and from outlines of 8192 points "
      "(`tests/engine/true-cell.c`), with none of the engine's code.\n\n"
      "Length and widths are those along the centre line; of a star they are not known.\n\n",
      ROUNDS);
  printf (
      "## Ideal probability maps\n\nThe normal distribution of (signed distance / sigma). "
      "Promised: diameters within 0.1 px + 0.5 %%, area within\n0.1 px x perimeter + 0.5 %%, "
      "angle within 1 degree. The last column is the worst of these errors as a share of what "
      "is\npromised.\n\n%s share |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
      common);
  for (TrueKind kind = 0; kind < TRUE_N_KINDS; kind++)
    for (guint i = 0; i < n_sizes; i++)
      for (guint k = 0; k < G_N_ELEMENTS (sigmas); k++)
        {
          Errors errors = { { 0 } };

          run (kind, sizes[i], sigmas[k], IDEAL, &errors);
          print_row (kind, sizes[i], sigmas[k], &errors, IDEAL);
          worst = MAX (worst, errors.share);
          worst_medial = MAX (worst_medial, errors.medial_share);
        }
  printf (
      "\nThe worst share of all rows is %.2f. Lengths and widths along the centre line are within "
      "0.4 px + 3 %% (worst\nshare %.2f).\n\n",
      worst, worst_medial);
  printf ("## Blurred masks\n\nPixels whose centre is inside, blurred by a Gaussian filter: what "
          "a model tends to that has learnt blurred\nmasks. Blur moves the level of one half "
          "towards the inside of a bend: a disc of radius R shrinks by about\nsigma² / R in "
          "diameter. That is no error of measuring, and the last two columns show it: the mean "
          "error of the\nequivalent diameter, and -sigma² / R.\n\n%s bias | expected |\n|---|---|"
          "---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
          common);
  for (TrueKind kind = 0; kind < TRUE_N_KINDS; kind++)
    for (guint i = 1; i < MIN (n_sizes, 5); i++)
      for (guint k = 0; k < G_N_ELEMENTS (sigmas); k++)
        {
          Errors errors = { { 0 } };

          /* A blur as wide as the cell leaves nothing to measure. */
          if (sizes[i] < 8 * sigmas[k])
            continue;
          run (kind, sizes[i], sigmas[k], BLURRED, &errors);
          print_row (kind, sizes[i], sigmas[k], &errors, BLURRED);
        }
  printf ("\n## Pixels\n\nThe same labels without a map: lengths from the edges of the pixels. "
          "Feret diameters from their corners are too\nlong by up to a pixel and a half, as in "
          "ImageJ.\n\n%s bias |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
          common);
  for (TrueKind kind = 0; kind < TRUE_N_KINDS; kind++)
    for (guint i = 0; i < n_sizes; i++)
      {
        Errors errors = { { 0 } };

        run (kind, sizes[i], 0.5, PIXELS, &errors);
        print_row (kind, sizes[i], 0.5, &errors, PIXELS);
      }
  return worst <= 1 && worst_medial <= 1 ? 0 : 1;
}
