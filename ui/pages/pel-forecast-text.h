/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-forecast.h"

G_BEGIN_DECLS

/* (transfer full): steps, their duration and the memory, for a time limit in seconds */
char *pel_forecast_describe_steps (const PelForecast *forecast, double seconds)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_forecast_describe_quality:
 * @forecast: what a trial has shown
 * @seconds: a time limit
 * @models: (nullable) (element-type PelModelEntry): the models there are
 *
 * Returns: (transfer full): which score may be expected, and what that is drawn from
 */
char *pel_forecast_describe_quality (const PelForecast *forecast,
                                     double seconds,
                                     GListModel *models) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
