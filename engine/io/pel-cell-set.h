/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-labels.h"

/**
 * PelCellSet:
 *
 * Cells as a file of another program tells them: outlines, runs of pixels, or whole label images,
 * for one image or for many. The reader of a format fills it; pel_cell_set_draw() makes labels of
 * the cells of one image. What a file does not tell (the image's size, the page, a number for each
 * cell) may stay open.
 *
 * Filled by one owner; any thread may read it afterwards.
 */
typedef struct PelCellSet PelCellSet;

/**
 * PelCellRun:
 * @start: the first pixel, counted from 0 down the first column, then down the next
 * @length: pixels
 *
 * Pixels that follow one another in columns, as COCO and Kaggle count them. At the foot of a column
 * a run goes on at the head of the next.
 */
typedef struct
{
  guint64 start, length;
} PelCellRun;

/**
 * PelCellImage:
 * @name: (nullable): what the file calls the image, without folder and extension; `NULL` where it
 *   holds the cells of one image and does not name it
 * @width: columns, 0 where the file does not tell
 * @height: rows, 0 where the file does not tell
 * @n_cells: cells of this image on all pages; of a label image 0 until it is drawn
 * @last_page: the highest page that a cell names, from 1; 0 where none does
 */
typedef struct
{
  char *name;
  guint width, height;
  guint n_cells;
  guint last_page;
} PelCellImage;

/**
 * PelCellDrawing:
 * @n_drawn: cells that got at least one pixel
 * @n_outside: cells that have none in the image, or are hidden below later ones
 * @n_overlapping: pixels that more than one cell claims; the later has them
 * @classes: (nullable) (element-type guint32 utf8): the class of each label that has one
 *
 * What became of the cells of an image. Clear with pel_cell_drawing_clear().
 */
typedef struct
{
  guint n_drawn, n_outside;
  guint64 n_overlapping;
  GHashTable *classes;
} PelCellDrawing;

void pel_cell_drawing_clear (PelCellDrawing *drawing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelCellDrawing, pel_cell_drawing_clear)

PelCellSet *pel_cell_set_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_cell_set_free (PelCellSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelCellSet, pel_cell_set_free)

/**
 * pel_cell_set_add_image:
 * @self: cells
 * @key: (nullable): what the file refers to the image by; `NULL` for its only one
 *
 * Returns: the index of the image, a new one where @key was not yet met
 */
guint pel_cell_set_add_image (PelCellSet *self, const char *key);

/**
 * pel_cell_set_describe_image:
 * @self: cells
 * @image: index of an image
 * @name: (nullable): its file's name; folders and extension are taken off
 * @width: columns, 0 for unknown
 * @height: rows, 0 for unknown
 */
void pel_cell_set_describe_image (PelCellSet *self,
                                  guint image,
                                  const char *name,
                                  guint width,
                                  guint height);

/* Gives an image its name as it is. */
void pel_cell_set_name_image (PelCellSet *self, guint image, const char *name);

/**
 * pel_cell_set_begin_cell:
 * @self: cells
 * @image: index of an image
 * @page: from 1; 0 where the file does not tell, which means every page that is drawn
 * @label: the number that the cell wishes, 0 for any
 *
 * What is added next belongs to this cell.
 */
void pel_cell_set_begin_cell (PelCellSet *self, guint image, guint page, guint32 label);

/* Of the cell begun last; the class may be NULL. */
void pel_cell_set_set_label (PelCellSet *self, guint32 label);
void pel_cell_set_set_page (PelCellSet *self, guint page);
void pel_cell_set_set_image (PelCellSet *self, guint image);
void pel_cell_set_set_class (PelCellSet *self, const char *name);
/* Of any cell, by its place in the file. */
void pel_cell_set_set_class_of (PelCellSet *self, guint cell, const char *name);

/* Forgets the cell begun last. */
void pel_cell_set_drop_cell (PelCellSet *self);
/* Whether the cell begun last has any outline or runs. */
gboolean pel_cell_set_has_shape (const PelCellSet *self);

/**
 * pel_cell_set_begin_part:
 * @self: cells with a cell begun
 *
 * Begins a part of the cell: of its rings the even-odd rule makes an area with holes. The cell is
 * all of its parts together.
 */
void pel_cell_set_begin_part (PelCellSet *self);
/* Begins a closed ring of the part, and adds a corner to it: pixel i covers [i, i + 1). */
void pel_cell_set_begin_ring (PelCellSet *self);
void pel_cell_set_add_point (PelCellSet *self, double x, double y);

/**
 * pel_cell_set_add_run:
 * @self: cells with a cell begun
 * @run: pixels of the cell
 */
void pel_cell_set_add_run (PelCellSet *self, PelCellRun run);

/**
 * pel_cell_set_take_labels:
 * @self: cells
 * @image: index of an image
 * @page: from 1, or 0
 * @labels: (transfer full): all cells of that page, as pixels
 */
void pel_cell_set_take_labels (PelCellSet *self, guint image, guint page, PelLabels *labels);

guint pel_cell_set_get_n_images (const PelCellSet *self);
const PelCellImage *pel_cell_set_get_image (const PelCellSet *self, guint image);
guint pel_cell_set_get_n_cells (const PelCellSet *self);

/**
 * pel_cell_set_find_image:
 * @self: cells
 * @name: an image's name, without folder and extension
 *
 * Returns: the index of the image of that name, or -1
 */
gint pel_cell_set_find_image (const PelCellSet *self, const char *name);

/* Things in the file that are no cells (points, lines, …) and were left out; for a warning. */
void pel_cell_set_add_skipped (PelCellSet *self, guint n);
guint pel_cell_set_get_n_skipped (const PelCellSet *self);

/**
 * pel_cell_set_draw:
 * @self: cells
 * @image: index of an image
 * @page: from 1; 0 for the cells of all pages
 * @width: columns of the labels
 * @height: rows of the labels
 * @drawing: (out) (optional): what became of the cells
 * @cancellable: (nullable): polled between cells
 * @error: return location for a `GError`
 *
 * Draws the cells of an image; a pixel belongs to an outline that its centre lies in. Cells keep
 * the numbers they wish if all of the page wish different ones; otherwise they are numbered from 1
 * in the order of the file.
 *
 * Returns: (transfer full) (nullable): the labels, or `NULL` with `PEL_ENGINE_ERROR_BAD_SHAPE`
 *   where the file is of an image of another size, `PEL_ENGINE_ERROR_BAD_FILE`,
 *   `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
PelLabels *pel_cell_set_draw (const PelCellSet *self,
                              guint image,
                              guint page,
                              guint width,
                              guint height,
                              PelCellDrawing *drawing,
                              GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
