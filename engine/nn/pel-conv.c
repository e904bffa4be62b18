/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-conv.h"

#include "engine/kernels/pel-blas.h"

#include <string.h>

/* Sizes of the pieces, chosen so that a piece's matrices stay in a second-level cache of 1 MiB. */
#define BAND_PIXELS 512
#define MAX_COLUMN_VALUES (128 * 1024)
#define MAX_OUT_BLOCK 128
#define MIN_PIECES 32
#define MAX_PARTIAL_BYTES (8 * 1024 * 1024)

/* The rows of all images are counted through: row t is row t % h of image t / h. A band is a
 * stretch of them, so that small planes share a band. */
typedef struct
{
  guint n_rows, rows_per_band, n_bands;
} Bands;

/* Cuts @total into equal blocks of at most @most. */
typedef struct
{
  guint total, size, count;
} Blocks;

static Bands
get_bands (const PelConvShape *shape)
{
  Bands bands;

  bands.n_rows = shape->n * shape->h;
  bands.rows_per_band = CLAMP (BAND_PIXELS / shape->w, 1, bands.n_rows);
  bands.n_bands = (bands.n_rows + bands.rows_per_band - 1) / bands.rows_per_band;
  return bands;
}

static Blocks
get_blocks (guint total, guint most)
{
  guint count = (total + most - 1) / most;
  guint size = (total + count - 1) / count;

  return (Blocks){ total, size, (total + size - 1) / size };
}

static Blocks
get_in_blocks (guint channels, guint band_pixels)
{
  return get_blocks (channels, MAX (1, MAX_COLUMN_VALUES / (9 * band_pixels)));
}

static guint
get_band_pixels (const PelConvShape *shape)
{
  return get_bands (shape).rows_per_band * shape->w;
}

/* How the weight gradient is cut: by blocks of input channels, and where those are few also by
 * stretches of bands, each of which has a partial gradient of its own. */
typedef struct
{
  Blocks in;
  guint n_stretches, bands_per_stretch;
} WeightCut;

static gsize
count_weights (const PelConvShape *shape)
{
  return (gsize)shape->in_channels * shape->out_channels * 9;
}

static WeightCut
get_weight_cut (const PelConvShape *shape)
{
  Bands bands = get_bands (shape);
  WeightCut cut;
  gsize fit = MAX (1, MAX_PARTIAL_BYTES / (count_weights (shape) * sizeof (float)));
  guint wanted;

  cut.in = get_in_blocks (shape->in_channels, get_band_pixels (shape));
  wanted = (MIN_PIECES + cut.in.count - 1) / cut.in.count;
  wanted = (guint)MIN (MIN (wanted, bands.n_bands), fit);
  cut.bands_per_stretch = (bands.n_bands + wanted - 1) / wanted;
  cut.n_stretches = (bands.n_bands + cut.bands_per_stretch - 1) / cut.bands_per_stretch;
  return cut;
}

/* A worker's scratch: the columns, then a result or a packed band, then one padded row. */
static gsize
round_up (gsize n)
{
  return (n + 15) & ~(gsize)15;
}

static gsize
get_columns_size (guint channels, guint band_pixels)
{
  return round_up ((gsize)get_in_blocks (channels, band_pixels).size * 9 * band_pixels);
}

void
pel_conv_add_space (const PelConvShape *shape, gboolean train, PelLayerSpace *space)
{
  guint pixels = get_band_pixels (shape);
  Bands bands = get_bands (shape);
  gsize row = round_up (shape->w + 2);
  gsize sums = (gsize)bands.n_bands * shape->out_channels * 2 * sizeof (double);
  gsize forward = get_columns_size (shape->in_channels, pixels) +
                  round_up ((gsize)MIN (shape->out_channels, MAX_OUT_BLOCK) * pixels) + row;

  pel_layer_space_add (space, sums, forward * sizeof (float));
  if (train)
    {
      WeightCut cut = get_weight_cut (shape);
      gsize input = get_columns_size (shape->out_channels, pixels) +
                    round_up ((gsize)MIN (shape->in_channels, MAX_OUT_BLOCK) * pixels) + row;
      gsize weight = get_columns_size (shape->in_channels, pixels) +
                     round_up ((gsize)shape->out_channels * pixels) + row;
      gsize partial = cut.n_stretches > 1 ? cut.n_stretches * count_weights (shape) : 0;

      pel_layer_space_add (space, partial * sizeof (float), MAX (input, weight) * sizeof (float));
    }
}

