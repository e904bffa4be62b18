/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-learning-curve.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a doubling of the images should bring: less is not worth the painting, more surely is. */
#define WORTHWHILE 0.01
#define CLEAR 0.03
/* How gains are taken to shrink from one doubling to the next where it cannot be seen. */
#define USUAL_RATIO 0.7
/* A score below which nothing was learned that could be judged. */
#define LEARNED 0.2
/* How far a gain may be off that was measured once. */
#define SINGLE_MARGIN 0.05

static const char *const verdict_names[] = { "unknown", "helps", "helps-little", "saturated",
                                             "unclear" };

/* Student's t: 90 % lie below it, by degrees of freedom (so 80 % within it either way). */
static double
student_90 (guint freedom)
{
  static const double table[] = { 3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383 };

  g_return_val_if_fail (freedom > 0, (double)NAN);
  return freedom <= G_N_ELEMENTS (table) ? table[freedom - 1] : 1.33;
}

static double
score_of (const PelLearningCurve *self, const PelLearningRun *run)
{
  return pel_learning_curve_get_task (self) == PEL_TASK_MASK ? run->dice : run->ap50;
}

/* How much the score grows with each doubling from @small to @large images: within each repeat that
 * has both, so that what makes repeats differ drops out. */
static void
compare_sizes (const PelLearningCurve *self, guint small, guint large, PelSpread *gain)
{
  guint n_runs, n = 0;
  const PelLearningRun *runs = pel_learning_curve_get_runs (self, &n_runs);
  g_autofree double *gains = g_new (double, n_runs + 1);
  double doublings = log2 ((double)large / small);

  for (guint i = 0; i < n_runs; i++)
    for (guint k = 0; k < n_runs; k++)
      if (runs[i].n_images == small && runs[k].n_images == large &&
          runs[i].repeat == runs[k].repeat)
        gains[n++] = (score_of (self, &runs[k]) - score_of (self, &runs[i])) / doublings;
  pel_spread_init (gain, gains, n);
}

/* Where hardly anything was learned, or fewer images gave better models, the trainings had too
 * little time to make use of the images that there are. */
static gboolean
is_too_short (const PelLearningCurve *self, guint largest, const PelLearningAdvice *advice)
{
  guint n_runs;
  const PelLearningRun *runs = pel_learning_curve_get_runs (self, &n_runs);
  double best = 0.0;

  for (guint i = 0; i < n_runs; i++)
    if (runs[i].n_images == largest)
      best = MAX (best, score_of (self, &runs[i]));
  return best < LEARNED || advice->gain < -WORTHWHILE;
}

void
pel_learning_curve_get_advice (const PelLearningCurve *self, PelLearningAdvice *advice)
{
  g_return_if_fail (self != NULL && advice != NULL);
  guint n;
  g_autofree PelLearningPoint *points = pel_learning_curve_get_points (self, &n);
  PelSpread last = { 0 }, before = { 0 };

  *advice = (PelLearningAdvice){
    .verdict = PEL_LEARNING_UNKNOWN, .gain = NAN, .margin = NAN, .expected = NAN
  };
  if (n >= 2)
    compare_sizes (self, points[n - 2].n_images, points[n - 1].n_images, &last);
  if (last.n == 0)
    return;
  if (n >= 3)
    compare_sizes (self, points[n - 3].n_images, points[n - 2].n_images, &before);

  double ratio = USUAL_RATIO;
  if (before.n > 0)
    ratio = before.mean > 0.0 ? CLAMP (last.mean / before.mean, 0.25, 1.0) : 1.0;
  advice->gain = last.mean;
  advice->margin = last.n > 1 ? student_90 (last.n - 1) * last.sd / sqrt (last.n) : SINGLE_MARGIN;
  advice->expected = MAX (last.mean * ratio, 0.0);
  if (last.mean - advice->margin >= WORTHWHILE)
    advice->verdict = advice->expected >= CLEAR ? PEL_LEARNING_HELPS : PEL_LEARNING_HELPS_LITTLE;
  else if (!is_too_short (self, points[n - 1].n_images, advice) &&
           last.mean + advice->margin < CLEAR && last.mean < WORTHWHILE)
    advice->verdict = PEL_LEARNING_SATURATED;
  else
    advice->verdict = PEL_LEARNING_UNCLEAR;
}

