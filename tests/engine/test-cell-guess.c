/* SPDX-License-Identifier: MIT */
/* The smart fill on pictures whose cells are known. */
#include "engine/pel-engine.h"

#include <math.h>

#include "engine/segment/pel-cell-likeness.h"

#define SIZE PEL_CELL_GUESS_SIZE
#define MIDDLE (SIZE / 2.0)

typedef struct
{
  double x, y, a, b; /* an ellipse with upright axes */
} Cell;

static gboolean
holds (const Cell *cell, double x, double y)
{
  double dx = (x - cell->x) / cell->a, dy = (y - cell->y) / cell->b;

  return dx * dx + dy * dy <= 1;
}

/* Cells of @inside on a ground of @outside, with edges @blur samples wide and noise. */
static float *
draw (const Cell *cells, guint n, double inside, double outside, double blur, double noise)
{
  float *samples = g_new (float, SIZE *SIZE);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (gint i = 0; i < SIZE * SIZE; i++)
    {
      double share = 0;

      for (guint c = 0; c < n; c++)
        {
          double dx = (i % SIZE + 0.5 - cells[c].x) / cells[c].a;
          double dy = (i / SIZE + 0.5 - cells[c].y) / cells[c].b;
          double way = (hypot (dx, dy) - 1) * MIN (cells[c].a, cells[c].b);

          share = MAX (share, 1 / (1 + exp (way / (blur / 4))));
        }
      samples[i] = (float)(outside + (inside - outside) * share +
                           g_rand_double_range (random, -noise, noise));
    }
  return samples;
}

typedef struct
{
  const Cell *cell;
  guint n_both, n_guess;
} Overlap;

static void
count_span (gint y, gint x0, gint x1, gpointer data)
{
  Overlap *overlap = data;

  for (gint x = x0; x < x1; x++)
    {
      overlap->n_guess++;
      overlap->n_both += holds (overlap->cell, x + 0.5, y + 0.5);
    }
}

static double
get_iou (const PelCellGuess *guess, const Cell *cell)
{
  const PelRect all = { 0, 0, SIZE, SIZE };
  Overlap overlap = { .cell = cell };
  guint n_cell = 0;

  g_assert_true (pel_raster_polygon (guess->xy, PEL_CELL_GUESS_RAYS, PEL_FILL_NON_ZERO, &all,
                                     count_span, &overlap));
  for (gint i = 0; i < SIZE * SIZE; i++)
    n_cell += holds (cell, i % SIZE + 0.5, i / SIZE + 0.5);
  return overlap.n_both / (double)(n_cell + overlap.n_guess - overlap.n_both);
}

