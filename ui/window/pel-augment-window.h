/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-augment-choice.h"
#include "engine/train/pel-train-config.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelAugmentWindow:
 *
 * Pieces of the images as a training will see them: a grid of patches after their random changes,
 * with the outlines of the cells, and the same places unchanged at the press of a button. More can
 * be drawn. How strong the changes are is chosen beside them, and they follow at once. Made in the
 * background.
 */
#define PEL_TYPE_AUGMENT_WINDOW (pel_augment_window_get_type ())
G_DECLARE_FINAL_TYPE (PelAugmentWindow, pel_augment_window, PEL, AUGMENT_WINDOW, AdwWindow)

/* Draws at once, and again when @choice changes, which it also has the controls of. @init_path:
 * (nullable): the model that the training would start from */
GtkWidget *pel_augment_window_new (PelWorkspace *workspace,
                                   const PelTrainConfig *config,
                                   const char *init_path,
                                   PelAugmentChoice *choice,
                                   GtkWindow *parent) G_GNUC_WARN_UNUSED_RESULT;
/* Other patches, in place of those that may just be drawn. */
void pel_augment_window_draw_again (PelAugmentWindow *self);
/* "drawing" before the first result, "result" or "problem" */
const char *pel_augment_window_get_page (PelAugmentWindow *self);
gboolean pel_augment_window_get_drawing (PelAugmentWindow *self);
/* How often patches have been drawn. */
guint pel_augment_window_get_n_drawn (PelAugmentWindow *self);

G_END_DECLS
