/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-unet-private.h"

#include "engine/core/pel-cpu.h"
#include "engine/core/pel-error.h"
#include "engine/core/pel-random.h"
#include "engine/core/pel-stop.h"
#include "engine/kernels/pel-blas.h"
#include "engine/nn/pel-interpolation.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_IN_CHANNELS 64
#define MAX_OUT_CHANNELS 64
#define MAX_BASE_CHANNELS 512
#define MAX_DEPTH 8
#define MAX_CHANNELS 8192
/* Each parameter begins on a cache line. */
#define ALIGNED_VALUES 16
/* Values that a thread adds up at a time. */
#define VALUES_PER_PIECE 65536
#define DRAWS_BETWEEN_LOOKS 65536

static gboolean
check_config (const PelUnetConfig *config, GError **error)
{
  if (config->in_channels < 1 || config->in_channels > MAX_IN_CHANNELS ||
      config->out_channels < 1 || config->out_channels > MAX_OUT_CHANNELS)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: %d is a number of channels. */
                   _ ("A network reads 1 to %d channels and gives as many."), MAX_IN_CHANNELS);
      return FALSE;
    }
  if (config->depth < 1 || config->depth > MAX_DEPTH || config->base_channels < 1 ||
      config->base_channels > MAX_BASE_CHANNELS ||
      config->base_channels << config->depth > MAX_CHANNELS)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                   /* Translators: the numbers are the largest sizes a network may have. */
                   _ ("A network has 1 to %d base channels and a depth of 1 to %d, and its deepest "
                      "level at most %d channels; choose smaller numbers."),
                   MAX_BASE_CHANNELS, MAX_DEPTH, MAX_CHANNELS);
      return FALSE;
    }
  return TRUE;
}

static void
add_parameter (PelUnet *self, const char *module, const char *name, guint rank, PelShape shape)
{
  PelParameter *parameter = &self->parameters[self->n_parameters++];
  gsize n_values = (gsize)shape.n * shape.c * shape.h * shape.w;

  parameter->name = g_strconcat (module, ".", name, NULL);
  parameter->rank = rank;
  parameter->shape = shape;
  parameter->n_values = n_values;
  self->n_values += (n_values + ALIGNED_VALUES - 1) / ALIGNED_VALUES * ALIGNED_VALUES;
}

static void
add_vector (PelUnet *self, const char *module, const char *name, guint channels)
{
  add_parameter (self, module, name, 1, (PelShape){ channels, 1, 1, 1 });
}

static void
add_unit (PelUnet *self, const char *module, guint which, guint level, guint in0, guint in1)
{
  PelUnetUnit *unit = &self->units[self->n_units++];
  guint out = pel_unet_get_channels (self, level);
  g_autofree char *conv = g_strdup_printf ("%s.conv%u", module, which);
  g_autofree char *norm = g_strdup_printf ("%s.norm%u", module, which);

  unit->level = level;
  unit->in[0] = in0;
  unit->in[1] = in1;
  unit->out = out;
  unit->first = self->n_parameters;
  unit->norm.channels = out;
  add_parameter (self, conv, "weight", 4, (PelShape){ out, in0 + in1, 3, 3 });
  add_vector (self, conv, "bias", out);
  add_vector (self, norm, "weight", out);
  add_vector (self, norm, "bias", out);
  add_vector (self, norm, "running_mean", out);
  add_vector (self, norm, "running_var", out);
}

