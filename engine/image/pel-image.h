/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "engine/core/pel-rect.h"

/**
 * PelSampleType:
 * @PEL_SAMPLE_U8: 8-bit unsigned integer; also 1- to 7-bit ones
 * @PEL_SAMPLE_U16: 16-bit unsigned integer; also 9- to 15-bit ones
 * @PEL_SAMPLE_U32: 32-bit unsigned integer; also 17- to 31-bit ones
 * @PEL_SAMPLE_U64: 64-bit unsigned integer; also 33- to 63-bit ones
 * @PEL_SAMPLE_I8: 8-bit signed integer, and so on
 * @PEL_SAMPLE_I16: 16-bit signed integer
 * @PEL_SAMPLE_I32: 32-bit signed integer
 * @PEL_SAMPLE_I64: 64-bit signed integer
 * @PEL_SAMPLE_F32: single precision; also 16-bit floats
 * @PEL_SAMPLE_F64: double precision
 *
 * How one sample of an image lies in memory.
 */
typedef enum
{
  PEL_SAMPLE_U8,
  PEL_SAMPLE_U16,
  PEL_SAMPLE_U32,
  PEL_SAMPLE_U64,
  PEL_SAMPLE_I8,
  PEL_SAMPLE_I16,
  PEL_SAMPLE_I32,
  PEL_SAMPLE_I64,
  PEL_SAMPLE_F32,
  PEL_SAMPLE_F64,
} PelSampleType;

/**
 * pel_sample_type_get_size:
 * @type: a sample type
 *
 * Returns: the bytes of one sample
 */
gsize pel_sample_type_get_size (PelSampleType type);

/**
 * PelImage:
 *
 * The pixels of one picture with their size in µm. Planar: channel after channel, each `height`
 * rows of `width` samples without padding; row 0 is the top one.
 *
 * Counted atomically and, once shared, immutable: any thread may read it and hold a reference. The
 * setters and pel_image_get_writable_plane() are for whoever made the image, before a second
 * reference exists.
 */
typedef struct PelImage PelImage;

/**
 * PEL_CHANNEL_LUMINANCE:
 *
 * In place of a channel's number: the luminance of a colour image (Rec. ITU-R BT.601, 0.299 R +
 * 0.587 G + 0.114 B), and channel 0 of any other. Alpha is ignored.
 */
#define PEL_CHANNEL_LUMINANCE (-1)

/**
 * pel_image_new:
 * @width: columns, at least 1
 * @height: rows, at least 1
 * @n_channels: planes, at least 1
 * @type: how samples are stored
 * @error: return location for a `GError`
 *
 * Makes an image of zeros, uncalibrated. Memory is refused rather than exhausted: see
 * pel_image_check_size().
 *
 * Returns: (transfer full) (nullable): the image, or `NULL` with `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `PEL_ENGINE_ERROR_BAD_SHAPE` set
 */
