/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * pel_shared_pixels_hold:
 * @surface: a window
 *
 * The software renderer hands each frame to an X server in memory that both share. Cairo takes that
 * memory from a pool, and gives a pool back to the system as soon as nothing of it is in use: after
 * every frame. The next one then begins with a few thousand page faults on either side, which cost
 * more than all the drawing of a frame. As long as what this returns is alive, the pool stays; only
 * the pages of it that were written to take memory. Without an X server that shares memory this
 * does nothing.
 *
 * Returns: (transfer full) (nullable): a small piece of a pool that is large enough for frames of
 *   the window's present size
 */
cairo_surface_t *pel_shared_pixels_hold (GdkSurface *surface) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
