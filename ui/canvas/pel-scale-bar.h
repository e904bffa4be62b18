/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"

G_BEGIN_DECLS

/**
 * PelScaleBar:
 *
 * A bar of a round length, in µm where the image is calibrated and pixels otherwise, at the
 * canvas's zoom.
 */
#define PEL_TYPE_SCALE_BAR (pel_scale_bar_get_type ())
G_DECLARE_FINAL_TYPE (PelScaleBar, pel_scale_bar, PEL, SCALE_BAR, GtkWidget)

/* @canvas: outlives the bar, or goes with it. */
GtkWidget *pel_scale_bar_new (PelCanvas *canvas) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_scale_bar_choose:
 * @unit_pixels: widget pixels of one unit
 * @max_pixels: how long the bar may be
 *
 * Returns: the longest of 1, 2 and 5 times a power of ten that fits; 0 if @unit_pixels is no
 *   positive number
 */
double pel_scale_bar_choose (double unit_pixels, double max_pixels);

G_END_DECLS
