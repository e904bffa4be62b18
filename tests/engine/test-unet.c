/* SPDX-License-Identifier: MIT */
#include "reference-nn.h"

#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/nn/pel-loss.h"
#include "engine/nn/pel-optimizer.h"
#include "engine/nn/pel-unet.h"

#include <string.h>

/* Of a gradient, as a share of its array's largest. The norms' sums cancel for the most part, and
 * what is left of them carries single precision's rounding of much larger terms. */
#define TOLERANCE 2e-4

typedef struct
{
  PelTensor input, target, scores, d_scores;
} Batch;

static void
init_batch (Batch *self, const PelUnetConfig *config, guint n, guint h, guint w)
{
  PelShape in = { n, config->in_channels, h, w }, out = { n, config->out_channels, h, w };
  PelRandom random;

  g_assert_true (pel_tensor_init (&self->input, in, NULL));
  g_assert_true (pel_tensor_init (&self->target, out, NULL));
  g_assert_true (pel_tensor_init (&self->scores, out, NULL));
  g_assert_true (pel_tensor_init (&self->d_scores, out, NULL));
  pel_random_init (&random, 31, 0);
  for (gsize i = 0; i < (gsize)n * in.c * h * w; i++)
    self->input.data[i] = (float)pel_random_normal (&random);
  for (gsize i = 0; i < (gsize)n * out.c * h * w; i++)
    self->target.data[i] = pel_random_below (&random, 2) == 0 ? 0.0f : 1.0f;
}

static void
clear_batch (Batch *self)
{
  pel_tensor_clear (&self->input);
  pel_tensor_clear (&self->target);
  pel_tensor_clear (&self->scores);
  pel_tensor_clear (&self->d_scores);
}

static PelUnet *
new_unet (const PelUnetConfig *config)
{
  g_autoptr (GError) error = NULL;
  PelUnet *unet = pel_unet_new (config, &error);

  g_assert_no_error (error);
  return unet;
}

static void
plan (PelUnet *unet, PelShape shape, PelPhase phase, PelPool *pool)
{
  g_autoptr (GError) error = NULL;
  gboolean planned = pel_unet_plan (unet, shape, phase, pool, &error);

  g_assert_no_error (error);
  g_assert_true (planned);
}

static double
run_step (PelUnet *unet, Batch *batch)
{
  double loss;

  g_assert_true (pel_unet_forward (unet, &batch->input, &batch->scores));
  loss = pel_loss (PEL_LOSS_BCE_DICE, &batch->scores, &batch->target, NULL, NULL, &batch->d_scores,
                   pel_unet_get_pool (unet));
  g_assert_true (pel_unet_backward (unet, &batch->d_scores));
  return loss;
}

/* --- Gradients of the whole network --- */

/* The same network in double precision, with weights copied from the engine's by name. */
typedef struct
{
  PelUnetConfig config;
  guint n, h, w;
  GHashTable *values; /* name → double array */
  const double *input, *factors;
} Reference;

static const double *
get_values (Reference *self, const char *module, const char *layer, const char *name)
{
  g_autofree char *key = g_strdup_printf ("%s.%s.%s", module, layer, name);
  const double *values = g_hash_table_lookup (self->values, key);

  g_assert_nonnull (values);
  return values;
}

/* Both convolutions of a module; takes and replaces @x. */
static double *
run_module (Reference *self, const char *name, double *x, guint in, guint out, guint level)
{
  guint h = self->h >> level, w = self->w >> level;
  gsize plane = (gsize)h * w, count = self->n * out * plane;

  for (guint i = 0; i < 2; i++)
    {
      const char *conv = i == 0 ? "conv0" : "conv1", *norm = i == 0 ? "norm0" : "norm1";
      double *r = g_new (double, count), *y = g_new (double, count);

      reference_conv (x, get_values (self, name, conv, "weight"),
                      get_values (self, name, conv, "bias"), r, self->n, in, out, (int)h, (int)w);
      reference_relu (r, count);
      reference_norm (r, get_values (self, name, norm, "weight"),
                      get_values (self, name, norm, "bias"), y, self->n, out, plane);
      g_free (x);
      g_free (r);
      x = y;
      in = out;
    }
  return x;
}

