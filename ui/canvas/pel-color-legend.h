/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas.h"

G_BEGIN_DECLS

/**
 * PelColorLegend:
 *
 * What the colours of the cells on a canvas mean, as a ramp with numbers or as a list of classes.
 * Not to be seen where they only tell neighbours apart.
 */
#define PEL_TYPE_COLOR_LEGEND (pel_color_legend_get_type ())
G_DECLARE_FINAL_TYPE (PelColorLegend, pel_color_legend, PEL, COLOR_LEGEND, GtkWidget)

GtkWidget *pel_color_legend_new (PelCanvas *canvas) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
