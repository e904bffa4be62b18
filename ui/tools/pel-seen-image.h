/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-image.h"
#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelSeenImage:
 *
 * What is seen of an image, for tools that look at it: the channel on show, the luminance of a
 * coloured image, or all channels that are shown together, each with its contrast. Immutable; made
 * on the main thread, read and freed on any.
 */
typedef struct PelSeenImage PelSeenImage;

/* (transfer full) (nullable): what a tool's document shows now */
PelSeenImage *pel_seen_image_new (PelTool *tool) G_GNUC_WARN_UNUSED_RESULT;
void pel_seen_image_free (PelSeenImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelSeenImage, pel_seen_image_free)

PelImage *pel_seen_image_get_image (const PelSeenImage *self);
guint pel_seen_image_get_n_channels (const PelSeenImage *self);
/* The number that one of them has in the image, for pel_image_read_float(). */
gint pel_seen_image_get_channel (const PelSeenImage *self, guint index);

/**
 * pel_seen_image_tone:
 * @index: which of the channels
 * @samples: (inout): @n of its values
 *
 * Makes of them what is seen, from 0 for black to 1 for white in the channel's colour. The values
 * of a channel that is alone stay what they are: tools look at those by themselves, whatever the
 * contrast. What is not a number stays that.
 */
void pel_seen_image_tone (const PelSeenImage *self, guint index, float *samples, gsize n);

/**
 * pel_seen_image_read_scaled:
 * @index: which of the channels
 *
 * Reads one channel as pel_image_read_scaled() does. Where there are several, the unit is what lies
 * between black and white of its contrast, so that edges in different channels can be compared;
 * what is beyond black or white has its edges still.
 */
void pel_seen_image_read_scaled (const PelSeenImage *self,
                                 guint index,
                                 double scale,
                                 const PelRect *area,
                                 float *out);

/**
 * pel_seen_image_read_sum:
 *
 * Reads all channels added up, as light is: how bright each place looks.
 */
void pel_seen_image_read_sum (const PelSeenImage *self,
                              double scale,
                              const PelRect *area,
                              float *out);

G_END_DECLS