/* Bilinear interpolation to twice the size by where the middles of the new pixels lie in the old
 * map, of which map the pixels are every other one of @twice; replaces them all. */
static void
interpolate (double *twice, PelUpsampling kind, guint n_planes, guint h, guint w)
{
  g_autofree double *old = g_new (double, (gsize)h *w);

  for (guint p = 0; p < n_planes; p++, twice += (gsize)4 * h * w)
    {
      for (guint y = 0; y < h; y++)
        for (guint x = 0; x < w; x++)
          old[(gsize)y * w + x] = twice[(gsize)4 * y * w + 2 * x];
      for (guint y = 0; y < 2 * h; y++)
        for (guint x = 0; x < 2 * w; x++)
          {
            const guint at[2] = { y, x }, size[2] = { h, w };
            guint first[2], second[2];
            double share[2];

            for (guint axis = 0; axis < 2; axis++)
              {
                double place = kind == PEL_UPSAMPLING_HALF_PIXEL ? (at[axis] + 0.5) / 2 - 0.5
                               : kind == PEL_UPSAMPLING_ASYMMETRIC
                                   ? at[axis] / 2.0
                                   : at[axis] * (size[axis] - 1.0) / (2.0 * size[axis] - 1.0);

                place = CLAMP (place, 0.0, size[axis] - 1.0);
                first[axis] = (guint)place;
                second[axis] = MIN (first[axis] + 1, size[axis] - 1);
                share[axis] = place - first[axis];
              }
            twice[(gsize)2 * y * w + x] =
                (1 - share[0]) * ((1 - share[1]) * old[first[0] * w + first[1]] +
                                  share[1] * old[first[0] * w + second[1]]) +
                share[0] * ((1 - share[1]) * old[second[0] * w + first[1]] +
                            share[1] * old[second[0] * w + second[1]]);
          }
    }
}

/* Σ scores·factors. */
static double
run_reference (Reference *self)
{
  guint depth = self->config.depth, base = self->config.base_channels, n = self->n;
  guint in = self->config.in_channels;
  double *skips[8], *x = g_memdup2 (self->input, n * in * self->h * self->w * sizeof (double));
  g_autofree double *scores = g_new (double, n * self->config.out_channels * self->h * self->w);
  double sum = 0;

  for (guint level = 0; level < depth; level++)
    {
      g_autofree char *name = g_strdup_printf ("down%u", level);
      guint h = self->h >> (level + 1), w = self->w >> (level + 1);

      skips[level] = run_module (self, name, x, in, base << level, level);
      in = base << level;
      x = g_new (double, n *in *h *w);
      reference_pool (skips[level], x, n * in, h, w);
    }
  x = run_module (self, "bottom", x, in, base << depth, depth);
  for (guint level = depth; level-- > 0;)
    {
      g_autofree char *name = g_strdup_printf ("up%u", level);
      guint c = base << level;
      gsize plane = (gsize)(self->h >> level) * (self->w >> level), part = c * plane;
      g_autofree double *up = g_new (double, n *part);
      double *both = g_new (double, 2 * n * part);

      reference_upconv (x, get_values (self, name, "transpose", "weight"),
                        get_values (self, name, "transpose", "bias"), up, n, 2 * c, c,
                        self->h >> (level + 1), self->w >> (level + 1));
      if (self->config.upsampling != PEL_UPSAMPLING_TRANSPOSED)
        interpolate (up, self->config.upsampling, n * c, self->h >> (level + 1),
                     self->w >> (level + 1));
      for (guint m = 0; m < n; m++)
        {
          memcpy (both + 2 * m * part, skips[level] + m * part, part * sizeof (double));
          memcpy (both + (2 * m + 1) * part, up + m * part, part * sizeof (double));
        }
      g_free (skips[level]);
      g_free (x);
      x = run_module (self, name, both, 2 * c, c, level);
    }
  reference_head (x, g_hash_table_lookup (self->values, "head.weight"),
                  g_hash_table_lookup (self->values, "head.bias"), scores, n, base,
                  self->config.out_channels, (gsize)self->h * self->w);
  g_free (x);
  for (gsize i = 0; i < (gsize)n * self->config.out_channels * self->h * self->w; i++)
    sum += scores[i] * self->factors[i];
  return sum;
}

