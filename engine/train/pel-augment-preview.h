/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include "engine/train/pel-dataset.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-train-config.h"

/**
 * PelAugmentPatch:
 * @before: side x side pixels of three bytes (red, green, blue), row by row: the place in the image
 * @after: the same place as the network is shown it, with its random changes
 * @labels_before: side x side labels of the cells; 0 is background and %PEL_LABEL_IGNORED what does
 *   not count
 * @labels_after: the labels, changed alike
 *
 * A patch before and after its random changes. Both are as the network sees them: large cells are
 * shrunk where the training shrinks them, and dark ones bright where it turns them.
 */
typedef struct
{
  const guint8 *before;
  const guint8 *after;
  const guint32 *labels_before;
  const guint32 *labels_after;
} PelAugmentPatch;

/**
 * PelAugmentPreview:
 *
 * Patches as a training would see them, to be shown before it starts. Immutable; any thread may
 * read it.
 */
typedef struct PelAugmentPreview PelAugmentPreview;

/**
 * pel_augment_preview_new:
 * @dataset: what would be trained on; one image is enough
 * @config: how it would be trained; values of 0 for "choose" are chosen as a training would
 * @init: (nullable): the model that the training would start from
 * @first: number of the first patch: 0 for those of the first step. Another number shows others
 * @n_patches: how many, from 1 to 256
 * @cancellable: (nullable): polled between patches
 * @error: return location for a `GError`
 *
 * Makes patches with the very code that feeds the training: with the same seed, patch i is the i-th
 * that the network will be trained on. Some milliseconds for a patch, and a look at every image of
 * @dataset before; meant for a worker thread.
 *
 * Returns: (transfer full) (nullable): the patches, or %NULL with `PEL_ENGINE_ERROR_NO_SAMPLES`,
 *   `BAD_ARGUMENT`, `BAD_SHAPE`, `NO_MEMORY` or `G_IO_ERROR_CANCELLED` set
 */
PelAugmentPreview *pel_augment_preview_new (PelDataset *dataset,
                                            const PelTrainConfig *config,
                                            PelModel *init,
                                            guint64 first,
                                            guint n_patches,
                                            GCancellable *cancellable,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pel_augment_preview_free (PelAugmentPreview *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelAugmentPreview, pel_augment_preview_free)

/* Side of every patch in pixels. */
guint pel_augment_preview_get_side (const PelAugmentPreview *self);
guint pel_augment_preview_get_n_patches (const PelAugmentPreview *self);

/**
 * pel_augment_preview_get_patch:
 * @self: a preview
 * @index: from 0
 * @patch: (out): pointers into @self
 */
void pel_augment_preview_get_patch (const PelAugmentPreview *self,
                                    guint index,
                                    PelAugmentPatch *patch);
