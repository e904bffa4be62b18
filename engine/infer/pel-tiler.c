/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-tiler.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "engine/core/pel-error.h"
#include "engine/core/pel-free-memory.h"
#include "engine/infer/pel-view.h"
#include "engine/nn/pel-flow-loss.h"

/* Pixels around the area wanted that are computed and thrown away, so that no pixel wanted lies at
 * the very edge of a tile. */
#define MARGIN 16
/* What neighbouring tiles share, and how much of it at each tile's own side is not used. */
#define OVERLAP 64
#define UNUSED 16
/* Where the caller leaves the tile's side open: the largest, up to this one, for which the
 * network's maps take no more than so many bytes, and no more than this share of what is free.
 * Larger tiles overlap less. */
#define LARGEST_TILE 2048
/* That of a network that interpolates between corners: what it tells depends on the size that it is
 * given, so that must depend neither on the machine nor on what else runs there. */
#define CORNERS_TILE 512
#define TILE_STEP 64
#define MOST_BYTES (448.0 * 1048576.0)
#define SHARE_OF_FREE 0.5
/* Of what is free, what the smallest tile may take before the prediction is refused. */
#define SHARE_AT_MOST 0.95
/* Scores that a thread turns into probabilities at a time. */
#define VALUES_PER_PIECE 16384

typedef struct
{
  const PelTiler *tiler;
  PelImage *image;
  const PelImageScale *scale;
  PelRect area;
  PelTileAxis x, y;
  PelTensor input;
  PelTensor scores;        /* in the view that the network sees */
  PelTensor turned;        /* the input in that view */
  PelTensor sums;          /* of the views' probabilities, the right way round */
  const PelTensor *result; /* a tile's probabilities: @sums, or @scores where there is one view */
  guint first_view, end_view; /* of those to average, which now */
  gboolean has_flows;         /* in the second output and the third */
} Work;

static gint
round_up (gint value, gint unit)
{
  return (value + unit - 1) / unit * unit;
}

/* Three tiles never meet at one pixel: a tile is at least two overlaps long. */
static gint
get_smallest_tile (gint unit)
{
  return 2 * round_up (OVERLAP, unit) + unit;
}

void
pel_tile_axis_init (PelTileAxis *axis, gint first, gint length, gint unit, gint tile)
{
  g_return_if_fail (axis != NULL && length > 0 && unit > 0);
  gint margin = round_up (MARGIN, unit), overlap = round_up (OVERLAP, unit);
  gint span = round_up (length + 2 * margin, unit);
  tile = MAX (tile / unit * unit, get_smallest_tile (unit));
  axis->start = first - margin;
  axis->overlap = overlap;
  axis->n = 1;
  axis->size = span;
  if (span > tile)
    {
      axis->n = (span - overlap + tile - overlap - 1) / (tile - overlap);
      axis->size = round_up ((span + (axis->n - 1) * overlap + axis->n - 1) / axis->n, unit);
    }
  axis->step = axis->size - overlap;
}

/* How much a tile counts at pixel @i from a side where it has a neighbour. */
static float
ramp (const PelTileAxis *axis, gint i)
{
  float rise = (float)(axis->overlap - 2 * UNUSED);
  return CLAMP (((float)(i - UNUSED) + 0.5f) / rise, 0.0f, 1.0f);
}

float
pel_tile_axis_get_weight (const PelTileAxis *axis, gint index, gint i)
{
  float weight = 1.0f;
  if (index > 0 && i < axis->overlap)
    weight = ramp (axis, i);
  if (index + 1 < axis->n && i >= axis->step)
    weight = 1.0f - ramp (axis, i - axis->step);
  return weight;
}

static gsize
count_scores (const PelTensor *scores)
{
  return (gsize)scores->shape.c * scores->shape.h * scores->shape.w;
}

static gsize
count_pixels (const PelTensor *scores)
{
  return (gsize)scores->shape.h * scores->shape.w;
}

/* What scores say: probabilities, or flows behind those. */
static void
read_piece (guint item, guint worker, gpointer data)
{
  const Work *work = data;
  const PelTensor *scores = &work->scores;
  gsize first = (gsize)item * VALUES_PER_PIECE;
  gsize end = MIN (first + VALUES_PER_PIECE, count_scores (scores));
  gsize flows = work->has_flows ? MIN (count_pixels (scores), end) : end;
  for (gsize i = first; i < flows; i++)
    scores->data[i] = pel_sigmoid (scores->data[i]);
  for (gsize i = MAX (first, flows); i < end; i++)
    scores->data[i] *= 1.0f / PEL_FLOW_SCALE;
}

static gboolean
read_scores (Work *work, guint view)
{
  gsize n_pieces = (count_scores (&work->scores) + VALUES_PER_PIECE - 1) / VALUES_PER_PIECE;
  gsize n = count_pixels (&work->scores);
  if (!pel_pool_run (work->tiler->pool, (guint)n_pieces, read_piece, work,
                     work->tiler->cancellable))
    return FALSE;
  if (work->has_flows)
    pel_view_turn_flows (view, work->scores.data + n, n);
  return TRUE;
}