PelImage *pel_image_new (guint width,
                         guint height,
                         guint n_channels,
                         PelSampleType type,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_image_check_size:
 * @width: columns
 * @height: rows
 * @n_channels: planes
 * @bytes_per_sample: bytes of one sample
 * @error: return location for a `GError`
 *
 * Whether this machine should hold such an image: its sides fit a signed 32-bit number and its
 * pixels half of the physical memory. Takes no memory itself; to be asked before any is taken on
 * the word of a file.
 *
 * Returns: whether it should; otherwise `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `PEL_ENGINE_ERROR_BAD_SHAPE` is set
 */
gboolean pel_image_check_size (guint64 width,
                               guint64 height,
                               guint64 n_channels,
                               guint64 bytes_per_sample,
                               GError **error);

/**
 * pel_image_ref:
 * @self: an image
 *
 * Returns: (transfer full): @self
 */
PelImage *pel_image_ref (PelImage *self);

/**
 * pel_image_unref:
 * @self: (transfer full) (nullable): an image
 */
void pel_image_unref (PelImage *self);

guint pel_image_get_width (const PelImage *self);
guint pel_image_get_height (const PelImage *self);
guint pel_image_get_n_channels (const PelImage *self);
PelSampleType pel_image_get_sample_type (const PelImage *self);

/**
 * pel_image_get_n_bytes:
 * @self: an image
 *
 * Returns: the memory that its pixels take
 */
gsize pel_image_get_n_bytes (const PelImage *self);

/**
 * pel_image_get_plane:
 * @self: an image
 * @channel: from 0
 *
 * Returns: (transfer none): the samples of one channel, `width * height` of them, row by row; those
 *   of the channels after it lie behind them
 */
const void *pel_image_get_plane (const PelImage *self, guint channel);

/**
 * pel_image_get_writable_plane:
 * @self: an image nobody else holds
 * @channel: from 0
 *
 * Returns: (transfer none): the samples of one channel, to be filled
 */
void *pel_image_get_writable_plane (PelImage *self, guint channel);

/**
 * pel_image_get_bits:
 * @self: an image
 *
 * Returns: the bits of a sample as its source stored them: 12 for a 12-bit camera file, though it
 *   lies in 16 here
 */
guint pel_image_get_bits (const PelImage *self);
void pel_image_set_bits (PelImage *self, guint bits);

/**
 * pel_image_is_rgb:
 * @self: an image
 *
 * Returns: whether its first three channels are red, green and blue; otherwise its channels are
 *   independent, as in fluorescence
 */
gboolean pel_image_is_rgb (const PelImage *self);
void pel_image_set_rgb (PelImage *self, gboolean rgb);

/**
 * pel_image_has_alpha:
 * @self: an image
 *
 * Returns: whether its last channel is an opacity and not a signal
 */
gboolean pel_image_has_alpha (const PelImage *self);
void pel_image_set_has_alpha (PelImage *self, gboolean has_alpha);

/**
 * pel_image_get_um_x:
 * @self: an image
 *
 * Returns: the width of a pixel in µm; 0 where it is not known
 */
double pel_image_get_um_x (const PelImage *self);

/**
 * pel_image_get_um_y:
 * @self: an image
 *
 * Returns: the height of a pixel in µm; 0 where it is not known
 */
double pel_image_get_um_y (const PelImage *self);

/**
 * pel_image_get_calibration:
 * @self: an image
 *
 * Returns: (transfer none): where the pixel size came from, such as `ImageJ description` or
 *   `OME-XML`; "" if nowhere. Not translated
 */
const char *pel_image_get_calibration (const PelImage *self);

/**
 * pel_image_set_um:
 * @self: an image nobody else holds
 * @um_x: width of a pixel in µm, 0 for unknown
 * @um_y: height of a pixel in µm, 0 for unknown
 * @calibration: (nullable): where that came from
 *
 * Values that are no finite positive numbers become 0.
 */
void pel_image_set_um (PelImage *self, double um_x, double um_y, const char *calibration);

/**
 * pel_image_read_float:
 * @self: an image
 * @channel: from 0, or %PEL_CHANNEL_LUMINANCE
 * @rect: the pixels to read, inside the image
 * @out: (out caller-allocates): where they go, row by row
 * @out_stride: floats from one row of @out to the next
 *
 * Reads a block as floats, unscaled: a sample of 300 is 300. What is not finite in the image stays
 * so.
 */
void pel_image_read_float (const PelImage *self,
                           gint channel,
                           const PelRect *rect,
                           float *out,
                           gsize out_stride);

/**
 * pel_image_get_range:
 * @self: an image
 * @channel: from 0, or %PEL_CHANNEL_LUMINANCE
 * @min: (out): the least finite sample
 * @max: (out): the greatest finite sample
 *
 * Looks at every pixel. Both are 0 when no sample is finite.
 *
 * Returns: whether any sample is finite; %FALSE too where the thread was told to stop meanwhile,
 *   see pel_stop_asked()
 */
gboolean pel_image_get_range (const PelImage *self, gint channel, double *min, double *max);

/**
 * pel_image_get_percentiles:
 * @self: an image
 * @channel: from 0, or %PEL_CHANNEL_LUMINANCE
 * @low: per cent, 0 to 100
 * @high: per cent, 0 to 100
 * @low_value: (out): the sample that @low per cent of the finite ones do not exceed
 * @high_value: (out): the same for @high
 *
 * Exact for 8- and 16-bit samples, otherwise from a histogram of 65536 steps, within which it
 * interpolates. Of images of many million pixels, every n-th row counts.
 *
 * Returns: whether any sample is finite; both values are 0 otherwise, and where the thread was told
 *   to stop meanwhile, see pel_stop_asked()
 */
gboolean pel_image_get_percentiles (const PelImage *self,
                                    gint channel,
                                    double low,
                                    double high,
                                    double *low_value,
                                    double *high_value);

/**
 * pel_image_measure_percentiles:
 * @self: an image
 * @channel: from 0, or %PEL_CHANNEL_LUMINANCE
 * @shares: (array length=n_shares): per cent, 0 to 100
 * @n_shares: how many
 * @values: (out caller-allocates) (array length=n_shares): a value for each
 *
 * As pel_image_get_percentiles(), several at once in the same time.
 *
 * Returns: as pel_image_get_percentiles()
 */
gboolean pel_image_measure_percentiles (const PelImage *self,
                                        gint channel,
                                        const double *shares,
                                        guint n_shares,
                                        double *values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelImage, pel_image_unref)
