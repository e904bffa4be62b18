/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "engine/image/pel-image.h"

/**
 * PelSampleFormat:
 * @PEL_SAMPLE_FORMAT_UINT: unsigned integers
 * @PEL_SAMPLE_FORMAT_INT: signed integers
 * @PEL_SAMPLE_FORMAT_FLOAT: floating point
 */
typedef enum
{
  PEL_SAMPLE_FORMAT_UINT,
  PEL_SAMPLE_FORMAT_INT,
  PEL_SAMPLE_FORMAT_FLOAT,
} PelSampleFormat;

/**
 * PelImageInfo:
 * @format: `TIFF`, `PNG`, `JPEG`, `BMP`, …; static
 * @is_labels: whether it is a label image written by Pellicle, by the tag in it
 * @width: columns of the first page, as stored, before EXIF turns it
 * @height: rows of the first page, as stored
 * @pages: pictures in the file: TIFF directories, thumbnails included, or the planes of an ImageJ
 *   stack with a single directory; those of a cut-off file that are still there
 * @positions: what pel_image_load() can be asked for: pages without thumbnails, where the channels
 *   of an ImageJ or OME hyperstack count once for each z and t
 * @slices: z planes at each point in time, where the file tells what its positions are; else 0
 * @frames: points in time, likewise
 * @position_channels: channels gathered from pages at each position; 1 if none are
 * @channels: samples per pixel of the first page; 1 for a palette
 * @bits: bits per sample as stored
 * @sample_format: how these bits are meant
 * @is_palette: whether samples are indices of a colour table
 * @is_rgb: whether the first three channels are colours
 * @has_alpha: whether the last channel is an opacity
 * @min_is_white: whether 0 is stored for white
 * @is_lossy: whether it was compressed as JPEG, so that samples are only nearly what they were
 * @orientation: EXIF orientation, 1 to 8; 1 is upright
 * @um_x: width of a pixel in µm by ImageJ's or OME's text; 0 where the file has no true calibration
 * @um_y: height of a pixel in µm, likewise
 * @z_step_um: distance of two z planes in µm; 0 if unknown
 * @suggested_um_x: what the plain resolution tags would mean in µm, where that is not a print
 *   resolution such as 72, 96 or 300 dpi; to be offered to the user, not believed. 0 if none
 * @suggested_um_y: likewise
 * @calibration: where the calibration would come from: `ImageJ description`, `OME-XML`,
 *   `resolution tags only` or `none`; static, not translated
 * @warning: (nullable): one translated sentence on what is wrong with a file that can still be
 *   read, such as missing pages
 *
 * What an image file holds. Clear with pel_image_info_clear().
 */
typedef struct
{
  const char *format;
  gboolean is_labels;
  guint width, height;
  guint pages;
  guint positions;
  guint slices, frames;
  guint position_channels;
  guint channels;
  guint bits;
  PelSampleFormat sample_format;
  gboolean is_palette, is_rgb, has_alpha, min_is_white, is_lossy;
  guint orientation;
  double um_x, um_y;
  double z_step_um;
  double suggested_um_x, suggested_um_y;
  const char *calibration;
  char *warning;
} PelImageInfo;

/**
 * pel_image_info_clear:
 * @info: filled by pel_image_probe(), or zeros
 *
 * Frees what @info points to, not @info itself.
 */
void pel_image_info_clear (PelImageInfo *info);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelImageInfo, pel_image_info_clear)

/**
 * pel_image_load:
 * @path: (type filename): an image file; its content decides the format, not its name
 * @position: from 0: the page, or in a hyperstack the z and t position (z runs fastest, then t)
 * @cancellable: (nullable): stops the reading between strips
 * @error: return location for a `GError`
 *
 * Reads a picture as it is meant to be seen and measured:
 *
 * - integers and floats keep their type and value, 16-bit samples all their bits; 2- and 4-bit
 *   grey PNG is scaled to 0..255 as its standard says;
 * - where the file says that 0 is white, integers are turned over, so that larger is brighter; the
 *   original units of such a file are thus (greatest value) - (stored value);
 * - a palette whose colours never get darker from one index to the next is a lookup table over
 *   measured values, as ImageJ stores them: the indices are the image. Any other palette is
 *   replaced by its colours, or by its greys if it has no others;
 * - CMYK becomes RGB; alpha stays, as the last channel;
 * - EXIF's rotation is applied, so a mask must be drawn on the upright picture (a mask file that
 *   carries the same EXIF orientation is turned likewise);
 * - the channels of an ImageJ or OME hyperstack are gathered into one image;
 * - gamma and colour profiles are left alone.
 *
 * Any thread. Sizes are checked before memory is taken.
 *
 * Returns: (transfer full) (nullable): the image, or `NULL` with an error of one sentence that
 *   names the file: `PEL_ENGINE_ERROR_BAD_FILE`, `_UNSUPPORTED`, `_NO_MEMORY`, `_BAD_SHAPE`,
 *   `_BAD_ARGUMENT` (no such position), or a `G_IO_ERROR` (`G_IO_ERROR_CANCELLED` included)
 */
