/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "app/document/pel-image-document-private.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-project.h"
#include "app/document/pel-training-job.h"

PelTrainingItem *
pel_training_item_new (const char *name, const char *image_path, guint page)
{
  PelTrainingItem *item = g_new0 (PelTrainingItem, 1);

  item->name = g_strdup (name);
  item->image_path = g_strdup (image_path);
  item->page = page;
  return item;
}

void
pel_training_item_free (PelTrainingItem *item)
{
  g_free (item->name);
  g_free (item->image_path);
  g_free (item->mask_path);
  g_free (item->regions);
  g_clear_pointer (&item->labels, pel_labels_unref);
  g_free (item);
}

static PelTrainingItem *
item_of_image (PelImageDocument *image)
{
  PelTrainingItem *item = pel_training_item_new (image->name, image->path, image->page);
  PelDocumentPaths paths = { 0 };

  item->complete = image->complete;
  item->validation = image->validation;
  item->um_x = pel_image_document_get_um_x (image);
  item->um_y = pel_image_document_get_um_y (image);
  item->n_regions = image->regions->len;
  item->regions = g_memdup2 (image->regions->data, image->regions->len * sizeof (PelRect));
  if (image->mask != NULL)
    {
      item->labels = pel_mask_snapshot (image->mask);
      item->painted = pel_mask_get_revision (image->mask) > 0;
      return item;
    }
  image->host->fill_paths (image->host->project, image, &paths);
  if (g_file_test (paths.mask, G_FILE_TEST_IS_REGULAR))
    item->mask_path = g_strdup (paths.mask);
  else if (paths.foreign_mask != NULL)
    {
      item->mask_path = g_strdup (paths.foreign_mask);
      item->mask_page = image->page;
    }
  pel_document_paths_clear (&paths);
  return item;
}

GPtrArray *
pel_project_list_training_items (PelProject *project)
{
  g_return_val_if_fail (PEL_IS_PROJECT (project), NULL);

  GPtrArray *items = g_ptr_array_new_with_free_func ((GDestroyNotify)pel_training_item_free);

  for (guint i = 0; i < pel_project_get_n_images (project); i++)
    {
      PelImageDocument *image = pel_project_get_image (project, i);

      if (image->host != NULL && (image->n_cells > 0 || image->complete || image->regions->len > 0))
        g_ptr_array_add (items, item_of_image (image));
    }
  return items;
}

/* A mask that was not read before and is as it was read by now is no change. */
static gboolean
is_same (const PelTrainingItem *a, const PelTrainingItem *b)
{
  if (strcmp (a->image_path, b->image_path) != 0 || a->page != b->page ||
      a->complete != b->complete || a->validation != b->validation ||
      a->n_regions != b->n_regions ||
      (a->n_regions > 0 && memcmp (a->regions, b->regions, a->n_regions * sizeof *a->regions) != 0))
    return FALSE;
  if (a->labels != NULL && b->labels != NULL)
    return pel_labels_equal (a->labels, b->labels);
  return a->labels == b->labels || (a->labels == NULL && !b->painted);
}

gboolean
pel_training_items_equal (GPtrArray *a, GPtrArray *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!is_same (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
      return FALSE;
  return TRUE;
}
