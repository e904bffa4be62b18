/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-error.h"

/**
 * PEL_CELL_GUESS_REACH:
 *
 * How many samples around the seed are looked at; the block has one more than twice as many columns
 * and rows.
 */
#define PEL_CELL_GUESS_REACH 128
#define PEL_CELL_GUESS_SIZE (2 * PEL_CELL_GUESS_REACH + 1)

/**
 * PEL_CELL_GUESS_RAYS:
 *
 * Corners of an outline that was guessed from an image.
 */
#define PEL_CELL_GUESS_RAYS 96

/**
 * PelCellGuess:
 * @xy: corners in samples of the block: sample i covers [i, i + 1)
 * @radii: distance of each corner from the middle
 * @center_x, @center_y: the middle, in the same coordinates
 * @polarity: 1 where the cell is brighter than what surrounds it, -1 where it is darker
 * @score: mean edge along the outline, 0 to about 1; below 0.1 there was hardly anything to see
 *
 * A cell's outline, seen from one point within as a radius in each direction.
 */
typedef struct
{
  double xy[2 * PEL_CELL_GUESS_RAYS];
  double radii[PEL_CELL_GUESS_RAYS];
  double center_x, center_y;
  gint polarity;
  double score;
} PelCellGuess;

/**
 * pel_cell_guess_from_image:
 * @samples: %PEL_CELL_GUESS_SIZE rows of as many values; those that are not finite cannot be inside
 * @guess: (out): the outline
 * @error: return location for a `GError`
 *
 * Guesses the outline of the cell at the middle of the block from brightness alone. The image is
 * smoothed and looked at along rays from the middle; dynamic programming finds the closed outline
 * with the strongest step from bright to dark, or from dark to bright if that is stronger, whose
 * radius changes evenly. A step costs as much as the strongest one of its kind that the ray met
 * before, so that the outline does not run on to the next cell. Then once more from the middle of
 * what was found, which makes up for a click off the centre.
 *
 * Returns: %FALSE where all is flat (no error set), or with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_cell_guess_from_image (const float *samples, PelCellGuess *guess, GError **error);

/**
 * pel_cell_guess_resize:
 * @samples: the same values
 * @outwards: whether to look for a larger outline
 * @guess: (inout): an outline of these samples
 * @error: return location for a `GError`
 *
 * Finds the next outline that lies wholly outside of @guess, or inside of it, by a sample or more:
 * a strong edge within about 18 samples that way, or one sample on where there is none.
 *
 * Returns: %FALSE where there is no room that way (no error set), or with
 *   `PEL_ENGINE_ERROR_NO_MEMORY`; @guess is as it was then
 */
gboolean pel_cell_guess_resize (const float *samples,
                                gboolean outwards,
                                PelCellGuess *guess,
                                GError **error);

/**
 * pel_cell_guess_agrees:
 * @guess: an outline of a block
 * @likeness: what pel_cell_likeness() tells of the same block
 *
 * Whether the outline holds about what the likeness does: then its edge is the better one, since it
 * keeps to a step of brightness; otherwise it is some other edge within the cell, or beyond.
 */
gboolean pel_cell_guess_agrees (const PelCellGuess *guess, const float *likeness);

/**
 * pel_cell_guess_from_probability:
 * @probability: @width x @height probabilities of cell, row by row
 * @allowed: (nullable): as many bytes, 0 where the cell must not reach
 * @width: columns
 * @height: rows
 * @x: column of the seed
 * @y: its row
 * @level: pixels of this probability and more belong to the cell
 * @inside: (out): as many bytes, 1 where the cell is
 * @error: return location for a `GError`
 *
 * The pixels of at least @level that hang together with the seed along edges, and the holes among
 * them.
 *
 * Returns: how many pixels, 0 where the seed is below @level or not allowed, or -1 with
 *   `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gint64 pel_cell_guess_from_probability (const float *probability,
                                        const guint8 *allowed,
                                        guint width,
                                        guint height,
                                        guint x,
                                        guint y,
                                        float level,
                                        guint8 *inside,
                                        GError **error);
