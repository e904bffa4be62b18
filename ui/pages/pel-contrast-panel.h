/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

#define PEL_TYPE_CONTRAST_PANEL (pel_contrast_panel_get_type ())
G_DECLARE_FINAL_TYPE (PelContrastPanel, pel_contrast_panel, PEL, CONTRAST_PANEL, GtkWidget)

/**
 * pel_contrast_panel_set_workspace:
 * @self: the panel; part of a page's template
 * @workspace: whose image and display it is about; can be set once
 *
 * Which channels are seen and in which colours, and the contrast of each: histogram, black and
 * white, gamma, inversion, auto levels. Where several channels are shown together, a chooser tells
 * which of them the contrast is of.
 */
void pel_contrast_panel_set_workspace (PelContrastPanel *self, PelWorkspace *workspace);
