/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-mask-draft.h"
#include "app/document/pel-mask-private.h"

G_BEGIN_DECLS

struct PelMaskDraft
{
  guint64 state;
  PelLabels *before;
  PelLabels *after;
  GHashTable *infos_before;
  GHashTable *infos;    /* what they become */
  GHashTable *explicit; /* labels whose record the edit itself has set */
  gboolean is_exact;    /* records are as they shall be, for all labels */
  guint count;
  PelMaskDraftReport report;
  gpointer report_data;
  GCancellable *cancellable; /* nullable */
  PelStepWhole *whole;
};

/* @self: (nullable): freed in a thread */
void pel_mask_draft_let_go (PelMaskDraft *self);
/* Once cancelled, the draft is not worked out to its end, and is of no use. */
void pel_mask_draft_set_cancellable (PelMaskDraft *self, GCancellable *cancellable);
/* (transfer full): what a finished draft worked out */
PelStepWhole *pel_mask_draft_steal (PelMaskDraft *self) G_GNUC_WARN_UNUSED_RESULT;
/* What a stored step makes of the mask, or where not @forward what was there before it. */
gboolean pel_mask_draft_take_content (PelMaskDraft *self,
                                      const PelJournalStep *content,
                                      gboolean forward,
                                      GError **error);

G_END_DECLS
