/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-hold-out.h"

#include <math.h>
#include <string.h>
#include "engine/core/pel-arena.h"
#include "engine/core/pel-random.h"
#include "engine/core/pel-stop.h"

#define SIDE_STREAM 0x73696465u
#define N_SIDES 4
#define SMALLEST_STRIP 48
/* Fewer images are too few to hold any of them out whole. */
#define WHOLE_FROM 4
#define SHARE_OF_IMAGES 0.2

static PelImage *
crop_image (PelImage *image, const PelRect *area, GError **error)
{
  guint n_channels = pel_image_get_n_channels (image);
  gsize size = pel_sample_type_get_size (pel_image_get_sample_type (image));
  gsize width = pel_image_get_width (image), row = (gsize)area->width * size;
  PelImage *part = pel_image_new ((guint)area->width, (guint)area->height, n_channels,
                                  pel_image_get_sample_type (image), error);

  if (part == NULL)
    return NULL;
  pel_image_set_bits (part, pel_image_get_bits (image));
  pel_image_set_rgb (part, pel_image_is_rgb (image));
  pel_image_set_has_alpha (part, pel_image_has_alpha (image));
  pel_image_set_um (part, pel_image_get_um_x (image), pel_image_get_um_y (image),
                    pel_image_get_calibration (image));
  for (guint c = 0; c < n_channels; c++)
    {
      const guint8 *from = pel_image_get_plane (image, c);
      guint8 *to = pel_image_get_writable_plane (part, c);

      for (gint y = 0; y < area->height; y++)
        memcpy (to + (gsize)y * row, from + ((gsize)(area->y + y) * width + (gsize)area->x) * size,
                row);
    }
  return part;
}

static PelLabels *
crop_labels (PelLabels *labels, const PelRect *area, GError **error)
{
  gsize width = (gsize)area->width;
  guint32 *plane = pel_try_alloc (width * (gsize)area->height, sizeof *plane, error);
  PelLabels *part = NULL;

  if (plane == NULL)
    return NULL;
  pel_labels_read (labels, area, plane, width);
  part = pel_labels_new_from_data ((guint)area->width, (guint)area->height, plane, width, error);
  pel_aligned_free (plane);
  return part;
}

/* Where the strip and the rest of a sample lie; %FALSE where it is better left alone. */
static gboolean
divide (const PelSample *sample, double share, PelHeldSide side, PelRect *strip, PelRect *rest)
{
  gint width = (gint)pel_image_get_width (sample->image);
  gint height = (gint)pel_image_get_height (sample->image);
  gboolean across = side == PEL_HELD_SIDE_LEFT || side == PEL_HELD_SIDE_RIGHT;
  gboolean first = side == PEL_HELD_SIDE_LEFT || side == PEL_HELD_SIDE_TOP;
  gint length = across ? width : height;
  gint cut = (gint)floor (share * length + 0.5);

  if (side == PEL_HELD_SIDE_NONE || !sample->complete || cut < SMALLEST_STRIP ||
      length - cut < SMALLEST_STRIP)
    return FALSE;
  if (across)
    {
      *strip = (PelRect){ first ? 0 : width - cut, 0, cut, height };
      *rest = (PelRect){ first ? cut : 0, 0, width - cut, height };
    }
  else
    {
      *strip = (PelRect){ 0, first ? 0 : height - cut, width, cut };
      *rest = (PelRect){ 0, first ? cut : 0, width, height - cut };
    }
  return TRUE;
}

/* Whether there is something to learn and something to judge by. */
static gboolean
have_both_cells (const PelSample *sample, const PelRect *strip)
{
  guint n_in_strip = 0;

  for (guint i = 0; i < sample->n_cells; i++)
    n_in_strip += sample->spots[i].x >= strip->x && sample->spots[i].x < strip->x + strip->width &&
                  sample->spots[i].y >= strip->y && sample->spots[i].y < strip->y + strip->height;
  return n_in_strip > 0 && n_in_strip < sample->n_cells;
}

static gboolean
add_part (PelDataset *parts,
          const PelSample *sample,
          const PelRect *area,
          gboolean validation,
          GError **error)
{
  g_autoptr (PelImage) image =
      pel_stop_asked (error) ? NULL : crop_image (sample->image, area, error);
  g_autoptr (PelLabels) labels = image != NULL ? crop_labels (sample->labels, area, error) : NULL;

  return labels != NULL &&
         pel_dataset_add (parts, sample->name, image, labels, NULL, 0, TRUE, validation, error);
}

void
pel_dataset_choose_held_sides (const PelDataset *self,
                               double share,
                               guint64 seed,
                               PelHeldSide *sides)
{
  g_return_if_fail (self != NULL && sides != NULL && share > 0.0 && share < 1.0);
  PelRandom random;

  pel_random_init (&random, seed, SIDE_STREAM);
  for (guint i = 0; i < pel_dataset_get_n_samples (self); i++)
    {
      const PelSample *sample = pel_dataset_get_sample (self, i);
      guint first = pel_random_below (&random, N_SIDES), k;
      PelRect strip, rest;

      sides[i] = PEL_HELD_SIDE_NONE;
      for (k = 0; k < N_SIDES && sides[i] == PEL_HELD_SIDE_NONE; k++)
        if (divide (sample, share, (first + k) % N_SIDES, &strip, &rest) &&
            have_both_cells (sample, &strip))
          sides[i] = (first + k) % N_SIDES;
    }
}

PelDataset *
pel_dataset_new_sides_held_out (const PelDataset *self,
                                double share,
                                const PelHeldSide *sides,
                                GError **error)
{
  g_return_val_if_fail (self != NULL && sides != NULL && share > 0.0 && share < 1.0, NULL);
  g_autoptr (PelDataset) parts = pel_dataset_new ();

  for (guint i = 0; i < pel_dataset_get_n_samples (self); i++)
    {
      const PelSample *sample = pel_dataset_get_sample (self, i);
      PelRect strip, rest;
      gboolean good = divide (sample, share, sides[i], &strip, &rest)
                          ? add_part (parts, sample, &rest, FALSE, error) &&
                                add_part (parts, sample, &strip, TRUE, error)
                          : pel_dataset_add (parts, sample->name, sample->image, sample->labels,
                                             sample->regions, sample->n_regions, sample->complete,
                                             sample->validation, error);
      if (!good)
        return NULL;
    }
  return g_steal_pointer (&parts);
}

PelDataset *
pel_dataset_new_parts_held_out (const PelDataset *self, double share, guint64 seed, GError **error)
{
  g_return_val_if_fail (self != NULL && share > 0.0 && share < 1.0, NULL);
  g_autofree PelHeldSide *sides = g_new (PelHeldSide, pel_dataset_get_n_samples (self));

  pel_dataset_choose_held_sides (self, share, seed, sides);
  return pel_dataset_new_sides_held_out (self, share, sides, error);
}

gboolean
pel_dataset_wants_parts (const PelDataset *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  PelDatasetCounts counts;

  pel_dataset_get_counts (self, &counts);
  return counts.validation_images == 0 && counts.images_with_cells > 0 &&
         counts.images_with_cells < WHOLE_FROM;
}

PelDataset *
pel_dataset_hold_out_some (PelDataset *self, guint64 seed, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);
  PelDatasetCounts counts;

  if (pel_dataset_wants_parts (self))
    return pel_dataset_new_parts_held_out (self, PEL_HELD_SHARE, seed, error);
  pel_dataset_get_counts (self, &counts);
  if (counts.validation_images == 0)
    pel_dataset_hold_out (self, SHARE_OF_IMAGES, seed);
  return pel_dataset_ref (self);
}
