/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-stop.h"

gboolean
pel_stop_asked (GError **error)
{
  GCancellable *current = g_cancellable_get_current ();

  return current != NULL && g_cancellable_set_error_if_cancelled (current, error);
}

GCancellable *
pel_stop_hold (void)
{
  GCancellable *hold = g_cancellable_new ();

  g_cancellable_push_current (hold);
  return hold;
}

void
pel_stop_release (GCancellable *hold)
{
  g_cancellable_pop_current (hold);
  g_object_unref (hold);
}
