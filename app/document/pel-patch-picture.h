/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Side of the picture that pel_patch_picture_new() makes of a patch of so many pixels. */
guint pel_patch_picture_get_side (guint patch_side);

/**
 * pel_patch_picture_new:
 * @pixels: side x side pixels of red, green and blue, row by row
 * @labels: the labels there; 0 is background and %PEL_LABEL_IGNORED what does not count
 * @side: of the patch
 *
 * A picture of a training patch: small ones are magnified so that the outlines of the cells hide
 * little, large ones reduced. What does not count is dimmed and hatched. Any thread.
 *
 * Returns: (transfer full): red, green and blue, of pel_patch_picture_get_side()
 */
GBytes *pel_patch_picture_new (const guint8 *pixels, const guint32 *labels, guint side)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
