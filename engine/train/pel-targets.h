/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include "engine/train/pel-train-config.h"

/**
 * pel_targets_build:
 * @task: what to tell
 * @labels: labels of a patch, row by row, with %PEL_LABEL_IGNORED where it is not known what is
 *   there; already deformed, so that the border is as thick everywhere
 * @width: columns
 * @height: rows
 * @reach: how far, in pixels, the border class reaches from where two cells meet
 * @border_weight: how much more a pixel between touching cells counts
 * @targets: (out): one plane for each output: foreground; for cells also the border class, which
 *   is 1 where two different labels lie within a square of 2 · @reach + 1 pixels around the
 *   pixel. An outline that faces background alone is no border
 * @weights: (out): one plane: 0 where ignored, @border_weight on the border class, else 1
 *
 * What the network should answer for a patch, and how much each pixel counts.
 */
void pel_targets_build (PelTask task,
                        const guint32 *labels,
                        guint width,
                        guint height,
                        guint reach,
                        double border_weight,
                        float *targets,
                        float *weights);