static double *
widen (const float *values, gsize n)
{
  double *wide = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    wide[i] = (double)values[i];
  return wide;
}

static void
test_gradients (gconstpointer data)
{
  const PelUnetConfig config = { .in_channels = 2,
                                 .base_channels = 2,
                                 .depth = 2,
                                 .out_channels = 2,
                                 .seed = 3,
                                 .upsampling = GPOINTER_TO_UINT (data) };
  const double width = 1e-6;
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelUnet) unet = new_unet (&config);
  g_autofree double *input = NULL, *factors = NULL;
  Reference reference = { .config = config, .n = 2, .h = 8, .w = 12 };
  Batch batch;
  gsize n_scores = 2 * 2 * 8 * 12;
  PelRandom random;
  double expected = 0, found = 0;

  init_batch (&batch, &config, 2, 8, 12);
  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  pel_random_init (&random, 32, 0);
  reference.values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      /* Biases and norms that do something. */
      if (parameter->rank == 1)
        for (gsize j = 0; j < parameter->n_values; j++)
          parameter->value[j] += 0.3f * (float)pel_random_normal (&random);
      g_hash_table_insert (reference.values, (char *)parameter->name,
                           widen (parameter->value, parameter->n_values));
    }
  for (gsize i = 0; i < n_scores; i++)
    batch.d_scores.data[i] = (float)pel_random_normal (&random);
  reference.input = input = widen (batch.input.data, 2 * 2 * 8 * 12);
  reference.factors = factors = widen (batch.d_scores.data, n_scores);

  g_assert_true (pel_unet_forward (unet, &batch.input, &batch.scores));
  g_assert_true (pel_unet_backward (unet, &batch.d_scores));
  expected = run_reference (&reference);
  for (gsize i = 0; i < n_scores; i++)
    found += (double)batch.scores.data[i] * factors[i];
  g_assert_cmpfloat (fabs (found - expected), <, 1e-5 * fabs (expected) + 1e-4);

  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);
      double *values = g_hash_table_lookup (reference.values, parameter->name);
      double largest = 0, worst = 0;

      if (parameter->gradient == NULL)
        continue;
      /* A number that stands at four places has a fourth of its derivative at each. */
      guint places = config.upsampling != PEL_UPSAMPLING_TRANSPOSED &&
                             strstr (parameter->name, "transpose.weight") != NULL
                         ? 4
                         : 1;

      for (gsize j = 0; j < parameter->n_values; j += places)
        {
          double value = values[j], slope;

          for (guint k = 0; k < places; k++)
            values[j + k] = value + width;
          slope = run_reference (&reference);
          for (guint k = 0; k < places; k++)
            values[j + k] = value - width;
          slope = (slope - run_reference (&reference)) / (2 * width * places);
          for (guint k = 0; k < places; k++)
            {
              values[j + k] = value;
              worst = fmax (worst, fabs (slope - (double)parameter->gradient[j + k]));
            }
          largest = fmax (largest, fabs (slope));
        }
      if (worst > TOLERANCE * largest)
        g_test_message ("%s: off by %.3g of %.3g", parameter->name, worst, largest);
      g_assert_cmpfloat (worst, <=, TOLERANCE * largest);
    }
  g_hash_table_unref (reference.values);
  clear_batch (&batch);
}

