/* SPDX-License-Identifier: MIT */
#pragma once

/**
 * pel_ui_init:
 *
 * Makes templates, style and icons known. Call once on the main thread, after gtk_init() or
 * adw_init() and before the first window; more calls do no harm.
 */
void pel_ui_init (void);
