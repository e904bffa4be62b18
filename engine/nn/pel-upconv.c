/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-upconv.h"

#include "engine/kernels/pel-blas.h"

#include <string.h>

/* As in pel-conv.c, pieces are cut by the shape alone, to stay in the second-level cache. */
#define BAND_PIXELS 512
#define IN_BLOCK 128
#define OUT_BLOCK 64
#define MIN_PIECES 32
#define MAX_PARTIAL_BYTES (8 * 1024 * 1024)

typedef struct
{
  guint n_rows, rows_per_band, n_bands;
} Bands;

typedef struct
{
  const PelLayerContext *context;
  const PelUpconvShape *shape;
  const PelPlanes *input;
  const float *weight;
  const float *bias;
  const float *dy;
  float *y;
  float *dx;
  float *result; /* the weights' gradient, or one for each stretch */
  Bands bands;
  guint in_blocks, out_blocks;
  guint n_stretches, bands_per_stretch;
} Upconv;

static Bands
get_bands (const PelUpconvShape *shape)
{
  Bands bands;

  bands.n_rows = shape->n * shape->h;
  bands.rows_per_band = CLAMP (BAND_PIXELS / shape->w, 1, bands.n_rows);
  bands.n_bands = (bands.n_rows + bands.rows_per_band - 1) / bands.rows_per_band;
  return bands;
}

static gsize
count_weights (const PelUpconvShape *shape)
{
  return (gsize)shape->in_channels * shape->out_channels * 4;
}

static Upconv
prepare (const PelLayerContext *context, const PelUpconvShape *shape)
{
  Upconv self = { .context = context, .shape = shape, .bands = get_bands (shape) };
  gsize fit = MAX (1, MAX_PARTIAL_BYTES / (count_weights (shape) * sizeof (float)));
  guint wanted;

  self.in_blocks = (shape->in_channels + IN_BLOCK - 1) / IN_BLOCK;
  self.out_blocks = (shape->out_channels + OUT_BLOCK - 1) / OUT_BLOCK;
  wanted = (MIN_PIECES + self.in_blocks * self.out_blocks - 1) / (self.in_blocks * self.out_blocks);
  wanted = (guint)MIN (MIN (wanted, self.bands.n_bands), fit);
  self.bands_per_stretch = (self.bands.n_bands + wanted - 1) / wanted;
  self.n_stretches = (self.bands.n_bands + self.bands_per_stretch - 1) / self.bands_per_stretch;
  return self;
}

void
pel_upconv_add_space (const PelUpconvShape *shape, gboolean train, PelLayerSpace *space)
{
  Upconv self = prepare (NULL, shape);
  gsize pixels = (gsize)self.bands.rows_per_band * shape->w;
  gsize in = MIN (shape->in_channels, IN_BLOCK);
  gsize out = MIN (shape->out_channels, OUT_BLOCK);

  /* Both matrices of a piece: values of the input, and the four taps of the output. */
  pel_layer_space_add (space, 0, (in + 4 * out) * pixels * sizeof (float));
  if (train)
    {
      gsize partial = self.n_stretches > 1 ? self.n_stretches * count_weights (shape) : 0;
      gsize sums = (gsize)shape->n * shape->out_channels;

      pel_layer_space_add (space, MAX (partial * sizeof (float), sums * sizeof (double)), 0);
    }
}

/* Channels @c0 to @c1 of rows @t0 to @t1 of the input, as a matrix (channel, pixel). */
static void
gather_input (const Upconv *self, guint c0, guint c1, guint t0, guint t1, float *matrix)
{
  const PelUpconvShape *shape = self->shape;
  gsize plane = (gsize)shape->h * shape->w;

  for (guint c = c0; c < c1; c++)
    for (guint t = t0; t < t1;)
      {
        guint y0 = t % shape->h;
        guint rows = MIN (shape->h - y0, t1 - t);
        gsize count = (gsize)rows * shape->w;
        const float *source = self->input->data +
                              ((gsize)(t / shape->h) * shape->in_channels + c) * plane +
                              (gsize)y0 * shape->w;

        if (self->input->scale != NULL)
          self->context->kernels->affine (matrix, source, count, self->input->scale[c],
                                          self->input->shift[c]);
        else
          memcpy (matrix, source, count * sizeof (float));
        matrix += count;
        t += rows;
      }
}

/* Channels @o0 to @o1 of dy where the input rows are @t0 to @t1, as a matrix (4·channel + 2u + v,
 * pixel of the input). */
