/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-review.h"

G_BEGIN_DECLS

/* @document: owns it, and outlives it or detaches it */
PelReview *pel_review_new (PelImageDocument *document) G_GNUC_WARN_UNUSED_RESULT;
/* The document goes; what is under way is dropped. */
void pel_review_detach (PelReview *self);
/* The document has another mask or prediction. */
void pel_review_source_changed (PelReview *self);

G_END_DECLS