/* Bright and dark, round and long, small and large, clicked in the middle and beside it. */
static void
test_shapes (void)
{
  static const Cell cells[] = {
    { MIDDLE, MIDDLE, 30, 30 },       { MIDDLE + 6, MIDDLE - 8, 25, 25 },
    { MIDDLE, MIDDLE, 45, 25 },       { MIDDLE - 10, MIDDLE + 2, 28, 40 },
    { MIDDLE + 1, MIDDLE + 1, 8, 8 }, { MIDDLE, MIDDLE, 80, 90 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    for (gint dark = 0; dark < 2; dark++)
      {
        g_autofree float *samples = draw (&cells[i], 1, dark ? 80 : 140, dark ? 140 : 80, 6, 8);
        PelCellGuess guess;
        double iou;

        g_assert_true (pel_cell_guess_from_image (samples, &guess, NULL));
        iou = get_iou (&guess, &cells[i]);
        g_test_message ("cell %u, %s: IoU %.3f, score %.2f", i, dark ? "dark" : "bright", iou,
                        guess.score);
        g_assert_cmpint (guess.polarity, ==, dark ? -1 : 1);
        g_assert_cmpfloat (iou, >, i == 4 ? 0.75 : 0.9);
      }
}

/* It stops at its own edge, though the neighbours' are as strong. */
static void
test_neighbours (void)
{
  static const Cell cells[] = {
    { MIDDLE, MIDDLE, 22, 26 },
    { MIDDLE + 50, MIDDLE, 24, 24 },
    { MIDDLE - 20, MIDDLE - 55, 22, 22 },
    { MIDDLE - 10, MIDDLE + 58, 26, 22 },
  };
  g_autofree float *samples = draw (cells, 4, 150, 60, 5, 10);
  PelCellGuess guess;

  g_assert_true (pel_cell_guess_from_image (samples, &guess, NULL));
  g_assert_cmpfloat (get_iou (&guess, &cells[0]), >, 0.9);
}

/* A nucleus in a cell: the nucleus first, + goes out to the cell, - comes back. */
static void
test_resize (void)
{
  static const Cell nucleus = { MIDDLE, MIDDLE, 15, 15 }, cell = { MIDDLE, MIDDLE, 40, 40 };
  g_autofree float *inner = draw (&nucleus, 1, 60, 0, 4, 3);
  g_autofree float *samples = draw (&cell, 1, 140, 90, 4, 3);
  PelCellGuess guess, first;
  guint n = 0;

  for (guint i = 0; i < SIZE * SIZE; i++)
    samples[i] += inner[i];
  g_assert_true (pel_cell_guess_from_image (samples, &guess, NULL));
  g_assert_cmpfloat (get_iou (&guess, &nucleus), >, 0.85);
  first = guess;
  do
    {
      PelCellGuess before = guess;

      g_assert_true (pel_cell_guess_resize (samples, TRUE, &guess, NULL));
      for (guint i = 0; i < PEL_CELL_GUESS_RAYS; i++)
        g_assert_cmpfloat (guess.radii[i], >, before.radii[i]);
    }
  while (get_iou (&guess, &cell) < 0.9 && ++n < 30);
  g_assert_cmpuint (n, <, 12);
  for (n = 0; get_iou (&guess, &nucleus) < 0.8 && n < 60; n++)
    g_assert_true (pel_cell_guess_resize (samples, FALSE, &guess, NULL));
  g_assert_cmpuint (n, <, 30);
  /* There is an end to it. */
  guess = first;
  for (n = 0; n < 200 && pel_cell_guess_resize (samples, FALSE, &guess, NULL); n++)
    ;
  g_assert_cmpuint (n, <, 20);
  guess = first;
  for (n = 0; n < 200 && pel_cell_guess_resize (samples, TRUE, &guess, NULL); n++)
    ;
  g_assert_cmpuint (n, <, 130);
}

static void
test_nothing (void)
{
  g_autofree float *samples = g_new (float, SIZE *SIZE);
  g_autoptr (GError) error = NULL;
  const Cell cell = { MIDDLE, MIDDLE, 30, 30 };
  g_autofree float *cut = draw (&cell, 1, 140, 80, 6, 5);
  PelCellGuess guess;

  for (guint i = 0; i < SIZE * SIZE; i++)
    samples[i] = 7;
  g_assert_false (pel_cell_guess_from_image (samples, &guess, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < SIZE * SIZE; i++)
    samples[i] = NAN;
  g_assert_false (pel_cell_guess_from_image (samples, &guess, &error));
  g_assert_no_error (error);
  /* The image ends within the cell: the outline ends there as well. */
  for (guint i = 0; i < SIZE * SIZE; i++)
    if (i % SIZE < MIDDLE - 20)
      cut[i] = NAN;
  g_assert_true (pel_cell_guess_from_image (cut, &guess, &error));
  for (guint i = 0; i < PEL_CELL_GUESS_RAYS; i++)
    g_assert_cmpfloat (guess.xy[2 * i], >, MIDDLE - 24);
}

static void
test_probability (void)
{
  enum
  {
    WIDTH = 30,
    HEIGHT = 20,
  };
  float probability[WIDTH * HEIGHT];
  guint8 allowed[WIDTH * HEIGHT], inside[WIDTH * HEIGHT];

  for (gint i = 0; i < WIDTH * HEIGHT; i++)
    {
      gint x = i % WIDTH, y = i / WIDTH;
      gboolean left = x >= 2 && x < 12 && y >= 3 && y < 13;
      gboolean right = x >= 16 && x < 26 && y >= 3 && y < 13;
      gboolean bridge = x >= 12 && x < 16 && y == 6;

      probability[i] = left || right ? 0.9f : bridge ? 0.4f : 0.05f;
      if (x == 6 && y == 8)
        probability[i] = 0.1f; /* a hole */
      allowed[i] = !(x >= 2 && x < 4 && y >= 3);
    }
  g_assert_cmpint (
      pel_cell_guess_from_probability (probability, NULL, WIDTH, HEIGHT, 5, 5, 0.5f, inside, NULL),
      ==, 100);
  g_assert_cmpuint (inside[8 * WIDTH + 6], ==, 1);
  g_assert_cmpuint (inside[6 * WIDTH + 20], ==, 0);
  g_assert_cmpint (
      pel_cell_guess_from_probability (probability, NULL, WIDTH, HEIGHT, 5, 5, 0.3f, inside, NULL),
      ==, 204);
  g_assert_cmpint (pel_cell_guess_from_probability (probability, allowed, WIDTH, HEIGHT, 5, 5, 0.5f,
                                                    inside, NULL),
                   ==, 80);
  g_assert_cmpuint (inside[5 * WIDTH + 3], ==, 0);
  g_assert_cmpint (
      pel_cell_guess_from_probability (probability, NULL, WIDTH, HEIGHT, 0, 0, 0.5f, inside, NULL),
      ==, 0);
  g_assert_cmpint (pel_cell_guess_from_probability (probability, allowed, WIDTH, HEIGHT, 2, 5, 0.5f,
                                                    inside, NULL),
                   ==, 0);
  g_assert_cmpint (pel_cell_guess_from_probability (probability, NULL, WIDTH, HEIGHT, WIDTH, 5,
                                                    0.5f, inside, NULL),
                   ==, 0);
}

/* A rough cell with a thin bright rim on a smooth ground of the same brightness: phase contrast. */
static float *
draw_rough (const Cell *cell)
{
  float *samples = g_new (float, SIZE *SIZE);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (gint y = 0; y < SIZE; y++)
    for (gint x = 0; x < SIZE; x++)
      {
        const double dx = (x + 0.5 - cell->x) / cell->a, dy = (y + 0.5 - cell->y) / cell->b;
        const double way = (hypot (dx, dy) - 1) * MIN (cell->a, cell->b);
        double value = 100 + g_rand_double_range (random, -1.5, 1.5);

        if (way < 0)
          value += -6 + 14 * sin (x * 0.9) * cos (y * 0.8 + x * 0.3);
        value += 26 * exp (-(way - 2) * (way - 2) / 5);
        samples[y * SIZE + x] = (float)value;
      }
  return samples;
}

static double
likeness_iou (const float *likeness, const Cell *cell)
{
  g_autofree guint8 *inside = g_malloc (SIZE * SIZE);
  guint both = 0, either = 0;

  g_assert_cmpint (pel_cell_guess_from_probability (likeness, NULL, SIZE, SIZE, SIZE / 2, SIZE / 2,
                                                    0.5f, inside, NULL),
                   >, 0);
  for (gint y = 0; y < SIZE; y++)
    for (gint x = 0; x < SIZE; x++)
      {
        const gboolean in_cell = holds (cell, x + 0.5, y + 0.5);

        both += in_cell && inside[y * SIZE + x] ? 1 : 0;
        either += in_cell || inside[y * SIZE + x] ? 1 : 0;
      }
  return both / (double)either;
}

static void
test_likeness (void)
{
  const Cell cell = { MIDDLE + 4, MIDDLE - 3, 42, 21 };
  const Cell bright = { MIDDLE, MIDDLE, 16, 13 };
  g_autofree float *samples = draw_rough (&cell);
  g_autofree float *disc = draw (&bright, 1, 150, 50, 4, 2);
  g_autofree float *likeness = g_new (float, SIZE *SIZE);
  g_autofree float *other = g_new (float, SIZE *SIZE);
  PelCellGuess guess;

  g_assert_true (pel_cell_likeness (samples, likeness, NULL));
  g_test_message ("rough: %.3f", likeness_iou (likeness, &cell));
  g_assert_cmpfloat (likeness_iou (likeness, &cell), >, 0.5);
  /* Neither the unit of brightness nor its offset matters; what is outside the image is outside. */
  for (gint i = 0; i < SIZE * SIZE; i++)
    samples[i] = i % SIZE > SIZE - 20 ? NAN : samples[i] * 257 + 1000;
  g_assert_true (pel_cell_likeness (samples, other, NULL));
  g_assert_cmpfloat (fabs (likeness_iou (other, &cell) - likeness_iou (likeness, &cell)), <, 0.05);
  for (gint i = 0; i < SIZE * SIZE; i++)
    if (i % SIZE > SIZE - 20)
      g_assert_cmpfloat (other[i], ==, 0);

  /* A bright disc: the outline means the same cell, one around something else does not. */
  g_assert_true (pel_cell_likeness (disc, likeness, NULL));
  g_test_message ("bright: %.3f", likeness_iou (likeness, &bright));
  g_assert_cmpfloat (likeness_iou (likeness, &bright), >, 0.6);
  g_assert_true (pel_cell_guess_from_image (disc, &guess, NULL));
  g_assert_true (pel_cell_guess_agrees (&guess, likeness));
  for (guint i = 0; i < 2 * PEL_CELL_GUESS_RAYS; i++)
    guess.xy[i] = MIDDLE + (guess.xy[i] - MIDDLE) * 0.3;
  g_assert_false (pel_cell_guess_agrees (&guess, likeness));

  for (gint i = 0; i < SIZE * SIZE; i++)
    disc[i] = 7;
  g_assert_false (pel_cell_likeness (disc, likeness, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cell-guess/shapes", test_shapes);
  g_test_add_func ("/cell-guess/neighbours", test_neighbours);
  g_test_add_func ("/cell-guess/resize", test_resize);
  g_test_add_func ("/cell-guess/nothing", test_nothing);
  g_test_add_func ("/cell-guess/probability", test_probability);
  g_test_add_func ("/cell-guess/likeness", test_likeness);
  return g_test_run ();
}
