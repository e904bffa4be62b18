/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelStackBar:
 *
 * Where one is in a stack: a slider for z, one for t, or one for the pages of a file that does not
 * say what they are, and a chooser of channels. Shown only for images that have more than one of
 * anything. Each page is an image of the project of its own, so that a slider chooses the image.
 */
#define PEL_TYPE_STACK_BAR (pel_stack_bar_get_type ())
G_DECLARE_FINAL_TYPE (PelStackBar, pel_stack_bar, PEL, STACK_BAR, GtkWidget)

typedef enum
{
  PEL_STACK_PLANE, /* z, or pages where the file does not tell */
  PEL_STACK_TIME,
  PEL_STACK_CHANNEL,
} PelStackAxis;

/* To the next, or with -1 the one before; not beyond the ends. Returns whether there was one. */
gboolean pel_stack_bar_step (PelStackBar *self, PelStackAxis axis, int by);
/* (transfer full): where the stack stands on an axis, for people: "z 3 of 7", "Channel 2" */
char *pel_stack_bar_dup_place (PelStackBar *self, PelStackAxis axis) G_GNUC_WARN_UNUSED_RESULT;

GtkWidget *pel_stack_bar_new (PelWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