/* Gathers rows @t0 to @t1 (exclusive) of channels @c0 to @c1: row (c - c0)·9 + 3u + v of @columns
 * holds the values that tap (u, v) of channel c meets, @n_columns in all. */
static void
gather_columns (const PelKernels *kernels,
                const PelConvShape *shape,
                const PelPlanes input[2],
                guint c0,
                guint c1,
                guint t0,
                guint t1,
                float *columns,
                gsize n_columns,
                float *padded)
{
  guint h = shape->h, w = shape->w;
  gsize plane = (gsize)h * w;

  padded[0] = 0.0f;
  padded[w + 1] = 0.0f;
  for (guint c = c0; c < c1; c++)
    {
      const PelPlanes *part = c < input[0].channels ? &input[0] : &input[1];
      guint channel = c < input[0].channels ? c : c - input[0].channels;
      float *rows = columns + (gsize)(c - c0) * 9 * n_columns;

      for (guint t = t0; t < t1;)
        {
          guint image = t / h;
          guint y0 = t % h;
          guint y1 = MIN (h, y0 + (t1 - t));
          float *first = rows + (gsize)(t - t0) * w;
          const float *source = part->data + ((gsize)image * part->channels + channel) * plane;

          for (guint y = y0 == 0 ? 0 : y0 - 1; y < MIN (h, y1 + 1); y++)
            {
              if (part->scale != NULL)
                kernels->affine (padded + 1, source + (gsize)y * w, w, part->scale[channel],
                                 part->shift[channel]);
              else
                memcpy (padded + 1, source + (gsize)y * w, w * sizeof (float));

              /* Row y is tap row u of output row y - u + 1. */
              for (guint u = 0; u < 3; u++)
                if (y + 1 >= y0 + u && y + 1 < y1 + u)
                  for (guint v = 0; v < 3; v++)
                    memcpy (first + (3 * u + v) * n_columns + (gsize)(y + 1 - u - y0) * w,
                            padded + v, w * sizeof (float));
            }
          if (y0 == 0)
            for (guint v = 0; v < 3; v++)
              memset (first + v * n_columns, 0, w * sizeof (float));
          if (y1 == h)
            for (guint v = 0; v < 3; v++)
              memset (first + (6 + v) * n_columns + (gsize)(h - 1 - y0) * w, 0, w * sizeof (float));
          t += y1 - y0;
        }
    }
}

/* --- Forward, and backward to the input, which is the same with the weights turned --- */

typedef struct
{
  const PelLayerContext *context;
  const PelConvShape *shape;
  const PelPlanes *input;
  const float *weight;
  const float *bias; /* NULL: store y as it is */
  float *const *output;
  const guint *output_channels;
  double *partial_sums; /* [band][channel][2] */
  Bands bands;
  Blocks in, out;
} Forward;

static void
forward_piece (guint item, guint worker, gpointer data)
{
  const Forward *self = data;
  const PelConvShape *shape = self->shape;
  const PelKernels *kernels = self->context->kernels;
  guint band = item / self->out.count;
  guint o0 = item % self->out.count * self->out.size;
  guint o1 = MIN (o0 + self->out.size, shape->out_channels);
  guint t0 = band * self->bands.rows_per_band;
  guint t1 = MIN (t0 + self->bands.rows_per_band, self->bands.n_rows);
  guint pixels = (t1 - t0) * shape->w;
  guint band_pixels = self->bands.rows_per_band * shape->w;
  gsize k = (gsize)shape->in_channels * 9;
  gsize plane = (gsize)shape->h * shape->w;
  float *columns = pel_layer_scratch (self->context, worker);
  float *result = columns + round_up ((gsize)self->in.size * 9 * band_pixels);
  float *padded = result + round_up ((gsize)self->out.size * band_pixels);

  for (guint c0 = 0; c0 < shape->in_channels; c0 += self->in.size)
    {
      guint c1 = MIN (c0 + self->in.size, shape->in_channels);

      gather_columns (kernels, shape, self->input, c0, c1, t0, t1, columns, pixels, padded);
      pel_blas_multiply (o1 - o0, pixels, (c1 - c0) * 9,
                         (PelMatrix){ self->weight + o0 * k + (gsize)c0 * 9, k, FALSE },
                         (PelMatrix){ columns, pixels, FALSE }, c0 > 0, result, pixels);
    }

  for (guint o = o0; o < o1; o++)
    {
      guint part = o < self->output_channels[0] ? 0 : 1;
      guint channel = part == 0 ? o : o - self->output_channels[0];
      const float *row = result + (gsize)(o - o0) * pixels;
      double sums[2] = { 0, 0 };

      /* A band may end in another image than it began in. */
      for (guint t = t0; t < t1;)
        {
          guint y0 = t % shape->h;
          guint rows = MIN (shape->h - y0, t1 - t);
          gsize count = (gsize)rows * shape->w;
          float *dest = self->output[part] +
                        ((gsize)(t / shape->h) * self->output_channels[part] + channel) * plane +
                        (gsize)y0 * shape->w;

          if (self->bias != NULL)
            kernels->bias_relu (dest, row, count, self->bias[o], sums);
          else
            memcpy (dest, row, count * sizeof (float));
          row += count;
          t += rows;
        }
      if (self->bias != NULL)
        {
          double *partial = self->partial_sums + ((gsize)band * shape->out_channels + o) * 2;

          partial[0] = sums[0];
          partial[1] = sums[1];
        }
    }
}

