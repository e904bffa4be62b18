/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

/**
 * pel_stop_asked:
 * @error: return location for a `GError`
 *
 * Whether the calling thread is to stop what it does: its g_cancellable_get_current() was
 * cancelled, which a background job makes current for as long as it works. For functions that go
 * over every pixel of an image and are called from many places, most of which have nothing to
 * cancel; where a function takes a #GCancellable, that is the one to look at.
 *
 * Returns: %TRUE with @error set to `G_IO_ERROR_CANCELLED`; %FALSE always where nothing is current
 */
gboolean pel_stop_asked (GError **error);