/* --- The same bits whatever the number of threads --- */

typedef struct
{
  guint base, depth, n, h, w;
  PelUpsampling upsampling;
} SizeCase;

/* Everything that three steps and a prediction leave. */
static GByteArray *
train_a_little (const SizeCase *size, guint threads)
{
  PelUnetConfig config = { 1, size->base, size->depth, 2, 9, size->upsampling };
  PelOptimizerConfig adamw;
  g_autoptr (PelPool) pool = pel_pool_new (threads);
  g_autoptr (PelUnet) unet = new_unet (&config);
  g_autoptr (PelOptimizer) optimizer = NULL;
  GByteArray *result = g_byte_array_new ();
  Batch batch;

  init_batch (&batch, &config, size->n, size->h, size->w);
  pel_optimizer_config_init (&adamw, PEL_OPTIMIZER_ADAMW);
  optimizer = pel_optimizer_new (&adamw, unet, NULL);
  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  for (guint i = 0; i < 3; i++)
    {
      double loss = run_step (unet, &batch);

      g_byte_array_append (result, (guint8 *)&loss, sizeof (loss));
      pel_unet_commit_statistics (unet);
      pel_optimizer_step (optimizer, 1e-3f);
    }
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);
      guint bytes = (guint)(parameter->n_values * sizeof (float));

      g_byte_array_append (result, (guint8 *)parameter->value, bytes);
      if (parameter->gradient != NULL)
        g_byte_array_append (result, (guint8 *)parameter->gradient, bytes);
    }
  plan (unet, batch.input.shape, PEL_PHASE_PREDICT, pool);
  g_assert_true (pel_unet_forward (unet, &batch.input, &batch.scores));
  g_byte_array_append (result, (guint8 *)batch.scores.data,
                       size->n * 2 * size->h * size->w * sizeof (float));
  clear_batch (&batch);
  /* What is shared stays so. */
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      for (gsize k = 0;
           size->upsampling != PEL_UPSAMPLING_TRANSPOSED &&
           strstr (parameter->name, "transpose.weight") != NULL && k < parameter->n_values;
           k++)
        g_assert_cmpfloat (parameter->value[k], ==, parameter->value[k / 4 * 4]);
    }
  return result;
}

static void
test_threads (void)
{
  static const SizeCase sizes[] = { { 4, 2, 3, 16, 24, PEL_UPSAMPLING_TRANSPOSED },
                                    { 5, 1, 1, 2, 200, PEL_UPSAMPLING_ALIGN_CORNERS },
                                    { 8, 4, 2, 64, 64, PEL_UPSAMPLING_TRANSPOSED },
                                    { 16, 2, 2, 48, 64, PEL_UPSAMPLING_HALF_PIXEL } };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) one = train_a_little (&sizes[i], 1);

      for (guint threads = 1; threads <= 3; threads++)
        {
          g_autoptr (GByteArray) several = train_a_little (&sizes[i], threads);

          g_assert_cmpmem (one->data, one->len, several->data, several->len);
        }
    }
}

/* --- Learning --- */

