/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "engine/pel-engine.h"

#define N 20

/* Twenty cells that differ a little, as cells do, and nothing wrong with any. */
static void
make_cells (PelDoubtCell *cells)
{
  for (guint i = 0; i < N; i++)
    cells[i] = (PelDoubtCell){ .confidence = 0.9,
                               .diameter = 50.0 + (i * 7 % 20) / 2.0,
                               .solidity = 0.92 + (i * 3 % 20) / 500.0,
                               .stretch = 1.3 + (i * 11 % 20) / 100.0,
                               .pieces = 1,
                               .agreement = NAN };
}

static void
test_usual (void)
{
  PelDoubtCell cells[N];
  PelDoubt doubts[N];

  make_cells (cells);
  pel_doubt_rate (cells, N, doubts);
  for (guint i = 0; i < N; i++)
    {
      g_assert_cmpfloat (doubts[i].doubt, >=, 0.0);
      g_assert_cmpfloat (doubts[i].doubt, <, 0.05);
      g_assert_cmpint (doubts[i].reason, ==, PEL_DOUBT_NONE);
      g_assert_cmpint (doubts[i].second, ==, PEL_DOUBT_NONE);
    }
}

/* Each reason is told by its name, and the more of it the greater the doubt. */
static void
test_reasons (void)
{
  PelDoubtCell cells[N];
  PelDoubt doubts[N];

  make_cells (cells);
  cells[0].confidence = 0.6;
  cells[1].confidence = 0.3;
  cells[2].diameter = 12.0;
  cells[3].diameter = 260.0;
  cells[4].solidity = 0.55;
  cells[5].stretch = 7.0;
  cells[6].pieces = 3;
  cells[7].touches_border = TRUE;
  cells[8].agreement = 0.5;
  cells[9].agreement = 0.0;
  cells[10].agreement = 0.95;
  /* The border explains a small and ragged cell. */
  cells[11].touches_border = TRUE;
  cells[11].diameter = 9.0;
  cells[11].solidity = 0.5;
  pel_doubt_rate (cells, N, doubts);
  g_assert_cmpint (doubts[0].reason, ==, PEL_DOUBT_EDGE);
  g_assert_cmpint (doubts[1].reason, ==, PEL_DOUBT_EDGE);
  g_assert_cmpfloat (doubts[1].doubt, >, doubts[0].doubt);
  g_assert_cmpint (doubts[2].reason, ==, PEL_DOUBT_SMALL);
  g_assert_cmpint (doubts[3].reason, ==, PEL_DOUBT_LARGE);
  g_assert_cmpint (doubts[4].reason, ==, PEL_DOUBT_SHAPE);
  g_assert_cmpint (doubts[5].reason, ==, PEL_DOUBT_SHAPE);
  g_assert_cmpint (doubts[6].reason, ==, PEL_DOUBT_PIECES);
  g_assert_cmpint (doubts[7].reason, ==, PEL_DOUBT_BORDER);
  g_assert_cmpint (doubts[8].reason, ==, PEL_DOUBT_DISAGREES);
  g_assert_cmpint (doubts[9].reason, ==, PEL_DOUBT_MISSING);
  g_assert_cmpfloat (doubts[9].doubt, >, doubts[8].doubt);
  g_assert_cmpint (doubts[10].reason, ==, PEL_DOUBT_NONE);
  g_assert_cmpint (doubts[11].reason, ==, PEL_DOUBT_BORDER);
  g_assert_cmpfloat (doubts[11].doubt, <, 0.2);
}

static void
test_together (void)
{
  PelDoubtCell cells[N];
  PelDoubt doubts[N];

  make_cells (cells);
  cells[0].confidence = 0.55;
  cells[1].pieces = 2;
  cells[2].confidence = 0.55;
  cells[2].pieces = 2;
  pel_doubt_rate (cells, N, doubts);
  g_assert_cmpfloat (doubts[2].doubt, >, MAX (doubts[0].doubt, doubts[1].doubt));
  /* One minus the product of the complements. */
  g_assert_cmpfloat_with_epsilon (1.0 - doubts[2].doubt,
                                  (1.0 - doubts[0].doubt) * (1.0 - doubts[1].doubt), 1e-12);
  g_assert_cmpint (doubts[2].reason, ==, PEL_DOUBT_PIECES);
  g_assert_cmpint (doubts[2].second, ==, PEL_DOUBT_EDGE);
}

/* Few cells have no oddities, alike ones no false ones, and missing numbers do no harm. */
static void
test_edges (void)
{
  PelDoubtCell cells[N];
  PelDoubt doubts[N];

  make_cells (cells);
  cells[2].diameter = 12.0;
  pel_doubt_rate (cells, 5, doubts);
  g_assert_cmpint (doubts[2].reason, ==, PEL_DOUBT_NONE);

  for (guint i = 0; i < N; i++)
    cells[i].diameter = 50.0;
  cells[3].diameter = 52.0;
  pel_doubt_rate (cells, N, doubts);
  g_assert_cmpint (doubts[3].reason, ==, PEL_DOUBT_NONE);

  for (guint i = 0; i < N; i++)
    cells[i] = (PelDoubtCell){ NAN, NAN, NAN, NAN, 1, FALSE, NAN };
  cells[1].diameter = 0.0;
  pel_doubt_rate (cells, N, doubts);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat (doubts[i].doubt, ==, 0.0);
  pel_doubt_rate (NULL, 0, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doubt/usual", test_usual);
  g_test_add_func ("/doubt/reasons", test_reasons);
  g_test_add_func ("/doubt/together", test_together);
  g_test_add_func ("/doubt/edges", test_edges);
  return g_test_run ();
}
