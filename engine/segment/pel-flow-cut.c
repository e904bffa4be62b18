/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-flow-cut.h"

#include <math.h>
#include <glib/gi18n-lib.h>

#include "engine/core/pel-arena.h"
#include "engine/segment/pel-components.h"
#include "engine/segment/pel-flow-field.h"
#include "engine/segment/pel-flow-regions.h"
#include "engine/segment/pel-joined.h"

/* In a region: foreground that nobody came to yet, and the way that is being gone. */
#define WAITING G_MAXUINT32
#define ON_WAY (G_MAXUINT32 - 1)
/* Of a way its own steps, before it goes on as one that passed there within half a pixel. */
#define OWN_STEPS 4
/* Shorter vectors point nowhere. */
#define SHORTEST 0.05f
/* The mean squared difference of a cell's own unit vectors from those told, of which 2 is at right
 * angles, that makes it doubtful (see tests/bench/results.md); and what a pixel counts at most.
 * Who wants less separated than usual gets cells whose flows agree less. */
#define WORST_AGREEMENT 0.7
#define MOST_APART 4.0f
/* Ends within this many pixels of each other along both axes are one. */
#define END_REACH 2

typedef struct
{
  const float *down, *right;
  guint width, height;
  guint32 *regions;
  GArray *way;  /* pixels of the present one that belong to nobody else */
  GArray *ends; /* of each region, the pixel; region 1 first */
} Walk;

/* The flow between four pixels; FALSE where there is none. */
static inline gboolean
flow_at (const Walk *walk, float x, float y, float *dx, float *dy)
{
  guint ix = (guint)x, iy = (guint)y;
  float a = x - (float)ix, b = y - (float)iy;
  gsize at = (gsize)iy * walk->width + ix;
  gsize across = ix + 1 < walk->width ? 1 : 0, below = iy + 1 < walk->height ? walk->width : 0;
  const float *r = walk->right + at, *d = walk->down + at;
  float top = r[0] + a * (r[across] - r[0]);
  float right = top + b * (r[below] + a * (r[below + across] - r[below]) - top);
  top = d[0] + a * (d[across] - d[0]);
  float down = top + b * (d[below] + a * (d[below + across] - d[below]) - top);
  float length = sqrtf (right * right + down * down);
  if (!(length > SHORTEST) || !isfinite (length))
    return FALSE;
  *dx = right / length;
  *dy = down / length;
  return TRUE;
}

static guint32
add_region (Walk *walk, gsize end)
{
  guint32 at = (guint32)end;
  g_array_append_val (walk->ends, at);
  return walk->ends->len;
}

/* Follows the flow from a pixel to where it is known how it goes on, or to where it ends. */
static guint32
walk_from (Walk *walk, guint x0, guint y0)
{
  gsize at = (gsize)y0 * walk->width + x0;
  float x = (float)x0, y = (float)y0, dx, dy;
  float last_x = (float)(walk->width - 1), last_y = (float)(walk->height - 1);
  gboolean stays = FALSE;

  for (guint n = 0;; n++)
    {
      guint32 region = walk->regions[at];
      if (region == WAITING)
        {
          guint32 pixel = (guint32)at;
          walk->regions[at] = ON_WAY;
          g_array_append_val (walk->way, pixel);
        }
      else if (region != ON_WAY && n >= OWN_STEPS)
        return region;
      if (!flow_at (walk, x, y, &dx, &dy))
        break;
      x = CLAMP (x + dx, 0.0f, last_x);
      y = CLAMP (y + dy, 0.0f, last_y);
      gsize next = (gsize)(y + 0.5f) * walk->width + (gsize)(x + 0.5f);
      /* Out of the foreground, or back to where it has been: about the end. A step across a pixel's
       * diagonal may stay within it once. */
      if (walk->regions[next] == 0 || (next == at && stays) ||
          (next != at && walk->regions[next] == ON_WAY))
        break;
      stays = next == at;
      at = next;
    }
  /* A way that ends where another has been ends as that one. */
  guint32 region = walk->regions[at];
  return region != ON_WAY ? region : add_region (walk, at);
}

static gboolean
walk_all (Walk *walk, GCancellable *cancellable, GError **error)
{
  for (guint y = 0; y < walk->height; y++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (guint x = 0; x < walk->width; x++)
        {
          if (walk->regions[(gsize)y * walk->width + x] != WAITING)
            continue;
          g_array_set_size (walk->way, 0);
          guint32 region = walk_from (walk, x, y);
          const guint32 *way = (const guint32 *)(const void *)walk->way->data;
          for (guint i = 0; i < walk->way->len; i++)
            walk->regions[way[i]] = region;
        }
    }
  return TRUE;
}

typedef struct
{
  guint32 at, region;
} End;

/* How far a cell's own ways are from the flows told, summed over its pixels; its new number. */
typedef struct
{
  double sum;
  guint32 n, number;
} Doubt;

static gint
compare_ends (gconstpointer a, gconstpointer b)
{
  const End *p = a, *q = b;
  return p->at < q->at ? -1 : p->at > q->at;
}

/* The first end at a pixel or after it. */
static guint
first_end (const End *ends, guint n, guint32 at)
{
  guint low = 0;
  while (low < n)
    {
      guint middle = low + (n - low) / 2;
      if (ends[middle].at < at)
        low = middle + 1;
      else
        n = middle;
    }
  return low;
}

