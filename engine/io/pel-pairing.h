/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelPair:
 * @name: what both are called: the stem of the image's file name, or the folder's name in the
 *   Kaggle layout
 * @image_path: (type filename): the image
 * @mask_path: (type filename) (nullable): its mask for pel_labels_load(): a file, or in the Kaggle
 *   layout a folder with one file per cell; `NULL` where none was looked for or found
 *
 * An image and its mask.
 */
typedef struct
{
  char *name;
  char *image_path;
  char *mask_path;
} PelPair;

/**
 * PelPairing:
 *
 * The images of a folder with their masks, in the order of their names (digits compared as
 * numbers: `a2` before `a10`). One owner.
 */
typedef struct PelPairing PelPairing;

/**
 * pel_pairing_scan:
 * @images_dir: (type filename): a folder of images, or one image file
 * @masks_dir: (type filename) (nullable): a folder of masks, or one mask file
 * @error: return location for a `GError`
 *
 * Finds what belongs together by file name without extension; a mask may also be called
 * `NAME_masks`, `NAME_mask`, `NAME_cp_masks`, `NAME_seg`, `NAME_labels` or `NAME_label`. Two files
 * are paired with each other whatever they are called. Without @masks_dir such a mask is looked for
 * beside its image, and all images are returned, with a mask or without.
 *
 * Two layouts are recognised in either folder: the Kaggle one, with a folder for each image that
 * holds `images` (one file) and `masks` (one file for each cell); and a folder that holds nothing
 * but the folders `images` and `masks`.
 *
 * Hidden files, `*.prob.tif`, `*.overlay.png` and whatever is no image by its name are skipped
 * silently. With @masks_dir, an image without a mask is left out and, like a mask without an image,
 * told by a warning.
 *
 * Looks at names only; no file is opened.
 *
 * Returns: (transfer full) (nullable): the pairs, perhaps none, or `NULL` with an error that names
 *   the folder, or both files of one stem: `PEL_ENGINE_ERROR_BAD_ARGUMENT` or a `G_IO_ERROR`
 */
PelPairing *pel_pairing_scan (const char *images_dir, const char *masks_dir, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_pairing_free:
 * @self: (transfer full) (nullable): a pairing
 */
void pel_pairing_free (PelPairing *self);

/**
 * pel_pairing_get_n_pairs:
 * @self: a pairing
 *
 * Returns: the number of images, with a mask or without
 */
guint pel_pairing_get_n_pairs (const PelPairing *self);

/**
 * pel_pairing_get_pair:
 * @self: a pairing
 * @index: from 0
 *
 * Returns: (transfer none): the pair
 */
const PelPair *pel_pairing_get_pair (const PelPairing *self, guint index);

/**
 * pel_pairing_get_n_warnings:
 * @self: a pairing
 *
 * Returns: the number of warnings
 */
guint pel_pairing_get_n_warnings (const PelPairing *self);

/**
 * pel_pairing_get_warning:
 * @self: a pairing
 * @index: from 0
 *
 * Returns: (transfer none): a translated sentence about a file that was left out
 */
const char *pel_pairing_get_warning (const PelPairing *self, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelPairing, pel_pairing_free)
