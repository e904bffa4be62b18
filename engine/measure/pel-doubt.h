/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "engine/measure/pel-measure.h"

/**
 * PelDoubtReason:
 * @PEL_DOUBT_NONE: nothing speaks against the cell
 * @PEL_DOUBT_EDGE: the probability is near one half along its edge
 * @PEL_DOUBT_SMALL: much smaller than the other cells of the image
 * @PEL_DOUBT_LARGE: much larger than they are
 * @PEL_DOUBT_SHAPE: more ragged or longer than they are
 * @PEL_DOUBT_PIECES: it falls into several pieces
 * @PEL_DOUBT_DISAGREES: another prediction has another outline here
 * @PEL_DOUBT_MISSING: another prediction has no cell here
 * @PEL_DOUBT_BORDER: the image's border cuts it
 *
 * Why a predicted cell deserves a look.
 */
typedef enum
{
  PEL_DOUBT_NONE,
  PEL_DOUBT_EDGE,
  PEL_DOUBT_SMALL,
  PEL_DOUBT_LARGE,
  PEL_DOUBT_SHAPE,
  PEL_DOUBT_PIECES,
  PEL_DOUBT_DISAGREES,
  PEL_DOUBT_MISSING,
  PEL_DOUBT_BORDER,
  PEL_N_DOUBTS,
} PelDoubtReason;

/**
 * PelDoubtCell:
 * @confidence: mean confidence along the edge, 0 to 1; not a number where it is not known
 * @diameter: equivalent diameter, in any unit
 * @solidity: area by area of the convex hull
 * @stretch: largest by smallest caliper width
 * @pieces: 4-connected parts
 * @touches_border: whether the image's border cuts it
 * @agreement: intersection over union with the best partner in another prediction; not a number
 *   where there is none to compare with
 *
 * What a cell is judged by.
 */
typedef struct
{
  double confidence;
  double diameter;
  double solidity;
  double stretch;
  guint pieces;
  gboolean touches_border;
  double agreement;
} PelDoubtCell;

/**
 * PelDoubt:
 * @doubt: 0 for none to 1
 * @reason: what contributes most
 * @second: what contributes next, %PEL_DOUBT_NONE where nothing does noticeably
 *
 * How much a cell deserves a look, and why.
 */
typedef struct
{
  double doubt;
  PelDoubtReason reason;
  PelDoubtReason second;
} PelDoubt;

/**
 * pel_doubt_read:
 * @table: measured cells
 * @row: one of them
 * @cell: (out): what it is judged by; the agreement is not a number
 */
void pel_doubt_read (const PelCellTable *table, guint row, PelDoubtCell *cell);

/**
 * pel_doubt_rate:
 * @cells: (array length=n_cells): the cells of one image
 * @n_cells: how many
 * @doubts: (out caller-allocates) (array length=n_cells): the answers
 *
 * Judges cells by themselves and against each other. Each reason gives a share between 0 and 1,
 * and the doubt is one minus the product of their complements, so that any strong reason is enough
 * and several weak ones add up. What is odd is told by the distance from the median in robust
 * standard deviations (1.4826 times the median absolute deviation; Hampel 1974) of the logarithm
 * of the diameter and of the stretch, and of the solidity; cells that the border cuts are left out
 * of the medians, and images of fewer than eight other cells have no oddities. The same cells give
 * the same answers.
 */
void pel_doubt_rate (const PelDoubtCell *cells, guint n_cells, PelDoubt *doubts);