static void
add_sentence (GString *text, char *sentence)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
  g_free (sentence);
}

static void
describe_verdict (GString *text, const PelLearningAdvice *advice, gboolean too_short)
{
  const char *sentence = NULL;

  switch (advice->verdict)
    {
    case PEL_LEARNING_HELPS:
      /* Translators: a score such as +0.04 */
      add_sentence (text, g_strdup_printf (_ ("More annotated images would help: twice as many may "
                                              "bring another %+.2f."),
                                           advice->expected));
      return;
    case PEL_LEARNING_HELPS_LITTLE:
      /* Translators: a score such as +0.02 */
      add_sentence (text, g_strdup_printf (_ ("More annotated images would help a little: twice as "
                                              "many may bring another %+.2f."),
                                           advice->expected));
      return;
    case PEL_LEARNING_SATURATED:
      sentence =
          _ ("More images of the same kind would hardly help. A longer training, a larger "
             "network, cleaner masks, or images of kinds that are rare so far promise more.");
      break;
    case PEL_LEARNING_UNCLEAR:
      sentence =
          too_short
              ? _ ("The trainings were too short to make use of these images, so they "
                   "do not tell whether more would help; give it more time.")
              : _ ("The trainings differ too much among themselves to tell whether more images "
                   "would help; give it more time.");
      break;
    case PEL_LEARNING_UNKNOWN:
    default:
      sentence = _ ("There are too few results yet to tell whether more images would help.");
      break;
    }
  add_sentence (text, g_strdup (sentence));
}

char *
pel_learning_curve_describe (const PelLearningCurve *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  PelLearningAdvice advice;
  guint n;
  g_autofree PelLearningPoint *points = pel_learning_curve_get_points (self, &n);
  gboolean is_mask = pel_learning_curve_get_task (self) == PEL_TASK_MASK;
  /* Translators: the name of a score */
  const char *score = is_mask ? _ ("Dice") : _ ("AP50");

  pel_learning_curve_get_advice (self, &advice);
  if (n > 0)
    {
      const PelLearningPoint *last = &points[n - 1];
      double mean = is_mask ? last->dice.mean : last->ap50.mean;

      /* Translators: a number of images, the name of a score, and the score */
      add_sentence (text,
                    g_strdup_printf (ngettext ("With %u image the %s on images held out is %.2f.",
                                               "With %u images the %s on images held out is %.2f.",
                                               last->n_images),
                                     last->n_images, score, mean));
      if (isfinite (last->diameter_mape.mean))
        add_sentence (text, g_strdup_printf (_ ("Diameters are off by %.1f %% on the average."),
                                             last->diameter_mape.mean));
    }
  if (isfinite (advice.gain))
    /* Translators: two numbers of images, then a gain of a score such as +0.04 and how far that may
     * be off */
    add_sentence (text,
                  g_strdup_printf (_ ("From %u to %u images it changed by %+.3f with each doubling "
                                      "(±%.3f)."),
                                   points[n - 2].n_images, points[n - 1].n_images,
                                   /* Next to nothing has no sign of its own. */
                                   round (advice.gain * 1000.0) / 1000.0 + 0.0, advice.margin));
  describe_verdict (text, &advice, n > 0 && is_too_short (self, points[n - 1].n_images, &advice));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
pel_learning_verdict_to_string (PelLearningVerdict verdict)
{
  g_return_val_if_fail ((guint)verdict < G_N_ELEMENTS (verdict_names), NULL);
  return verdict_names[verdict];
}
