/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelLabelPalette:
 * @PEL_LABEL_PALETTE_VIVID: many hues, well apart
 * @PEL_LABEL_PALETTE_SAFE: told apart by colour-blind eyes too: the seven colours of Okabe and
 *   Ito (2008), in three steps of lightness
 */
typedef enum
{
  PEL_LABEL_PALETTE_VIVID,
  PEL_LABEL_PALETTE_SAFE,
} PelLabelPalette;

/**
 * pel_label_colour:
 * @label: a label
 * @palette: which colours
 * @rgb: (out caller-allocates): red, green and blue, 0 to 255
 *
 * The colour of a label: always the same for one label, and well apart for labels that follow
 * one another. Background is black.
 */
void pel_label_colour (guint32 label, PelLabelPalette palette, guint8 rgb[3]);
