/* SPDX-License-Identifier: MIT */
#include "engine/segment/pel-flow-regions.h"

#include <string.h>

#include "engine/core/pel-arena.h"
#include "engine/segment/pel-joined.h"

/* Flows are looked at so many pixels within either side of an edge. */
#define WITHIN 1
/* Differences of flows are summed as whole numbers, so that their order is of no account. */
#define UNITS 4096.0f
/* An edge of so few pixels tells little: it counts as if so many parted fully were added. */
#define DOUBTS 1.0
/* More than cells of any image that was looked at take. */
#define CAREFUL_ROUNDS 24

/* An edge between two regions, the smaller number first. */
typedef struct
{
  guint32 a, b;
  guint32 n;  /* pairs of pixels along it */
  gint32 odd; /* keeps the sum aligned */
  gint64 sum; /* of how far flows part */
} Edge;

typedef struct
{
  const guint32 *regions;
  const float *down, *right;
  guint width, height;
  GArray *edges;
  guint32 *parent; /* of each region; its own number where it is a root */
  guint32 *sizes;
} Graph;

/* The smaller number stays, so that roots keep the order of their first pixels. */
static void
join (Graph *graph, guint32 a, guint32 b)
{
  a = pel_joined_root (graph->parent, a);
  b = pel_joined_root (graph->parent, b);
  if (a == b)
    return;
  guint32 low = MIN (a, b), high = MAX (a, b);
  graph->parent[high] = low;
  graph->sizes[low] += graph->sizes[high];
}

static gint
compare_edges (gconstpointer a, gconstpointer b)
{
  const Edge *p = a, *q = b;
  if (p->a != q->a)
    return p->a < q->a ? -1 : 1;
  return p->b < q->b ? -1 : p->b > q->b;
}

/* Sums up edges between the same two regions. */
static void
sum_edges (GArray *edges)
{
  Edge *all = (Edge *)(void *)edges->data;
  guint n = 0;
  g_array_sort (edges, compare_edges);
  all = (Edge *)(void *)edges->data;
  for (guint i = 0; i < edges->len; i++)
    if (n > 0 && all[n - 1].a == all[i].a && all[n - 1].b == all[i].b)
      {
        all[n - 1].n += all[i].n;
        all[n - 1].sum += all[i].sum;
      }
    else
      all[n++] = all[i];
  g_array_set_size (edges, n);
}

/* Adds a pair of neighbours; @step leads from the first to the second, @before and @after are how
 * many pixels there are beyond them. */
static void
add_pair (Graph *graph, gsize at, gsize step, guint before, guint after, const float *flow)
{
  guint32 a = graph->regions[at], b = graph->regions[at + step];
  gsize p = at, q = at + step;
  for (guint k = 0; k < MIN (WITHIN, before) && graph->regions[p - step] == a; k++)
    p -= step;
  for (guint k = 0; k < MIN (WITHIN, after) && graph->regions[q + step] == b; k++)
    q += step;
  float apart = 0.5f * (flow[q] - flow[p]);
  gint64 sum = (gint64)(CLAMP (apart, -1.0f, 1.0f) * UNITS);
  Edge *last =
      graph->edges->len > 0 ? &g_array_index (graph->edges, Edge, graph->edges->len - 1) : NULL;
  Edge edge = { MIN (a, b), MAX (a, b), 1, 0, sum };
  if (last != NULL && last->a == edge.a && last->b == edge.b)
    {
      last->n++;
      last->sum += sum;
    }
  else
    g_array_append_val (graph->edges, edge);
}

static gboolean
find_edges (Graph *graph, GCancellable *cancellable, GError **error)
{
  guint width = graph->width, height = graph->height;
  for (guint y = 0; y < height; y++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      for (guint x = 0; x < width; x++)
        {
          gsize at = (gsize)y * width + x;
          guint32 region = graph->regions[at];
          if (region == 0)
            continue;
          graph->sizes[region]++;
          if (x + 1 < width && graph->regions[at + 1] != 0 && graph->regions[at + 1] != region)
            add_pair (graph, at, 1, x, width - x - 2, graph->right);
          if (y + 1 < height && graph->regions[at + width] != 0 &&
              graph->regions[at + width] != region)
            add_pair (graph, at, width, y, height - y - 2, graph->down);
        }
    }
  sum_edges (graph->edges);
  return TRUE;
}

/* How far flows part along an edge. */
static double
parted_by (const Edge *edge)
{
  return ((double)edge->sum / (double)UNITS + DOUBTS) / (edge->n + DOUBTS);
}

static gint
compare_parted (gconstpointer a, gconstpointer b)
{
  double p = parted_by (a), q = parted_by (b);
  return p < q ? -1 : p > q ? 1 : compare_edges (a, b);
}

/* The longest first. */
static gint
compare_lengths (gconstpointer a, gconstpointer b)
{
  const Edge *p = a, *q = b;
  if (p->n != q->n)
    return p->n > q->n ? -1 : 1;
  return compare_edges (a, b);
}

