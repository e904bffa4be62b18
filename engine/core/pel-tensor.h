/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelShape:
 * @n: images in the batch
 * @c: channels
 * @h: rows
 * @w: columns
 *
 * The sizes of a 4-D tensor, from the axis that moves slowest to the one that moves fastest.
 */
typedef struct
{
  guint n, c, h, w;
} PelShape;

/**
 * PelTensor:
 * @shape: its sizes
 * @data: the values, contiguous in the order n, c, h, w
 *
 * A view of floats. Passing one never gives the memory away; pel_tensor_init() makes one that
 * owns its memory, which pel_tensor_clear() then gives back.
 */
typedef struct
{
  PelShape shape;
  float *data;
} PelTensor;

/**
 * pel_shape_count:
 * @shape: sizes
 * @count: (out): the number of values
 *
 * Returns: whether that many floats can be addressed; `FALSE` on overflow
 */
gboolean pel_shape_count (PelShape shape, gsize *count) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_shape_equal:
 * @a: sizes
 * @b: other sizes
 *
 * Returns: whether all four sizes agree
 */
gboolean pel_shape_equal (PelShape a, PelShape b);

/**
 * pel_tensor_init:
 * @self: (out caller-allocates): a tensor that holds nothing
 * @shape: its sizes
 * @error: return location for a `GError`
 *
 * Reserves 64-byte-aligned memory of zeros for @shape. Free it with pel_tensor_clear().
 *
 * Returns: `TRUE`, or `FALSE` with `PEL_ENGINE_ERROR_NO_MEMORY` set and @self empty
 */
gboolean pel_tensor_init (PelTensor *self, PelShape shape, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_tensor_clear:
 * @self: a tensor from pel_tensor_init(), or one that is all zeros
 *
 * Gives the memory back and leaves @self empty.
 */
void pel_tensor_clear (PelTensor *self);

/**
 * pel_tensor_image:
 * @self: a tensor
 * @n: an image of its batch
 *
 * Returns: (transfer none): the first value of image @n
 */
float *pel_tensor_image (const PelTensor *self, guint n);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PelTensor, pel_tensor_clear)