static void
gather_dy (const Upconv *self, guint o0, guint o1, guint t0, guint t1, float *matrix)
{
  const PelUpconvShape *shape = self->shape;
  gsize w = shape->w, pixels = (gsize)(t1 - t0) * w, plane = (gsize)shape->h * w * 4;

  for (guint o = o0; o < o1; o++)
    for (guint t = t0; t < t1; t++)
      for (guint u = 0; u < 2; u++)
        {
          float *even = matrix + ((gsize)(o - o0) * 4 + 2 * u) * pixels + (t - t0) * w;
          const float *source = self->dy +
                                ((gsize)(t / shape->h) * shape->out_channels + o) * plane +
                                ((gsize)(t % shape->h) * 2 + u) * w * 2;

          self->context->kernels->deinterleave (even, even + pixels, source, w);
        }
}

static void
forward_piece (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  const PelUpconvShape *shape = self->shape;
  guint t0 = item / self->out_blocks * self->bands.rows_per_band;
  guint t1 = MIN (t0 + self->bands.rows_per_band, self->bands.n_rows);
  guint o0 = item % self->out_blocks * OUT_BLOCK;
  guint o1 = MIN (o0 + OUT_BLOCK, shape->out_channels);
  gsize w = shape->w, plane = (gsize)shape->h * w * 4;
  guint pixels = (t1 - t0) * shape->w;
  gsize weight_row = (gsize)shape->out_channels * 4;
  float *taps = pel_layer_scratch (self->context, worker);
  float *matrix = taps + (gsize)(o1 - o0) * 4 * pixels;

  for (guint c0 = 0; c0 < shape->in_channels; c0 += IN_BLOCK)
    {
      guint c1 = MIN (c0 + IN_BLOCK, shape->in_channels);

      gather_input (self, c0, c1, t0, t1, matrix);
      pel_blas_multiply ((o1 - o0) * 4, pixels, c1 - c0,
                         (PelMatrix){ self->weight + c0 * weight_row + o0 * 4, weight_row, TRUE },
                         (PelMatrix){ matrix, pixels, FALSE }, c0 > 0, taps, pixels);
    }

  for (guint o = o0; o < o1; o++)
    for (guint t = t0; t < t1; t++)
      for (guint u = 0; u < 2; u++)
        {
          const float *even = taps + ((gsize)(o - o0) * 4 + 2 * u) * pixels + (t - t0) * w;
          float *dest = self->y + ((gsize)(t / shape->h) * shape->out_channels + o) * plane +
                        ((gsize)(t % shape->h) * 2 + u) * w * 2;

          self->context->kernels->interleave (dest, even, even + pixels, w, self->bias[o]);
        }
}

static void
backward_input_piece (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  const PelUpconvShape *shape = self->shape;
  guint t0 = item / self->in_blocks * self->bands.rows_per_band;
  guint t1 = MIN (t0 + self->bands.rows_per_band, self->bands.n_rows);
  guint c0 = item % self->in_blocks * IN_BLOCK;
  guint c1 = MIN (c0 + IN_BLOCK, shape->in_channels);
  gsize plane = (gsize)shape->h * shape->w;
  guint pixels = (t1 - t0) * shape->w;
  gsize weight_row = (gsize)shape->out_channels * 4;
  float *result = pel_layer_scratch (self->context, worker);
  float *taps = result + (gsize)(c1 - c0) * pixels;

  for (guint o0 = 0; o0 < shape->out_channels; o0 += OUT_BLOCK)
    {
      guint o1 = MIN (o0 + OUT_BLOCK, shape->out_channels);

      gather_dy (self, o0, o1, t0, t1, taps);
      pel_blas_multiply (c1 - c0, pixels, (o1 - o0) * 4,
                         (PelMatrix){ self->weight + c0 * weight_row + o0 * 4, weight_row, FALSE },
                         (PelMatrix){ taps, pixels, FALSE }, o0 > 0, result, pixels);
    }

  for (guint c = c0; c < c1; c++)
    for (guint t = t0; t < t1;)
      {
        guint y0 = t % shape->h;
        guint rows = MIN (shape->h - y0, t1 - t);
        gsize count = (gsize)rows * shape->w;

        memcpy (self->dx + ((gsize)(t / shape->h) * shape->in_channels + c) * plane +
                    (gsize)y0 * shape->w,
                result, count * sizeof (float));
        result += count;
        t += rows;
      }
}