/* Regions whose ends lie beside each other become one. */
static gboolean
join_ends (Walk *walk, GError **error)
{
  guint n = walk->ends->len;
  End *ends = pel_try_alloc ((gsize)n + 1, sizeof *ends, error);
  guint32 *parent = ends != NULL ? pel_try_alloc ((gsize)n + 1, sizeof *parent, error) : NULL;
  if (parent == NULL)
    {
      pel_aligned_free (ends);
      return FALSE;
    }
  parent[0] = 0;
  for (guint i = 0; i < n; i++)
    {
      ends[i] = (End){ g_array_index (walk->ends, guint32, i), i + 1 };
      parent[i + 1] = i + 1;
    }
  qsort (ends, n, sizeof *ends, compare_ends);
  for (guint i = 0; i < n; i++)
    {
      guint x = ends[i].at % walk->width, y = ends[i].at / walk->width;
      for (guint row = y; row <= MIN (y + END_REACH, walk->height - 1); row++)
        {
          gsize first = (gsize)row * walk->width + MAX (x, END_REACH) - END_REACH;
          gsize last = (gsize)row * walk->width + MIN (x + END_REACH, walk->width - 1);
          for (guint k = first_end (ends, n, (guint32)first); k < n && ends[k].at <= last; k++)
            {
              guint32 a = pel_joined_root (parent, ends[i].region);
              guint32 b = pel_joined_root (parent, ends[k].region);
              parent[MAX (a, b)] = MIN (a, b);
            }
        }
    }
  for (gsize i = 0; i < (gsize)walk->width * walk->height; i++)
    walk->regions[i] = pel_joined_root (parent, walk->regions[i]);
  pel_aligned_free (parent);
  pel_aligned_free (ends);
  return TRUE;
}

/* Leaves out cells whose own ways to their middles are far from the flows that were told. */
static gboolean
drop_doubtful (Walk *walk, double worst, GCancellable *cancellable, GError **error)
{
  gsize n = (gsize)walk->width * walk->height;
  guint32 n_cells = 0, number = 0;
  for (gsize i = 0; i < n; i++)
    n_cells = MAX (n_cells, walk->regions[i]);
  if (n_cells == 0)
    return TRUE;
  PelFlowField *field =
      pel_flow_field_new (walk->regions, walk->width, walk->height, cancellable, error);
  Doubt *doubts = field != NULL ? pel_try_alloc ((gsize)n_cells + 1, sizeof *doubts, error) : NULL;
  if (doubts != NULL)
    {
      for (guint32 i = 0; i <= n_cells; i++)
        doubts[i] = (Doubt){ 0 };
      for (guint y = 0; y < walk->height; y++)
        for (guint x = 0; x < walk->width; x++)
          {
            gsize at = (gsize)y * walk->width + x;
            float down, right;
            if (walk->regions[at] == 0)
              continue;
            pel_flow_field_get (field, x, y, &down, &right);
            /* The middle itself points nowhere. */
            if (down == 0.0f && right == 0.0f)
              continue;
            float dy = walk->down[at] - down, dx = walk->right[at] - right;
            float apart = dy * dy + dx * dx;
            doubts[walk->regions[at]].sum +=
                apart < MOST_APART ? (double)apart : (double)MOST_APART;
            doubts[walk->regions[at]].n++;
          }
      for (guint32 i = 1; i <= n_cells; i++)
        doubts[i].number = doubts[i].n == 0 || doubts[i].sum <= worst * doubts[i].n ? ++number : 0;
      for (gsize i = 0; i < n && number < n_cells; i++)
        walk->regions[i] = doubts[walk->regions[i]].number;
    }
  gboolean good = doubts != NULL;
  pel_aligned_free (doubts);
  pel_flow_field_free (field);
  return good;
}

PelLabels *
pel_flow_cut_cells (const float *foreground,
                    const float *flows,
                    guint width,
                    guint height,
                    const PelSegmentOptions *options,
                    GCancellable *cancellable,
                    GError **error)
{
  g_return_val_if_fail (foreground != NULL && flows != NULL && options != NULL, NULL);
  gsize n = (gsize)width * height;
  if (width < 1 || height < 1 || width > PEL_LABELS_MAX_SIZE || height > PEL_LABELS_MAX_SIZE ||
      n >= ON_WAY)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   _ ("cells cannot be told apart in an image of %u x %u pixels"), width, height);
      return NULL;
    }
  g_autoptr (GArray) way = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  Walk walk = {
    .down = flows, .right = flows + n, .width = width, .height = height, .way = way, .ends = ends
  };
  float separation = CLAMP (options->separation, 0.0f, 1.0f), together = 1.0f - separation;
  float parted = together * together * together * together;
  guint32 n_regions = 0;
  PelLabels *cells = NULL;

  walk.regions = pel_try_alloc (n, sizeof *walk.regions, error);
  if (walk.regions == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++)
    walk.regions[i] = foreground[i] >= options->threshold ? WAITING : 0;
  if (walk_all (&walk, cancellable, error) && join_ends (&walk, error) &&
      pel_components_plane (walk.regions, width, height, PEL_CONNECTIVITY_4, walk.regions,
                            &n_regions, error) &&
      pel_flow_regions_join (walk.regions, n_regions, flows, width, height, parted,
                             options->min_size, cancellable, error) &&
      drop_doubtful (&walk, WORST_AGREEMENT * MAX (1.0, 0.5 / (double)separation), cancellable,
                     error))
    cells = pel_labels_new_from_data (width, height, walk.regions, width, error);
  pel_aligned_free (walk.regions);
  return cells;
}
