/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/core/pel-error.h"
#include "engine/core/pel-rect.h"

/**
 * PEL_LABEL_TILE_SIZE:
 *
 * Columns and rows of a label tile. Tiles at the right and lower edge have the same size; what
 * they hold outside the image is always 0.
 */
#define PEL_LABEL_TILE_SIZE 64
#define PEL_LABEL_TILE_PIXELS (PEL_LABEL_TILE_SIZE * PEL_LABEL_TILE_SIZE)

/**
 * PEL_LABELS_MAX_SIZE:
 *
 * The most columns, and the most rows, that a label image may have.
 */
#define PEL_LABELS_MAX_SIZE (1u << 20)

/**
 * PelLabelTile:
 *
 * 64x64 labels, atomically counted. A tile that holds one value stores one value; one of few labels
 * (up to 64) a table and 1, 2, 4 or 8 bits a pixel, as few as will do; the others 16 bits a pixel,
 * or 32 where a label needs them. Whoever holds a reference may read the tile from any thread: it
 * changes only while a #PelLabelMap holds the one reference there is.
 */
typedef struct PelLabelTile PelLabelTile;

/**
 * PelLabels:
 *
 * A label image that never changes: 0 is background, every other value is a cell. Atomically
 * counted, so it may be held and read by any number of threads. Its tiles are shared with the
 * label map it was taken from and with other snapshots of it.
 */
typedef struct PelLabels PelLabels;

/**
 * pel_label_tile_new_constant:
 * @label: the label of every pixel
 *
 * Returns: (transfer full): a tile that holds one value
 */
PelLabelTile *pel_label_tile_new_constant (guint32 label) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_tile_new:
 * @labels: 64 rows of 64 labels
 * @stride: labels from one row to the next
 *
 * Chooses the smallest way to store the labels.
 *
 * Returns: (transfer full): a tile with a copy of @labels
 */
PelLabelTile *pel_label_tile_new (const guint32 *labels, gsize stride) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_tile_ref:
 * @tile: a tile
 *
 * Returns: (transfer full): @tile
 */
PelLabelTile *pel_label_tile_ref (PelLabelTile *tile);

/**
 * pel_label_tile_unref:
 * @tile: (transfer full): a tile
 */
void pel_label_tile_unref (PelLabelTile *tile);

/**
 * pel_label_tile_get:
 * @tile: a tile
 * @x: column within the tile, 0 to 63
 * @y: row within the tile, 0 to 63
 *
 * Returns: the label there
 */
guint32 pel_label_tile_get (const PelLabelTile *tile, guint x, guint y);

/**
 * pel_label_tile_read:
 * @tile: a tile
 * @out: (out): room for 64x64 labels, row by row
 */
void pel_label_tile_read (const PelLabelTile *tile, guint32 *out);

/**
 * pel_label_tile_is_constant:
 * @tile: a tile
 * @label: (out) (optional): the one label, where there is one
 *
 * Tells how the tile is stored: a tile of one value that was painted pixel by pixel answers
 * %FALSE until pel_label_map_compact() has seen it.
 *
 * Returns: whether the tile is stored as one value
 */
gboolean pel_label_tile_is_constant (const PelLabelTile *tile, guint32 *label);

/**
 * pel_label_tile_get_max:
 * @tile: a tile
 *
 * Returns: its highest label; remembered, so that asking again costs nothing
 */
guint32 pel_label_tile_get_max (PelLabelTile *tile);

/**
 * pel_label_tile_get_bytes:
 * @tile: a tile
 *
 * Returns: the memory it takes, in bytes
 */
gsize pel_label_tile_get_bytes (const PelLabelTile *tile);

/**
 * pel_label_tile_equal:
 * @a: a tile
 * @b: another
 *
 * Returns: whether both hold the same labels, however they are stored
 */
gboolean pel_label_tile_equal (const PelLabelTile *a, const PelLabelTile *b);

/**
 * pel_label_tile_to_bytes:
 * @tile: a tile
 *
 * Packs the tile for a journal or an undo file: as one value, as runs, or as plain values,
 * whichever is shortest. The form does not depend on the machine's byte order and is read
 * by every later version.
 *
 * Returns: (transfer full): 5 to 16385 bytes
 */
