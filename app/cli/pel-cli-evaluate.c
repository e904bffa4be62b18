/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/cli/pel-cli-json.h"
#include "app/cli/pel-cli-scores.h"
#include "app/cli/pel-cli-work.h"
#include "engine/pel-engine.h"

#include <math.h>
#include <stdlib.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  char *predictions;
  char *truth;
  gboolean json;
  PelEvaluation *evaluation;
  PelCsv *errors; /* NULL unless asked for */
} Evaluate;

static const char *const error_columns[] = { "image", "error", "truth", "predicted",
                                             "x",     "y",     "width", "height" };

static void
add_labels (PelCsv *csv, const guint32 *labels, guint n_labels)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_labels; i++)
    g_string_append_printf (text, i > 0 ? " %u" : "%u", labels[i]);
  pel_csv_add_string (csv, text->str);
}

/* A row for each thing that is wrong with the cells of an image. */
static gboolean
list_errors (Evaluate *evaluate,
             const char *name,
             const PelLabels *prediction,
             const PelLabels *truth,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (PelCellErrors) errors =
      pel_cell_errors_new (prediction, truth, NULL, cancellable, error);

  if (errors == NULL)
    return FALSE;
  for (guint i = 0; i < pel_cell_errors_get_n_errors (errors); i++)
    {
      const PelCellError *e = pel_cell_errors_get (errors, i);

      pel_csv_add_string (evaluate->errors, name);
      pel_csv_add_string (evaluate->errors, pel_cell_error_kind_to_string (e->kind));
      add_labels (evaluate->errors, e->truth, e->n_truth);
      add_labels (evaluate->errors, e->predicted, e->n_predicted);
      pel_csv_add_int (evaluate->errors, e->box.x);
      pel_csv_add_int (evaluate->errors, e->box.y);
      pel_csv_add_int (evaluate->errors, e->box.width);
      pel_csv_add_int (evaluate->errors, e->box.height);
      pel_csv_end_row (evaluate->errors);
    }
  return TRUE;
}

static gboolean
evaluate_pair (Evaluate *evaluate, const PelPair *pair, GCancellable *cancellable, GError **error)
{
  g_autoptr (PelLabels) prediction = pel_labels_load (pair->image_path, 0, cancellable, error);
  g_autoptr (PelLabels) truth = NULL;

  if (prediction == NULL)
    return FALSE;
  /* Where one folder was given twice, a file without a truth beside it is compared with itself. */
  truth = pair->mask_path != NULL ? pel_labels_load (pair->mask_path, 0, cancellable, error)
                                  : pel_labels_ref (prediction);
  if (truth == NULL)
    return FALSE;
  if (!pel_evaluation_add (evaluate->evaluation, pair->name, prediction, truth, error) ||
      (evaluate->errors != NULL &&
       !list_errors (evaluate, pair->name, prediction, truth, cancellable, error)))
    {
      g_prefix_error (error, "%s: ", pair->image_path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_same_folder (const char *a, const char *b)
{
  g_autofree char *x = realpath (a, NULL);
  g_autofree char *y = realpath (b, NULL);

  return x != NULL && g_strcmp0 (x, y) == 0 && g_file_test (x, G_FILE_TEST_IS_DIR);
}

/* A folder compared with itself: everything agrees, unless some files are the truth of others. */
static PelPairing *
scan (PelCliWork *work, const Evaluate *evaluate, GError **error)
{
  PelPairing *pairing;
  guint n_alone = 0;

  if (!is_same_folder (evaluate->predictions, evaluate->truth))
    return pel_pairing_scan (evaluate->predictions, evaluate->truth, error);
  pairing = pel_pairing_scan (evaluate->predictions, NULL, error);
  for (guint i = 0; pairing != NULL && i < pel_pairing_get_n_pairs (pairing); i++)
    n_alone += pel_pairing_get_pair (pairing, i)->mask_path == NULL;
  if (n_alone > 0)
    pel_cli_work_warn (work,
                       _ ("%s: this folder was given for both, so its labels are compared with "
                          "themselves; name the folder that predict wrote with --predictions"),
                       evaluate->truth);
  return pairing;
}

static gboolean
evaluate_all (PelCliWork *work, gpointer data, GError **error)
{
  Evaluate *evaluate = data;
  g_autoptr (PelPairing) pairing = NULL;
  guint n_pairs;

  pairing = scan (work, evaluate, error);
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
print_json (const PelEvaluation *evaluation)
{
  g_autoptr (PelCliJson) json = pel_cli_json_new ();
  PelScores total;

  pel_evaluation_get_total (evaluation, &total);
  pel_cli_json_begin_object (json, NULL);
  pel_cli_json_add_int (json, "images", total.n_images);
  pel_cli_add_scores (json, &total);
  pel_cli_add_images (json, evaluation);
  pel_cli_json_end (json);
  pel_cli_json_print (json);
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
  pel_cli_print_scores (&total);
}

static int
run_evaluate (const PelCliCommand *command, int argc, char **argv)
{
  g_autofree char *predictions = NULL, *truth = NULL, *errors = NULL;
  g_autoptr (PelEvaluation) evaluation = NULL;
  g_autoptr (PelCsv) csv = NULL;
  g_autoptr (GError) error = NULL;
  Evaluate evaluate = { 0 };
  gboolean json = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "predictions", 'p', 0, G_OPTION_ARG_FILENAME, &predictions, N_ ("Folder of predicted labels"),
      N_ ("DIR") },
    { "truth", 't', 0, G_OPTION_ARG_FILENAME, &truth, N_ ("Folder of true labels"), N_ ("DIR") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "errors", 0, 0, G_OPTION_ARG_FILENAME, &errors,
      N_ ("Write what is wrong with which cell, a row each"), "FILE.csv" },
    { NULL },
  };

  if (!pel_cli_parse (command, entries, &argc, &argv, &status))
    return status;
  if (argc > 1)
    return pel_cli_misused (command, _ ("“%s” is not expected here"), argv[1]);
  if (predictions == NULL || truth == NULL)
    return pel_cli_misused (command, "%s", _ ("Name both --predictions and --truth"));

  evaluation = pel_evaluation_new ();
  if (errors != NULL)
    {
      if (!pel_cli_make_parent (errors, &error) || (csv = pel_csv_new (errors, &error)) == NULL)
        return pel_cli_fail (command, error);
      for (guint i = 0; i < G_N_ELEMENTS (error_columns); i++)
        pel_csv_add_string (csv, error_columns[i]);
      pel_csv_end_row (csv);
    }
  evaluate = (Evaluate){ predictions, truth, json, evaluation, csv };
  /* Standard output is the answer's alone. */
  if (!pel_cli_work_run (evaluate_all, &evaluate, TRUE, &error) ||
      (csv != NULL && !pel_csv_finish (csv, &error)))
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
          "together, with one-to-one matching of cells at that intersection over union (IoU). "
          "A predicted cell covers a true one when it holds more than half of it, and lies in one "
          "when more than half of it is there. Merged: it covers several. Split: several lie in a "
          "true one. Inexact: they cover or lie in each other and yet do not match at IoU 0.5. "
          "Missed and false: the other cells without a match. A merged or split cell can have a "
          "match besides."),
  .run = run_evaluate,
};
