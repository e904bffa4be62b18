/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-augment-strength.h"

#include <math.h>

static const char *const names[] = { "none", "gentle", "usual", "strong", "own" };

static const PelAugmentConfig unchanged = {
  .scale = 1.0,
  .elastic_grid = 3,
  .contrast = 1.0,
  .gamma = 1.0,
};

static void
multiply (PelAugmentConfig *augment, double by)
{
  augment->scale = MIN (pow (augment->scale, by), 2.0);
  augment->elastic = MIN (augment->elastic * by, 100.0);
  augment->brightness = MIN (augment->brightness * by, 10.0);
  augment->contrast = MIN (pow (augment->contrast, by), 10.0);
  augment->gamma = MIN (pow (augment->gamma, by), 10.0);
  augment->blur = MIN (augment->blur * by, 8.0);
  augment->noise = MIN (augment->noise * by, 10.0);
}

void
pel_train_config_set_augment_strength (PelTrainConfig *config, PelAugmentStrength strength)
{
  PelTrainConfig usual;

  g_return_if_fail (config != NULL);
  if (strength == PEL_AUGMENT_STRENGTH_OWN)
    return;
  if (strength == PEL_AUGMENT_STRENGTH_NONE)
    {
      config->augment = unchanged;
      return;
    }
  pel_train_config_init_preset (&usual, config->preset);
  config->augment = usual.augment;
  if (strength == PEL_AUGMENT_STRENGTH_GENTLE)
    multiply (&config->augment, 0.5);
  else if (strength == PEL_AUGMENT_STRENGTH_STRONG)
    multiply (&config->augment, 2.0);
}

const char *
pel_augment_strength_to_string (PelAugmentStrength strength)
{
  g_return_val_if_fail ((guint)strength < G_N_ELEMENTS (names), NULL);
  return names[strength];
}

gboolean
pel_augment_strength_from_string (const char *name, PelAugmentStrength *strength)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], name) == 0)
      {
        *strength = (PelAugmentStrength)i;
        return TRUE;
      }
  return FALSE;
}
