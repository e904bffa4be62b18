/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelWindow:
 *
 * One window for one project: images at the left, the picture in the middle, which never goes away,
 * and at the right the page of the mode. Without a project it shows the start page.
 */
#define PEL_TYPE_WINDOW (pel_window_get_type ())
G_DECLARE_FINAL_TYPE (PelWindow, pel_window, PEL, WINDOW, AdwApplicationWindow)

/* @application: (nullable): none in tests */
PelWindow *pel_window_new (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;

PelWorkspace *pel_window_get_workspace (PelWindow *self);

/**
 * pel_window_open_folder:
 * @self: a window
 * @folder: a project, or a folder of images
 *
 * Opens a project in this window, in place of the one it shows.
 */
void pel_window_open_folder (PelWindow *self, GFile *folder);

/**
 * pel_window_add_files:
 * @self: a window
 * @files: (element-type GFile): images, or a single folder
 *
 * What was dropped on the window or given on the command line: images join the project, and where
 * there is none they become one. A single folder dropped on a window without a project is opened.
 */
void pel_window_add_files (PelWindow *self, GPtrArray *files);

/* The mode: "annotate", "train", "review" or "measure". */
const char *pel_window_get_mode (PelWindow *self);
void pel_window_set_mode (PelWindow *self, const char *mode);

G_END_DECLS
