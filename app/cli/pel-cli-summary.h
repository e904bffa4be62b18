/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-measure.h"

/**
 * PelCliSummary:
 *
 * Mean, spread and range of every quantity, for each image and for all together. One owner.
 */
typedef struct PelCliSummary PelCliSummary;

PelCliSummary *pel_cli_summary_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_cli_summary_free (PelCliSummary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCliSummary, pel_cli_summary_free)

/* Takes in the cells of one page of an image; @page from 1. */
void pel_cli_summary_add (PelCliSummary *self,
                          const char *image,
                          guint page,
                          const PelCellTable *table);

/**
 * pel_cli_summary_write:
 * @self: a summary
 * @path: the file to create or replace
 * @error: return location for a `GError`
 *
 * Writes CSV with the columns `image,page,quantity,unit,cells,mean,sd,median,min,max`, one row for
 * each image and quantity, and rows with an empty image for all images together. `sd` divides by
 * cells - 1. Cells in which a quantity is empty do not count for it. Where cells were measured by
 * another program's definitions, a last column `definitions` names them.
 *
 * Returns: whether the file is complete
 */
gboolean pel_cli_summary_write (const PelCliSummary *self, const char *path, GError **error);