PelImage *pel_image_load (const char *path,
                          guint position,
                          GCancellable *cancellable,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_image_load_stored:
 * @path: (type filename): an image file
 * @position: as for pel_image_load()
 * @cancellable: (nullable): stops the reading
 * @info: (out) (optional): what pel_image_probe() would tell
 * @error: return location for a `GError`
 *
 * As pel_image_load(), but with samples as stored: palette indices, and neither 0-is-white nor EXIF
 * nor CMYK put right. For masks, and for facts about files.
 *
 * Returns: (transfer full) (nullable): the image, or `NULL` with @error set
 */
PelImage *pel_image_load_stored (const char *path,
                                 guint position,
                                 GCancellable *cancellable,
                                 PelImageInfo *info,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_image_probe:
 * @path: (type filename): an image file
 * @info: (out caller-allocates): its facts; zeros after an error
 * @error: return location for a `GError`
 *
 * Reads what the file's headers tell, without its pixels.
 *
 * Returns: whether it is an image that pel_image_load() can be expected to read
 */
gboolean pel_image_probe (const char *path, PelImageInfo *info, GError **error);

/**
 * pel_image_probe_range:
 * @path: (type filename): an image file
 * @min: (out): the least finite stored sample of the first page, over all its channels
 * @max: (out): the greatest
 * @error: return location for a `GError`
 *
 * Reads the first page, a thumbnail if that comes first, without changing samples.
 *
 * Returns: whether the page could be read; both are 0 if no sample is finite
 */
gboolean pel_image_probe_range (const char *path, double *min, double *max, GError **error);

/**
 * pel_image_path_is_candidate:
 * @path: (type filename): a path or a file's name
 *
 * Whether a file found in a folder should be opened as an image: its extension is known, it is not
 * hidden, nor something that Pellicle writes beside labels (`*.prob.tif`, `*.uncertainty.tif`, `*.overlay.png`).
 * Looks at the name only.
 *
 * Returns: whether it should
 */
gboolean pel_image_path_is_candidate (const char *path);

/**
 * pel_image_get_extensions:
 *
 * The file name endings that are known, lower case, without the dot; for file choosers.
 *
 * Returns: (transfer none) (array zero-terminated=1): the endings
 */
const char *const *pel_image_get_extensions (void);

/**
 * pel_image_get_stem:
 * @path: (type filename): a path or a file's name
 *
 * The name by which an image pairs with its mask: without folder and extension; `.ome.tif` goes as
 * a whole.
 *
 * Returns: (transfer full): the stem
 */
char *pel_image_get_stem (const char *path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_image_save_float_tiff:
 * @path: (type filename): the file to create or replace, atomically
 * @data: (array): `width * height` samples, row by row
 * @width: columns
 * @height: rows
 * @um_x: width of a pixel in µm, 0 for unknown
 * @um_y: height of a pixel in µm, 0 for unknown
 * @error: return location for a `GError`
 *
 * Writes a 32-bit float TIFF, deflated without loss, that ImageJ opens with its calibration and a
 * display range of 0 to 1: the probability maps `NAME.prob.tif`.
 *
 * Returns: whether it was written
 */
gboolean pel_image_save_float_tiff (const char *path,
                                    const float *data,
                                    guint width,
                                    guint height,
                                    double um_x,
                                    double um_y,
                                    GError **error);

/**
 * pel_image_save_png_rgba:
 * @path: (type filename): the file to create or replace, atomically
 * @rgba: (array): four bytes per pixel, alpha not multiplied in
 * @width: columns
 * @height: rows
 * @stride: bytes from one row to the next
 * @error: return location for a `GError`
 *
 * Writes an 8-bit RGBA PNG, for overlays.
 *
 * Returns: whether it was written
 */
gboolean pel_image_save_png_rgba (const char *path,
                                  const guint8 *rgba,
                                  guint width,
                                  guint height,
                                  gsize stride,
                                  GError **error);
