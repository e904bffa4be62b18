/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-job.h"

G_BEGIN_DECLS

#define PEL_TYPE_IMPORT_CELLS_JOB (pel_import_cells_job_get_type ())
G_DECLARE_FINAL_TYPE (PelImportCellsJob, pel_import_cells_job, PEL, IMPORT_CELLS_JOB, PelJob)

/**
 * PelImportCellsJob:
 *
 * Reads files of cells in the background and gives them to the images that they belong to. An
 * image's cells take the place of its mask, as one step that can be undone, except where somebody
 * painted meanwhile: see pel_mask_draft_replace(). One bad file never stops the rest; it is named
 * in pel_import_cells_job_get_warnings().
 */

/**
 * pel_import_cells_job_new:
 * @images: (element-type PelImageDocument): images that may get cells
 * @paths: (array zero-terminated=1): label images, files of other programs, and folders of them
 *
 * Returns: (transfer full): the job
 */
PelImportCellsJob *pel_import_cells_job_new (GPtrArray *images, char **paths)
    G_GNUC_WARN_UNUSED_RESULT;

/* Before it runs. @image: one of the images; a single file whose name tells of no image, such as
 * RoiSet.zip, is for it. */
void pel_import_cells_job_set_open (PelImportCellsJob *self, PelImageDocument *image);

guint pel_import_cells_job_get_n_images (PelImportCellsJob *self);
guint pel_import_cells_job_get_n_cells (PelImportCellsJob *self);
/* Files that could not be read; the warnings say why. */
guint pel_import_cells_job_get_n_failed (PelImportCellsJob *self);
/* (transfer none) (element-type utf8): a sentence for whatever was left out */
GPtrArray *pel_import_cells_job_get_warnings (PelImportCellsJob *self);

G_END_DECLS
