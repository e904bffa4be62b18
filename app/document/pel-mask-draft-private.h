/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-mask-draft.h"
#include "app/document/pel-mask-private.h"

G_BEGIN_DECLS

/* (transfer full): what a finished draft worked out */
PelStepWhole *pel_mask_draft_steal (PelMaskDraft *self) G_GNUC_WARN_UNUSED_RESULT;
/* What a stored step makes of the mask, or where not @forward what was there before it. */
gboolean pel_mask_draft_take_content (PelMaskDraft *self,
                                      const PelJournalStep *content,
                                      gboolean forward,
                                      GError **error);

G_END_DECLS
