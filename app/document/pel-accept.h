/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-edit-job.h"

G_BEGIN_DECLS

/**
 * pel_accept_job_new:
 * @image: an image
 * @labels: (nullable): predicted cells, or %NULL for all
 * @n_labels: how many
 *
 * Takes predicted cells into the mask as one undo step, under new labels. Cells drawn or corrected
 * by hand are never replaced: predicted cells are clipped at them, and skipped where less than half
 * would remain or where they cover the same cell. Earlier, untouched cells from a model make way.
 * What is painted meanwhile counts like what was there before.
 *
 * pel_edit_job_get_count() tells how many cells were taken.
 *
 * Returns: (transfer full) (nullable): the job, or %NULL where there is no mask or no prediction of
 *   its size
 */
PelEditJob *pel_accept_job_new (PelImageDocument *image, const guint32 *labels, guint n_labels)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_image_document_accept_cell:
 * @self: a loaded image with a prediction
 * @label: one predicted cell
 * @bounds: all of its pixels lie here
 *
 * The same for one cell, at once: it looks at no other place than where cells are that change.
 *
 * Returns: whether the cell was taken
 */
gboolean pel_image_document_accept_cell (PelImageDocument *self,
                                         guint32 label,
                                         const PelRect *bounds);

G_END_DECLS
