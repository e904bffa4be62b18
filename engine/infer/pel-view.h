/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-pool.h"
#include "engine/core/pel-tensor.h"

/* The symmetries of the square, in which an image can be shown: as it is, mirrored left to right,
 * mirrored top to bottom, turned by half, and the same four with rows and columns swapped. */
#define PEL_N_VIEWS 8
#define PEL_VIEW_ACROSS 1u
#define PEL_VIEW_DOWN 2u
#define PEL_VIEW_SWAPPED 4u

/**
 * pel_view_apply:
 * @view: 0 to 7: which of %PEL_VIEW_ACROSS, %PEL_VIEW_DOWN and %PEL_VIEW_SWAPPED are done, the last
 *   one first
 * @from: one image, channels x height x width
 * @to: (out caller-allocates): the image in the view; height and width change places where
 *   the view swaps them
 * @pool: threads to copy with
 */
void pel_view_apply (guint view, const PelTensor *from, PelTensor *to, PelPool *pool);

/**
 * pel_view_add_back:
 * @view: 0 to 7
 * @from: one image in the view
 * @factor: what its values are multiplied with
 * @sums: channels x height x width the right way round, that the products are added to
 * @pool: threads to add with
 *
 * Undoes pel_view_apply() on the way.
 */
void pel_view_add_back (guint view,
                        const PelTensor *from,
                        float factor,
                        PelTensor *sums,
                        PelPool *pool);

/**
 * pel_view_turn_flows:
 * @view: 0 to 7
 * @flows: (inout): two planes of what a network tells of an image in the view, as vectors, down and
 *   right as seen there; afterwards down and right as seen in the image the right way round. Pixels
 *   stay where they are, which pel_view_add_back() changes
 * @n: pixels of a plane
 */
void pel_view_turn_flows (guint view, float *flows, gsize n);
