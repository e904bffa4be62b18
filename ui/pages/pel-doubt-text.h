/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-review.h"

G_BEGIN_DECLS

/**
 * pel_doubt_describe:
 * @reason: why a cell deserves a look
 * @cell: (nullable): the cell, for the numbers that go with the reason
 * @other_model: (nullable): the model that the prediction was compared with
 *
 * Returns: (transfer full): the reason as a short sentence, translated
 */
char *pel_doubt_describe (PelDoubtReason reason, const PelReviewCell *cell, const char *other_model)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
