/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-review.h"

G_BEGIN_DECLS

/* Comparing a prediction with the mask, the records and another prediction: plain data in, plain
 * data out, any thread. */

/* What measuring told of one predicted cell. */
typedef struct
{
  guint32 label;
  PelDoubtCell cell;
} PelReviewFigures;

typedef struct
{
  PelLabels *prediction; /* nullable */
  PelLabels *mask;
  GArray *figures;   /* of PelReviewFigures by rising label; nullable */
  GHashTable *infos; /* of the mask: label → PelCellInfo */
  char *path;        /* nullable: predictions/MODEL/NAME.tif; others are looked for beside it */

  /* In: what the last scan compared with; out: what this one did. All nullable. */
  char *other_path;
  gint64 other_time;
  PelLabels *other;

  GArray *cells; /* out: of PelReviewCell in order of doubt; NULL where it was cancelled */
  GCancellable *cancellable;
} PelReviewScan;

void pel_review_scan_run (PelReviewScan *scan);
void pel_review_scan_clear (PelReviewScan *scan);

G_END_DECLS
