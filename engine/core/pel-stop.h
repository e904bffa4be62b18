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

/**
 * pel_stop_hold:
 *
 * From here on pel_stop_asked() is %FALSE on the calling thread, until pel_stop_release(): for
 * files that only make sense together, once the first is being written.
 *
 * Returns: (transfer full): for pel_stop_release()
 */
GCancellable *pel_stop_hold (void) G_GNUC_WARN_UNUSED_RESULT;

/* @hold: (transfer full): what pel_stop_hold() gave last on this thread */
void pel_stop_release (GCancellable *hold);
