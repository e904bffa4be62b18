/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-segment.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/segment/pel-components.h"
#include "engine/segment/pel-necks.h"
#include "engine/segment/pel-watershed.h"

/* A seed may be this much smaller than the smallest cell: its border has been taken off. */
#define SEED_SHARE 4
/* At full separation a seed is cut where it narrows to this share of its width. */
#define NECK 0.4f

typedef struct
{
  const float *foreground, *border;
  guint width, height;
  gsize n;
  PelSegmentOptions options;
  GCancellable *cancellable;
  guint32 *labels;
} Segmentation;

static gboolean
goes_on (const Segmentation *s, GError **error)
{
  return !g_cancellable_set_error_if_cancelled (s->cancellable, error);
}

/* The number of pixels of each label up to n_labels. */
static guint32 *
count_pixels (const guint32 *labels, gsize n, guint32 n_labels, GError **error)
{
  guint32 *counts = pel_try_alloc ((gsize)n_labels + 1, sizeof *counts, error);

  if (!counts)
    return NULL;
  for (guint32 i = 0; i <= n_labels; i++)
    counts[i] = 0;
  for (gsize i = 0; i < n; i++)
    counts[labels[i]]++;
  return counts;
}

/* Drops labels of fewer than min_size pixels and closes the gaps in the numbering. */
static gboolean
drop_small (guint32 *labels, gsize n, guint32 n_labels, guint min_size, GError **error)
{
  guint32 *number = count_pixels (labels, n, n_labels, error);
  guint32 n_kept = 0;

  if (!number)
    return FALSE;
  number[0] = 0;
  for (guint32 i = 1; i <= n_labels; i++)
    number[i] = number[i] > 0 && number[i] >= min_size ? ++n_kept : 0;
  for (gsize i = 0; i < n; i++)
    labels[i] = number[labels[i]];
  pel_aligned_free (number);
  return TRUE;
}

/* Numbers labels by their first pixel in reading order. */
static gboolean
renumber (guint32 *labels, gsize n, guint32 n_labels, GError **error)
{
  guint32 *number = pel_try_alloc ((gsize)n_labels + 1, sizeof *number, error);
  guint32 next = 0;

  if (!number)
    return FALSE;
  for (guint32 i = 0; i <= n_labels; i++)
    number[i] = 0;
  for (gsize i = 0; i < n; i++)
    {
      if (labels[i] == 0)
        continue;
      if (number[labels[i]] == 0)
        number[labels[i]] = ++next;
      labels[i] = number[labels[i]];
    }
  pel_aligned_free (number);
  return TRUE;
}

/* The 4-connected parts of the foreground. */
static gboolean
find_parts (Segmentation *s, guint32 *n_parts, GError **error)
{
  for (gsize i = 0; i < s->n; i++)
    s->labels[i] = s->foreground[i] >= s->options.threshold;
  return goes_on (s, error) && pel_components_plane (s->labels, s->width, s->height,
                                                     PEL_CONNECTIVITY_4, s->labels, n_parts, error);
}

/* Makes every pixel of a part without a seed a seed of that part, numbered after the others. */
static gboolean
seed_the_rest (Segmentation *s, guint32 *seeds, guint32 *n_seeds, guint32 n_parts, GError **error)
{
  guint32 *number = pel_try_alloc ((gsize)n_parts + 1, sizeof *number, error);

  if (!number)
    return FALSE;
  for (guint32 i = 0; i <= n_parts; i++)
    number[i] = 0;
  for (gsize i = 0; i < s->n; i++)
    {
      if (seeds[i] != 0)
        number[s->labels[i]] = G_MAXUINT32;
    }
  for (gsize i = 0; i < s->n; i++)
    {
      guint32 part = s->labels[i];

      if (part == 0 || number[part] == G_MAXUINT32)
        continue;
      if (number[part] == 0)
        number[part] = ++*n_seeds;
      seeds[i] = number[part];
    }
  pel_aligned_free (number);
  return TRUE;
}

/* Divides the parts in s->labels among their seeds. relief has room for a value a pixel, seeds
 * for a label and mask for a byte. */
