/* SPDX-License-Identifier: MIT */
#include "app/cli/pel-cli-train-data.h"

#include "app/cli/pel-cli-command.h"
#include "app/cli/pel-cli-files.h"
#include "app/document/pel-training-job.h"
#include "engine/pel-engine.h"

#include <glib/gi18n-lib.h>

/* Whether the network can be shown the image; otherwise says why, naming the file. Better that one
 * image is left out than that the training ends over it. */
static gboolean
check_usable (const char *path, PelImage *image, const PelTrainConfig *config, GError **error)
{
  PelNormalisation normalisation = { .scaling = config->scaling,
                                     .factor = config->grey_factor,
                                     .offset = config->grey_offset,
                                     .low_percentile = config->low_percentile,
                                     .high_percentile = config->high_percentile,
                                     .in_channels = config->in_channels,
                                     .channel = config->channel };
  PelImageScale scale;

  if (pel_normalisation_measure (&normalisation, image, &scale, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

/* One page of a pair. */
static gboolean
add_page (PelDataset *dataset,
          const PelPair *pair,
          guint image_page,
          guint mask_page,
          gboolean validation,
          const PelTrainConfig *config,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (PelImage) image = pel_image_load (pair->image_path, image_page, cancellable, error);
  g_autoptr (PelLabels) labels = NULL;

  if (image == NULL || !check_usable (pair->image_path, image, config, error))
    return FALSE;
  labels = pel_labels_load (pair->mask_path, mask_page, cancellable, error);
  if (labels == NULL ||
      !pel_cli_check_size (pair->image_path, image, pair->mask_path, labels, error))
    return FALSE;
  return pel_dataset_add (dataset, pair->name, image, labels, NULL, 0, TRUE, validation, error);
}

/* A mask may be a folder, with one file per cell. */
static guint
count_pages (const char *path, GError **error)
{
  g_auto (PelImageInfo) info = { 0 };

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return 1;
  return pel_image_probe (path, &info, error) ? info.positions : 0;
}

static gboolean
add_pair (PelDataset *dataset,
          const PelPair *pair,
          guint page,
          gboolean validation,
          const PelTrainConfig *config,
          GCancellable *cancellable,
          GError **error)
{
  guint n_pages = count_pages (pair->image_path, error);
  guint n_mask_pages = n_pages > 0 ? count_pages (pair->mask_path, error) : 0;

  if (n_pages == 0 || n_mask_pages == 0)
    return FALSE;
  if (page > 0)
    return add_page (dataset, pair, page - 1, n_mask_pages > 1 ? page - 1 : 0, validation, config,
                     cancellable, error);
  if (n_pages != n_mask_pages)
    {
      g_set_error (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                   _ ("%s: it has %u pages but the mask %s has %u; choose one with --page"),
                   pair->image_path, n_pages, pair->mask_path, n_mask_pages);
      return FALSE;
    }
  for (guint i = 0; i < n_pages; i++)
    if (!add_page (dataset, pair, i, i, validation, config, cancellable, error))
      return FALSE;
  return TRUE;
}

gboolean
pel_cli_add_folders (PelDataset *dataset,
                     const char *images,
                     const char *masks,
                     guint page,
                     gboolean validation,
                     const PelTrainConfig *config,
                     PelCliWork *work,
                     GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (work);
  g_autoptr (PelPairing) pairing = pel_pairing_scan (images, masks, error);
  guint before = pel_dataset_get_n_samples (dataset);
  guint n_pairs;

  if (pairing == NULL)
    return FALSE;
  pel_cli_warn_pairing (work, pairing);
  n_pairs = pel_pairing_get_n_pairs (pairing);
  for (guint i = 0; i < n_pairs; i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);
      g_autoptr (GError) problem = NULL;

      if (add_pair (dataset, pair, page, validation, config, cancellable, &problem))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_error_matches (problem, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      pel_cli_work_warn (work, _ ("%s; this pair is left out"), problem->message);
    }
  if (pel_dataset_get_n_samples (dataset) > before)
    return TRUE;
  g_set_error (
      error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
      _ ("%s: no image there has a usable mask in %s; a mask has its image’s name and size"),
      images, masks);
  return FALSE;
}

static gboolean
add_item (PelDataset *dataset,
          const PelTrainingItem *item,
          const PelTrainConfig *config,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (PelImage) image = pel_image_load (item->image_path, item->page, cancellable, error);
  g_autoptr (PelLabels) labels = NULL;

  if (image == NULL || !check_usable (item->image_path, image, config, error))
    return FALSE;
  if (item->labels != NULL)
    labels = pel_labels_ref (item->labels);
  else if (item->mask_path != NULL)
    labels = pel_labels_load (item->mask_path, 0, cancellable, error);
  else
    labels = pel_labels_new (pel_image_get_width (image), pel_image_get_height (image), error);
  if (labels == NULL || !pel_cli_check_size (item->image_path, image, item->name, labels, error))
    return FALSE;
  return pel_dataset_add (dataset, item->name, image, labels, item->regions, item->n_regions,
                          item->complete, item->validation, error);
}

gboolean
pel_cli_add_items (PelDataset *dataset,
                   GPtrArray *items,
                   const PelTrainConfig *config,
                   PelCliWork *work,
                   GError **error)
{
  GCancellable *cancellable = pel_cli_work_get_cancellable (work);

  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (GError) problem = NULL;

      if (add_item (dataset, items->pdata[i], config, cancellable, &problem))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      pel_cli_work_warn (work, _ ("%s; this image is left out"), problem->message);
    }
  if (pel_dataset_get_n_samples (dataset) > 0)
    return TRUE;
  g_set_error_literal (error, PEL_CLI_ERROR, PEL_CLI_ERROR_FAILED,
                       _ ("The project has no painted cells; paint a few in its window first"));
  return FALSE;
}
