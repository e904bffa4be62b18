/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-augment-choice.h"
#include "engine/train/pel-train-config.h"
#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelTrainPage:
 *
 * The inspector while training: what is learnt from, how long and how, then progress and curves,
 * and the models there are. The work itself is a [class@TrainingJob] of the workspace's runner, so
 * the page may be hidden, and the window used for anything else, while it goes on.
 */
#define PEL_TYPE_TRAIN_PAGE (pel_train_page_get_type ())
G_DECLARE_FINAL_TYPE (PelTrainPage, pel_train_page, PEL, TRAIN_PAGE, GtkWidget)

GtkWidget *pel_train_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_train_page_set_workspace (PelTrainPage *self, PelWorkspace *workspace);

/* Starts a training with the choices on the page, or pauses the one under way, or goes on. */
void pel_train_page_toggle (PelTrainPage *self);
/* Goes on with the training that was interrupted, where there is one. */
void pel_train_page_resume (PelTrainPage *self);
/* Ten minutes more: for the training under way, or for the model in use. */
void pel_train_page_train_more (PelTrainPage *self);
/* Trains a model ten minutes further: where it was interrupted, or on top of what it has. */
void pel_train_page_go_on (PelTrainPage *self, PelModelEntry *entry);
/* Sets the page up for a new model that starts from this one. */
void pel_train_page_start_from (PelTrainPage *self, PelModelEntry *entry);
/* Whether the button to start is shown as the next step. */
void pel_train_page_set_suggested (PelTrainPage *self, gboolean suggested);
/* Whether a training could start now. */
gboolean pel_train_page_get_can_start (PelTrainPage *self);

/* (transfer none): how much the next training changes its pieces at random */
PelAugmentChoice *pel_train_page_get_augment (PelTrainPage *self);

/**
 * pel_train_page_read_plan:
 * @self: the page
 * @config: (out): how a training would be, by the choices on the page
 * @init_path: (out) (transfer full) (nullable): the model that it would start from
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with @error set where a value cannot be used
 */
gboolean pel_train_page_read_plan (PelTrainPage *self,
                                   PelTrainConfig *config,
                                   char **init_path,
                                   GError **error);

G_END_DECLS
