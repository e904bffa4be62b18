/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-forecast-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/pel-axis.h"
#include "ui/window/pel-format.h"

/* Two digits: more are not known. */
static guint
round_steps (guint n)
{
  guint unit = 1;

  while (n / unit >= 100)
    unit *= 10;
  return (n + unit / 2) / unit * unit;
}

static char *
describe_step (double seconds)
{
  g_autofree char *number = pel_format_number (seconds, 2);

  /* Translators: a time in seconds. */
  return g_strdup_printf (_ ("%s s"), number);
}

char *
pel_forecast_describe_steps (const PelForecast *forecast, double seconds)
{
  guint n = pel_forecast_count_steps (forecast, seconds);
  g_autofree char *step = describe_step (forecast->step_seconds);
  g_autofree char *size = g_format_size (forecast->bytes);
  g_autofree char *clock = pel_format_duration (seconds);
  g_autofree char *whole = NULL;

  if (forecast->fixed_steps == 0)
    return g_strdup_printf (
        /* Translators: steps of a training, the time limit as minutes and seconds, a time for each
         * step, and memory. */
        ngettext ("About %u step in %s: %s each, %s of memory.",
                  "About %u steps in %s: %s each, %s of memory.", round_steps (n)),
        round_steps (n), clock, step, size);
  whole = pel_format_duration (forecast->fixed_steps * forecast->step_seconds +
                               forecast->preparing_seconds);
  if (n >= forecast->fixed_steps)
    return g_strdup_printf (
        /* Translators: steps of a training, the time for all of them as minutes and seconds, the
         * time for each, and memory. */
        ngettext ("The %u step takes about %s: %s each, %s of memory.",
                  "The %u steps take about %s: %s each, %s of memory.", forecast->fixed_steps),
        forecast->fixed_steps, whole, step, size);
  return g_strdup_printf (
      /* Translators: steps that there is time for, all steps, the time for all of them as minutes
       * and seconds, the time for each, and memory. */
      _ ("Time for about %u of %u steps, which would take %s: %s each, %s of memory."),
      round_steps (n), forecast->fixed_steps, whole, step, size);
}

/* "AP 0.62" or "Dice 0.80" */
static char *
describe_score (PelTask task, double score)
{
  return task == PEL_TASK_MASK
             /* Translators: the Dice score, between 0 and 1. */
             ? g_strdup_printf (_ ("Dice %.2f"), score)
             /* Translators: average precision, a score between 0 and 1. */
             : g_strdup_printf (_ ("AP %.2f"), score);
}

static char *
describe_models (const PelForecast *forecast, const PelExpectation *expectation, guint n_steps)
{
  g_autofree char *low = describe_score (forecast->task, expectation->low);
  g_autofree char *high = describe_score (forecast->task, expectation->high);

  if (expectation->n_models > 1)
    return g_strdup_printf (
        /* Translators: the number of models, then a score such as "AP 0.45" and a better one. */
        _ ("%u earlier models of this network came to between %s and %s in as many steps, each "
           "on the images held out then."),
        expectation->n_models, low, high);
  if (expectation->n_steps < 0.8 * n_steps)
    return g_strdup_printf (
        /* Translators: the name of a model, a score such as "AP 0.45", the number of steps, and the
         * number of images. */
        ngettext ("“%s”, the same network, came to %s in %u steps with %u image; here are more "
                  "steps.",
                  "“%s”, the same network, came to %s in %u steps with %u images; here are more "
                  "steps.",
                  expectation->n_images),
        expectation->name, low, expectation->n_steps, expectation->n_images);
  return g_strdup_printf (
      /* Translators: the name of a model, a score such as "AP 0.45", and the number of images. */
      ngettext ("“%s”, the same network, came to %s in as many steps with %u image.",
                "“%s”, the same network, came to %s in as many steps with %u images.",
                expectation->n_images),
      expectation->name, low, expectation->n_images);
}

char *
pel_forecast_describe_quality (const PelForecast *forecast, double seconds, GListModel *models)
{
  guint n_steps = pel_forecast_count_steps (forecast, seconds);
  double trial = forecast->task == PEL_TASK_MASK ? forecast->val_dice : forecast->val_ap50;
  PelExpectation expectation = { 0 };
  g_autofree char *score = NULL;

  if (models != NULL)
    pel_forecast_expect (forecast, n_steps, models, &expectation);
  if (expectation.n_models > 0)
    return describe_models (forecast, &expectation, n_steps);
  if (!isfinite (trial))
    return g_strdup (_ ("How good it will be cannot be told: no image is held out to test it on."));
  score = describe_score (forecast->task, trial);
  return g_strdup_printf (
      /* Translators: a score such as "AP 0.05", and the number of steps. */
      ngettext (
          "%s on the held-out images after the %u step of this trial. How much better it gets "
          "depends on your images: no earlier model of this network tells.",
          "%s on the held-out images after the %u steps of this trial. How much better it "
          "gets depends on your images: no earlier model of this network tells.",
          forecast->n_steps),
      score, forecast->n_steps);
}
