/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "app/document/pel-document-types.h"

G_BEGIN_DECLS

/* Measuring an image's cells in some thread: plain data. */
typedef struct
{
  PelLabels *labels;
  PelImage *image;       /* nullable */
  PelImage *probability; /* nullable */
  GHashTable *infos;     /* label → PelCellInfo */
  PelCellOrigin default_origin;
  double threshold;
  PelErrorScale error_scale; /* zero-initialised: unknown */
  double um_x, um_y;
  PelDefinitions definitions;
} PelMeasureInput;

void pel_measure_input_clear (PelMeasureInput *input);
/* (transfer full) (nullable) */
PelCellTable *pel_measure_input_run (const PelMeasureInput *input,
                                     PelPool *pool,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The plane of probabilities, or NULL where there is none of the right kind and size. */
const float *pel_measure_input_get_probability (const PelMeasureInput *input);

G_END_DECLS
