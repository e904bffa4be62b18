/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-project.h"

G_BEGIN_DECLS

/* What the images of a project teach. Main thread only. */

/**
 * PelLessons:
 * @images: images that a training would learn from
 * @empty: those of them that were said to hold no cell
 * @complete: those of them in which every cell is painted
 * @regions: complete regions of the others
 * @cells: painted cells in all of them
 * @held_out: further images that models are tested on
 * @unread: images of which nobody has counted the cells yet, because their masks came from
 *   elsewhere
 *
 * What there is to learn from.
 */
typedef struct
{
  guint images, empty, complete, regions, cells, held_out, unread;
} PelLessons;

void pel_project_count_lessons (PelProject *self, PelLessons *lessons);

/* Whether anything in the image counts: painted cells, or ground that is said to hold none. */
gboolean pel_image_document_get_teaches (PelImageDocument *self);

/* Whether an image teaches that is not held out. */
gboolean pel_project_get_can_teach (PelProject *self);

/**
 * pel_project_hold_some_out:
 * @self: a project that may be written
 * @seed: which ones
 *
 * Where four images or more with cells teach and none is held out, marks a fifth of them so for
 * good: every later model is judged on the same images and never learns from them. Images are
 * passed over where more cells came with a whole prediction than were drawn, corrected or accepted
 * one by one: there the model that predicted them would be judged by itself. Where there are no
 * others, none is held out.
 */
void pel_project_hold_some_out (PelProject *self, guint64 seed);

G_END_DECLS