static gboolean
run_forward (Forward *self)
{
  const PelConvShape *shape = self->shape;

  self->bands = get_bands (shape);
  self->in = get_in_blocks (shape->in_channels, get_band_pixels (shape));
  self->out = get_blocks (shape->out_channels, MAX_OUT_BLOCK);
  return pel_pool_run (self->context->pool, self->bands.n_bands * self->out.count, forward_piece,
                       self, self->context->cancellable);
}

gboolean
pel_conv_forward (const PelLayerContext *context,
                  const PelConvShape *shape,
                  const PelPlanes input[2],
                  const float *weight,
                  const float *bias,
                  float *r,
                  double *sums)
{
  float *const output[2] = { r, NULL };
  const guint output_channels[2] = { shape->out_channels, 0 };
  Forward forward = {
    .context = context,
    .shape = shape,
    .input = input,
    .weight = weight,
    .bias = bias,
    .output = output,
    .output_channels = output_channels,
    .partial_sums = context->shared,
  };

  if (!run_forward (&forward))
    return FALSE;

  for (guint o = 0; o < shape->out_channels; o++)
    sums[2 * o] = sums[2 * o + 1] = 0;
  for (guint band = 0; band < forward.bands.n_bands; band++)
    for (guint i = 0; i < 2 * shape->out_channels; i++)
      sums[i] += forward.partial_sums[(gsize)band * shape->out_channels * 2 + i];
  return TRUE;
}

typedef struct
{
  const PelConvShape *shape;
  const float *weight;
  float *turned;
} Turn;

/* turned[c][o][u][v] = weight[o][c][2 - u][2 - v] */
static void
turn_piece (guint item, guint worker, gpointer data)
{
  const Turn *self = data;
  gsize in = self->shape->in_channels, out = self->shape->out_channels;

  for (gsize o = 0; o < out; o++)
    {
      const float *from = self->weight + (o * in + item) * 9;
      float *to = self->turned + (item * out + o) * 9;

      for (guint i = 0; i < 9; i++)
        to[i] = from[8 - i];
    }
}

gboolean
pel_conv_backward_input (const PelLayerContext *context,
                         const PelConvShape *shape,
                         const float *dy,
                         const float *weight,
                         float *turned,
                         float *const dx[2],
                         const guint dx_channels[2])
{
  const PelConvShape back = { shape->n, shape->h, shape->w, shape->out_channels,
                              shape->in_channels };
  const PelPlanes input[2] = { { dy, shape->out_channels, NULL, NULL }, { NULL, 0, NULL, NULL } };
  Turn turn = { shape, weight, turned };
  Forward forward = {
    .context = context,
    .shape = &back,
    .input = input,
    .weight = turned,
    .output = dx,
    .output_channels = dx_channels,
  };

  return pel_pool_run (context->pool, shape->in_channels, turn_piece, &turn,
                       context->cancellable) &&
         run_forward (&forward);
}

/* --- Backward to the weights --- */

typedef struct
{
  const PelLayerContext *context;
  const PelConvShape *shape;
  const PelPlanes *input;
  const float *dy;
  float *result; /* the gradient, or one for each stretch */
  Bands bands;
  WeightCut cut;
} BackwardWeight;

/* The band's rows of dy as one matrix (out, pixels); copied only where a band has several images.
 */
