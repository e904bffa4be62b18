/* SPDX-License-Identifier: MIT */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * PelToaster:
 *
 * Shows one toast at a time, the newest in place of the one before. A toast that is still coming up
 * is let come up first: libadwaita 1.2 writes to a toast that is freed where it is dismissed then.
 * What is told meanwhile waits a moment, and only the last of it is shown.
 */
#define PEL_TYPE_TOASTER (pel_toaster_get_type ())
G_DECLARE_FINAL_TYPE (PelToaster, pel_toaster, PEL, TOASTER, GObject)

/* @overlay: must be there while anything is told */
PelToaster *pel_toaster_new (AdwToastOverlay *overlay) G_GNUC_WARN_UNUSED_RESULT;
void pel_toaster_show (PelToaster *self, AdwToast *toast);
/* (transfer none) (nullable): the newest, whether it is shown yet or not */
AdwToast *pel_toaster_get_newest (PelToaster *self);
/* Takes away whatever is shown or waits. */
void pel_toaster_dismiss (PelToaster *self);
/* Before the overlay goes. */
void pel_toaster_close (PelToaster *self);

G_END_DECLS
