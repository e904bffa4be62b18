/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-necks.h"

#include <math.h>
#include "engine/core/pel-arena.h"
#include "engine/segment/pel-distance.h"

/* Distances are sorted to an eighth of a pixel; those beyond the last level count as equal. */
#define LEVELS_PER_PIXEL 8.0f
#define N_LEVELS 8192
#define POLL_EVERY (1u << 17)
/* In a label: not reached yet. */
#define WAITING G_MAXUINT32

typedef struct
{
  guint32 parent;
  float peak; /* highest distance in it */
} Region;

typedef struct
{
  guint32 *labels; /* regions' numbers + 1 */
  const float *distance;
  guint width, height;
  float ratio;
  GArray *regions;
} Cut;

static guint
level_of (float distance)
{
  return distance < (float)N_LEVELS / LEVELS_PER_PIXEL ? (guint)(distance * LEVELS_PER_PIXEL)
                                                       : N_LEVELS - 1;
}

static Region *
get_region (Cut *cut, guint32 index)
{
  return &g_array_index (cut->regions, Region, index);
}

static guint32
find_root (Cut *cut, guint32 index)
{
  while (get_region (cut, index)->parent != index)
    {
      Region *region = get_region (cut, index);
      region->parent = get_region (cut, region->parent)->parent;
      index = region->parent;
    }
  return index;
}

/* Joins two regions that meet at @saddle, unless the neck there is too narrow; returns the one
 * that the pixel between them belongs to. */
static guint32
meet (Cut *cut, guint32 a, guint32 b, float saddle)
{
  Region *p = get_region (cut, a), *q = get_region (cut, b);
  guint32 high = p->peak >= q->peak ? a : b, low = high == a ? b : a;
  if (saddle >= cut->ratio * MIN (p->peak, q->peak))
    get_region (cut, low)->parent = high;
  return high;
}

static void
take_pixel (Cut *cut, guint32 pixel)
{
  guint x = pixel % cut->width, y = pixel / cut->width;
  guint32 around[4];
  guint n = 0;
  if (y > 0)
    around[n++] = cut->labels[pixel - cut->width];
  if (x > 0)
    around[n++] = cut->labels[pixel - 1];
  if (x + 1 < cut->width)
    around[n++] = cut->labels[pixel + 1];
  if (y + 1 < cut->height)
    around[n++] = cut->labels[pixel + cut->width];

  float here = cut->distance[pixel];
  guint32 mine = WAITING;
  for (guint i = 0; i < n; i++)
    {
      if (around[i] == 0 || around[i] == WAITING)
        continue;
      guint32 root = find_root (cut, around[i] - 1);
      if (mine == WAITING)
        mine = root;
      else if (mine != root)
        mine = meet (cut, mine, root, here);
    }
  if (mine == WAITING)
    {
      mine = cut->regions->len;
      Region region = { mine, here };
      g_array_append_val (cut->regions, region);
    }
  cut->labels[pixel] = mine + 1;
}

/* The labels' pixels, farthest from the background first. */
static guint32 *
sort_pixels (const guint32 *labels, const float *distance, gsize n, gsize *n_sorted, GError **error)
{
  g_autofree gsize *starts = g_new0 (gsize, N_LEVELS + 1);
  guint32 *order = pel_try_alloc (MAX (n, 1), sizeof *order, error);
  if (order == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++)
    if (labels[i] != 0)
      starts[N_LEVELS - level_of (distance[i])]++;
  for (guint k = 1; k <= N_LEVELS; k++)
    starts[k] += starts[k - 1];
  *n_sorted = starts[N_LEVELS];
  for (gsize i = n; i-- > 0;)
    if (labels[i] != 0)
      order[--starts[N_LEVELS - level_of (distance[i])]] = (guint32)i;
  return order;
}

/* Numbers the regions that are left by their first pixel. */
static guint32
number_regions (Cut *cut, gsize n)
{
  guint32 next = 0;
  g_autofree guint32 *numbers = g_new0 (guint32, cut->regions->len + 1);
  for (gsize i = 0; i < n; i++)
    if (cut->labels[i] != 0)
      {
        guint32 root = find_root (cut, cut->labels[i] - 1);
        if (numbers[root] == 0)
          numbers[root] = ++next;
        cut->labels[i] = numbers[root];
      }
  return next;
}

gboolean
pel_necks_cut (guint32 *labels,
               guint width,
               guint height,
               float ratio,
               float *distance,
               guint32 *n_labels,
               GCancellable *cancellable,
               GError **error)
{
  g_return_val_if_fail (labels != NULL && distance != NULL && n_labels != NULL, FALSE);
  gsize n = (gsize)width * height, n_sorted;
  guint8 *mask = pel_try_alloc (MAX (n, 1), 1, error);
  if (mask == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    mask[i] = labels[i] != 0;
  gboolean good = pel_distance_transform (mask, width, height, distance, error) &&
                  !g_cancellable_set_error_if_cancelled (cancellable, error);
  pel_aligned_free (mask);
  guint32 *order = good ? sort_pixels (labels, distance, n, &n_sorted, error) : NULL;
  if (order == NULL)
    return FALSE;

  Cut cut = { labels, distance, width, height, ratio, g_array_new (FALSE, FALSE, sizeof (Region)) };
  for (gsize i = 0; i < n_sorted; i++)
    labels[order[i]] = WAITING;
  for (gsize i = 0; good && i < n_sorted; i++)
    {
      take_pixel (&cut, order[i]);
      if (i % POLL_EVERY == 0)
        good = !g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  pel_aligned_free (order);
  if (good)
    {
      *n_labels = number_regions (&cut, n);
      good = !g_cancellable_set_error_if_cancelled (cancellable, error);
    }
  g_array_unref (cut.regions);
  return good;
}
