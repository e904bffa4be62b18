/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-export-item.h"
#include "app/document/pel-job.h"

G_BEGIN_DECLS

/**
 * PelStudyImage:
 * @name: the image's name
 * @group: its group, empty for none
 * @predicted: whether the cells are the prediction's
 * @table: (nullable): its cells; %NULL where it has none or cannot be read
 * @infos: (nullable): what the user said of its cells, by label, as pel_export_item_get_class()
 * reads
 *
 * What was measured in one image.
 */
typedef struct
{
  char *name;
  char *group;
  gboolean predicted;
  PelCellTable *table;
  GHashTable *infos;
} PelStudyImage;

#define PEL_TYPE_STUDY_JOB (pel_study_job_get_type ())
G_DECLARE_FINAL_TYPE (PelStudyJob, pel_study_job, PEL, STUDY_JOB, PelJob)

/**
 * pel_study_job_new:
 * @images: (element-type PelImageDocument): of one project
 *
 * Measures the cells of all images, of each its mask, or its prediction where the mask is empty.
 *
 * Returns: (transfer full): a job
 */
PelStudyJob *pel_study_job_new (GPtrArray *images) G_GNUC_WARN_UNUSED_RESULT;
/* (transfer none) (element-type PelStudyImage): once finished, an entry for each image */
GPtrArray *pel_study_job_get_images (PelStudyJob *self);

G_END_DECLS
