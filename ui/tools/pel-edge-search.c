/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-edge-search.h"

#include <math.h>

#include "app/document/pel-task.h"
#include "engine/segment/pel-edge-map.h"
#include "ui/tools/pel-seen-image.h"
#include "ui/tools/pel-tool-util.h"

/* Samples on each side of the beginning. */
#define REACH 224
/* Around a click the strongest edge is looked for so many samples far. */
#define SNAP 6
/* More around it, so that the smoothing sees what is there. */
#define SNAP_MARGIN 8
/* Neighbours on each side that a point of the way is averaged with. */
#define SMOOTH 2

struct PelEdgeSearch
{
  PelLiveWire *wire;
  PelRect area; /* in samples */
  double scale; /* image pixels per sample */
  double begin_x, begin_y;
};

/* Where edges come from; references, so that a thread may hold them. */
typedef struct
{
  PelSeenImage *seen; /* or NULL */
  PelImage *model;    /* probabilities, or NULL */
  double x, y;
  double scale;
  PelRect area;
} Source;

static void
source_free (Source *source)
{
  g_clear_pointer (&source->seen, pel_seen_image_free);
  g_clear_pointer (&source->model, pel_image_unref);
  g_free (source);
}

gboolean
pel_edge_search_uses_model (PelTool *tool)
{
  PelImageDocument *document = pel_tool_get_document (tool);
  PelDisplay *display = pel_tool_get_display (tool);

  return document != NULL && display != NULL && pel_display_get_show_prediction (display) &&
         pel_image_document_get_probability (document) != NULL;
}

/* (nullable): @reach samples around a point, cut off at the image's border */
static Source *
source_new (PelTool *tool, double x, double y, gint reach)
{
  PelImageDocument *document = pel_tool_get_document (tool);
  g_autoptr (PelSeenImage) seen = NULL;
  PelImage *image;
  Source *source;
  PelRect all;

  if (document == NULL)
    return NULL;
  if (pel_edge_search_uses_model (tool))
    image = pel_image_document_get_probability (document);
  else
    {
      seen = pel_seen_image_new (tool);
      image = seen != NULL ? pel_seen_image_get_image (seen) : NULL;
    }
  if (image == NULL)
    return NULL;
  source = g_new0 (Source, 1);
  source->model = seen == NULL ? pel_image_ref (image) : NULL;
  source->seen = g_steal_pointer (&seen);
  source->scale = MAX (1 / pel_tool_get_zoom (tool), 1);
  source->x = x;
  source->y = y;
  all = (PelRect){ 0, 0, (gint)ceil (pel_image_get_width (image) / source->scale),
                   (gint)ceil (pel_image_get_height (image) / source->scale) };
  source->area = (PelRect){ (gint)floor (x / source->scale) - reach,
                            (gint)floor (y / source->scale) - reach, 2 * reach + 1, 2 * reach + 1 };
  if (!pel_rect_intersect (&source->area, &all, &source->area))
    {
      source_free (source);
      return NULL;
    }
  return source;
}

static gboolean
map_edges (const Source *source, float *edge, GError **error)
{
  const gsize n = (gsize)source->area.width * (gsize)source->area.height;
  const guint n_channels = source->seen != NULL ? pel_seen_image_get_n_channels (source->seen) : 1;
  g_autofree float *samples = g_new (float, n *n_channels);
  g_autofree float *border = NULL;

  if (source->seen != NULL)
    {
      for (guint i = 0; i < n_channels; i++)
        pel_seen_image_read_scaled (source->seen, i, source->scale, &source->area, samples + i * n);
      return pel_edge_map_from_channels (samples, n_channels, (guint)source->area.width,
                                         (guint)source->area.height, edge, error);
    }
  pel_image_read_scaled (source->model, 0, source->scale, &source->area, samples);
  if (pel_image_get_n_channels (source->model) > 2)
    {
      g_autofree float *flows = g_new (float, 2 * n);

      border = g_new (float, n);
      for (guint k = 0; k < 2; k++)
        pel_image_read_scaled (source->model, (gint)k + 1, source->scale, &source->area,
                               flows + k * n);
      pel_edge_map_part_flows (flows, flows + n, (guint)source->area.width,
                               (guint)source->area.height, border);
    }
  else if (pel_image_get_n_channels (source->model) > 1)
    {
      border = g_new (float, n);
      pel_image_read_scaled (source->model, 1, source->scale, &source->area, border);
    }
  pel_edge_map_from_probability (samples, border, n, edge);
  return TRUE;
}

