/* SPDX-License-Identifier: MIT */
#include "app/document/pel-augment-choice.h"

struct _PelAugmentChoice
{
  GObject parent_instance;

  PelAugmentStrength strength;
  PelTrainConfig config; /* of which only the preset and the random changes count */
};

G_DEFINE_FINAL_TYPE (PelAugmentChoice, pel_augment_choice, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
pel_augment_choice_class_init (PelAugmentChoiceClass *klass)
{
  /**
   * PelAugmentChoice::changed:
   *
   * The word or a value is another one.
   */
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_augment_choice_init (PelAugmentChoice *self)
{
  self->strength = PEL_AUGMENT_STRENGTH_USUAL;
  pel_train_config_init_preset (&self->config, PEL_PRESET_QUICK);
}

PelAugmentChoice *
pel_augment_choice_new (void)
{
  return g_object_new (PEL_TYPE_AUGMENT_CHOICE, NULL);
}

static gboolean
is_equal (const PelAugmentConfig *a, const PelAugmentConfig *b)
{
  const double reals[][2] = {
    { a->rotation, b->rotation },
    { a->scale, b->scale },
    { a->elastic, b->elastic },
    { a->warp_share, b->warp_share },
    { a->brightness, b->brightness },
    { a->contrast, b->contrast },
    { a->gamma, b->gamma },
    { a->blur, b->blur },
    { a->blur_share, b->blur_share },
    { a->noise, b->noise },
    { a->noise_share, b->noise_share },
    { a->invert_share, b->invert_share },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reals); i++)
    if (reals[i][0] < reals[i][1] || reals[i][0] > reals[i][1])
      return FALSE;
  return a->flips == b->flips && a->elastic_grid == b->elastic_grid;
}

static void
take (PelAugmentChoice *self, PelAugmentStrength strength, const PelTrainConfig *config)
{
  gboolean changed =
      strength != self->strength || !is_equal (&config->augment, &self->config.augment);

  self->strength = strength;
  self->config = *config;
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
pel_augment_choice_set_preset (PelAugmentChoice *self, PelPreset preset)
{
  PelTrainConfig config;
  PelAugmentStrength strength;

  g_return_if_fail (PEL_IS_AUGMENT_CHOICE (self));

  strength =
      self->strength == PEL_AUGMENT_STRENGTH_OWN ? PEL_AUGMENT_STRENGTH_USUAL : self->strength;
  pel_train_config_init_preset (&config, preset);
  pel_train_config_set_augment_strength (&config, strength);
  take (self, strength, &config);
}

void
pel_augment_choice_set_strength (PelAugmentChoice *self, PelAugmentStrength strength)
{
  PelTrainConfig config;

  g_return_if_fail (PEL_IS_AUGMENT_CHOICE (self));

  config = self->config;
  pel_train_config_set_augment_strength (&config, strength);
  take (self, strength, &config);
}

PelAugmentStrength
pel_augment_choice_get_strength (PelAugmentChoice *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_CHOICE (self), PEL_AUGMENT_STRENGTH_USUAL);

  return self->strength;
}

void
pel_augment_choice_set_config (PelAugmentChoice *self, const PelAugmentConfig *augment)
{
  PelTrainConfig config;

  g_return_if_fail (PEL_IS_AUGMENT_CHOICE (self));
  g_return_if_fail (augment != NULL);

  if (is_equal (augment, &self->config.augment))
    return;
  config = self->config;
  config.augment = *augment;
  take (self, PEL_AUGMENT_STRENGTH_OWN, &config);
}

const PelAugmentConfig *
pel_augment_choice_get_config (PelAugmentChoice *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_CHOICE (self), NULL);

  return &self->config.augment;
}

/* Own values go through the very text that a model keeps its configuration as. */
char *
pel_augment_choice_to_text (PelAugmentChoice *self)
{
  g_return_val_if_fail (PEL_IS_AUGMENT_CHOICE (self), NULL);

  return self->strength == PEL_AUGMENT_STRENGTH_OWN
             ? pel_train_config_to_json (&self->config)
             : g_strdup (pel_augment_strength_to_string (self->strength));
}

void
pel_augment_choice_set_text (PelAugmentChoice *self, const char *text)
{
  PelTrainConfig config, read;
  PelAugmentStrength strength = PEL_AUGMENT_STRENGTH_USUAL;

  g_return_if_fail (PEL_IS_AUGMENT_CHOICE (self));

  config = self->config;
  if (text != NULL && text[0] == '{' && pel_train_config_from_json (&read, text, NULL))
    {
      strength = PEL_AUGMENT_STRENGTH_OWN;
      config.augment = read.augment;
    }
  else if (text != NULL && pel_augment_strength_from_string (text, &strength) &&
           strength == PEL_AUGMENT_STRENGTH_OWN)
    strength = PEL_AUGMENT_STRENGTH_USUAL;
  pel_train_config_set_augment_strength (&config, strength);
  take (self, strength, &config);
}