/* Leaves in work->result what this round's views tell of a tile: their share of the average. */
static gboolean
predict_tile (Work *work)
{
  if (work->tiler->n_views == 1)
    {
      if (!pel_unet_forward (work->tiler->unet, &work->input, &work->scores) ||
          !read_scores (work, 0))
        return FALSE;
      work->result = &work->scores;
      return TRUE;
    }
  memset (work->sums.data, 0, count_scores (&work->sums) * sizeof (float));
  for (guint view = work->first_view; view < work->end_view; view++)
    {
      const PelTensor *seen = &work->input;

      if (view != 0)
        {
          pel_view_apply (view, &work->input, &work->turned, work->tiler->pool);
          seen = &work->turned;
        }
      if (!pel_unet_forward (work->tiler->unet, seen, &work->scores) || !read_scores (work, view))
        return FALSE;
      pel_view_add_back (view, &work->scores, 1.0f / (float)work->tiler->n_views, &work->sums,
                         work->tiler->pool);
    }
  work->result = &work->sums;
  return TRUE;
}

/* What a tile tells, on its way to one of the planes wanted. */
typedef struct
{
  const Work *work;
  gint tx, ty;
  gint first; /* row of the tile */
  const float *plane;
  float *out;
} Blend;

static void
blend_row (guint item, guint worker, gpointer data)
{
  const Blend *self = data;
  const Work *work = self->work;
  const PelTileAxis *ax = &work->x, *ay = &work->y;
  gint y = self->first + (gint)item;
  gint x0 = ax->start + self->tx * ax->step - work->area.x;
  gint y0 = ay->start + self->ty * ay->step - work->area.y;
  float wy = pel_tile_axis_get_weight (ay, self->ty, y);
  const float *in = self->plane + (gsize)y * (gsize)ax->size;
  float *row = self->out + (gsize)(y0 + y) * (gsize)work->area.width;
  for (gint x = MAX (0, -x0); x < ax->size && x0 + x < work->area.width; x++)
    row[x0 + x] += wy * pel_tile_axis_get_weight (ax, self->tx, x) * in[x];
}

/* Adds what a tile tells to the planes wanted. */
static gboolean
blend_tile (const Work *work, gint tx, gint ty, guint output, float *out)
{
  const PelTileAxis *ax = &work->x, *ay = &work->y;
  gint y0 = ay->start + ty * ay->step - work->area.y;
  gint end = MIN (ay->size, work->area.height - y0);
  Blend blend = { .work = work, .tx = tx, .ty = ty, .first = MAX (0, -y0), .out = out };
  blend.plane = work->result->data + (gsize)output * (gsize)ax->size * (gsize)ay->size;
  return end <= blend.first || pel_pool_run (work->tiler->pool, (guint)(end - blend.first),
                                             blend_row, &blend, work->tiler->cancellable);
}

static gboolean
set_cancelled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The prediction was stopped."));
  return FALSE;
}

/* Adds what this round's views tell to the planes wanted. */
static gboolean
run_tiles (Work *work, float *foreground, float *parting, GError **error)
{
  const PelTiler *tiler = work->tiler;
  gint n_tiles = work->x.n * work->y.n;
  gsize n = (gsize)work->area.width * (gsize)work->area.height;
  for (gint i = 0; i < n_tiles; i++)
    {
      gint tx = i % work->x.n, ty = i / work->x.n;
      PelRect rect = { work->x.start + tx * work->x.step, work->y.start + ty * work->y.step,
                       work->x.size, work->y.size };
      gsize plane = (gsize)rect.width * (gsize)rect.height;
      for (guint c = 0; c < tiler->normalisation->in_channels; c++)
        {
          if (g_cancellable_is_cancelled (tiler->cancellable))
            return set_cancelled (error);
          pel_normalisation_read (tiler->normalisation, work->image, work->scale, c, &rect,
                                  work->input.data + c * plane);
        }
      if (!predict_tile (work) || !blend_tile (work, tx, ty, 0, foreground))
        return set_cancelled (error);
      for (guint k = 0; parting != NULL && k + 1 < work->scores.shape.c; k++)
        if (!blend_tile (work, tx, ty, k + 1, parting + k * n))
          return set_cancelled (error);
      if (tiler->func != NULL)
        tiler->func (((double)work->first_view +
                      (double)(work->end_view - work->first_view) * (i + 1) / n_tiles) /
                         tiler->n_views,
                     tiler->data);
    }
  return TRUE;
}

/* Bytes of the network's maps in square tiles. */
static double
measure_tile (PelUnet *unet, gint side, guint n_threads)
{
  const PelUnetConfig *sizes = pel_unet_get_config (unet);
  PelShape in = { 1, sizes->in_channels, (guint)side, (guint)side };
  gsize bytes = pel_unet_measure_plan (unet, in, PEL_PHASE_PREDICT, PEL_UNET_FAST, n_threads);
  gsize weights = pel_unet_get_n_weights (unet) * sizeof (float);

  return (double)bytes - (double)MIN (weights, bytes);
}

/* 0 where not even the smallest tile fits. Short of memory, a prediction is slower and differs in
 * the last digits, as it does with any other tile. */
