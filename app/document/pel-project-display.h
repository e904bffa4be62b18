/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-project.h"

G_BEGIN_DECLS

/**
 * PelDisplayRecord:
 *
 * How all images of a project were shown at some time. Holds references to them; main thread only.
 */
typedef struct PelDisplayRecord PelDisplayRecord;
void pel_display_record_free (PelDisplayRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelDisplayRecord, pel_display_record_free)

/**
 * pel_project_share_display:
 * @self: a project
 * @displays: how each channel is to be shown, with black and white where the contrast is to be the
 *   same; without, each image has those that suit it
 * @n_channels: how many there are, at least 1
 *
 * Shows all images of the project so, channel by channel, and those that are added later as well.
 * Each can have another contrast again afterwards. Further channels of an image are left alone.
 *
 * Returns: (transfer full): how they were shown before
 */
PelDisplayRecord *pel_project_share_display (PelProject *self,
                                             const PelChannelDisplay *displays,
                                             guint n_channels) G_GNUC_WARN_UNUSED_RESULT;

/* Takes that back. Images that are not of the project any longer are left alone. */
void pel_project_restore_display (PelProject *self, const PelDisplayRecord *record);

G_END_DECLS
