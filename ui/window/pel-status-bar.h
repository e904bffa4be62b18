/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelStatusBar:
 *
 * The line below the picture: at the left what is under the pointer, at the right the work in the
 * background with the time it still needs and a button to stop it.
 */
#define PEL_TYPE_STATUS_BAR (pel_status_bar_get_type ())
G_DECLARE_FINAL_TYPE (PelStatusBar, pel_status_bar, PEL, STATUS_BAR, GtkWidget)

void pel_status_bar_set_workspace (PelStatusBar *self, PelWorkspace *workspace);

/**
 * pel_status_bar_set_hover:
 * @self: a status bar
 * @x: in image pixels; negative: the pointer is not over the image
 * @y: in image pixels
 * @value: the pixel's value as text
 * @label: the cell there, or 0
 */
void pel_status_bar_set_hover (PelStatusBar *self,
                               double x,
                               double y,
                               const char *value,
                               guint label);

/**
 * pel_status_bar_set_tool_status:
 * @self: a status bar
 * @status: (nullable): what the tool in the hand tells; stands before what is under the pointer
 */
void pel_status_bar_set_tool_status (PelStatusBar *self, const char *status);

/**
 * pel_status_bar_tell:
 * @self: a status bar
 * @text: what a key did
 *
 * Shows it for some seconds before what is under the pointer.
 */
void pel_status_bar_tell (PelStatusBar *self, const char *text);
/* (nullable): what it tells just now */
const char *pel_status_bar_get_notice (PelStatusBar *self);

/* The text at the left as it stands. */
const char *pel_status_bar_get_text (PelStatusBar *self);

G_END_DECLS
