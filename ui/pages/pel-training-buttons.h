/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-training-job.h"

G_BEGIN_DECLS

/**
 * PelTrainingButtons:
 *
 * The buttons that pause a training, stop it, or give it more time. Hidden while there is none.
 */
#define PEL_TYPE_TRAINING_BUTTONS (pel_training_buttons_get_type ())
G_DECLARE_FINAL_TYPE (PelTrainingButtons, pel_training_buttons, PEL, TRAINING_BUTTONS, GtkWidget)

/* @job: (nullable): the training that they act on; they are gone once it has finished */
void pel_training_buttons_set_job (PelTrainingButtons *self, PelTrainingJob *job);
/* Pauses the training under way, or lets it go on. */
void pel_training_buttons_toggle_paused (PelTrainingButtons *self);

G_END_DECLS