/* After joining: edges between roots, without those that are gone. */
static void
renew_edges (Graph *graph)
{
  guint n = 0;
  for (guint i = 0; i < graph->edges->len; i++)
    {
      Edge edge = g_array_index (graph->edges, Edge, i);
      guint32 a = pel_joined_root (graph->parent, edge.a),
              b = pel_joined_root (graph->parent, edge.b);
      if (a == b)
        continue;
      edge.a = MIN (a, b);
      edge.b = MAX (a, b);
      g_array_index (graph->edges, Edge, n++) = edge;
    }
  g_array_set_size (graph->edges, n);
  sum_edges (graph->edges);
}

/* One round: each region is joined at most once, so that sums are right in the next. Returns
 * whether any was.
 *
 * Where flows are of a network that has hardly learnt, one region has thousands of neighbours, and
 * as many rounds would join one of them each. After #CAREFUL_ROUNDS whatever is wanted is joined at
 * once: each round then at least halves the regions that still are to be. */
static gboolean
join_round (Graph *graph,
            float parted,
            guint min_size,
            gboolean careful,
            guint8 *touched,
            guint32 n_regions)
{
  gboolean any = FALSE;
  memset (touched, 0, (gsize)n_regions + 1);
  g_array_sort (graph->edges, min_size > 0 ? compare_lengths : compare_parted);
  for (guint i = 0; i < graph->edges->len; i++)
    {
      const Edge *edge = &g_array_index (graph->edges, Edge, i);
      guint smaller = MIN (graph->sizes[edge->a], graph->sizes[edge->b]);
      gboolean wanted = min_size > 0 ? smaller < min_size : parted_by (edge) < (double)parted;
      if (!wanted || (careful && (touched[edge->a] || touched[edge->b])))
        continue;
      touched[edge->a] = touched[edge->b] = TRUE;
      guint32 a = pel_joined_root (graph->parent, edge->a),
              b = pel_joined_root (graph->parent, edge->b);
      if (a == b || (min_size > 0 && MIN (graph->sizes[a], graph->sizes[b]) >= min_size))
        continue;
      join (graph, a, b);
      any = TRUE;
    }
  if (any)
    renew_edges (graph);
  return any;
}

/* Numbers cells from 1, without those that are too small. */
static void
number_cells (Graph *graph, guint32 *regions, guint32 n_regions, guint min_size)
{
  guint32 n = 0;
  for (guint32 i = 1; i <= n_regions; i++)
    if (pel_joined_root (graph->parent, i) == i)
      graph->sizes[i] = graph->sizes[i] >= min_size ? ++n : 0;
  for (guint32 i = 1; i <= n_regions; i++)
    if (graph->parent[i] != i)
      graph->sizes[i] = graph->sizes[pel_joined_root (graph->parent, i)];
  graph->sizes[0] = 0;
  for (gsize i = 0; i < (gsize)graph->width * graph->height; i++)
    regions[i] = graph->sizes[regions[i]];
}

gboolean
pel_flow_regions_join (guint32 *regions,
                       guint32 n_regions,
                       const float *flows,
                       guint width,
                       guint height,
                       float parted,
                       guint min_size,
                       GCancellable *cancellable,
                       GError **error)
{
  g_return_val_if_fail (regions != NULL && flows != NULL, FALSE);
  g_autoptr (GArray) edges = g_array_new (FALSE, FALSE, sizeof (Edge));
  Graph graph = { .regions = regions,
                  .down = flows,
                  .right = flows + (gsize)width * height,
                  .width = width,
                  .height = height,
                  .edges = edges };
  guint8 *touched = NULL;
  graph.parent = pel_try_alloc ((gsize)n_regions + 1, sizeof *graph.parent, error);
  graph.sizes = graph.parent != NULL
                    ? pel_try_alloc ((gsize)n_regions + 1, sizeof *graph.sizes, error)
                    : NULL;
  if (graph.sizes != NULL)
    touched = pel_try_alloc ((gsize)n_regions + 1, 1, error);
  gboolean good = touched != NULL;
  for (guint32 i = 0; good && i <= n_regions; i++)
    {
      graph.parent[i] = i;
      graph.sizes[i] = 0;
    }
  good = good && find_edges (&graph, cancellable, error);
  for (guint i = 0; good && join_round (&graph, parted, 0, i < CAREFUL_ROUNDS, touched, n_regions);
       i++)
    good = !g_cancellable_set_error_if_cancelled (cancellable, error);
  for (guint i = 0; good && min_size > 0 &&
                    join_round (&graph, 0.0f, min_size, i < CAREFUL_ROUNDS, touched, n_regions);
       i++)
    good = !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (good)
    number_cells (&graph, regions, n_regions, min_size);
  pel_aligned_free (touched);
  pel_aligned_free (graph.sizes);
  pel_aligned_free (graph.parent);
  return good;
}