void
pel_edge_search_find_strongest (PelTool *tool, double *x, double *y)
{
  Source *source = source_new (tool, *x, *y, SNAP + SNAP_MARGIN);
  g_autofree float *edge = NULL;
  double best = 0;
  gint best_x = -1, best_y = -1;

  if (source == NULL)
    return;
  edge = g_new (float, (gsize)source->area.width *(gsize)source->area.height);
  if (map_edges (source, edge, NULL))
    for (gint j = 0; j < source->area.height; j++)
      for (gint i = 0; i < source->area.width; i++)
        {
          const double distance = hypot (source->area.x + i + 0.5 - *x / source->scale,
                                         source->area.y + j + 0.5 - *y / source->scale);
          /* What is near counts for more: the hand is seldom far out. */
          const double value =
              (double)edge[j * source->area.width + i] * (1 - distance / (2 * SNAP));

          if (distance <= SNAP && value > best)
            {
              best = value;
              best_x = i;
              best_y = j;
            }
        }
  if (best > 0.25)
    {
      *x = (source->area.x + best_x + 0.5) * source->scale;
      *y = (source->area.y + best_y + 0.5) * source->scale;
    }
  source_free (source);
}

static gpointer
search_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  const Source *source = data;
  const PelRect *area = &source->area;
  g_autofree float *edge = g_new (float, (gsize)area->width *(gsize)area->height);
  g_autoptr (PelEdgeSearch) self = g_new0 (PelEdgeSearch, 1);

  self->area = *area;
  self->scale = source->scale;
  self->begin_x = source->x;
  self->begin_y = source->y;
  if (map_edges (source, edge, error))
    self->wire = pel_live_wire_new (
        edge, (guint)area->width, (guint)area->height,
        (guint)CLAMP (floor (source->x / source->scale) - area->x, 0, area->width - 1),
        (guint)CLAMP (floor (source->y / source->scale) - area->y, 0, area->height - 1),
        cancellable, error);
  return self->wire != NULL ? g_steal_pointer (&self) : NULL;
}

void
pel_edge_search_async (PelTool *tool,
                       double x,
                       double y,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer data)
{
  g_autoptr (GTask) task = g_task_new (tool, cancellable, callback, data);
  Source *source = source_new (tool, x, y, REACH);

  if (source == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  g_task_set_task_data (task, source, (GDestroyNotify)source_free);
  pel_task_run_pointer (task, search_in_thread, (GDestroyNotify)pel_edge_search_free);
}

PelEdgeSearch *
pel_edge_search_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
pel_edge_search_free (PelEdgeSearch *self)
{
  g_clear_pointer (&self->wire, pel_live_wire_free);
  g_free (self);
}

static void
add_point (GArray *points, double x, double y)
{
  const double xy[2] = { x, y };

  g_array_append_vals (points, xy, 2);
}

GArray *
pel_edge_search_get_path (PelEdgeSearch *self, double x, double y)
{
  const gint i = (gint)floor (x / self->scale) - self->area.x;
  const gint j = (gint)floor (y / self->scale) - self->area.y;
  g_autoptr (GArray) path =
      pel_live_wire_get_path (self->wire, (guint)CLAMP (i, 0, self->area.width - 1),
                              (guint)CLAMP (j, 0, self->area.height - 1));
  const gint32 *samples = (const gint32 *)(void *)path->data;
  const gint n = (gint)(path->len / 2);
  GArray *points = g_array_new (FALSE, FALSE, sizeof (double));

  add_point (points, self->begin_x, self->begin_y);
  for (gint p = 1; p < n - 1; p++)
    {
      const gint reach = MIN (SMOOTH, MIN (p, n - 1 - p));
      double sum_x = 0, sum_y = 0;

      for (gint k = p - reach; k <= p + reach; k++)
        {
          sum_x += samples[2 * k];
          sum_y += samples[2 * k + 1];
        }
      add_point (points, (self->area.x + sum_x / (2 * reach + 1) + 0.5) * self->scale,
                 (self->area.y + sum_y / (2 * reach + 1) + 0.5) * self->scale);
    }
  add_point (points, x, y);
  return points;
}
