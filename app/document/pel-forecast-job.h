/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-forecast.h"
#include "app/document/pel-job.h"

G_BEGIN_DECLS

#define PEL_TYPE_FORECAST_JOB (pel_forecast_job_get_type ())
G_DECLARE_FINAL_TYPE (PelForecastJob, pel_forecast_job, PEL, FORECAST_JOB, PelJob)

/* Seconds that the trial itself takes, beside reading the images. */
#define PEL_FORECAST_SECONDS 10.0

/**
 * PelForecastJob:
 *
 * A short trial of a training: the very network on the very images, for a few seconds, to tell how
 * long a step takes on this machine and what may be expected. No model stays. It takes its turn
 * among the trainings, since beside one it would measure nothing.
 */

/**
 * pel_forecast_job_new:
 * @config: how the training would be; copied. Its time limit does not matter
 * @items: (element-type PelTrainingItem): what it would learn from; a reference is kept, and it
 * must not change
 * @init_path: (nullable): the model that it would start from
 *
 * Returns: (transfer full): a job for pel_job_runner_submit()
 */
PelForecastJob *pel_forecast_job_new (const PelTrainConfig *config,
                                      GPtrArray *items,
                                      const char *init_path) G_GNUC_WARN_UNUSED_RESULT;
/* Before it is submitted: for how long to try. */
void pel_forecast_job_set_seconds (PelForecastJob *self, double seconds);
/* FALSE until it is done. */
gboolean pel_forecast_job_get_forecast (PelForecastJob *self, PelForecast *forecast);

G_END_DECLS
