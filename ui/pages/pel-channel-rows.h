/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-image-document.h"

#define PEL_TYPE_CHANNEL_ROWS (pel_channel_rows_get_type ())
G_DECLARE_FINAL_TYPE (PelChannelRows, pel_channel_rows, PEL, CHANNEL_ROWS, GtkWidget)

/**
 * pel_channel_rows_set_document:
 * @self: the widget
 * @document: (nullable): an image that is loaded
 * @n_channels: how many rows there are
 *
 * Shows for each channel whether it is among those shown together, and its colour; both can be
 * changed, and both follow when something else changes them.
 */
void pel_channel_rows_set_document (PelChannelRows *self,
                                    PelImageDocument *document,
                                    guint n_channels);
