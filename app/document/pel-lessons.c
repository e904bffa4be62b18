/* SPDX-License-Identifier: MIT */
#include "app/document/pel-lessons.h"

/* So many images are needed before some of them are held out, and the share of them that is. */
#define HOLD_OUT_FROM 4
#define HOLD_OUT_SHARE 0.2

gboolean
pel_image_document_get_teaches (PelImageDocument *self)
{
  guint n_regions = 0;

  g_return_val_if_fail (PEL_IS_IMAGE_DOCUMENT (self), FALSE);

  pel_image_document_get_complete_regions (self, &n_regions);
  return pel_image_document_get_n_cells (self) > 0 || n_regions > 0 ||
         pel_image_document_get_complete (self);
}

/* Where the cells were counted, and there are none. */
static gboolean
is_empty (PelImageDocument *image)
{
  return pel_image_document_get_n_cells (image) == 0 && pel_image_document_get_loaded (image);
}

gboolean
pel_project_get_can_teach (PelProject *self)
{
  g_return_val_if_fail (PEL_IS_PROJECT (self), FALSE);

  for (guint i = 0; i < pel_project_get_n_images (self); i++)
    {
      PelImageDocument *image = pel_project_get_image (self, i);

      if (!pel_image_document_get_validation (image) && pel_image_document_get_teaches (image))
        return TRUE;
    }
  return FALSE;
}

void
pel_project_count_lessons (PelProject *self, PelLessons *lessons)
{
  g_return_if_fail (PEL_IS_PROJECT (self));
  g_return_if_fail (lessons != NULL);

  *lessons = (PelLessons){ 0 };
  for (guint i = 0; i < pel_project_get_n_images (self); i++)
    {
      PelImageDocument *image = pel_project_get_image (self, i);
      guint n_cells = pel_image_document_get_n_cells (image), n_regions = 0;

      if (!pel_image_document_get_teaches (image))
        continue;
      if (pel_image_document_get_validation (image))
        {
          lessons->held_out++;
          continue;
        }
      pel_image_document_get_complete_regions (image, &n_regions);
      lessons->images++;
      lessons->cells += n_cells;
      lessons->empty += is_empty (image);
      if (pel_image_document_get_complete (image))
        lessons->complete++;
      else
        lessons->regions += n_regions;
      /* The cells of a mask that came from elsewhere are counted when it is first read. */
      if (n_cells == 0 && !pel_image_document_get_loaded (image))
        lessons->unread++;
    }
}

void
pel_project_hold_some_out (PelProject *self, guint64 seed)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32)seed);
  guint n, n_teaching = 0, n_empty = 0;

  g_return_if_fail (PEL_IS_PROJECT (self));

  for (guint i = 0; i < pel_project_get_n_images (self); i++)
    {
      PelImageDocument *image = pel_project_get_image (self, i);

      if (!pel_image_document_get_teaches (image))
        continue;
      if (pel_image_document_get_validation (image))
        return;
      n_teaching++;
      /* An image without cells tells nothing of how well they are found. */
      if (is_empty (image))
        n_empty++;
      else if (2 * pel_image_document_get_n_from_model (image) <=
               pel_image_document_get_n_cells (image))
        g_ptr_array_add (candidates, image);
    }
  n_teaching -= n_empty;
  if (n_teaching < HOLD_OUT_FROM)
    return;
  n = MAX (1, (guint)(HOLD_OUT_SHARE * n_teaching + 0.5));
  for (guint i = 0; i < n && candidates->len > 0; i++)
    {
      guint k = (guint)g_rand_int_range (random, 0, (gint32)candidates->len);

      pel_image_document_set_validation (g_ptr_array_index (candidates, k), TRUE);
      g_ptr_array_remove_index_fast (candidates, k);
    }
}
