/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"
#include "app/document/pel-mask-draft.h"

G_BEGIN_DECLS

#define PEL_TYPE_EDIT_JOB (pel_edit_job_get_type ())
G_DECLARE_FINAL_TYPE (PelEditJob, pel_edit_job, PEL, EDIT_JOB, PelJob)

/**
 * PelEditJob:
 *
 * pel_image_document_edit_async() as a job, so that an edit of a whole mask can be watched and
 * given up, and a window waits for it before it closes. It never waits for other jobs.
 */

/**
 * pel_edit_job_new:
 * @image: an image with a mask
 * @title: what is going on, for people
 * @name: the undo step's name
 * @func: called in a thread, again where somebody painted meanwhile
 * @data: (transfer full): for @func
 * @destroy: (nullable): frees @data
 *
 * Returns: (transfer full): the job
 */
PelEditJob *pel_edit_job_new (PelImageDocument *image,
                              const char *title,
                              const char *name,
                              PelMaskEditFunc func,
                              gpointer data,
                              GDestroyNotify destroy) G_GNUC_WARN_UNUSED_RESULT;

PelImageDocument *pel_edit_job_get_image (PelEditJob *self);
/* Once it is done: whether there is a new step in the history. */
gboolean pel_edit_job_get_changed (PelEditJob *self);
/* Once it is done: how many cells the edit was about, see pel_mask_draft_set_count(). */
guint pel_edit_job_get_count (PelEditJob *self);

G_END_DECLS
