/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "engine/train/pel-train-config.h"

G_BEGIN_DECLS

#define PEL_TYPE_AUGMENT_JOB (pel_augment_job_get_type ())
G_DECLARE_FINAL_TYPE (PelAugmentJob, pel_augment_job, PEL, AUGMENT_JOB, PelJob)

/* So many images are read for it at most. */
#define PEL_AUGMENT_MAX_IMAGES 24

/**
 * PelAugmentJob:
 *
 * Pictures of patches as a training would see them, with its random changes and the outlines of the
 * cells, made in the background. Short work, which does not wait for a training.
 */

/**
 * pel_augment_job_new:
 * @config: how the training would be; copied
 * @items: (element-type PelTrainingItem): what it would learn from; those held out are left aside,
 *   and of more than %PEL_AUGMENT_MAX_IMAGES some are drawn by the seed. A reference is kept, and
 * it must not change
 * @init_path: (nullable): the model that it would start from
 * @n_patches: how many, from 1 to 64
 *
 * The first patches that the training would be given.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelAugmentJob *pel_augment_job_new (const PelTrainConfig *config,
                                    GPtrArray *items,
                                    const char *init_path,
                                    guint n_patches) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_augment_job_new_next:
 * @before: a job that is done
 *
 * The patches after those of @before, of the same images, which are not read again.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelAugmentJob *pel_augment_job_new_next (PelAugmentJob *before) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_augment_job_new_again:
 * @before: a job that is done
 *
 * The same patches as @before, for other random changes; images are not read again.
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelAugmentJob *pel_augment_job_new_again (PelAugmentJob *before) G_GNUC_WARN_UNUSED_RESULT;

/* Other random changes than those of the configuration; before the job is submitted. */
void pel_augment_job_set_augment (PelAugmentJob *self, const PelAugmentConfig *augment);

/* How many patches there are; 0 until it is done. */
guint pel_augment_job_get_n_patches (PelAugmentJob *self);
/* Side of every picture in pixels. */
guint pel_augment_job_get_side (PelAugmentJob *self);

/**
 * pel_augment_job_get_picture:
 * @self: a job that is done
 * @index: of the patch
 * @changed: with the random changes, or the same place without them
 *
 * Cells are outlined, and what does not count is dimmed and hatched.
 *
 * Returns: (transfer none): side x side pixels of red, green and blue, row by row
 */
GBytes *pel_augment_job_get_picture (PelAugmentJob *self, guint index, gboolean changed);

/* How the random changes are drawn, with everything chosen; NULL until it is done. */
const PelAugmentConfig *pel_augment_job_get_config (PelAugmentJob *self);

G_END_DECLS