static gint
choose_tile (PelUnet *unet, guint n_threads, GError **error)
{
  const PelUnetConfig *sizes = pel_unet_get_config (unet);
  gint unit = 1 << sizes->depth, side = get_smallest_tile (unit);
  gboolean is_fixed = sizes->upsampling == PEL_UPSAMPLING_ALIGN_CORNERS;
  double available = pel_free_memory_measure (), needed;
  double most = MIN (MOST_BYTES, SHARE_OF_FREE * available);

  if (is_fixed)
    side = round_up (CORNERS_TILE, unit);
  needed = measure_tile (unet, side, n_threads);

  if (needed > SHARE_AT_MOST * available)
    {
      g_autofree char *wanted = g_format_size ((guint64)needed);
      g_autofree char *there = g_format_size ((guint64)available);

      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                   /* Translators: two amounts of memory such as "2.1 GB". */
                   _ ("Predicting with this model needs at least %s of memory, but only %s are "
                      "free; close other programs, or take a model with fewer channels."),
                   wanted, there);
      return 0;
    }
  for (gint larger = round_up (side + 1, MAX (TILE_STEP, unit));
       !is_fixed && larger <= LARGEST_TILE && measure_tile (unet, larger, n_threads) <= most;
       larger += MAX (TILE_STEP, unit))
    side = larger;
  return side;
}

static void
clear_tensors (Work *work)
{
  pel_tensor_clear (&work->input);
  pel_tensor_clear (&work->turned);
  pel_tensor_clear (&work->scores);
  pel_tensor_clear (&work->sums);
}

/* Plans the network for this round's views, of which all or none swap rows and columns. */
static gboolean
prepare (Work *work, GError **error)
{
  const PelUnetConfig *sizes = pel_unet_get_config (work->tiler->unet);
  guint h = (guint)work->y.size, w = (guint)work->x.size;
  gboolean swapped = (work->first_view & PEL_VIEW_SWAPPED) != 0;
  PelShape in = { 1, sizes->in_channels, h, w }, out = { 1, sizes->out_channels, h, w };
  PelShape seen = { 1, in.c, swapped ? w : h, swapped ? h : w };
  PelShape told = { 1, out.c, seen.h, seen.w };

  return pel_unet_plan (work->tiler->unet, seen, PEL_PHASE_PREDICT, work->tiler->pool, error) &&
         pel_tensor_init (&work->input, in, error) &&
         pel_tensor_init (&work->scores, told, error) &&
         (work->tiler->n_views == 1 || (pel_tensor_init (&work->turned, seen, error) &&
                                        pel_tensor_init (&work->sums, out, error)));
}

gboolean
pel_tiler_run (const PelTiler *self,
               PelImage *image,
               const PelImageScale *scale,
               const PelRect *area,
               float *foreground,
               float *parting,
               GError **error)
{
  g_return_val_if_fail (self != NULL && self->unet != NULL && self->normalisation != NULL, FALSE);
  g_return_val_if_fail (image != NULL && foreground != NULL, FALSE);
  g_return_val_if_fail (area != NULL && !pel_rect_is_empty (area), FALSE);
  const PelUnetConfig *sizes = pel_unet_get_config (self->unet);
  guint n_views = self->n_views;
  g_return_val_if_fail (sizes->in_channels == self->normalisation->in_channels, FALSE);
  g_return_val_if_fail (sizes->out_channels == 1 ||
                            sizes->out_channels == 1 + pel_separator_get_n_planes (self->separator),
                        FALSE);
  g_return_val_if_fail (parting == NULL || sizes->out_channels > 1, FALSE);
  g_return_val_if_fail (n_views == 1 || n_views == 4 || n_views == PEL_N_VIEWS, FALSE);

  Work work = { .tiler = self,
                .image = image,
                .scale = scale,
                .area = *area,
                .has_flows = sizes->out_channels > 1 && self->separator == PEL_SEPARATOR_FLOWS };
  gint unit = 1 << sizes->depth;
  gint side = self->tile > 0 ? (gint)MIN (self->tile, 1u << 14)
                             : choose_tile (self->unet, pel_pool_get_n_threads (self->pool), error);
  if (side == 0)
    return FALSE;
  pel_tile_axis_init (&work.x, area->x, area->width, unit, side);
  pel_tile_axis_init (&work.y, area->y, area->height, unit, side);

  gsize n = (gsize)area->width * (gsize)area->height;
  memset (foreground, 0, n * sizeof (float));
  if (parting != NULL)
    memset (parting, 0, (sizes->out_channels - 1) * n * sizeof (float));
  gboolean good = TRUE;
  for (guint first = 0; good && first < n_views; first += PEL_VIEW_SWAPPED)
    {
      work.first_view = first;
      work.end_view = MIN (first + PEL_VIEW_SWAPPED, n_views);
      good = prepare (&work, error);
      if (good)
        {
          pel_unet_set_cancellable (self->unet, self->cancellable);
          good = run_tiles (&work, foreground, parting, error);
          pel_unet_set_cancellable (self->unet, NULL);
        }
      clear_tensors (&work);
    }
  return good;
}