static void
add_layers (PelUnet *self)
{
  guint depth = self->config.depth;

  for (guint level = 0; level <= depth; level++)
    {
      guint channels = pel_unet_get_channels (self, level);
      guint in = level == 0 ? self->config.in_channels : channels / 2;
      g_autofree char *name =
          level == depth ? g_strdup ("bottom") : g_strdup_printf ("down%u", level);

      add_unit (self, name, 0, level, in, 0);
      add_unit (self, name, 1, level, channels, 0);
    }
  for (guint level = depth; level-- > 0;)
    {
      guint channels = pel_unet_get_channels (self, level);
      g_autofree char *name = g_strdup_printf ("up%u", level);
      g_autofree char *transpose = g_strdup_printf ("up%u.transpose", level);

      self->ups[level].first = self->n_parameters;
      add_parameter (self, transpose, "weight", 4, (PelShape){ 2 * channels, channels, 2, 2 });
      add_vector (self, transpose, "bias", channels);
      add_unit (self, name, 0, level, channels, channels);
      add_unit (self, name, 1, level, channels, 0);
    }
  self->head = self->n_parameters;
  add_parameter (self, "head", "weight", 4,
                 (PelShape){ self->config.out_channels, self->config.base_channels, 1, 1 });
  add_vector (self, "head", "bias", self->config.out_channels);
}

/* Running statistics follow the batches; they have no gradient. */
static gboolean
is_running (const PelParameter *parameter)
{
  return g_str_has_suffix (parameter->name, ".running_mean") ||
         g_str_has_suffix (parameter->name, ".running_var");
}

static void
point_parameters (PelUnet *self)
{
  gsize offset = 0;

  for (guint i = 0; i < self->n_parameters; i++)
    {
      PelParameter *parameter = &self->parameters[i];

      parameter->value = self->values + offset;
      offset += (parameter->n_values + ALIGNED_VALUES - 1) / ALIGNED_VALUES * ALIGNED_VALUES;
    }
}

static void
fill (const PelParameter *parameter, float value)
{
  for (gsize i = 0; i < parameter->n_values; i++)
    parameter->value[i] = value;
}

/* Each parameter has a stream of its own. */
static void
draw (PelUnet *self, guint index, double deviation)
{
  const PelParameter *parameter = &self->parameters[index];
  PelRandom random;

  pel_random_init (&random, self->config.seed, index);
  for (gsize i = 0; i < parameter->n_values; i++)
    {
      if (i % DRAWS_BETWEEN_LOOKS == 0 && pel_stop_asked (NULL))
        return;
      parameter->value[i] = (float)(deviation * pel_random_normal (&random));
    }
}

/* @drawn: whether the weights are; all else is as a fresh network has it */
static void
initialise (PelUnet *self, gboolean drawn)
{
  memset (self->values, 0, self->n_values * sizeof (float));
  for (guint i = 0; i < self->n_units; i++)
    {
      const PelUnetUnit *unit = &self->units[i];

      if (drawn)
        draw (self, unit->first + PEL_UNET_WEIGHT,
              sqrt (2.0 / (9.0 * (unit->in[0] + unit->in[1]))));
      fill (&self->parameters[unit->first + PEL_UNET_GAMMA], 1.0f);
      fill (&self->parameters[unit->first + PEL_UNET_RUNNING_VARIANCE], 1.0f);
    }
  if (!drawn)
    return;
  for (guint level = 0; level < self->config.depth; level++)
    draw (self, self->ups[level].first, sqrt (1.0 / (2.0 * pel_unet_get_channels (self, level))));
  draw (self, self->head, sqrt (1.0 / self->config.base_channels));
  pel_unet_tie_weights (self);
}

