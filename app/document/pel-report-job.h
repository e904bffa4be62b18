/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-types.h"
#include "app/document/pel-job.h"
#include "engine/report/pel-sheet.h"

G_BEGIN_DECLS

/**
 * PelReportJob:
 *
 * Writes a report of a project as a PDF file: a page for all images together, and before it one for
 * each where that is asked for.
 * Of each image its painted cells count; where nothing is painted, the predicted ones. Main thread.
 */
#define PEL_TYPE_REPORT_JOB (pel_report_job_get_type ())
G_DECLARE_FINAL_TYPE (PelReportJob, pel_report_job, PEL, REPORT_JOB, PelJob)

/**
 * pel_report_job_new:
 * @images: (element-type PelImageDocument): the images
 * @title: the title of the page for all
 * @path: the PDF file
 *
 * Returns: (transfer full): a job that was not yet submitted
 */
PelReportJob *pel_report_job_new (GPtrArray *images, const char *title, const char *path)
    G_GNUC_WARN_UNUSED_RESULT;

/* Before it starts: a page for each image too, before the one for all. */
void pel_report_job_set_each (PelReportJob *self, gboolean each);
/* Before it starts: classes of the cells without one of the user's, (nullable). */
void pel_report_job_set_rules (PelReportJob *self, const PelRules *rules);
/* Before it starts: the measurement, a length; the equivalent diameter otherwise. */
void pel_report_job_set_quantity (PelReportJob *self, PelQuantityId quantity);
/* Before it starts: by whose definitions cells are measured; the project's otherwise. */
void pel_report_job_set_definitions (PelReportJob *self, PelDefinitions definitions);
/* Before it starts: the size of the pages; the locale's otherwise. */
void pel_report_job_set_paper (PelReportJob *self, PelPaper paper);

const char *pel_report_job_get_path (PelReportJob *self);
/* Once finished. */
guint pel_report_job_get_n_images (PelReportJob *self);
/* Once finished: (transfer none) (element-type utf8): a sentence for every image left out */
GPtrArray *pel_report_job_get_warnings (PelReportJob *self);

G_END_DECLS
