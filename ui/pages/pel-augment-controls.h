/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-augment-choice.h"

G_BEGIN_DECLS

/* Controls of the random changes. Any number of them may show one choice; all follow it. */

/**
 * pel_augment_strength_bind:
 * @drop_down: filled with the words for how strong the changes are
 * @choice: what it shows and sets; a reference is kept while there is the control
 */
void pel_augment_strength_bind (GtkDropDown *drop_down, PelAugmentChoice *choice);

/**
 * pel_augment_values_new:
 * @choice: what it shows and sets; a reference is kept
 *
 * Returns: (transfer floating): every value by itself, with its name and what it means
 */
GtkWidget *pel_augment_values_new (PelAugmentChoice *choice) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