static void
backward_weight_piece (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  const PelUpconvShape *shape = self->shape;
  guint block = item % (self->in_blocks * self->out_blocks);
  guint stretch = item / (self->in_blocks * self->out_blocks);
  guint c0 = block / self->out_blocks * IN_BLOCK;
  guint c1 = MIN (c0 + IN_BLOCK, shape->in_channels);
  guint o0 = block % self->out_blocks * OUT_BLOCK;
  guint o1 = MIN (o0 + OUT_BLOCK, shape->out_channels);
  guint first = stretch * self->bands_per_stretch;
  guint end = MIN (first + self->bands_per_stretch, self->bands.n_bands);
  gsize weight_row = (gsize)shape->out_channels * 4;
  float *result = self->result + stretch * count_weights (shape) + c0 * weight_row + o0 * 4;

  for (guint band = first; band < end; band++)
    {
      guint t0 = band * self->bands.rows_per_band;
      guint t1 = MIN (t0 + self->bands.rows_per_band, self->bands.n_rows);
      guint pixels = (t1 - t0) * shape->w;
      float *matrix = pel_layer_scratch (self->context, worker);
      float *taps = matrix + (gsize)(c1 - c0) * pixels;

      gather_input (self, c0, c1, t0, t1, matrix);
      gather_dy (self, o0, o1, t0, t1, taps);
      pel_blas_multiply (c1 - c0, (o1 - o0) * 4, pixels, (PelMatrix){ matrix, pixels, FALSE },
                         (PelMatrix){ taps, pixels, TRUE }, band > first, result, weight_row);
    }
}

#define VALUES_PER_PIECE 4096

static void
add_up_piece (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  const float *partial = self->context->shared;
  gsize n_values = count_weights (self->shape);
  gsize begin = (gsize)item * VALUES_PER_PIECE;
  gsize end = MIN (begin + VALUES_PER_PIECE, n_values);

  for (gsize i = begin; i < end; i++)
    {
      float sum = partial[i];

      for (guint s = 1; s < self->n_stretches; s++)
        sum += partial[s * n_values + i];
      self->result[i] = sum;
    }
}

/* One plane's sum of dy. */
static void
bias_piece (guint item, guint worker, gpointer data)
{
  const Upconv *self = data;
  gsize plane = (gsize)self->shape->h * self->shape->w * 4;

  ((double *)self->context->shared)[item] =
      self->context->kernels->sum (self->dy + item * plane, plane);
}

static gboolean
run (Upconv *self, guint n_items, PelPoolFunc func)
{
  return pel_pool_run (self->context->pool, n_items, func, self, self->context->cancellable);
}

gboolean
pel_upconv_forward (const PelLayerContext *context,
                    const PelUpconvShape *shape,
                    const PelPlanes *input,
                    const float *weight,
                    const float *bias,
                    float *y)
{
  Upconv self = prepare (context, shape);

  self.input = input;
  self.weight = weight;
  self.bias = bias;
  self.y = y;
  return run (&self, self.bands.n_bands * self.out_blocks, forward_piece);
}

gboolean
pel_upconv_backward_input (const PelLayerContext *context,
                           const PelUpconvShape *shape,
                           const float *dy,
                           const float *weight,
                           float *dx)
{
  Upconv self = prepare (context, shape);

  self.dy = dy;
  self.weight = weight;
  self.dx = dx;
  return run (&self, self.bands.n_bands * self.in_blocks, backward_input_piece);
}

gboolean
pel_upconv_backward_weight (const PelLayerContext *context,
                            const PelUpconvShape *shape,
                            const PelPlanes *input,
                            const float *dy,
                            float *d_weight,
                            float *d_bias)
{
  Upconv self = prepare (context, shape);
  const double *sums = context->shared;

  self.input = input;
  self.dy = dy;
  self.result = self.n_stretches > 1 ? context->shared : d_weight;
  if (!run (&self, self.n_stretches * self.in_blocks * self.out_blocks, backward_weight_piece))
    return FALSE;
  if (self.n_stretches > 1)
    {
      self.result = d_weight;
      if (!run (&self, (guint)((count_weights (shape) + VALUES_PER_PIECE - 1) / VALUES_PER_PIECE),
                add_up_piece))
        return FALSE;
    }

  if (!run (&self, shape->n * shape->out_channels, bias_piece))
    return FALSE;
  for (guint o = 0; o < shape->out_channels; o++)
    {
      double sum = 0;

      for (guint n = 0; n < shape->n; n++)
        sum += sums[(gsize)n * shape->out_channels + o];
      d_bias[o] = (float)sum;
    }
  return TRUE;
}