static void
test_overfit (void)
{
  const PelUnetConfig config = { 1, 8, 2, 1, 4 };
  PelOptimizerConfig adam;
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelUnet) unet = new_unet (&config);
  g_autoptr (PelOptimizer) optimizer = NULL;
  Batch batch;
  guint wrong = 0;
  double loss = 0;

  init_batch (&batch, &config, 1, 32, 32);
  /* Two discs under noise. */
  for (guint i = 0; i < 32 * 32; i++)
    {
      int x = (int)(i % 32), y = (int)(i / 32);
      gboolean inside = (x - 10) * (x - 10) + (y - 9) * (y - 9) < 36 ||
                        (x - 22) * (x - 22) + (y - 23) * (y - 23) < 25;

      batch.target.data[i] = inside ? 1.0f : 0.0f;
      batch.input.data[i] = (inside ? 1.0f : 0.0f) + 0.5f * batch.input.data[i];
    }
  pel_optimizer_config_init (&adam, PEL_OPTIMIZER_ADAM);
  optimizer = pel_optimizer_new (&adam, unet, NULL);
  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  for (guint i = 0; i < 150; i++)
    {
      loss = run_step (unet, &batch);
      pel_unet_commit_statistics (unet);
      pel_optimizer_step (optimizer, 5e-3f);
    }
  g_test_message ("loss %.4f", loss);
  g_assert_cmpfloat (loss, <, 0.05);

  /* The running statistics predict what the batch's own did. */
  plan (unet, batch.input.shape, PEL_PHASE_PREDICT, pool);
  g_assert_true (pel_unet_forward (unet, &batch.input, &batch.scores));
  for (guint i = 0; i < 32 * 32; i++)
    wrong += (batch.scores.data[i] > 0) != (batch.target.data[i] > 0.5f);
  g_test_message ("%u pixels wrong", wrong);
  g_assert_cmpuint (wrong, <, 10);
  clear_batch (&batch);
}

/* --- Plans, cancelling, statistics, copies --- */

static void
test_shapes (void)
{
  static const PelUnetConfig bad[] = {
    { 0, 4, 2, 1, 0 },   { 1, 0, 2, 1, 0 },
    { 1, 4, 0, 1, 0 },   { 1, 4, 2, 0, 0 },
    { 1, 4, 9, 1, 0 },   { 65, 4, 2, 1, 0 },
    { 1, 513, 1, 1, 0 }, { 1, 512, 5, 1, 0 },
    { 1, 4, 2, 65, 0 },  { G_MAXUINT, G_MAXUINT, G_MAXUINT, G_MAXUINT, 0 },
  };
  static const PelShape bad_inputs[] = {
    { 0, 1, 8, 8 }, { 1, 2, 8, 8 },       { 1, 1, 0, 8 },       { 1, 1, 8, 10 },
    { 1, 1, 6, 8 }, { 1, 1, 8, 1 << 20 }, { 1 << 31, 1, 4, 4 }, { 1 << 20, 1, 512, 512 },
  };
  const PelUnetConfig config = { 1, 2, 2, 1, 0 };
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelUnet) unet = new_unet (&config);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pel_unet_new (&bad[i], &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_inputs); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (pel_unet_plan (unet, bad_inputs[i], PEL_PHASE_TRAIN, pool, &error));
      g_assert_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE);
    }
}

/* The seeds' network: 512x512 to 32x32 with 1024 channels and back. */
static void
test_sizes (void)
{
  const PelUnetConfig config = { 1, 64, 4, 1, 0 };
  g_autoptr (PelUnet) unet = new_unet (&config);
  gboolean found = FALSE;

  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      if (!g_str_equal (parameter->name, "bottom.conv1.weight"))
        continue;
      found = TRUE;
      g_assert_true (pel_shape_equal (parameter->shape, (PelShape){ 1024, 1024, 3, 3 }));
    }
  g_assert_true (found);
  /* Counted by hand: 3x3 weights and biases, norms, transposed convolutions, head. */
  g_assert_cmpuint (pel_unet_get_n_weights (unet), ==, 31042369);
}

