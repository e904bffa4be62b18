/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-model-card.h"

#include <math.h>

/* In English in every locale, as the rest of the package: it is for readers anywhere. */

static void
add_training (GString *out, PelModel *model)
{
  const PelModelInfo *info = pel_model_get_info (model);
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (model, &n_rows);
  double dice = NAN, ap50 = NAN;

  g_string_append (out, "## Training\n\n");
  if (info->images > 0)
    g_string_append_printf (out, "Trained on %u images with %u cells", info->images, info->cells);
  else
    g_string_append (out, "What it was trained on is not known");
  if (info->typical_diameter > 0.0)
    g_string_append_printf (out, ", typically %.1f pixels across", info->typical_diameter);
  if (info->um_per_px > 0.0)
    g_string_append_printf (out, ", pixels of %.4g micrometres", info->um_per_px);
  if (n_rows > 0)
    g_string_append_printf (out, ", in %u steps", rows[n_rows - 1].step);
  g_string_append (out, ".\n\n## Validation\n\n");
  for (guint i = 0; i < n_rows; i++)
    {
      dice = fmax (dice, rows[i].val_dice);
      ap50 = fmax (ap50, rows[i].val_ap50);
    }
  if (isfinite (dice) && isfinite (ap50))
    g_string_append_printf (out,
                            "On images held out of the training the best Dice of the cells' pixels "
                            "was %.3f, and the best average precision at IoU 0.5 was %.3f.\n",
                            dice, ap50);
  else
    g_string_append (out, "No images were held out of the training, so nothing is known of how it "
                          "does on new ones.\n");
  g_string_append (out,
                   "\nTo check it on images of your own, label the cells of a few by hand, and "
                   "compare: `pellicle predict`, then `pellicle evaluate`.\n\n");
}

static void
add_preparation (GString *out, PelModel *model)
{
  const PelNormalisation *n = pel_model_get_normalisation (model);
  double zoom = pel_train_config_get_zoom (pel_model_get_config (model));
  guint least, step, halo, number = 1;

  pel_model_card_get_sizes (model, &least, &step, &halo);
  g_string_append (out, "## Preparing an image\n\n");
  if (fabs (zoom - 1.0) > 1e-9)
    g_string_append_printf (
        out,
        "%u. Bring images like those it was trained on to %.4g times their size. This step is not "
        "part of `rdf.yaml`.\n",
        number++, zoom);
  if (n->in_channels == 1 && n->channel < 0)
    g_string_append_printf (
        out,
        "%u. Make colour images grey: 0.299 R + 0.587 G + 0.114 B. This step is not part of "
        "`rdf.yaml`.\n",
        number++);
  else if (n->in_channels == 1)
    g_string_append_printf (out, "%u. Take channel %d.\n", number++, n->channel + 1);
  else if (n->in_channels == 3 && n->channel >= 0)
    g_string_append_printf (out, "%u. Take channel %d three times.\n", number++, n->channel + 1);
  else
    g_string_append_printf (out, "%u. Take the first %u channels, in their order.\n", number++,
                            n->in_channels);
  if (n->in_channels == 3 && n->channel < 0)
    g_string_append_printf (
        out,
        "%u. An image with fewer channels%s is given as its only channel, or its luminance "
        "(0.299 R + 0.587 G + 0.114 B), three times.\n",
        number++,
        n->scaling == PEL_SCALING_PERCENTILES ? ", or with one hue from dark to bright," : "");
  if (n->scaling == PEL_SCALING_FIXED)
    g_string_append_printf (out, "%u. Multiply by %.9g and add %.9g.\n", number++, n->factor,
                            n->offset);
  else if (n->scaling == PEL_SCALING_DEVIATIONS)
    g_string_append_printf (
        out,
        "%u. Of each channel subtract the mean over the whole image, and divide by the standard "
        "deviation.\n",
        number++);
  else
    g_string_append_printf (
        out,
        "%u. Of each channel take the percentiles %.4g and %.4g over the whole image as 0 and 1, "
        "linearly between and beyond.\n",
        number++, n->low_percentile, n->high_percentile);
  if (n->scaling == PEL_SCALING_PERCENTILES && n->polarity == PEL_POLARITY_AUTO)
    g_string_append_printf (
        out,
        "%u. Where the median of the result is above 0.5 (its mean over channels), the background "
        "is bright: take 1 - value. `rdf.yaml` has no word for this; programs that go by it "
        "expect bright cells on a dark background.\n",
        number++);
  if (n->scaling == PEL_SCALING_PERCENTILES)
    g_string_append_printf (out, "%u. Limit the values to -1 to 2.\n", number++);
  g_string_append_printf (
      out,
      "%u. Sides are multiples of %u pixels: mirror the image at its edges, without its last "
      "pixel twice. Of tiles of a large image leave out %u pixels at each side, and prepare the "
      "image as a whole, not tile by tile.\n\n",
      number, step, halo);
}

static void
add_result (GString *out, PelModel *model)
{
  const PelModelInfo *info = pel_model_get_info (model);

  g_string_append (out, "## What comes out\n\nProbabilities, 0 to 1: channel `cell` of lying in a "
                        "cell");
  if (pel_train_config_has_flows (pel_model_get_config (model)))
    g_string_append (out, ". Channels `flow_down` and `flow_right` are a vector of about length 1 "
                          "along the way to the middle of the pixel's cell, which parts cells that "
                          "touch");
  else if (pel_model_get_task (model) == PEL_TASK_CELLS)
    g_string_append (out, ", channel `border` of lying between two cells that touch");
  g_string_append_printf (
      out,
      ". Pixels from %.3g on belong to cells; Pellicle cuts them into single cells, splits "
      "touching ones (separation %.2g) and leaves out what has fewer than %u pixels. These "
      "steps are not part of the network.\n\n",
      info->threshold, info->separation, info->min_size);
}

char *
pel_model_card_to_readme (const PelModelCard *self, PelModel *model)
{
  g_return_val_if_fail (self != NULL && model != NULL, NULL);

  const PelUnetConfig *config = pel_unet_get_config (pel_model_get_unet (model));
  GString *out = g_string_new (NULL);

  g_string_printf (out, "# %s\n\n", self->name);
  if (self->description != NULL && self->description[0] != '\0')
    g_string_append_printf (out, "%s\n\n", self->description);
  g_string_append_printf (
      out,
      "A U-Net (Ronneberger, Fischer and Brox, 2015) of depth %u with %u channels in its first "
      "module and batch normalisation after each ReLU, trained with Pellicle. %" G_GSIZE_FORMAT
      " weights.\n\n",
      config->depth, config->base_channels, pel_unet_get_n_weights (pel_model_get_unet (model)));
  add_preparation (out, model);
  add_result (out, model);
  add_training (out, model);
  g_string_append (
      out, "## The test picture\n\n`test-input.npy` holds drawn cells, not a real image: it shows "
           "that a program runs the network as Pellicle does, not that the network is good. "
           "`test-output.npy` is what Pellicle's own engine makes of it. The cover shows both.\n");
  return g_string_free (out, FALSE);
}
