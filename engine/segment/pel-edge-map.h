/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-image.h"

/**
 * pel_image_read_scaled:
 * @image: an image
 * @channel: from 0, or %PEL_CHANNEL_LUMINANCE
 * @scale: image pixels along the side of a sample, 1 or more
 * @area: the samples to read: sample i covers [i * @scale, (i + 1) * @scale); may reach beyond the
 *   image
 * @out: (out): `width * height` of @area values, row by row; NaN where the middle of a sample lies
 *   outside the image
 *
 * Reads an image as it looks when zoomed out. A sample larger than a pixel is the mean of up to 4x4
 * places spread evenly in it, so that the cost does not grow with the scale. Any thread.
 */
void pel_image_read_scaled (const PelImage *image,
                            gint channel,
                            double scale,
                            const PelRect *area,
                            float *out);

/**
 * pel_edge_map_from_image:
 * @samples: @width x @height values, row by row; what is not finite has no weight
 * @width: columns
 * @height: rows
 * @edge: (out): as many values from 0 (flat) to 1 (the strongest edges here)
 * @error: return location for a `GError`
 *
 * How likely it is that an outline runs through each sample: the length of the gradient after a
 * Gaussian of 1.5 samples, divided by its 98th percentile, and weakened by a third where the
 * gradient is larger on either side, so that what follows it stays on the crest of a blurry edge.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_edge_map_from_image (const float *samples,
                                  guint width,
                                  guint height,
                                  float *edge,
                                  GError **error);

/**
 * pel_edge_map_from_channels:
 * @samples: @n_channels times @width x @height values, channel after channel
 * @n_channels: how many, at least 1
 * @width: columns
 * @height: rows
 * @edge: (out): @width x @height values from 0 (flat) to 1 (the strongest edges here)
 * @error: return location for a `GError`
 *
 * The same for channels seen together: each sample has the gradient of the channel where that is
 * longest, so that what ends in one of them is an edge whatever the others do there. Channels have
 * to be on one scale: that of brightness as it is seen, say.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY`
 */
gboolean pel_edge_map_from_channels (const float *samples,
                                     guint n_channels,
                                     guint width,
                                     guint height,
                                     float *edge,
                                     GError **error);

/**
 * pel_edge_map_from_probability:
 * @foreground: @n probabilities of cell
 * @border: (nullable): @n probabilities of a border between touching cells
 * @n: how many
 * @edge: (out): @n values from 0 to 1
 *
 * The model's view of the same: 4 p (1 - p), which is 1 where the model is undecided and 0 where it
 * is sure, or the border's probability where that is larger. What is not finite is no edge.
 */
void pel_edge_map_from_probability (const float *foreground,
                                    const float *border,
                                    gsize n,
                                    float *edge);

/**
 * pel_edge_map_part_flows:
 * @down: @width x @height flows, row by row, 1 for a step straight down
 * @right: the same, to the right
 * @width: columns
 * @height: rows
 * @border: (out): how far the flows of the neighbours part at each pixel, 0 to 1: 1 where they
 * point straight away from each other, as across the border between two cells
 *
 * What takes the place of a border's probability where cells are parted by flows. What is not
 * finite parts nothing.
 */
void pel_edge_map_part_flows (const float *down,
                              const float *right,
                              guint width,
                              guint height,
                              float *border);
