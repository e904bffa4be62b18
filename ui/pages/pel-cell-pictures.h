/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-image-document.h"

G_BEGIN_DECLS

/* How many pictures are kept: some screens of rows. */
#define PEL_CELL_PICTURES_MAX 600

/**
 * PelCellPictures:
 *
 * Small pictures of the cells of one image, drawn in a thread when somebody asks and kept for as
 * long as there is room. Main thread only. Signal: `ready` (guint label): the picture of a cell is
 * there now.
 */
#define PEL_TYPE_CELL_PICTURES (pel_cell_pictures_get_type ())
G_DECLARE_FINAL_TYPE (PelCellPictures, pel_cell_pictures, PEL, CELL_PICTURES, GObject)

PelCellPictures *pel_cell_pictures_new (void) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_cell_pictures_set_source:
 * @self: pictures
 * @image: (nullable): the pixels
 * @labels: (nullable): the cells; of another size than @image there are no pictures
 *
 * Shows the cells of another image, or of other labels. What is kept is forgotten where either
 * differs.
 */
void pel_cell_pictures_set_source (PelCellPictures *self, PelImage *image, PelLabels *labels);

/**
 * pel_cell_pictures_get:
 * @self: pictures
 * @label: a cell
 * @bounds: the block with all of it
 * @size: width and height in pixels of the screen
 *
 * Returns: (transfer none) (nullable): its picture; %NULL where it is not there yet: `ready` tells
 */
GdkTexture *pel_cell_pictures_get (PelCellPictures *self,
                                   guint32 label,
                                   const PelRect *bounds,
                                   guint size);

/* The picture is not wanted any more, if it has not been begun. */
void pel_cell_pictures_forget (PelCellPictures *self, guint32 label);

guint pel_cell_pictures_get_n_kept (PelCellPictures *self);

G_END_DECLS
