/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-quantity.h"

/**
 * pel_quantity_follows_pixel_shape:
 * @id: a quantity
 *
 * Whether its one value, without a unit of length, changes with the width of a pixel against its
 * height: ratios of lengths, and angles. Where a calibration says that pixels are not square, such
 * a value comes from the figures in µm, since those in pixels are of a squeezed picture.
 *
 * Returns: whether it is such a quantity
 */
gboolean pel_quantity_follows_pixel_shape (PelQuantityId id);
