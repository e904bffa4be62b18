/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"
#include "engine/train/pel-normalisation.h"
#include "engine/train/pel-train-config.h"

typedef struct PelDataset PelDataset;

/**
 * PelCellSpot:
 * @label: of the cell
 * @x: column of the middle of its bounding box
 * @y: row of it
 * @area: pixels
 * @touches_edge: whether it reaches the image's edge, where it may be cut off
 */
typedef struct
{
  guint32 label;
  gint x, y;
  gsize area;
  gboolean touches_edge;
} PelCellSpot;

/**
 * PelSample:
 * @name: for messages
 * @image: grey or colour, in the file's own sample type
 * @labels: what is painted
 * @complete: the whole image counts
 * @regions: boxes that count whole where @complete is %FALSE
 * @n_regions: how many
 * @validation: held out: never trained on
 * @spots: one for each label other than 0, in the order of the labels
 * @n_cells: how many
 * @n_touching: sides of pixels that two cells share
 * @n_close: places in rows where at most four pixels of background are between two cells
 *
 * One image with its labels. Owned by the data set and never changed once training has begun, so
 * any thread may read it.
 */
typedef struct
{
  char *name;
  PelImage *image;
  PelLabels *labels;
  gboolean complete;
  PelRect *regions;
  guint n_regions;
  gboolean validation;
  PelCellSpot *spots;
  guint n_cells;
  guint64 n_touching, n_close;
} PelSample;

/**
 * PEL_LABEL_IGNORED:
 *
 * In place of the label 0 where it is not known whether there is a cell: weight 0.
 */
#define PEL_LABEL_IGNORED G_MAXUINT32

/**
 * PelDatasetCounts:
 * @images: images with something that counts
 * @images_with_cells: of these, with a painted cell
 * @validation_images: of all, held out
 * @complete_images: that count whole
 * @regions: complete regions in the other images
 * @cells: painted cells in images that are trained on
 * @validation_cells: painted cells in images held out
 */
typedef struct
{
  guint images;
  guint images_with_cells;
  guint validation_images;
  guint complete_images;
  guint regions;
  guint cells;
  guint validation_cells;
} PelDatasetCounts;

/**
 * pel_dataset_new:
 *
 * An empty collection of images and labels. One owner fills it on one thread; handed to
 * pel_trainer_new() it is shared and no longer changed. It keeps images in the sample type of
 * their file, labels as tiles, and nothing else that grows with them.
 *
 * Returns: (transfer full): the collection; free with pel_dataset_unref()
 */
PelDataset *pel_dataset_new (void) G_GNUC_WARN_UNUSED_RESULT;
PelDataset *pel_dataset_ref (PelDataset *self);
void pel_dataset_unref (PelDataset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelDataset, pel_dataset_unref)

/**
 * pel_dataset_add:
 * @self: a collection
 * @name: for messages; copied
 * @image: the picture; a reference is kept
 * @labels: what is painted, of the same size; a reference is kept
 * @complete_regions: (array length=n_regions) (nullable): boxes in which everything is painted;
 *   clipped to the image, empty ones dropped
 * @n_regions: how many
 * @complete: everything in the image is painted
 * @validation: hold this image out
 * @error: return location for a `GError`
 *
 * Adds an image. Where it is neither complete nor inside a complete region, only the painted
 * cells and a thin ring around each count. An image in which nothing counts is taken in and left
 * alone.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_SHAPE` set where sizes differ
 */
gboolean pel_dataset_add (PelDataset *self,
                          const char *name,
                          PelImage *image,
                          PelLabels *labels,
                          const PelRect *complete_regions,
                          guint n_regions,
                          gboolean complete,
                          gboolean validation,
                          GError **error);

/**
 * pel_dataset_hold_out:
 * @self: a collection
 * @fraction: share of the images that count, 0 to below 1
 * @seed: which
 *
 * Chooses images for validation at random where none was added as such, that share of those with
 * cells and of those without. Of those with cells it is at least one, as soon as @fraction is above
 * 0 and there are two, and never the last one; where there are fewer, nothing is held out: images
 * without cells tell nothing of how well cells are found.
 */
void pel_dataset_hold_out (PelDataset *self, double fraction, guint64 seed);

/**
 * pel_dataset_new_subset:
 * @self: a collection
 * @indices: (array length=n_indices): which images, in the order they are to have
 * @n_indices: how many
 *
 * A collection of some of the images, all of them to be trained on. Pixels and labels are shared
 * with @self.
 *
 * Returns: (transfer full): the collection
 */
