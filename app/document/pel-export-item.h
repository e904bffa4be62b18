/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-document-files.h"
#include "app/document/pel-document-types.h"
#include "engine/measure/pel-measure-report.h"

G_BEGIN_DECLS

/**
 * PelExportSource:
 * @PEL_EXPORT_MASKS: what the user has drawn or accepted
 * @PEL_EXPORT_PREDICTIONS: what the current model predicts
 * @PEL_EXPORT_BEST: of each image the mask, or the prediction where the mask is empty
 *
 * Which cells are exported.
 */
typedef enum
{
  PEL_EXPORT_MASKS,
  PEL_EXPORT_PREDICTIONS,
  PEL_EXPORT_BEST,
} PelExportSource;

/* One image of a project as a thread sees it: filled on the main thread, the rest read in the
 * thread. Zero-initialise. */
typedef struct
{
  char *name;
  char *group;
  char *calibration; /* where the scale comes from */
  char *model;       /* whose prediction it is */
  PelDocumentPaths paths;
  double um_x, um_y;
  PelDefinitions definitions; /* the project's */
  PelImage *image;
  PelLabels *mask;
  GHashTable *infos;
  PelLabels *prediction;
  PelImage *probability;
  double threshold;
  PelErrorScale error_scale;
} PelExportItem;

/* Main thread. FALSE where the project was closed. */
gboolean pel_export_item_init (PelExportItem *item, PelImageDocument *image, GError **error);
/* Appends an item for each of the documents in @images to @items. Main thread. FALSE where the
 * project was closed. */
gboolean pel_export_items_add (GArray *items, GPtrArray *images, GError **error);
void pel_export_item_clear (PelExportItem *item);

/* The rest is for the thread. */

/* Reads what is not there yet. */
gboolean pel_export_item_complete (PelExportItem *item, GCancellable *cancellable, GError **error);
/* Whether the cells come from the prediction; the labels to use in @labels, NULL for none. */
gboolean pel_export_item_choose (const PelExportItem *item,
                                 PelExportSource source,
                                 PelLabels **labels);
/* The probabilities that the labels come from, where there are some of their size; else NULL. */
const float *pel_export_item_get_map (const PelExportItem *item,
                                      PelLabels *labels,
                                      gboolean predicted);
/* (transfer full) (nullable) */
PelCellTable *pel_export_item_measure (const PelExportItem *item,
                                       PelLabels *labels,
                                       gboolean predicted,
                                       PelPool *pool,
                                       GCancellable *cancellable,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What is told about the image beside the table; its strings are the item's. */
void pel_export_item_describe (const PelExportItem *item,
                               gboolean predicted,
                               PelMeasuredImage *image);
/* The class that the user gave a cell, or NULL. */
const char *pel_export_item_get_class (guint32 label, gpointer infos);

G_END_DECLS