/* Memory follows the plan: prediction needs far less than training, and both little enough. */
static void
test_memory (void)
{
  const PelUnetConfig config = { 1, 16, 4, 1, 0 };
  const PelShape shape = { 1, 1, 512, 512 };
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelUnet) unet = new_unet (&config);
  gsize alone = pel_unet_get_planned_bytes (unet), mebibyte = 1024 * 1024, predict, train;

  plan (unet, shape, PEL_PHASE_PREDICT, pool);
  predict = pel_unet_get_planned_bytes (unet);
  plan (unet, shape, PEL_PHASE_TRAIN, pool);
  train = pel_unet_get_planned_bytes (unet);
  g_test_message ("%zu, %zu, %zu MiB", alone / mebibyte, predict / mebibyte, train / mebibyte);
  g_assert_cmpuint (alone, <, 8 * mebibyte);
  g_assert_cmpuint (predict, <, 80 * mebibyte);
  g_assert_cmpuint (train, <, 280 * mebibyte);
  pel_unet_unplan (unet);
  g_assert_cmpuint (pel_unet_get_planned_bytes (unet), ==, alone);
}

static void
test_replan (void)
{
  const PelUnetConfig config = { 1, 4, 2, 1, 7 };
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelUnet) unet = new_unet (&config);
  g_autofree float *first = g_new (float, 16 * 16);
  Batch batch, wide;

  init_batch (&batch, &config, 1, 16, 16);
  init_batch (&wide, &config, 2, 8, 40);
  plan (unet, batch.input.shape, PEL_PHASE_PREDICT, pool);
  g_assert_true (pel_unet_forward (unet, &batch.input, &batch.scores));
  memcpy (first, batch.scores.data, 16 * 16 * sizeof (float));

  plan (unet, wide.input.shape, PEL_PHASE_TRAIN, pool);
  run_step (unet, &wide);
  plan (unet, batch.input.shape, PEL_PHASE_PREDICT, pool);
  g_assert_true (pel_unet_forward (unet, &batch.input, &batch.scores));
  g_assert_cmpmem (first, 16 * 16 * sizeof (float), batch.scores.data, 16 * 16 * sizeof (float));

  /* An image's prediction does not depend on its neighbours in the batch. */
  plan (unet, wide.input.shape, PEL_PHASE_PREDICT, pool);
  g_assert_true (pel_unet_forward (unet, &wide.input, &wide.scores));
  {
    PelTensor input = { { 1, 1, 8, 40 }, pel_tensor_image (&wide.input, 1) }, scores = { 0 };

    g_assert_true (pel_tensor_init (&scores, input.shape, NULL));
    plan (unet, input.shape, PEL_PHASE_PREDICT, pool);
    g_assert_true (pel_unet_forward (unet, &input, &scores));
    for (guint i = 0; i < 8 * 40; i++)
      g_assert_cmpfloat_with_epsilon (scores.data[i], pel_tensor_image (&wide.scores, 1)[i], 1e-5);
    pel_tensor_clear (&scores);
  }
  clear_batch (&batch);
  clear_batch (&wide);
}

static void
test_cancel (void)
{
  const PelUnetConfig config = { 1, 4, 2, 1, 7 };
  g_autoptr (PelPool) pool = pel_pool_new (2);
  g_autoptr (PelUnet) unet = new_unet (&config), untouched = new_unet (&config);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Batch batch;

  init_batch (&batch, &config, 1, 16, 16);
  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  pel_unet_set_cancellable (unet, cancellable);
  run_step (unet, &batch);
  g_cancellable_cancel (cancellable);
  g_assert_true (pel_unet_get_n_parameters (unet) > 0);
  g_assert_false (pel_unet_backward (unet, &batch.d_scores));
  g_assert_false (pel_unet_forward (unet, &batch.input, &batch.scores));

  /* Weights and running statistics are as they were, and it goes on without the cancellable. */
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *x = pel_unet_get_parameter (unet, i);
      const PelParameter *y = pel_unet_get_parameter (untouched, i);

      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_cmpmem (x->value, x->n_values * 4, y->value, y->n_values * 4);
    }
  pel_unet_set_cancellable (unet, NULL);
  run_step (unet, &batch);
  clear_batch (&batch);
}

static const PelParameter *
find (PelUnet *unet, const char *name)
{
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    if (g_str_equal (pel_unet_get_parameter (unet, i)->name, name))
      return pel_unet_get_parameter (unet, i);
  g_assert_not_reached ();
}

