/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-stop.h"

gboolean
pel_stop_asked (GError **error)
{
  GCancellable *current = g_cancellable_get_current ();

  return current != NULL && g_cancellable_set_error_if_cancelled (current, error);
}
