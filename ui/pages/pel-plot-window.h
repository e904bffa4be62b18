/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelPlotWindow:
 *
 * The measured cells of the whole project in charts: how a measurement is spread, one over
 * another, and the groups of images compared. Cells that are brushed are selected on the picture.
 */
#define PEL_TYPE_PLOT_WINDOW (pel_plot_window_get_type ())
G_DECLARE_FINAL_TYPE (PelPlotWindow, pel_plot_window, PEL, PLOT_WINDOW, AdwWindow)

/* Shows the window of this workspace, and measures all images. */
PelPlotWindow *pel_plot_window_show (GtkWindow *parent, PelWorkspace *workspace);

G_END_DECLS
