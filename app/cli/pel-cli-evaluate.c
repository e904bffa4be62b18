/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-json.h"
#include "app/cli/pel-cli-work.h"
#include "engine/pel-engine.h"

#include <math.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  char *predictions;
  char *truth;
  gboolean json;
  PelEvaluation *evaluation;
} Evaluate;

static gboolean
evaluate_pair (Evaluate *evaluate, const PelPair *pair, GCancellable *cancellable, GError **error)
{
  g_autoptr (PelLabels) prediction = pel_labels_load (pair->image_path, 0, cancellable, error);
  g_autoptr (PelLabels) truth = NULL;

  if (prediction == NULL)
    return FALSE;
  truth = pel_labels_load (pair->mask_path, 0, cancellable, error);
  if (truth == NULL)
    return FALSE;
  if (!pel_evaluation_add (evaluate->evaluation, pair->name, prediction, truth, error))
    {
      g_prefix_error (error, "%s: ", pair->image_path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
evaluate_all (PelCliWork *work, gpointer data, GError **error)
{
  Evaluate *evaluate = data;
  g_autoptr (PelPairing) pairing = NULL;
  guint n_pairs;

  pairing = pel_pairing_scan (evaluate->predictions, evaluate->truth, error);
  if (pairing == NULL)
    return FALSE;
  pel_cli_warn_pairing (work, pairing);
  n_pairs = pel_pairing_get_n_pairs (pairing);
  if (n_pairs == 0)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: no file there has the name of one in %s; predict those images first"),
                   evaluate->predictions, evaluate->truth);
      return FALSE;
    }
  for (guint i = 0; i < n_pairs; i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);

      pel_cli_work_report (work, (double)i / n_pairs, -1, pair->name);
      if (!evaluate_pair (evaluate, pair, pel_cli_work_get_cancellable (work), error))
        return FALSE;
    }
  return TRUE;
}

static void
scores_to_json (PelCliJson *json, const PelScores *scores)
{
  pel_cli_json_add_number (json, "dice", scores->dice);
  pel_cli_json_add_number (json, "iou", scores->iou);
  pel_cli_json_add_number (json, "pixel_accuracy", scores->pixel_accuracy);
  pel_cli_json_add_number (json, "ap50", scores->ap50);
  pel_cli_json_add_number (json, "ap75", scores->ap75);
  pel_cli_json_add_number (json, "ap50_95", scores->ap50_95);
  pel_cli_json_add_number (json, "f1_50", scores->f1_50);
  pel_cli_json_add_number (json, "precision_50", scores->precision_50);
  pel_cli_json_add_number (json, "recall_50", scores->recall_50);
  pel_cli_json_add_number (json, "diameter_mape", scores->diameter_mape);
  pel_cli_json_add_number (json, "rand_foreground", scores->rand_foreground);
  pel_cli_json_add_int (json, "cells_true", scores->n_truth);
  pel_cli_json_add_int (json, "cells_predicted", scores->n_predicted);
  pel_cli_json_add_int (json, "cells_matched", scores->n_matched);
}

static void
print_json (const PelEvaluation *evaluation)
{
  g_autoptr (PelCliJson) json = pel_cli_json_new ();
  PelScores total;
  guint n_images;
  const PelScores *images = pel_evaluation_get_images (evaluation, &n_images);

  pel_evaluation_get_total (evaluation, &total);
  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_int (json, "images", total.n_images);
  scores_to_json (json, &total);
  pel_cli_json_begin_array (json, "per_image");
  for (guint i = 0; i < n_images; i++)
    {
      pel_cli_json_begin_object (json, NULL);
      pel_cli_json_add_string (json, "image", images[i].name);
      scores_to_json (json, &images[i]);
      pel_cli_json_end (json);
    }
  pel_cli_json_end (json);
  pel_cli_json_end (json);
  pel_cli_json_print (json);
}

