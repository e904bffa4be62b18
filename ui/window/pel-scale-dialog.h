/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * pel_scale_dialog_show:
 * @parent: the window
 * @workspace: whose image, and project, get the scale
 * @dx: how far a line on the picture goes to the right, in pixels
 * @dy: how far it goes down
 *
 * Asks how long the line is in truth, and sets the scale of this image or of all. Pixels stay as
 * oblong as they are.
 */
void pel_scale_dialog_show (GtkWindow *parent, PelWorkspace *workspace, double dx, double dy);

/**
 * pel_scale_question:
 * @um_x: width of a pixel in µm
 * @um_y: height of a pixel in µm
 * @median_um: median diameter of the cells with it, 0 where there are none
 *
 * Returns: (transfer full) (nullable): what is hard to believe about the scale, as a question
 */
char *pel_scale_question (double um_x, double um_y, double median_um) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
