/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "engine/pel-engine.h"

/* Cells whose measures are known, drawn as probability maps: for test-truth.c and the table of
 * errors. Nothing here uses the engine's own ways of measuring. */

typedef enum
{
  TRUE_ELLIPSE,
  TRUE_ROD,
  TRUE_BENT_ROD,
  TRUE_STAR,
  TRUE_N_KINDS,
} TrueKind;

typedef struct
{
  TrueKind kind;
  double size;   /* longest extent of the straight shape, in pixels */
  double aspect; /* length over width; for a star its number of arms */
  double depth;  /* of a star: how deep its bays are, as a share of its mean radius */
  double bend;   /* of a bent rod: angle of its centre line's arc */
  double turn;   /* direction, anticlockwise as seen */
  double x, y;   /* centre, in the coordinates of pixel corners */

  /* What is true of it. */
  double area, perimeter, major, minor, orientation, max_feret, min_feret;
  double length, mean_width, max_width; /* not a number where they are not known */
  double *outline;                      /* x and y of many points */
  guint n_outline;
} TrueCell;

const char *true_kind_get_name (TrueKind kind);
/* Works out what is true of a cell from its first fields, centred in a square image of this edge.
 */
void true_cell_init (TrueCell *self, guint edge);
void true_cell_clear (TrueCell *self);
/* An edge with room around a cell for its blur. */
guint true_cell_get_edge (const TrueCell *self, double sigma);

/* The normal distribution of the signed distance over @sigma, at the pixels' centres, and the
 * label 1 where that is at least one half. */
PelLabels *true_cell_draw_ideal (const TrueCell *self, guint edge, double sigma, float *map);
/* The pixels whose centre is inside, blurred by a Gaussian filter. */
PelLabels *true_cell_draw_blurred (const TrueCell *self, guint edge, double sigma, float *map);