PelDataset *pel_dataset_new_subset (const PelDataset *self, const guint *indices, guint n_indices)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_dataset_new_rescaled:
 * @self: a collection
 * @zoom: new pixels per old one
 * @error: return location for a `GError`
 *
 * All images, labels and regions brought to another size; see pel_rescale_image(). With a @zoom
 * of 1 they are shared with @self.
 *
 * Returns: (transfer full) (nullable): the collection, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY`
 *   set
 */
PelDataset *pel_dataset_new_rescaled (const PelDataset *self, double zoom, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

guint pel_dataset_get_n_samples (const PelDataset *self);
const PelSample *pel_dataset_get_sample (const PelDataset *self, guint index);
void pel_dataset_get_counts (const PelDataset *self, PelDatasetCounts *counts);

/**
 * pel_dataset_get_typical_diameter:
 * @self: a collection
 *
 * Returns: median equivalent diameter of the painted cells in images that are trained on, in
 *   pixels; 0 where there is none
 */
double pel_dataset_get_typical_diameter (const PelDataset *self);

/**
 * pel_dataset_cells_lie_apart:
 * @self: a collection
 *
 * Whether cells are drawn so that none touch where they might: masks that are black and white, or
 * walls between cells that count as background. Needs places where two cells are at most four
 * pixels apart.
 *
 * Returns: %TRUE where two pixels of different cells lie side by side in hardly one of a hundred of
 *   such places, and there are enough of them
 */
gboolean pel_dataset_cells_lie_apart (const PelDataset *self);

/**
 * pel_dataset_get_diameter_range:
 * @self: a collection
 * @smallest: (out): in pixels; 0 where no image has three painted cells
 * @largest: (out): likewise
 *
 * The median equivalent diameters of the painted cells of each image, those held out as well and
 * cells at the image's edge too: between which of them nine of ten images lie, or all of fewer than
 * twenty.
 */
void pel_dataset_get_diameter_range (const PelDataset *self, double *smallest, double *largest);

/**
 * pel_dataset_get_thin_share:
 * @self: a collection
 * @width: pixels
 *
 * Returns: share of the background, in images to train on that count whole, that lies in a row's
 *   gap of at most @width pixels between cells: near 0 where cells stand apart, larger where only
 *   membranes are left between them
 */
double pel_dataset_get_thin_share (const PelDataset *self, guint width);

/**
 * pel_dataset_get_small_area:
 * @self: a collection
 *
 * Returns: area in pixels below which lie 2 % of the painted cells that do not touch the image's
 *   edge; 0 where there is none
 */
double pel_dataset_get_small_area (const PelDataset *self);

/**
 * pel_dataset_get_smallest_share:
 * @self: a collection
 *
 * Returns: pel_dataset_get_small_area() as a share of the typical cell, the one that the median
 * pixel of these cells lies in, as in #PelCutOptions; 0 where there is none
 */
double pel_dataset_get_smallest_share (const PelDataset *self);

/**
 * pel_dataset_get_um_per_px:
 * @self: a collection
 *
 * Returns: the pixel size that all calibrated images share within 1 %, or 0 where they do not or
 *   fewer than half of the images are calibrated
 */
double pel_dataset_get_um_per_px (const PelDataset *self);

/**
 * pel_dataset_choose_polarity:
 * @self: a collection
 * @normalisation: how grey values reach the network; its polarity is ignored
 * @mixed: (out) (optional): whether cells are bright in some images and dark in others
 *
 * Whether images should be turned so that cells are bright. Where cells are brighter (or darker)
 * than their background in nine of ten images, nothing is gained and the answer is
 * %PEL_POLARITY_KEEP. Where both occur, and judging the background from the image alone agrees
 * with the labels in four of five images, the answer is %PEL_POLARITY_AUTO.
 *
 * Returns: %PEL_POLARITY_KEEP or %PEL_POLARITY_AUTO
 */
PelPolarity pel_dataset_choose_polarity (const PelDataset *self,
                                         const PelNormalisation *normalisation,
                                         gboolean *mixed);

/**
 * pel_sample_counts:
 * @sample: an image
 *
 * Returns: whether any of its pixels counts
 */
gboolean pel_sample_counts (const PelSample *sample);

/**
 * pel_sample_read_labels:
 * @sample: an image
 * @area: pixels to read; those outside the image are mirrored at its edge
 * @ring: width in pixels of the ring of background that counts around a painted cell
 * @out: (out): area's width x height labels, row by row; %PEL_LABEL_IGNORED where a pixel does
 *   not count
 *
 * What unpainted pixels mean, pixel by pixel.
 */
void pel_sample_read_labels (const PelSample *sample,
                             const PelRect *area,
                             guint ring,
                             guint32 *out);
