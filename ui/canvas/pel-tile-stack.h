/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-cell-marks.h"
#include "ui/canvas/pel-tile-layer.h"

G_BEGIN_DECLS

#define PEL_TILE_STACK_MAX_LAYERS 4
#define PEL_TILE_STACK_MAX_MARKS 2

/**
 * PelTileStack:
 *
 * Layers of tiles and the tags over them for the software renderer: what stays the same from one
 * frame to the next is put together into one opaque picture for each tile, so that a frame copies
 * it instead of blending every layer and drawing every tag anew. What changes, such as the tiles
 * under the brush, is drawn layer by layer. Both look the same. Main thread only.
 */
typedef struct PelTileStack PelTileStack;

PelTileStack *pel_tile_stack_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_tile_stack_free (PelTileStack *self);

/**
 * pel_tile_stack_snapshot:
 * @layers: (array length=n_layers): from below; of one size and at one scale, the first one opaque,
 *   their target PEL_TILE_TARGET_SURFACES
 * @n_layers: at most PEL_TILE_STACK_MAX_LAYERS
 * @marks: (array length=n_marks): whose tags are written over the layers; placed for this frame
 * @n_marks: at most PEL_TILE_STACK_MAX_MARKS
 * @widget: for its font
 * @snapshot: in widget pixels
 * @visible: device pixels of the picture to show; may reach beyond it
 * @device_scale: device pixels per widget pixel
 *
 * Appends the visible tiles and has the missing ones made.
 */
void pel_tile_stack_snapshot (PelTileStack *self,
                              PelTileLayer *const *layers,
                              guint n_layers,
                              PelCellMarks *const *marks,
                              guint n_marks,
                              GtkWidget *widget,
                              GtkSnapshot *snapshot,
                              const PelRect *visible,
                              gint device_scale);

/* How many tiles of the last snapshot were put together beforehand. */
guint pel_tile_stack_get_n_merged (PelTileStack *self);

G_END_DECLS
