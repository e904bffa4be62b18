/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * pel_graphics_has_processor:
 * @dev: the folder of devices, "/dev"
 *
 * Returns: whether the kernel offers a graphics processor: a render node, NVIDIA's own device, or
 *   that of a virtual machine of Windows
 */
gboolean pel_graphics_has_processor (const char *dev);

/**
 * pel_graphics_init:
 *
 * Where there is no graphics processor GTK would have the processor play one, pixel by pixel and
 * several times slower than cairo draws the same: this chooses cairo, by `GSK_RENDERER`, unless the
 * user has chosen. To be called before GTK opens a display.
 */
void pel_graphics_init (void);
