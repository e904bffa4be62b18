/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-doubt-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static char *
describe_other (PelDoubtReason reason, const PelReviewCell *cell, const char *other_model)
{
  if (reason == PEL_DOUBT_MISSING)
    return other_model != NULL
               /* Translators: %s is the name of a model. */
               ? g_strdup_printf (_ ("“%s” sees no cell here"), other_model)
               : g_strdup (_ ("The present prediction has no cell here"));
  if (other_model != NULL && cell != NULL && isfinite (cell->agreement))
    /* Translators: the name of a model, and how much of the two outlines is common, in percent. */
    return g_strdup_printf (_ ("“%s” sees another outline: %.0f %% in common"), other_model,
                            100.0 * cell->agreement);
  return g_strdup (_ ("Another model sees another outline"));
}

char *
pel_doubt_describe (PelDoubtReason reason, const PelReviewCell *cell, const char *other_model)
{
  switch (reason)
    {
    case PEL_DOUBT_EDGE:
      if (cell != NULL && isfinite (cell->confidence))
        /* Translators: a number between 0 and 1. */
        return g_strdup_printf (_ ("Blurred edge: confidence %.2f"), cell->confidence);
      return g_strdup (_ ("Blurred edge"));
    case PEL_DOUBT_SMALL:
      return g_strdup (_ ("Much smaller than the others"));
    case PEL_DOUBT_LARGE:
      return g_strdup (_ ("Much larger than the others; perhaps several cells"));
    case PEL_DOUBT_SHAPE:
      return g_strdup (_ ("Shaped unlike the others"));
    case PEL_DOUBT_PIECES:
      return g_strdup (_ ("Falls into several pieces"));
    case PEL_DOUBT_DISAGREES:
    case PEL_DOUBT_MISSING:
      return describe_other (reason, cell, other_model);
    case PEL_DOUBT_BORDER:
      return g_strdup (_ ("Cut by the image’s border"));
    case PEL_DOUBT_NONE:
    case PEL_N_DOUBTS:
    default:
      return g_strdup (_ ("Nothing odd about it"));
    }
}
