/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-augment-choice.h"
#include "app/document/pel-model-entry.h"
#include "engine/train/pel-train-config.h"

G_BEGIN_DECLS

/**
 * PelTrainingForm:
 *
 * The controls that make up a #PelTrainConfig: borrowed from the page, which owns them.
 */
typedef struct
{
  GtkSpinButton *minutes;
  GtkDropDown *preset;
  GtkDropDown *task;
  GtkDropDown *separator;
  GtkSpinButton *base_channels;
  GtkSpinButton *depth;
  GtkSpinButton *patch;
  GtkSpinButton *batch;
  GtkSpinButton *rate;
  GtkDropDown *loss;
  GtkDropDown *optimizer;
  GtkSpinButton *seed;
  PelAugmentChoice *augment;
} PelTrainingForm;

/* Sets every control to what the preset chosen in the form stands for. */
void pel_training_form_load_preset (PelTrainingForm *form);

/* Shows the shape that the network gets from a model to start from, which can then not be changed;
 * @init: (nullable): none */
void pel_training_form_set_init (PelTrainingForm *form, PelModelEntry *init);

/* Calls @changed, with @object alone, when a control is changed that makes another network or other
 * steps; not for the time. */
void pel_training_form_connect (PelTrainingForm *form, GCallback changed, gpointer object);

/**
 * pel_training_form_read:
 * @form: the controls
 * @config: (out): what they say
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with @error set where a value cannot be used
 */
gboolean pel_training_form_read (PelTrainingForm *form, PelTrainConfig *config, GError **error);

/* Handlers of the fields in which a zero means that the program chooses: they say so in a word. */
gboolean pel_training_form_write_auto (GtkSpinButton *button, gpointer data);
int pel_training_form_read_auto (GtkSpinButton *button, double *value, gpointer data);

G_END_DECLS
