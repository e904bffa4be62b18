/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-medial-outline.h"

#include <math.h>

/* A point is moved towards the middle of its neighbours and then a little farther away from it:
 * waves longer than some ten points come out as they were, those of four points and less are gone.
 */
#define INWARD 0.5
#define OUTWARD -0.515
#define ROUNDS 20

static void
add_middles (const double *corners, gsize n_corners, GArray *points)
{
  for (gsize i = 0; i < n_corners; i++)
    {
      const double *a = corners + 2 * i, *b = corners + 2 * ((i + 1) % n_corners);
      double dx = b[0] - a[0], dy = b[1] - a[1], length = fabs (dx) + fabs (dy);

      for (double k = 0.5; k < length; k++)
        {
          double xy[2] = { a[0] + dx * k / length, a[1] + dy * k / length };

          g_array_append_vals (points, xy, 2);
        }
    }
}

/* Moves each point of the ring by a share of the way to the middle of its neighbours. */
static void
move_points (double *xy, gsize n, double share)
{
  double first[2] = { xy[0], xy[1] }, before[2] = { xy[2 * n - 2], xy[2 * n - 1] };

  for (gsize i = 0; i < n; i++)
    {
      for (guint k = 0; k < 2; k++)
        {
          double here = xy[2 * i + k], after = i + 1 < n ? xy[2 * i + 2 + k] : first[k];

          xy[2 * i + k] += share * ((before[k] + after) / 2 - here);
          before[k] = here;
        }
    }
}

gboolean
pel_medial_outline_from_edges (const double *corners, gsize n_corners, GArray *points)
{
  g_array_set_size (points, 0);
  add_middles (corners, n_corners, points);
  if (points->len / 2 < PEL_MEDIAL_SHORTEST_OUTLINE)
    return FALSE;
  for (guint i = 0; i < ROUNDS; i++)
    {
      move_points ((double *)(gpointer)points->data, points->len / 2, INWARD);
      move_points ((double *)(gpointer)points->data, points->len / 2, OUTWARD);
    }
  return TRUE;
}
