/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-image-document.h"

G_BEGIN_DECLS

/**
 * PelToneKind:
 * @PEL_TONE_U8: samples are 8-bit
 * @PEL_TONE_U16: samples are 16-bit
 * @PEL_TONE_F32: samples are floats
 *
 * The sample types that the display knows; all others are read as floats.
 */
typedef enum
{
  PEL_TONE_U8,
  PEL_TONE_U16,
  PEL_TONE_F32,
} PelToneKind;

/**
 * PelToneMap:
 *
 * From samples to what the screen shows: window, gamma and inversion as a table. Immutable and
 * atomically counted; read by any thread.
 */
typedef struct PelToneMap PelToneMap;

/**
 * pel_tone_map_new:
 * @kind: the samples it will be given
 * @display: the contrast window; a @high that is not above @low shows everything from @low on white
 *
 * Returns: (transfer full): the map
 */
PelToneMap *pel_tone_map_new (PelToneKind kind, const PelChannelDisplay *display)
    G_GNUC_WARN_UNUSED_RESULT;
PelToneMap *pel_tone_map_ref (PelToneMap *self);
void pel_tone_map_unref (PelToneMap *self);

/**
 * pel_tone_map_apply:
 * @samples: @n samples of the map's kind
 * @out: (out): @n grey values; what is not a number is black
 */
void pel_tone_map_apply (const PelToneMap *self, const void *samples, gsize n, guint8 *out);

G_END_DECLS
