/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/tools/pel-tool.h"

G_BEGIN_DECLS

/**
 * PelStrokePath:
 *
 * The line that a drag draws, for tools that act along it: free as the hand draws it, straight
 * from where it began while Shift is held. Owned by its tool.
 */
typedef struct PelStrokePath PelStrokePath;

PelStrokePath *pel_stroke_path_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_stroke_path_free (PelStrokePath *self);

void pel_stroke_path_begin (PelStrokePath *self, const PelToolEvent *event);
/* Ignored before pel_stroke_path_begin(). */
void pel_stroke_path_extend (PelStrokePath *self, const PelToolEvent *event, double zoom);
void pel_stroke_path_clear (PelStrokePath *self);
gboolean pel_stroke_path_is_begun (PelStrokePath *self);

/* (transfer none): @n_points pairs in image pixels, valid until the path changes */
const double *pel_stroke_path_get (PelStrokePath *self, guint *n_points);

void pel_stroke_path_snapshot (PelStrokePath *self,
                               GtkSnapshot *snapshot,
                               const PelViewport *view,
                               const GdkRGBA *color);

G_END_DECLS