static gboolean
allocate (PelUnet *self, GError **error)
{
  gsize n_statistics = 0;
  float *next;

  for (guint i = 0; i < self->n_units; i++)
    n_statistics += 5 * (gsize)self->units[i].out;
  self->values = pel_try_alloc (self->n_values, sizeof (float), error);
  if (self->values == NULL)
    return FALSE;
  self->statistics = pel_try_alloc (n_statistics, sizeof (float), error);
  if (self->statistics == NULL)
    return FALSE;
  self->sums = g_new0 (
      double, 2 * MAX (pel_unet_get_channels (self, self->config.depth), self->config.in_channels));

  memset (self->statistics, 0, n_statistics * sizeof (float));
  next = self->statistics;
  point_parameters (self);
  for (guint i = 0; i < self->n_units; i++)
    {
      PelUnetUnit *unit = &self->units[i];
      PelNorm *norm = &unit->norm;

      norm->gamma = self->parameters[unit->first + PEL_UNET_GAMMA].value;
      norm->beta = self->parameters[unit->first + PEL_UNET_BETA].value;
      norm->mean = next;
      norm->variance = norm->mean + unit->out;
      norm->inv_std = norm->variance + unit->out;
      norm->scale = norm->inv_std + unit->out;
      norm->shift = norm->scale + unit->out;
      next = norm->shift + unit->out;
    }
  return TRUE;
}

static PelUnet *
unet_new (const PelUnetConfig *config, gboolean drawn, GError **error)
{
  g_autoptr (PelUnet) self = NULL;

  if (!check_config (config, error))
    return NULL;

  pel_blas_use_one_thread ();
  self = g_new0 (PelUnet, 1);
  self->config = *config;
  self->kernels = pel_kernels_select (pel_cpu_get_flags ());
  self->blocked_kernels = pel_blocked_kernels_select (pel_cpu_get_flags ());
  self->steps = pel_unet_can_block (config) ? &pel_unet_steps_blocked : &pel_unet_steps_plain;
  self->units = g_new0 (PelUnetUnit, 4 * config->depth + 2);
  self->pools = g_new0 (PelUnetLink, config->depth);
  self->ups = g_new0 (PelUnetLink, config->depth);
  self->parameters = g_new0 (PelParameter, 6 * (4 * config->depth + 2) + 2 * config->depth + 2);
  add_layers (self);
  if (!allocate (self, error))
    return NULL;
  initialise (self, drawn);
  if (drawn && pel_stop_asked (error))
    return NULL;
  return g_steal_pointer (&self);
}

PelUnet *
pel_unet_new (const PelUnetConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, NULL);

  return unet_new (config, TRUE, error);
}

PelUnet *
pel_unet_new_blank (const PelUnetConfig *config, GError **error)
{
  g_return_val_if_fail (config != NULL, NULL);

  return unet_new (config, FALSE, error);
}

void
pel_unet_free (PelUnet *self)
{
  if (self == NULL)
    return;

  pel_unet_unplan (self);
  for (guint i = 0; i < self->n_parameters; i++)
    g_free ((char *)self->parameters[i].name);
  g_clear_object (&self->cancellable);
  pel_aligned_free (self->values);
  pel_aligned_free (self->statistics);
  g_free (self->sums);
  g_free (self->parameters);
  g_free (self->ups);
  g_free (self->pools);
  g_free (self->units);
  g_free (self);
}

const PelUnetConfig *
pel_unet_get_config (const PelUnet *self)
{
  return &self->config;
}

PelPool *
pel_unet_get_pool (const PelUnet *self)
{
  return self->pool;
}

void
pel_unet_set_cancellable (PelUnet *self, GCancellable *cancellable)
{
  g_set_object (&self->cancellable, cancellable);
}

guint
pel_unet_get_n_parameters (const PelUnet *self)
{
  return self->n_parameters;
}

const PelParameter *
pel_unet_get_parameter (PelUnet *self, guint index)
{
  g_return_val_if_fail (index < self->n_parameters, NULL);
  return &self->parameters[index];
}

gsize
pel_unet_get_n_weights (const PelUnet *self)
{
  gsize count = 0;

  for (guint i = 0; i < self->n_parameters; i++)
    if (!is_running (&self->parameters[i]))
      count += self->parameters[i].n_values;
  return count;
}

void
pel_unet_tie_weights (PelUnet *self)
{
  for (guint level = 0;
       self->config.upsampling != PEL_UPSAMPLING_TRANSPOSED && level < self->config.depth; level++)
    {
      const PelParameter *parameter = &self->parameters[self->ups[level].first];

      pel_interpolation_tie (parameter->value, parameter->n_values / 4);
    }
}

