/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/core/pel-rect.h"
#include "engine/image/pel-image.h"
#include "engine/image/pel-labels.h"

/**
 * pel_rescale_length:
 * @length: pixels, at least 1
 * @zoom: new pixels per old one
 *
 * Returns: pixels along a side after it was rescaled, at least 1
 */
guint pel_rescale_length (guint length, double zoom);

/**
 * pel_rescale_image:
 * @image: any sample type
 * @area: (nullable): the part of it, inside it; %NULL for all
 * @width: columns of the result
 * @height: rows of the result
 * @error: return location for a `GError`
 *
 * Brings a part of an image to another size, channel by channel, as 32-bit floats: where it
 * shrinks, each new pixel is the mean over the area it covers; where it grows, values lie on
 * straight lines between pixel centres. Pixel edges stay where they are: the first pixel's outer
 * edge is the area's edge on both. What the channels mean is kept, the pixel size scaled.
 *
 * Returns: (transfer full) (nullable): the image, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY` or
 *   `PEL_ENGINE_ERROR_BAD_SHAPE` set
 */
PelImage *pel_rescale_image (PelImage *image,
                             const PelRect *area,
                             guint width,
                             guint height,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_rescale_plane:
 * @in: in_width x in_height values, row by row
 * @in_width: columns
 * @in_height: rows
 * @out: (out): out_width x out_height values; does not overlap @in
 * @out_width: columns
 * @out_height: rows
 * @error: return location for a `GError`
 *
 * Brings a plane to another size as pel_rescale_image() does.
 *
 * Returns: %FALSE with `G_IO_ERROR_CANCELLED` set where the thread was told to stop, see
 *   pel_stop_asked()
 */
gboolean pel_rescale_plane (const float *in,
                            guint in_width,
                            guint in_height,
                            float *out,
                            guint out_width,
                            guint out_height,
                            GError **error);

/**
 * pel_rescale_labels:
 * @labels: cells
 * @width: columns of the result
 * @height: rows of the result
 * @error: return location for a `GError`
 *
 * Brings cells to another size: each new pixel takes the label that its middle lies in.
 *
 * Returns: (transfer full) (nullable): the labels, or %NULL with `PEL_ENGINE_ERROR_NO_MEMORY` set
 */
PelLabels *pel_rescale_labels (PelLabels *labels, guint width, guint height, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
