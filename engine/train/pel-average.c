/* SPDX-License-Identifier: MIT */
#include "engine/train/pel-average.h"

#include <glib/gi18n-lib.h>
#include "engine/core/pel-cpu.h"
#include "engine/core/pel-error.h"
#include "engine/kernels/pel-kernels.h"
#include "engine/nn/pel-checkpoint.h"

/* Steps between two weights that are averaged: neighbours hardly differ, and each costs a pass over
 * them all. */
#define STEPS_APART 4

struct PelAverage
{
  PelUnet *unet; /* holds the average; is never planned */
  const PelKernels *kernels;
  double share;
  guint64 n_steps;
};

PelAverage *
pel_average_new (const PelUnet *unet, double share, GError **error)
{
  g_return_val_if_fail (unet != NULL && share > 0.0 && share <= 1.0, NULL);
  PelUnet *own = pel_unet_new (pel_unet_get_config (unet), error);
  if (own == NULL)
    return NULL;
  PelAverage *self = g_new0 (PelAverage, 1);
  self->unet = own;
  self->kernels = pel_kernels_select (pel_cpu_get_flags ());
  self->share = share;
  return self;
}

void
pel_average_free (PelAverage *self)
{
  if (self == NULL)
    return;
  pel_unet_free (self->unet);
  g_free (self);
}

void
pel_average_add (PelAverage *self, PelUnet *unet)
{
  g_return_if_fail (self != NULL && unet != NULL);
  guint64 n_steps = self->n_steps++;
  if (n_steps == 0)
    pel_unet_copy_weights (self->unet, unet);
  if (n_steps == 0 || n_steps % STEPS_APART != 0)
    return;
  double fresh = 1.0 / (1.0 + self->share * (double)(n_steps / STEPS_APART));
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *average = pel_unet_get_parameter (self->unet, i);
      const PelParameter *newest = pel_unet_get_parameter (unet, i);
      self->kernels->affine (average->value, average->value, average->n_values,
                             (float)(1.0 - fresh), 0.0f);
      self->kernels->add_scaled (average->value, newest->value, average->n_values, (float)fresh);
    }
}

guint64
pel_average_get_n_steps (const PelAverage *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->n_steps;
}

void
pel_average_swap (PelAverage *self, PelUnet *unet)
{
  g_return_if_fail (self != NULL && unet != NULL && self->n_steps > 0);
  for (guint i = 0; i < pel_unet_get_n_parameters (unet); i++)
    {
      const PelParameter *a = pel_unet_get_parameter (self->unet, i);
      const PelParameter *b = pel_unet_get_parameter (unet, i);
      for (gsize k = 0; k < a->n_values; k++)
        {
          float value = a->value[k];
          a->value[k] = b->value[k];
          b->value[k] = value;
        }
    }
}

void
pel_average_save_to (PelAverage *self, PelSafetensorsWriter *writer, const char *prefix)
{
  g_return_if_fail (self != NULL && writer != NULL && prefix != NULL);
  g_autofree char *key = g_strconcat (prefix, "steps", NULL);
  g_autofree char *n_steps = g_strdup_printf ("%" G_GUINT64_FORMAT, self->n_steps);
  pel_safetensors_writer_add_metadata (writer, key, n_steps);
  pel_unet_save_to (self->unet, writer, prefix);
}

gboolean
pel_average_load_from (PelAverage *self,
                       const PelSafetensors *safetensors,
                       const char *prefix,
                       GError **error)
{
  g_return_val_if_fail (self != NULL && safetensors != NULL && prefix != NULL, FALSE);
  g_autofree char *key = g_strconcat (prefix, "steps", NULL);
  const char *text = pel_safetensors_get_metadata (safetensors, key);
  guint64 n_steps;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &n_steps, NULL))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                           _ ("The state of the unfinished training is damaged; train anew, "
                              "starting from the best model."));
      return FALSE;
    }
  if (!pel_unet_load_from (self->unet, safetensors, prefix, error))
    return FALSE;
  self->n_steps = n_steps;
  return TRUE;
}
