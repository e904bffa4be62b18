/* SPDX-License-Identifier: MIT */
/* How often the interval of an uncertainty holds the true diameter.
 *
 *     .build/tests/bench/interval-coverage MODEL.safetensors IMAGES MASKS
 *
 * Predicts images that the model was not trained on, compares each predicted cell with the true one
 * that it matches, and prints for each diameter the share of cells whose value +- err holds the
 * true one: with the model's factors, and without. */
#include <stdio.h>

#include "engine/pel-engine.h"

static gboolean
add_image (PelErrorCalibration *calibration,
           PelModel *model,
           const PelPair *pair,
           PelPool *pool,
           GError **error)
{
  g_autoptr (PelImage) image = pel_image_load (pair->image_path, 0, NULL, error);
  g_autoptr (PelLabels) truth =
      image && pair->mask_path ? pel_labels_load (pair->mask_path, 0, NULL, error) : NULL;
  PelPrediction *prediction =
      truth ? pel_predict_image (model, image, NULL, pool, NULL, NULL, NULL, error) : NULL;
  gboolean good = prediction && pel_error_calibration_add (
                                    calibration, prediction->labels, prediction->foreground,
                                    prediction->threshold, truth, pool, NULL, error);

  pel_prediction_free (prediction);
  return good;
}

int
main (int argc, char **argv)
{
  const PelErrorScale none = PEL_ERROR_SCALE_NONE;
  g_autoptr (GError) error = NULL;
  g_autoptr (PelErrorCalibration) calibration = pel_error_calibration_new ();

  if (argc != 4)
    {
      fprintf (stderr, "usage: interval-coverage MODEL.safetensors IMAGES MASKS\n");
      return 2;
    }
  g_autoptr (PelModel) model = pel_model_load (argv[1], &error);
  g_autoptr (PelPairing) pairing = model ? pel_pairing_scan (argv[2], argv[3], &error) : NULL;
  if (!pairing)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  PelPool *pool = pel_pool_new (0);
  for (guint i = 0; i < pel_pairing_get_n_pairs (pairing); i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);

      if (!add_image (calibration, model, pair, pool, &error))
        fprintf (stderr, "%s: %s\n", pair->name, error ? error->message : "no mask");
      g_clear_error (&error);
    }
  pel_pool_free (pool);

  const PelErrorScale *scale = &pel_model_get_info (model)->error_scale;
  printf ("%u cells of %u images; factors from %u cells\n",
          pel_error_calibration_get_n_cells (calibration), pel_pairing_get_n_pairs (pairing),
          scale->n_cells);
  printf ("| diameter | factor | covered | without factor |\n|---|---|---|---|\n");
  for (guint i = 0; i < PEL_N_ERRORS; i++)
    printf ("| %s | %.2f | %.1f %% | %.1f %% |\n",
            pel_quantity_get (pel_error_scale_get_quantity (i))->name, scale->factors[i],
            100 * pel_error_calibration_get_coverage (calibration, scale, i),
            100 * pel_error_calibration_get_coverage (calibration, &none, i));
  return 0;
}
