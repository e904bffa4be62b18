/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>
#include "engine/train/pel-augment-strength.h"

G_BEGIN_DECLS

#define PEL_TYPE_AUGMENT_CHOICE (pel_augment_choice_get_type ())
G_DECLARE_FINAL_TYPE (PelAugmentChoice, pel_augment_choice, PEL, AUGMENT_CHOICE, GObject)

/**
 * PelAugmentChoice:
 *
 * How much the patches of the next training will be changed at random: a word, or values of one's
 * own. Shared by every control that shows it and by the pictures that follow it; "changed" tells
 * when it is different. For the main thread.
 */
PelAugmentChoice *pel_augment_choice_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* What is usual. A word stays and means other values; own values give way to what is usual. */
void pel_augment_choice_set_preset (PelAugmentChoice *self, PelPreset preset);

/* %PEL_AUGMENT_STRENGTH_OWN keeps the values there are. */
void pel_augment_choice_set_strength (PelAugmentChoice *self, PelAugmentStrength strength);
PelAugmentStrength pel_augment_choice_get_strength (PelAugmentChoice *self);

/* Values of one's own, unless they are those there are. */
void pel_augment_choice_set_config (PelAugmentChoice *self, const PelAugmentConfig *augment);
const PelAugmentConfig *pel_augment_choice_get_config (PelAugmentChoice *self);

/**
 * pel_augment_choice_to_text:
 * @self: a choice
 *
 * Returns: (transfer full): the choice as a project's settings keep it
 */
char *pel_augment_choice_to_text (PelAugmentChoice *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_augment_choice_set_text:
 * @self: a choice
 * @text: (nullable): from pel_augment_choice_to_text(), not trusted; what cannot be read is as
 * usual
 */
void pel_augment_choice_set_text (PelAugmentChoice *self, const char *text);

G_END_DECLS
