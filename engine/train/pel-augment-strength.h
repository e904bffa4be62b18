/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/train/pel-train-config.h"

/**
 * PelAugmentStrength:
 * @PEL_AUGMENT_STRENGTH_NONE: patches are shown as they are, not even mirrored
 * @PEL_AUGMENT_STRENGTH_GENTLE: half of the usual changes
 * @PEL_AUGMENT_STRENGTH_USUAL: what the preset has
 * @PEL_AUGMENT_STRENGTH_STRONG: twice the usual changes
 * @PEL_AUGMENT_STRENGTH_OWN: values that somebody chose one by one
 *
 * How much training patches are changed at random, in a word.
 */
typedef enum
{
  PEL_AUGMENT_STRENGTH_NONE,
  PEL_AUGMENT_STRENGTH_GENTLE,
  PEL_AUGMENT_STRENGTH_USUAL,
  PEL_AUGMENT_STRENGTH_STRONG,
  PEL_AUGMENT_STRENGTH_OWN,
} PelAugmentStrength;

/**
 * pel_train_config_set_augment_strength:
 * @config: its preset says what is usual
 * @strength: how much; %PEL_AUGMENT_STRENGTH_OWN leaves the values as they are
 *
 * Sets all random changes of @config. Distances and amounts are multiplied, factors raised to that
 * power, each kept within its range. By how much a patch is turned, whether it is mirrored, and
 * which share of the patches is changed are the preset's unless there are to be no changes at all:
 * cells have no upper side.
 */
void pel_train_config_set_augment_strength (PelTrainConfig *config, PelAugmentStrength strength);

/* "none", "gentle", "usual", "strong", "own"; not translated. */
const char *pel_augment_strength_to_string (PelAugmentStrength strength);
gboolean pel_augment_strength_from_string (const char *name, PelAugmentStrength *strength);
