/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-project.h"
#include "app/document/pel-training-job.h"

G_BEGIN_DECLS

/**
 * pel_training_job_follow:
 * @self: a training
 * @project: what it trains on
 *
 * Hands masks that are painted, corrected or accepted while the training runs over to it, a moment
 * after each is saved, until it has finished.
 */
void pel_training_job_follow (PelTrainingJob *self, PelProject *project);

G_END_DECLS