static void
print_score (const char *name, double value, const char *meaning)
{
  g_autofree char *text = isfinite (value) ? g_strdup_printf ("%.4f", value) : g_strdup ("–");

  pel_cli_print ("%-16s %10s   %s\n", name, text, meaning);
}

static void
print_table (const PelEvaluation *evaluation)
{
  PelScores total;
  guint n_images;
  const PelScores *images = pel_evaluation_get_images (evaluation, &n_images);

  pel_evaluation_get_total (evaluation, &total);
  for (guint i = 0; i < n_images; i++)
    /* Translators: an image’s name, and its scores */
    pel_cli_print (_ ("%s: Dice %.3f, AP50 %.3f, %u of %u cells found\n"), images[i].name,
                   images[i].dice, images[i].ap50, images[i].n_matched, images[i].n_truth);
  pel_cli_print ("\n");
  pel_cli_print (ngettext ("%u image, %u cells by hand, %u predicted, %u matched\n",
                           "%u images, %u cells by hand, %u predicted, %u matched\n",
                           total.n_images),
                 total.n_images, total.n_truth, total.n_predicted, total.n_matched);
  print_score ("dice", total.dice, _ ("overlap of the areas, mean over images"));
  print_score ("iou", total.iou, _ ("intersection over union, mean over images"));
  print_score ("pixel_accuracy", total.pixel_accuracy, _ ("share of pixels that agree"));
  print_score ("ap50", total.ap50, _ ("cells matched at IoU 0.5, of all that are in either"));
  print_score ("ap75", total.ap75, _ ("the same at IoU 0.75"));
  print_score ("ap50_95", total.ap50_95, _ ("mean of the same from 0.5 to 0.95"));
  print_score ("f1_50", total.f1_50, _ ("harmonic mean of the next two"));
  print_score ("precision_50", total.precision_50, _ ("share of predicted cells that are true"));
  print_score ("recall_50", total.recall_50, _ ("share of true cells that were found"));
  print_score ("diameter_mape", total.diameter_mape, _ ("mean error of the diameters, in percent"));
  print_score ("rand_foreground", total.rand_foreground, _ ("Rand score of ISBI 2012"));
}

static int
run_evaluate (const PelCliCommand *command, int argc, char **argv)
{
  g_autofree char *predictions = NULL, *truth = NULL;
  g_autoptr (PelEvaluation) evaluation = NULL;
  g_autoptr (GError) error = NULL;
  Evaluate evaluate = { 0 };
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "predictions", 'p', 0, G_OPTION_ARG_FILENAME, &predictions, N_ ("Folder of predicted labels"),
      N_ ("DIR") },
    { "truth", 't', 0, G_OPTION_ARG_FILENAME, &truth, N_ ("Folder of true labels"), N_ ("DIR") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { NULL },
  };

  switch (pel_cli_parse (command, entries, &argc, &argv))
    {
    case PEL_CLI_PARSE_HELP:
      return PEL_CLI_DONE;
    case PEL_CLI_PARSE_BAD:
      return PEL_CLI_USAGE;
    case PEL_CLI_PARSE_RUN:
    default:
      break;
    }
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (predictions == NULL || truth == NULL)
    return pel_cli_misused (command, "%s", _ ("Name both --predictions and --truth"));

  evaluation = pel_evaluation_new ();
  evaluate = (Evaluate){ predictions, truth, json, evaluation };
  /* Standard output is the answer's alone. */
  if (!pel_cli_work_run (evaluate_all, &evaluate, TRUE, &error))
    return pel_cli_fail (command, error);
  if (json)
    print_json (evaluation);
  else
    print_table (evaluation);
  return PEL_CLI_DONE;
}

const PelCliCommand pel_cli_evaluate = {
  .name = "evaluate",
  .arguments = NULL,
  .summary = N_ ("Compare predicted labels with true ones"),
  .description =
      N_ ("Files pair by name without extension. AP is TP / (TP + FP + FN) over all images "
          "together, with one-to-one matching of cells at that intersection over union (IoU)."),
  .run = run_evaluate,
};
