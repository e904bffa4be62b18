/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-scores.h"

#include "app/cli/pel-cli-command.h"

#include <math.h>
#include <glib/gi18n-lib.h>

void
pel_cli_add_scores (PelCliJson *json, const PelScores *scores)
{
  pel_cli_json_add_number (json, "dice", scores->dice);
  pel_cli_json_add_number (json, "iou", scores->iou);
  pel_cli_json_add_number (json, "pixel_accuracy", scores->pixel_accuracy);
  pel_cli_json_add_number (json, "ap50", scores->ap50);
  pel_cli_json_add_number (json, "ap75", scores->ap75);
  pel_cli_json_add_number (json, "ap50_95", scores->ap50_95);
  for (guint i = 0; i < PEL_N_AP_THRESHOLDS; i++)
    {
      guint percent = 50 + 5 * i;
      g_autofree char *name = g_strdup_printf ("ap%u", percent);

      if (percent != 50 && percent != 75)
        pel_cli_json_add_number (json, name, scores->ap[i]);
    }
  pel_cli_json_add_number (json, "f1_50", scores->f1_50);
  pel_cli_json_add_number (json, "precision_50", scores->precision_50);
  pel_cli_json_add_number (json, "recall_50", scores->recall_50);
  pel_cli_json_add_number (json, "diameter_mape", scores->diameter_mape);
  pel_cli_json_add_number (json, "rand_foreground", scores->rand_foreground);
  pel_cli_json_add_int (json, "cells_true", scores->n_truth);
  pel_cli_json_add_int (json, "cells_predicted", scores->n_predicted);
  pel_cli_json_add_int (json, "cells_matched", scores->n_matched);
  pel_cli_json_add_int (json, "missed", scores->n_missed);
  pel_cli_json_add_int (json, "false", scores->n_false);
  pel_cli_json_add_int (json, "merged", scores->n_merged);
  pel_cli_json_add_int (json, "split", scores->n_split);
  pel_cli_json_add_int (json, "inexact", scores->n_inexact);
}

void
pel_cli_add_images (PelCliJson *json, const PelEvaluation *evaluation)
{
  guint n_images;
  const PelScores *images = pel_evaluation_get_images (evaluation, &n_images);

  pel_cli_json_begin_array (json, "per_image");
  for (guint i = 0; i < n_images; i++)
    {
      pel_cli_json_begin_object (json, NULL);
      pel_cli_json_add_string (json, "image", images[i].name);
      pel_cli_add_scores (json, &images[i]);
      pel_cli_json_end (json);
    }
  pel_cli_json_end (json);
}

static void
print_count (const char *name, guint count, const char *meaning)
{
  pel_cli_print ("%-16s %10u   %s\n", name, count, meaning);
}

static void
print_score (const char *name, double value, const char *meaning)
{
  g_autofree char *text = isfinite (value) ? g_strdup_printf ("%.4f", value) : g_strdup ("–");

  pel_cli_print ("%-16s %10s   %s\n", name, text, meaning);
}

void
pel_cli_print_scores (const PelScores *scores)
{
  print_score ("dice", scores->dice, _ ("overlap of the areas, mean over images"));
  print_score ("iou", scores->iou, _ ("intersection over union, mean over images"));
  print_score ("pixel_accuracy", scores->pixel_accuracy, _ ("share of pixels that agree"));
  print_score ("ap50", scores->ap50, _ ("cells matched at IoU 0.5, of all that are in either"));
  for (guint i = 1; i < PEL_N_AP_THRESHOLDS; i++)
    {
      g_autofree char *name = g_strdup_printf ("ap%u", 50 + 5 * i);
      /* Translators: an intersection over union such as 0.75 */
      g_autofree char *meaning = g_strdup_printf (_ ("the same at IoU %.2f"), 0.5 + 0.05 * i);

      print_score (name, scores->ap[i], meaning);
    }
  print_score ("ap50_95", scores->ap50_95, _ ("mean of the ten before"));
  print_score ("f1_50", scores->f1_50, _ ("harmonic mean of the next two"));
  print_score ("precision_50", scores->precision_50, _ ("share of predicted cells that are true"));
  print_score ("recall_50", scores->recall_50, _ ("share of true cells that were found"));
  print_score ("diameter_mape", scores->diameter_mape,
               _ ("mean error of the diameters, in percent"));
  print_score ("rand_foreground", scores->rand_foreground, _ ("Rand score of ISBI 2012"));
  print_count ("missed", scores->n_missed, _ ("true cells where nothing was predicted"));
  print_count ("false", scores->n_false, _ ("predicted cells where there is none"));
  print_count ("merged", scores->n_merged, _ ("predicted cells that cover several true ones"));
  print_count ("split", scores->n_split, _ ("true cells cut into several predicted ones"));
  print_count ("inexact", scores->n_inexact, _ ("cells found, but with an outline far off"));
}
