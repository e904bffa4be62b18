/* SPDX-License-Identifier: MIT */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/core/pel-pool.h"
#include "engine/image/pel-labels.h"
#include "engine/measure/pel-quantity.h"

/* The diameters that have an uncertainty. */
#define PEL_N_ERRORS 5

/**
 * PelErrorScale:
 * @n_cells: cells that the factors come from; 0 where they are not known, and all are 1
 * @factors: for each diameter with an uncertainty, in the order of the quantities, what to multiply
 *   half of the way between probability 0.25 and 0.75 with
 *
 * How the blur of an edge becomes the half width of an interval that holds the true diameter in 68
 * of 100 cells. A model's own: found on cells that it was not trained on.
 */
typedef struct
{
  guint n_cells;
  double factors[PEL_N_ERRORS];
} PelErrorScale;

/**
 * PEL_ERROR_SCALE_NONE:
 *
 * Initialiser: factors that are not known.
 */
#define PEL_ERROR_SCALE_NONE                                                                       \
  {                                                                                                \
    0, { 1, 1, 1, 1, 1 }                                                                           \
  }

/* Half ways shorter than this, in pixels, count as this long where factors are known: an edge that
 * looks perfectly sharp can be in the wrong place too. */
#define PEL_ERROR_LEAST 0.05

/**
 * pel_error_scale_apply:
 * @self: factors
 * @error_id: an uncertainty, such as %PEL_QUANTITY_MAX_FERET_ERR
 * @half_way: its value as it comes from the blur
 * @um_per_px: 1 for a value in pixels, else the mean size of a pixel
 *
 * Returns: the half width of the interval
 */
double pel_error_scale_apply (const PelErrorScale *self,
                              PelQuantityId error_id,
                              double half_way,
                              double um_per_px);

gboolean pel_error_scale_equal (const PelErrorScale *a, const PelErrorScale *b);

/* The object that model files and the settings beside predictions hold; nothing where the factors
 * are not known. */
void pel_error_scale_add_json (const PelErrorScale *self, JsonBuilder *builder, const char *name);
/* Reads it from a member of @object that may be missing or nonsense: unknown factors then. */
void pel_error_scale_read_json (PelErrorScale *self, JsonObject *object, const char *name);

/**
 * PelErrorCalibration:
 *
 * Collects predicted cells with their true counterparts, to find the factors. One owner.
 */
typedef struct PelErrorCalibration PelErrorCalibration;

PelErrorCalibration *pel_error_calibration_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_error_calibration_free (PelErrorCalibration *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelErrorCalibration, pel_error_calibration_free)

/**
 * pel_error_calibration_add:
 * @self: a calibration
 * @found: predicted cells
 * @probability: their map
 * @threshold: probability that they were cut at
 * @truth: the true cells, as many pixels
 * @pool: (nullable): threads
 * @cancellable: (nullable): polled between cells
 * @error: return location for a `GError`
 *
 * Takes the cells that match at an IoU above one half and touch no border. Both are measured
 * from contours; that of a true cell runs through the middle between its last pixel and the
 * first beyond.
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_NO_MEMORY` or `G_IO_ERROR_CANCELLED`
 */
gboolean pel_error_calibration_add (PelErrorCalibration *self,
                                    const PelLabels *found,
                                    const float *probability,
                                    double threshold,
                                    const PelLabels *truth,
                                    PelPool *pool,
                                    GCancellable *cancellable,
                                    GError **error);

guint pel_error_calibration_get_n_cells (const PelErrorCalibration *self);

/**
 * pel_error_calibration_finish:
 * @self: a calibration
 * @scale: (out): the factors; unknown with fewer than 20 cells
 *
 * The factor of a diameter is the one with which 68 of 100 cells' intervals hold the true value:
 * the quantile of the errors over their half ways, one cell more counted as outside (split
 * conformal prediction; Lei and others 2018).
 */
void pel_error_calibration_finish (const PelErrorCalibration *self, PelErrorScale *scale);

/**
 * pel_error_calibration_get_coverage:
 * @self: a calibration, of other cells
 * @scale: factors
 * @index: a diameter with an uncertainty
 *
 * Returns: the share of the collected cells whose interval with these factors holds the true
 *   diameter; not a number without cells
 */
double pel_error_calibration_get_coverage (const PelErrorCalibration *self,
                                           const PelErrorScale *scale,
                                           guint index);

/* The diameter that a factor belongs to. */
PelQuantityId pel_error_scale_get_quantity (guint index);
