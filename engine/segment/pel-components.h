/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"

/**
 * PelConnectivity:
 * @PEL_CONNECTIVITY_4: pixels touch along an edge
 * @PEL_CONNECTIVITY_8: pixels touch along an edge or at a corner
 */
typedef enum
{
  PEL_CONNECTIVITY_4 = 4,
  PEL_CONNECTIVITY_8 = 8,
} PelConnectivity;

/**
 * pel_components_plane:
 * @values: @width x @height values, row by row; 0 is background
 * @width: columns
 * @height: rows
 * @connectivity: what touches
 * @out: (out): the part that each pixel belongs to, 0 for background; may be @values
 * @n_parts: (out) (optional): number of parts
 * @error: return location for a `GError`
 *
 * Numbers the connected parts of equal value from 1, by their first pixel in reading order.
 * Two passes with a union-find forest (Rosenfeld and Pfaltz 1966).
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE` or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_components_plane (const guint32 *values,
                               guint width,
                               guint height,
                               PelConnectivity connectivity,
                               guint32 *out,
                               guint32 *n_parts,
                               GError **error);

/**
 * pel_components:
 * @labels: labels; parts of different labels are never joined
 * @connectivity: what touches
 * @error: return location for a `GError`
 *
 * Gives every connected part of every label a label of its own, from 1 by their first pixel
 * in reading order.
 *
 * Returns: (transfer full) (nullable): the parts, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
PelLabels *pel_components (const PelLabels *labels, PelConnectivity connectivity, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
