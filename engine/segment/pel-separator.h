/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelSeparator:
 * @PEL_SEPARATOR_BORDER: one plane more than the foreground: the probability of lying between
 *   touching cells; see pel_segment_cells()
 * @PEL_SEPARATOR_FLOWS: two planes more: a vector, down and right, of length 1 in a cell and 0 in
 *   the background, that points along the way to the middle of the pixel's cell; see
 *   pel_flow_cut_cells()
 *
 * By what a network that was taught cells parts those that touch. Stored in the model.
 */
typedef enum
{
  PEL_SEPARATOR_BORDER,
  PEL_SEPARATOR_FLOWS,
} PelSeparator;

/**
 * pel_separator_get_n_planes:
 * @separator: by what cells are parted
 *
 * Returns: planes that it takes beside the foreground
 */
guint pel_separator_get_n_planes (PelSeparator separator);

/**
 * pel_separator_to_string:
 * @separator: by what cells are parted
 *
 * Returns: its name on the command line and in files, not translated
 */
const char *pel_separator_to_string (PelSeparator separator);
gboolean pel_separator_from_string (const char *name, PelSeparator *separator);