/* The first layer's statistics, by hand: mean and unbiased variance of what the ReLU made. */
static void
test_statistics (void)
{
  const PelUnetConfig config = { 1, 2, 1, 1, 7 };
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelUnet) unet = new_unet (&config);
  const PelParameter *mean = find (unet, "down0.norm0.running_mean");
  const PelParameter *variance = find (unet, "down0.norm0.running_var");
  g_autofree double *input = NULL, *weight = NULL;
  double r[2 * 2 * 64], means[2] = { 0 }, variances[2] = { 0 };
  Batch batch;

  g_assert_null (mean->gradient);
  g_assert_true (mean->value[0] == 0.0f && variance->value[0] == 1.0f);
  init_batch (&batch, &config, 2, 8, 8);
  input = widen (batch.input.data, 128);
  weight = widen (find (unet, "down0.conv0.weight")->value, 18);
  reference_conv (input, weight, NULL, r, 2, 1, 2, 8, 8);
  reference_relu (r, 256);
  for (guint i = 0; i < 256; i++)
    means[i / 64 % 2] += r[i] / 128;
  for (guint i = 0; i < 256; i++)
    variances[i / 64 % 2] += pow (r[i] - means[i / 64 % 2], 2) / 127;

  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  run_step (unet, &batch);
  g_assert_true (mean->value[0] == 0.0f && variance->value[0] == 1.0f);
  pel_unet_commit_statistics (unet);
  for (guint c = 0; c < 2; c++)
    {
      g_assert_cmpfloat_with_epsilon (mean->value[c], 0.1 * means[c], 1e-6);
      g_assert_cmpfloat_with_epsilon (variance->value[c], 0.9 + 0.1 * variances[c], 1e-6);
    }
  pel_unet_blend_statistics (unet, 1);
  for (guint c = 0; c < 2; c++)
    {
      g_assert_cmpfloat_with_epsilon (mean->value[c], means[c], 1e-6);
      g_assert_cmpfloat_with_epsilon (variance->value[c], variances[c], 1e-6);
    }
  clear_batch (&batch);
}

/* A channel that lets nothing through keeps its statistics, so that what wakes it later is not
 * blown up; its neighbour's move. */
static void
test_silent_channel (void)
{
  const PelUnetConfig config = { 1, 2, 1, 1, 7 };
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelUnet) unet = new_unet (&config);
  const PelParameter *weight = find (unet, "down0.conv0.weight");
  const PelParameter *mean = find (unet, "down0.norm0.running_mean");
  const PelParameter *variance = find (unet, "down0.norm0.running_var");
  Batch batch;

  init_batch (&batch, &config, 1, 8, 8);
  for (guint i = 0; i < 64; i++)
    batch.input.data[i] = 1.0f + (float)i / 64.0f;
  for (guint i = 0; i < 9; i++)
    {
      weight->value[i] = -1.0f;
      weight->value[9 + i] = 1.0f;
    }
  mean->value[0] = mean->value[1] = 0.25f;
  variance->value[0] = variance->value[1] = 4.0f;
  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  run_step (unet, &batch);
  for (guint i = 0; i < 300; i++)
    pel_unet_commit_statistics (unet);
  pel_unet_blend_statistics (unet, 1);
  g_assert_true (mean->value[0] == 0.25f && variance->value[0] == 4.0f);
  g_assert_true (mean->value[1] > 4.0f && variance->value[1] != 4.0f);
  clear_batch (&batch);
}