GBytes *pel_label_tile_to_bytes (const PelLabelTile *tile) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_label_tile_from_bytes:
 * @bytes: what pel_label_tile_to_bytes() gave
 * @error: return location for a `GError`
 *
 * Every length and count is checked; nothing outside @bytes is read.
 *
 * Returns: (transfer full) (nullable): the tile, or %NULL with `PEL_ENGINE_ERROR_BAD_FILE`
 */
PelLabelTile *pel_label_tile_from_bytes (GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_labels_new:
 * @width: columns, 1 to %PEL_LABELS_MAX_SIZE
 * @height: rows, 1 to %PEL_LABELS_MAX_SIZE
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): labels that are all background, or %NULL with
 *   `PEL_ENGINE_ERROR_BAD_SHAPE` or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
PelLabels *pel_labels_new (guint width, guint height, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_labels_new_from_data:
 * @width: columns
 * @height: rows
 * @data: labels, row by row; copied
 * @stride: labels from one row to the next, at least @width
 * @error: return location for a `GError`
 *
 * Returns: (transfer full) (nullable): the labels, or %NULL with
 *   `PEL_ENGINE_ERROR_BAD_SHAPE` or `PEL_ENGINE_ERROR_NO_MEMORY`
 */
PelLabels *pel_labels_new_from_data (guint width,
                                     guint height,
                                     const guint32 *data,
                                     gsize stride,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_labels_ref:
 * @self: labels
 *
 * Returns: (transfer full): @self
 */
PelLabels *pel_labels_ref (PelLabels *self);

/**
 * pel_labels_unref:
 * @self: (transfer full): labels
 */
void pel_labels_unref (PelLabels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelLabels, pel_labels_unref)

guint pel_labels_get_width (const PelLabels *self);
guint pel_labels_get_height (const PelLabels *self);

/**
 * pel_labels_get:
 * @self: labels
 * @x: column
 * @y: row
 *
 * Returns: the label at a pixel; 0 outside the image
 */
guint32 pel_labels_get (const PelLabels *self, gint x, gint y);

/**
 * pel_labels_read:
 * @self: labels
 * @rect: the block to read; may reach outside the image, where labels read as 0
 * @out: (out): room for @rect, row by row
 * @stride: labels from one row of @out to the next
 */
void pel_labels_read (const PelLabels *self, const PelRect *rect, guint32 *out, gsize stride);

/**
 * pel_labels_get_max:
 * @self: labels
 *
 * Returns: the highest label, 0 where all is background
 */
guint32 pel_labels_get_max (const PelLabels *self);

/**
 * pel_labels_equal:
 * @a: labels
 * @b: others
 *
 * Shared tiles are not compared pixel by pixel.
 *
 * Returns: whether both have the same size and the same labels
 */
gboolean pel_labels_equal (const PelLabels *a, const PelLabels *b);

/* Tiles are counted row by row: tile = ty * n_tiles_x + tx. */
guint pel_labels_get_n_tiles_x (const PelLabels *self);
guint pel_labels_get_n_tiles_y (const PelLabels *self);

/**
 * pel_labels_ref_tile:
 * @self: labels
 * @tile: index of a tile
 *
 * Returns: (transfer full): the tile
 */
PelLabelTile *pel_labels_ref_tile (const PelLabels *self, guint tile) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_labels_peek_tile:
 * @self: labels
 * @tile: index of a tile
 *
 * Returns: (transfer none): the tile, valid as long as @self is held
 */
PelLabelTile *pel_labels_peek_tile (const PelLabels *self, guint tile);

/**
 * pel_labels_same_tile:
 * @a: labels
 * @b: labels of the same size
 * @tile: index of a tile
 *
 * Returns: whether both share the tile, so that nothing changed in it between them. %FALSE
 *   does not mean that something did.
 */
gboolean pel_labels_same_tile (const PelLabels *a, const PelLabels *b, guint tile);
