/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "engine/core/pel-pool.h"
#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/measure/pel-error-scale.h"
#include "engine/measure/pel-measure.h"
#include "engine/measure/pel-rules.h"
#include "engine/segment/pel-contour.h"

G_BEGIN_DECLS

typedef struct _PelCell PelCell;
typedef struct _PelCellList PelCellList;
typedef struct _PelImageDocument PelImageDocument;
typedef struct _PelJob PelJob;
typedef struct _PelJobRunner PelJobRunner;
typedef struct _PelMask PelMask;
typedef struct _PelModelEntry PelModelEntry;
typedef struct _PelProject PelProject;
typedef struct _PelReview PelReview;
typedef struct _PelUndo PelUndo;

/**
 * PelCellOrigin:
 * @PEL_CELL_ORIGIN_HAND: drawn by the user
 * @PEL_CELL_ORIGIN_MODEL: taken from a prediction as it was
 * @PEL_CELL_ORIGIN_CORRECTED: taken from a prediction, then changed by the user
 *
 * Where a cell's outline comes from.
 */
typedef enum
{
  PEL_CELL_ORIGIN_HAND,
  PEL_CELL_ORIGIN_MODEL,
  PEL_CELL_ORIGIN_CORRECTED,
} PelCellOrigin;

/**
 * PelCellInfo:
 * @class_name: (nullable): the cell's class as an interned string, or %NULL for none
 * @origin: where the outline comes from
 * @reviewed: whether the user has looked at it and agreed
 * @confidence: the model's confidence in [0, 1], negative where there is none
 * @rejected_x: for a rejected prediction, a pixel well within what the model took for a cell
 * @rejected_y: the same
 * @rejected_size: how many pixels that had; 0 for every real cell
 *
 * What is remembered of a cell beside its pixels. A value to be copied freely. A predicted cell
 * that the user rejected has a record too, under a label without pixels, so that the verdict is
 * saved and undone as everything else is.
 */
typedef struct
{
  const char *class_name;
  PelCellOrigin origin;
  gboolean reviewed;
  double confidence;
  gint32 rejected_x, rejected_y;
  guint32 rejected_size;
} PelCellInfo;

#define PEL_TYPE_RECT (pel_rect_get_type ())
GType pel_rect_get_type (void);

/* Names as files have them: "hand", "model", "corrected". Unknown names read as hand. */
const char *pel_cell_origin_to_string (PelCellOrigin origin);
PelCellOrigin pel_cell_origin_from_string (const char *string);

/* A cell without history: drawn by hand, no class, not reviewed, no confidence. */
void pel_cell_info_init (PelCellInfo *info);
/* Whether somebody answers for the outline: drawn or corrected by hand, or looked at and agreed
 * with. What was taken with a whole prediction is a model's. */
gboolean pel_cell_info_is_users (const PelCellInfo *info);
gboolean pel_cell_info_equal (const PelCellInfo *a, const PelCellInfo *b);

G_END_DECLS
