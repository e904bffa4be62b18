/* SPDX-License-Identifier: MIT */
#include "app/document/pel-export-item.h"

#include <glib/gi18n-lib.h>

#include "app/document/pel-cell-list-private.h"
#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask-private.h"
#include "app/document/pel-measure-work.h"

gboolean
pel_export_item_init (PelExportItem *item, PelImageDocument *image, GError **error)
{
  if (image->host == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CLOSED,
                           _ ("The project was closed meanwhile."));
      return FALSE;
    }
  *item = (PelExportItem){ .name = g_strdup (image->name),
                           .group = g_strdup (image->group),
                           .calibration = g_strdup (pel_image_document_get_calibration (image)),
                           .model = g_strdup (image->model_name),
                           .um_x = pel_image_document_get_um_x (image),
                           .um_y = pel_image_document_get_um_y (image),
                           .definitions = pel_cell_list_get_definitions (image->cells),
                           .threshold = image->prediction_threshold,
                           .error_scale = image->error_scale };
  image->host->fill_paths (image->host->project, image, &item->paths);
  if (!image->has_prediction)
    g_clear_pointer (&item->paths.prediction, g_free);
  if (image->image != NULL)
    item->image = pel_image_ref (image->image);
  if (image->mask != NULL)
    {
      item->mask = pel_mask_snapshot (image->mask);
      item->infos = pel_cell_infos_copy (pel_mask_peek_infos (image->mask));
    }
  if (image->prediction != NULL)
    item->prediction = pel_labels_ref (image->prediction);
  if (image->probability != NULL)
    item->probability = pel_image_ref (image->probability);
  return TRUE;
}

gboolean
pel_export_items_add (GArray *items, GPtrArray *images, GError **error)
{
  for (guint i = 0; i < images->len; i++)
    {
      PelExportItem item;

      if (!pel_export_item_init (&item, g_ptr_array_index (images, i), error))
        return FALSE;
      g_array_append_val (items, item);
    }
  return TRUE;
}

void
pel_export_item_clear (PelExportItem *item)
{
  g_free (item->name);
  g_free (item->group);
  g_free (item->calibration);
  g_free (item->model);
  pel_document_paths_clear (&item->paths);
  g_clear_pointer (&item->image, pel_image_unref);
  g_clear_pointer (&item->mask, pel_labels_unref);
  g_clear_pointer (&item->infos, g_hash_table_unref);
  g_clear_pointer (&item->prediction, pel_labels_unref);
  g_clear_pointer (&item->probability, pel_image_unref);
  *item = (PelExportItem){ 0 };
}

gboolean
pel_export_item_complete (PelExportItem *item, GCancellable *cancellable, GError **error)
{
  PelDocumentLoad *load;
  gboolean good;

  if (item->mask != NULL && item->image != NULL &&
      (item->prediction != NULL || item->paths.prediction == NULL))
    return TRUE;
  load = g_new0 (PelDocumentLoad, 1);
  pel_document_paths_copy (&item->paths, &load->paths);
  load->want_mask = item->mask == NULL;
  load->read_only = TRUE;
  load->cancellable = cancellable;
  pel_document_load_run (load);
  good = load->error == NULL;
  if (!good)
    g_propagate_error (error, g_steal_pointer (&load->error));
  else
    {
      g_clear_pointer (&item->image, pel_image_unref);
      item->image = g_steal_pointer (&load->image);
      if (item->mask == NULL)
        {
          /* What another program made of the mask goes before what we remember. */
          item->mask = load->external != NULL ? g_steal_pointer (&load->external)
                                              : g_steal_pointer (&load->labels);
          item->infos = g_steal_pointer (&load->infos);
        }
      if (item->prediction == NULL)
        {
          item->prediction = g_steal_pointer (&load->prediction);
          item->probability = g_steal_pointer (&load->probability);
          item->threshold = load->settings.cut.threshold;
          item->error_scale = load->settings.error_scale;
        }
      /* An image that was looked at and left keeps its predicted labels, but not the map. */
      else if (item->probability == NULL)
        item->probability = g_steal_pointer (&load->probability);
      if (item->um_x <= 0)
        {
          item->um_x = pel_image_get_um_x (item->image);
          item->um_y = pel_image_get_um_y (item->image);
          g_free (item->calibration);
          item->calibration = g_strdup (pel_image_get_calibration (item->image));
        }
    }
  pel_document_load_free (load);
  return good;
}

gboolean
pel_export_item_choose (const PelExportItem *item, PelExportSource source, PelLabels **labels)
{
  gboolean painted = item->mask != NULL && pel_labels_get_max (item->mask) > 0;
  gboolean predicted = source == PEL_EXPORT_PREDICTIONS || (source == PEL_EXPORT_BEST && !painted);

  if (predicted && item->prediction == NULL && source == PEL_EXPORT_BEST)
    predicted = FALSE;
  *labels = predicted ? item->prediction : item->mask;
  return predicted;
}

const float *
pel_export_item_get_map (const PelExportItem *item, PelLabels *labels, gboolean predicted)
{
  PelImage *probability = item->probability;

  if (!predicted || probability == NULL ||
      pel_image_get_sample_type (probability) != PEL_SAMPLE_F32 ||
      pel_image_get_width (probability) != pel_labels_get_width (labels) ||
      pel_image_get_height (probability) != pel_labels_get_height (labels))
    return NULL;
  return pel_image_get_plane (probability, 0);
}

PelCellTable *
pel_export_item_measure (const PelExportItem *item,
                         PelLabels *labels,
                         gboolean predicted,
                         PelPool *pool,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GHashTable) none = g_hash_table_new (NULL, NULL);
  PelMeasureInput input = { .labels = labels,
                            .image = item->image,
                            .probability = item->probability,
                            .infos = predicted || item->infos == NULL ? none : item->infos,
                            .default_origin =
                                predicted ? PEL_CELL_ORIGIN_MODEL : PEL_CELL_ORIGIN_HAND,
                            .threshold = item->threshold,
                            .error_scale = item->error_scale,
                            .um_x = item->um_x,
                            .um_y = item->um_y,
                            .definitions = item->definitions };

  return pel_measure_input_run (&input, pool, cancellable, error);
}

void
pel_export_item_describe (const PelExportItem *item, gboolean predicted, PelMeasuredImage *image)
{
  *image = (PelMeasuredImage){ .image = item->name,
                               .page = item->paths.page + 1,
                               .group = item->group,
                               .calibration = item->calibration,
                               .is_predicted = predicted,
                               .model = item->probability != NULL ? item->model : NULL,
                               .threshold = item->threshold,
                               .error_scale = &item->error_scale,
                               .get_class = pel_export_item_get_class,
                               .user_data = predicted ? NULL : item->infos };
}

const char *
pel_export_item_get_class (guint32 label, gpointer infos)
{
  const PelCellInfo *info =
      infos != NULL ? g_hash_table_lookup (infos, GUINT_TO_POINTER (label)) : NULL;

  return info != NULL ? info->class_name : NULL;
}
