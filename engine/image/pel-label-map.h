/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-labels.h"

/**
 * PelLabelMap:
 *
 * A label image that can be painted: one owner, one thread at a time. It shares its tiles with
 * the snapshots taken from it and copies a tile before the first change after a snapshot, so a
 * snapshot costs one reference per tile and painting costs the tiles that it touches.
 */
typedef struct PelLabelMap PelLabelMap;

/**
 * pel_label_map_new:
 * @width: columns, 1 to %PEL_LABELS_MAX_SIZE
 * @height: rows, 1 to %PEL_LABELS_MAX_SIZE
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): a map that is all background, or %NULL with
 *   `PEL_ENGINE_ERROR_BAD_SHAPE` or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
PelLabelMap *pel_label_map_new (guint width, guint height, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_map_new_from_labels:
 * @labels: the labels to begin with; its tiles are shared until they are painted
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the map, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
PelLabelMap *pel_label_map_new_from_labels (const PelLabels *labels, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

void pel_label_map_free (PelLabelMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelLabelMap, pel_label_map_free)

guint pel_label_map_get_width (const PelLabelMap *self);
guint pel_label_map_get_height (const PelLabelMap *self);
guint pel_label_map_get_n_tiles_x (const PelLabelMap *self);
guint pel_label_map_get_n_tiles_y (const PelLabelMap *self);

/**
 * pel_label_map_snapshot:
 * @self: a map
 *
 * Freezes the labels as they are now. The snapshot may go to any thread; @self may be painted
 * on at once.
 *
 * Returns: (transfer full): the labels
 */
PelLabels *pel_label_map_snapshot (PelLabelMap *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_map_get:
 * @self: a map
 * @x: column
 * @y: row
 *
 * Returns: the label at a pixel; 0 outside the image
 */
guint32 pel_label_map_get (const PelLabelMap *self, gint x, gint y);

/**
 * pel_label_map_read:
 * @self: a map
 * @rect: the block to read; outside the image labels read as 0
 * @out: (out): room for @rect, row by row
 * @stride: labels from one row of @out to the next
 */
void pel_label_map_read (const PelLabelMap *self, const PelRect *rect, guint32 *out, gsize stride);

/**
 * pel_label_map_fill_span:
 * @self: a map
 * @y: row
 * @x0: first column
 * @x1: the column after the last
 * @label: what to write
 *
 * What lies outside the image is left out. A tile in which nothing changes is not copied.
 */
void pel_label_map_fill_span (PelLabelMap *self, gint y, gint x0, gint x1, guint32 label);

/**
 * pel_label_map_write:
 * @self: a map
 * @rect: the block to write; what lies outside the image is left out
 * @data: labels, row by row
 * @stride: labels from one row of @data to the next
 *
 * A tile in which nothing changes is not copied; a tile that now holds one value is stored as
 * one value.
 */
void pel_label_map_write (PelLabelMap *self,
                          const PelRect *rect,
                          const guint32 *data,
                          gsize stride);

/**
 * pel_label_map_compact:
 * @self: a map
 * @rect: (nullable): where to look, or %NULL for the whole image
 *
 * Stores the tiles that hold one value as one value, those of few labels with as many bits a
 * pixel as that takes, and those that need only 16 bits in 16 bits. Call it at the end of a stroke.
 */
void pel_label_map_compact (PelLabelMap *self, const PelRect *rect);

/**
 * pel_label_map_compact_tile:
 * @self: a map
 * @tile: index of a tile
 *
 * The same for one tile.
 */
void pel_label_map_compact_tile (PelLabelMap *self, guint tile);

/**
 * pel_label_map_ref_tile:
 * @self: a map
 * @tile: index of a tile, ty * n_tiles_x + tx
 *
 * Keeps the tile as it is now: the map copies it before it paints there again.
 *
 * Returns: (transfer full): the tile
 */
PelLabelTile *pel_label_map_ref_tile (PelLabelMap *self, guint tile) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_map_peek_tile:
 * @self: a map
 * @tile: index of a tile
 *
 * Returns: (transfer none): the tile, valid until the map is next changed
 */
PelLabelTile *pel_label_map_peek_tile (const PelLabelMap *self, guint tile);

/**
 * pel_label_map_swap_tile:
 * @self: a map
 * @tile: index of a tile
 * @replacement: (transfer full): what takes its place; labels that it holds outside the image
 *   are cleared
 *
 * One call undoes and the same call with the result redoes.
 *
 * Returns: (transfer full): the tile that was there
 */
PelLabelTile *pel_label_map_swap_tile (PelLabelMap *self, guint tile, PelLabelTile *replacement)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_map_swap_all:
 * @self: a map
 * @replacement: labels of the map's size
 *
 * Puts other labels in the place of all there are. Costs as much as a snapshot.
 *
 * Returns: (transfer full): the labels that were there
 */
PelLabels *pel_label_map_swap_all (PelLabelMap *self, PelLabels *replacement)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_map_get_max:
 * @self: a map
 *
 * Returns: the highest label, 0 where all is background
 */
guint32 pel_label_map_get_max (const PelLabelMap *self);