gboolean
pel_unet_copy_weights (PelUnet *dest, const PelUnet *src)
{
  if (dest->config.in_channels != src->config.in_channels ||
      dest->config.base_channels != src->config.base_channels ||
      dest->config.depth != src->config.depth ||
      dest->config.upsampling != src->config.upsampling ||
      dest->config.out_channels != src->config.out_channels)
    return FALSE;
  if (dest != src)
    memcpy (dest->values, src->values, src->n_values * sizeof (float));
  return TRUE;
}

/* Pieces of the parameters, one parameter after the other. */
typedef struct
{
  const float *gradient;
  gsize n;
  double sum;
} Stretch;

typedef struct
{
  const PelKernels *kernels;
  Stretch *stretches;
} SquareSum;

static void
sum_squares (guint item, guint worker, gpointer data)
{
  const SquareSum *self = data;
  Stretch *stretch = &self->stretches[item];

  stretch->sum = self->kernels->dot (stretch->gradient, stretch->gradient, stretch->n);
}

double
pel_unet_get_gradient_norm (PelUnet *self)
{
  g_autoptr (GArray) stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  SquareSum work = { .kernels = self->kernels };
  double sum = 0;

  g_return_val_if_fail (self->planned && self->phase == PEL_PHASE_TRAIN, 0);

  for (guint i = 0; i < self->n_parameters; i++)
    {
      const PelParameter *parameter = &self->parameters[i];

      for (gsize k = 0; parameter->gradient != NULL && k < parameter->n_values;
           k += VALUES_PER_PIECE)
        {
          Stretch stretch = { parameter->gradient + k,
                              MIN (VALUES_PER_PIECE, parameter->n_values - k), 0 };

          g_array_append_val (stretches, stretch);
        }
    }
  work.stretches = &g_array_index (stretches, Stretch, 0);
  pel_pool_run (self->pool, stretches->len, sum_squares, &work, NULL);
  for (guint i = 0; i < stretches->len; i++)
    sum += work.stretches[i].sum;
  return sqrt (sum);
}

void
pel_unet_scale_gradients (PelUnet *self, float factor)
{
  for (guint i = 0; i < self->n_parameters; i++)
    {
      const PelParameter *parameter = &self->parameters[i];

      if (parameter->gradient != NULL)
        self->kernels->affine (parameter->gradient, parameter->gradient, parameter->n_values,
                               factor, 0.0f);
    }
}

void
pel_unet_blend_statistics (PelUnet *self, double share)
{
  g_return_if_fail (self->planned && self->phase == PEL_PHASE_TRAIN && self->forwarded);

  for (guint i = 0; i < self->n_units; i++)
    {
      const PelUnetUnit *unit = &self->units[i];
      float *mean = self->parameters[unit->first + PEL_UNET_RUNNING_MEAN].value;
      float *variance = self->parameters[unit->first + PEL_UNET_RUNNING_VARIANCE].value;
      double count =
          (double)self->input.n * (self->input.h >> unit->level) * (self->input.w >> unit->level);
      double unbiased = count > 1 ? count / (count - 1) : 1;

      for (guint c = 0; c < unit->out; c++)
        {
          /* Silent everywhere. A NaN is none. */
          if (unit->norm.mean[c] == 0.0f && unit->norm.variance[c] == 0.0f)
            continue;
          mean[c] = (float)((1 - share) * (double)mean[c] + share * (double)unit->norm.mean[c]);
          variance[c] = (float)((1 - share) * (double)variance[c] +
                                share * unbiased * (double)unit->norm.variance[c]);
        }
    }
}

void
pel_unet_commit_statistics (PelUnet *self)
{
  pel_unet_blend_statistics (self, PEL_UNET_STATISTICS_MOMENTUM);
}
