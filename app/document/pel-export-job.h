/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-export-item.h"
#include "app/document/pel-job.h"
#include "engine/exchange/pel-export-format.h"

G_BEGIN_DECLS

#define PEL_TYPE_EXPORT_JOB (pel_export_job_get_type ())
G_DECLARE_FINAL_TYPE (PelExportJob, pel_export_job, PEL, EXPORT_JOB, PelJob)

/**
 * PelExportJob:
 *
 * Writes measurements or label images in the background. One bad image never stops the rest; it is
 * named in pel_export_job_get_warnings().
 */

/**
 * pel_export_job_new_csv:
 * @images: (element-type PelImageDocument): what to measure, in this order
 * @source: whose cells
 * @path: the file to write; replaced in one go when all is done
 *
 * Returns: (transfer full): a job that writes one table of all cells, with the columns of the
 * manual
 */
PelExportJob *pel_export_job_new_csv (GPtrArray *images, PelExportSource source, const char *path)
    G_GNUC_WARN_UNUSED_RESULT;
/* (transfer full): a job that writes NAME.tif, 16 or 32 bit, for every image into @folder, made
 * where needed */
PelExportJob *pel_export_job_new_labels (GPtrArray *images,
                                         PelExportSource source,
                                         const char *folder) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_export_job_new_cells:
 * @images: (element-type PelImageDocument): whose cells to write
 * @source: which cells
 * @format: what to write
 * @path: a folder, or a file, as for pel_exporter_new()
 *
 * Returns: (transfer full): a job that writes cells for other programs
 */
PelExportJob *pel_export_job_new_cells (GPtrArray *images,
                                        PelExportSource source,
                                        PelExportFormat format,
                                        const char *path) G_GNUC_WARN_UNUSED_RESULT;

/* The file or folder written. */
const char *pel_export_job_get_path (PelExportJob *self);
guint pel_export_job_get_n_cells (PelExportJob *self);
guint pel_export_job_get_n_images (PelExportJob *self);
/* (transfer none) (element-type utf8): a sentence for every image left out */
GPtrArray *pel_export_job_get_warnings (PelExportJob *self);

/* Before it starts, for a table: classes of the cells without one of the user's, (nullable). */
void pel_export_job_set_rules (PelExportJob *self, const PelRules *rules);
/* Before it starts: measure by these definitions in place of the project's. */
void pel_export_job_set_definitions (PelExportJob *self, PelDefinitions definitions);
/* Once finished: images whose lengths are in pixels only. */
guint pel_export_job_get_n_without_scale (PelExportJob *self);

G_END_DECLS
