/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-list.h"
#include "ui/canvas/pel-display.h"
#include "ui/canvas/pel-label-colors.h"

G_BEGIN_DECLS

/**
 * PelCellColors:
 *
 * Colours that tell something about cells: their class, how sure the model is of their edge, or
 * their size. Made from the numbers of an image's cells and never changed; one owner, main thread.
 * The ramps run through blue, so that eyes that tell red from green badly can read them.
 */
typedef struct PelCellColors PelCellColors;

/* A class and its colour, 0xRRGGBB. */
typedef struct
{
  const char *name; /* interned; NULL for cells without one */
  guint32 color;
} PelClassColor;

/**
 * pel_cell_colors_new:
 * @by: what they tell; not %PEL_COLOR_BY_LABEL
 * @painted: (nullable): the mask's cells
 * @predicted: (nullable): the prediction's
 * @unit: of sizes, where the image is calibrated
 *
 * Returns: (transfer full): the colours
 */
PelCellColors *pel_cell_colors_new (PelColorBy by,
                                    PelCellList *painted,
                                    PelCellList *predicted,
                                    PelLengthUnit unit) G_GNUC_WARN_UNUSED_RESULT;
void pel_cell_colors_free (PelCellColors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCellColors, pel_cell_colors_free)

PelColorBy pel_cell_colors_get_by (const PelCellColors *self);
/* 0xRRGGBB; grey for cells of which nothing is known yet. */
guint32 pel_cell_colors_get (const PelCellColors *self, gboolean predicted, guint32 label);

/**
 * pel_cell_colors_get_range:
 * @self: colours by a number
 * @low: (out): the value of the ramp's left end
 * @high: (out): the value of its right end
 * @in_um: (out): whether these are micrometres
 *
 * Returns: whether there is a range: there is none by class, and none without cells
 */
gboolean pel_cell_colors_get_range (const PelCellColors *self,
                                    double *low,
                                    double *high,
                                    gboolean *in_um);
/* The colour at a place of the ramp, 0 to 1. */
guint32 pel_cell_colors_get_ramp (const PelCellColors *self, double at);
/* (transfer none) (array length=n): the classes there are */
const PelClassColor *pel_cell_colors_get_classes (const PelCellColors *self, guint *n);

/**
 * pel_cell_colors_get_slots:
 * @self: colours
 * @palette: (out caller-allocates): %PEL_LABEL_COLORS colours
 * @n_slots: (out): how many labels have a slot; those beyond have the last colour
 *
 * For drawing many labels fast.
 *
 * Returns: (transfer none): for every label of the mask the index of its colour
 */
const guint8 *pel_cell_colors_get_slots (const PelCellColors *self,
                                         guint32 *palette,
                                         guint *n_slots);

G_END_DECLS