static gboolean
divide (Segmentation *s,
        guint32 n_parts,
        float *relief,
        guint32 *seeds,
        guint8 *mask,
        GError **error)
{
  const float weight = 2 * CLAMP (s->options.separation, 0.0f, 1.0f);
  guint32 n_seeds;

  for (gsize i = 0; i < s->n; i++)
    {
      float border = s->border[i] > 0 ? s->border[i] : 0;
      float core = s->foreground[i] - weight * border;

      seeds[i] = s->labels[i] != 0 && core >= s->options.threshold;
    }
  if (!goes_on (s, error) ||
      !pel_components_plane (seeds, s->width, s->height, PEL_CONNECTIVITY_4, seeds, &n_seeds,
                             error) ||
      !pel_necks_cut (seeds, s->width, s->height, NECK * weight / 2, relief, &n_seeds,
                      s->cancellable, error))
    return FALSE;
  for (gsize i = 0; i < s->n; i++)
    {
      float border = s->border[i] > 0 ? s->border[i] : 0;

      mask[i] = s->labels[i] != 0;
      relief[i] = weight * border - s->foreground[i];
    }
  if (!goes_on (s, error) ||
      !drop_small (seeds, s->n, n_seeds, s->options.min_size / SEED_SHARE, error) ||
      !goes_on (s, error) || !seed_the_rest (s, seeds, &n_seeds, n_parts, error) ||
      !goes_on (s, error) ||
      !pel_watershed (relief, mask, s->width, s->height, seeds, s->cancellable, error) ||
      !goes_on (s, error) || !drop_small (seeds, s->n, n_seeds, s->options.min_size, error) ||
      !goes_on (s, error) || !renumber (seeds, s->n, n_seeds, error))
    return FALSE;
  return goes_on (s, error);
}

static PelLabels *
segment_by_border (Segmentation *s, GError **error)
{
  guint32 n_parts;
  PelLabels *cells = NULL;

  if (!find_parts (s, &n_parts, error))
    return NULL;
  float *relief = pel_try_alloc (s->n, sizeof *relief, error);
  guint32 *seeds = relief ? pel_try_alloc (s->n, sizeof *seeds, error) : NULL;
  guint8 *mask = seeds ? pel_try_alloc (s->n, sizeof *mask, error) : NULL;

  if (mask && divide (s, n_parts, relief, seeds, mask, error))
    cells = pel_labels_new_from_data (s->width, s->height, seeds, s->width, error);
  pel_aligned_free (mask);
  pel_aligned_free (seeds);
  pel_aligned_free (relief);
  return cells;
}

static PelLabels *
segment_by_parts (Segmentation *s, GError **error)
{
  guint32 n_parts;

  if (!find_parts (s, &n_parts, error) ||
      g_cancellable_set_error_if_cancelled (s->cancellable, error) ||
      !drop_small (s->labels, s->n, n_parts, s->options.min_size, error))
    return NULL;
  return pel_labels_new_from_data (s->width, s->height, s->labels, s->width, error);
}

PelLabels *
pel_segment_cells (const float *foreground,
                   const float *border,
                   guint width,
                   guint height,
                   const PelSegmentOptions *options,
                   GCancellable *cancellable,
                   GError **error)
{
  Segmentation s = { foreground, border, width, height, (gsize)width * height };
  PelLabels *cells;

  g_return_val_if_fail (foreground != NULL && options != NULL, NULL);
  if (width < 1 || height < 1 || width > PEL_LABELS_MAX_SIZE || height > PEL_LABELS_MAX_SIZE ||
      s.n >= G_MAXUINT32)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   _ ("cells cannot be told apart in an image of %u x %u pixels"), width, height);
      return NULL;
    }
  s.options = *options;
  s.cancellable = cancellable;
  s.labels = pel_try_alloc (s.n, sizeof *s.labels, error);
  if (!s.labels)
    return NULL;
  cells = border ? segment_by_border (&s, error) : segment_by_parts (&s, error);
  pel_aligned_free (s.labels);
  return cells;
}