static PelMatrix
get_dy_band (const BackwardWeight *self, guint t0, guint t1, float *packed)
{
  const PelConvShape *shape = self->shape;
  gsize plane = (gsize)shape->h * shape->w;
  gsize pixels = (gsize)(t1 - t0) * shape->w;

  if (t0 / shape->h == (t1 - 1) / shape->h)
    return (PelMatrix){ self->dy + (gsize)(t0 / shape->h) * shape->out_channels * plane +
                            (gsize)(t0 % shape->h) * shape->w,
                        plane, FALSE };

  for (guint o = 0; o < shape->out_channels; o++)
    {
      float *to = packed + o * pixels;

      for (guint t = t0; t < t1;)
        {
          guint y0 = t % shape->h;
          guint rows = MIN (shape->h - y0, t1 - t);
          gsize count = (gsize)rows * shape->w;

          memcpy (to,
                  self->dy + ((gsize)(t / shape->h) * shape->out_channels + o) * plane +
                      (gsize)y0 * shape->w,
                  count * sizeof (float));
          to += count;
          t += rows;
        }
    }
  return (PelMatrix){ packed, pixels, FALSE };
}

static void
backward_weight_piece (guint item, guint worker, gpointer data)
{
  const BackwardWeight *self = data;
  const PelConvShape *shape = self->shape;
  guint stretch = item / self->cut.in.count;
  guint c0 = item % self->cut.in.count * self->cut.in.size;
  guint c1 = MIN (c0 + self->cut.in.size, shape->in_channels);
  guint first = stretch * self->cut.bands_per_stretch;
  guint end = MIN (first + self->cut.bands_per_stretch, self->bands.n_bands);
  guint band_pixels = self->bands.rows_per_band * shape->w;
  gsize k = (gsize)shape->in_channels * 9;
  float *columns = pel_layer_scratch (self->context, worker);
  float *packed = columns + round_up ((gsize)self->cut.in.size * 9 * band_pixels);
  float *padded = packed + round_up ((gsize)shape->out_channels * band_pixels);
  float *result = self->result + stretch * count_weights (shape) + (gsize)c0 * 9;

  for (guint band = first; band < end; band++)
    {
      guint t0 = band * self->bands.rows_per_band;
      guint t1 = MIN (t0 + self->bands.rows_per_band, self->bands.n_rows);
      guint pixels = (t1 - t0) * shape->w;

      gather_columns (self->context->kernels, shape, self->input, c0, c1, t0, t1, columns, pixels,
                      padded);
      pel_blas_multiply (shape->out_channels, (c1 - c0) * 9, pixels,
                         get_dy_band (self, t0, t1, packed), (PelMatrix){ columns, pixels, TRUE },
                         band > first, result, k);
    }
}

typedef struct
{
  const float *partial;
  float *result;
  gsize n_values, per_piece;
  guint n_stretches;
} AddUp;

static void
add_up_piece (guint item, guint worker, gpointer data)
{
  const AddUp *self = data;
  gsize begin = item * self->per_piece;
  gsize end = MIN (begin + self->per_piece, self->n_values);

  for (gsize i = begin; i < end; i++)
    {
      float sum = self->partial[i];

      for (guint s = 1; s < self->n_stretches; s++)
        sum += self->partial[s * self->n_values + i];
      self->result[i] = sum;
    }
}

gboolean
pel_conv_backward_weight (const PelLayerContext *context,
                          const PelConvShape *shape,
                          const PelPlanes input[2],
                          const float *dy,
                          float *d_weight)
{
  WeightCut cut = get_weight_cut (shape);
  BackwardWeight backward = {
    .context = context,
    .shape = shape,
    .input = input,
    .dy = dy,
    .result = cut.n_stretches > 1 ? context->shared : d_weight,
    .bands = get_bands (shape),
    .cut = cut,
  };
  AddUp add_up = {
    .partial = context->shared,
    .result = d_weight,
    .n_values = count_weights (shape),
    .per_piece = 4096,
    .n_stretches = cut.n_stretches,
  };

  if (!pel_pool_run (context->pool, cut.n_stretches * cut.in.count, backward_weight_piece,
                     &backward, context->cancellable))
    return FALSE;
  if (cut.n_stretches == 1)
    return TRUE;
  return pel_pool_run (context->pool,
                       (guint)((add_up.n_values + add_up.per_piece - 1) / add_up.per_piece),
                       add_up_piece, &add_up, context->cancellable);
}