static void
test_weights (void)
{
  PelUnetConfig config = { 1, 16, 2, 1, 7 }, reseeded = config, deeper = config;
  g_autoptr (PelUnet) a = new_unet (&config), b = new_unet (&config), c = NULL, d = NULL;
  const PelParameter *x = find (a, "bottom.conv1.weight");
  double squares = 0, sum = 0;

  reseeded.seed = 8;
  deeper.depth = 3;
  c = new_unet (&reseeded);
  d = new_unet (&deeper);
  /* Equal seeds give equal weights, others do not; the deviation is He's. */
  g_assert_cmpmem (x->value, x->n_values * 4, find (b, "bottom.conv1.weight")->value,
                   x->n_values * 4);
  g_assert_true (x->value[0] != find (c, "bottom.conv1.weight")->value[0]);
  for (gsize i = 0; i < x->n_values; i++)
    {
      sum += (double)x->value[i];
      squares += (double)x->value[i] * (double)x->value[i];
    }
  g_assert_cmpfloat (fabs (sum / (double)x->n_values), <, 1e-3);
  g_assert_cmpfloat_with_epsilon (squares / (double)x->n_values * 9 * 64 / 2, 1, 0.03);

  g_assert_false (pel_unet_copy_weights (d, a));
  g_assert_true (pel_unet_copy_weights (c, a));
  for (guint i = 0; i < pel_unet_get_n_parameters (a); i++)
    g_assert_cmpmem (
        pel_unet_get_parameter (a, i)->value, pel_unet_get_parameter (a, i)->n_values * 4,
        pel_unet_get_parameter (c, i)->value, pel_unet_get_parameter (c, i)->n_values * 4);
}

static void
test_gradient_norm (void)
{
  const PelUnetConfig config = { 1, 3, 1, 1, 7 };
  g_autoptr (PelPool) pool = pel_pool_new (1);
  g_autoptr (PelUnet) unet = new_unet (&config);
  double squares = 0;
  Batch batch;

  init_batch (&batch, &config, 1, 8, 8);
  plan (unet, batch.input.shape, PEL_PHASE_TRAIN, pool);
  run_step (unet, &batch);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *parameter = pel_unet_get_parameter (unet, i);

      for (gsize j = 0; parameter->gradient != NULL && j < parameter->n_values; j++)
        squares += (double)parameter->gradient[j] * (double)parameter->gradient[j];
    }
  g_assert_cmpfloat (squares, >, 0);
  g_assert_cmpfloat_with_epsilon (pel_unet_get_gradient_norm (unet), sqrt (squares), 1e-9);
  pel_unet_scale_gradients (unet, 0.25f);
  g_assert_cmpfloat_with_epsilon (pel_unet_get_gradient_norm (unet), sqrt (squares) / 4, 1e-9);
  clear_batch (&batch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/unet/gradients/transposed", GUINT_TO_POINTER (PEL_UPSAMPLING_TRANSPOSED),
                        test_gradients);
  g_test_add_data_func ("/unet/gradients/half-pixel", GUINT_TO_POINTER (PEL_UPSAMPLING_HALF_PIXEL),
                        test_gradients);
  g_test_add_data_func ("/unet/gradients/align-corners",
                        GUINT_TO_POINTER (PEL_UPSAMPLING_ALIGN_CORNERS), test_gradients);
  g_test_add_data_func ("/unet/gradients/asymmetric", GUINT_TO_POINTER (PEL_UPSAMPLING_ASYMMETRIC),
                        test_gradients);
  g_test_add_func ("/unet/threads", test_threads);
  g_test_add_func ("/unet/overfit", test_overfit);
  g_test_add_func ("/unet/shapes", test_shapes);
  g_test_add_func ("/unet/sizes", test_sizes);
  g_test_add_func ("/unet/memory", test_memory);
  g_test_add_func ("/unet/replan", test_replan);
  g_test_add_func ("/unet/cancel", test_cancel);
  g_test_add_func ("/unet/statistics", test_statistics);
  g_test_add_func ("/unet/silent-channel", test_silent_channel);
  g_test_add_func ("/unet/weights", test_weights);
  g_test_add_func ("/unet/gradient-norm", test_gradient_norm);
  return g_test_run ();
}
