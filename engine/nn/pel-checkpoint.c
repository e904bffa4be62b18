/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-checkpoint.h"

#include "engine/core/pel-arena.h"
#include "engine/core/pel-error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A list of parameters: the network's, or the optimiser's state. */
typedef const PelParameter *(*GetParameter) (gpointer owner, guint index);

static const PelParameter *
get_weight (gpointer owner, guint index)
{
  return pel_unet_get_parameter (owner, index);
}

static const PelParameter *
get_state (gpointer owner, guint index)
{
  return pel_optimizer_get_state (owner, index);
}

static void
get_sizes (const PelParameter *parameter, guint64 sizes[4])
{
  sizes[0] = parameter->shape.n;
  sizes[1] = parameter->shape.c;
  sizes[2] = parameter->shape.h;
  sizes[3] = parameter->shape.w;
}

static void
save_all (gpointer owner,
          GetParameter get,
          guint n,
          PelSafetensorsWriter *writer,
          const char *prefix)
{
  for (guint i = 0; i < n; i++)
    {
      const PelParameter *parameter = get (owner, i);
      g_autofree char *name = g_strconcat (prefix, parameter->name, NULL);
      guint64 sizes[4];

      get_sizes (parameter, sizes);
      pel_safetensors_writer_add_floats (writer, name, parameter->rank, sizes, parameter->value);
    }
}

static gboolean
is_sound (const PelParameter *parameter, const float *values)
{
  gboolean squares = g_str_has_suffix (parameter->name, ".running_var") ||
                     g_str_has_suffix (parameter->name, ".square");

  for (gsize i = 0; i < parameter->n_values; i++)
    if (!isfinite (values[i]) || (squares && values[i] < 0))
      return FALSE;
  return TRUE;
}

/* Reads all into memory of its own first, so that a bad file changes nothing. */
static gboolean
load_all (gpointer owner,
          GetParameter get,
          guint n,
          const PelSafetensors *safetensors,
          const char *prefix,
          GError **error)
{
  gsize n_values = 0, offset = 0;
  float *values;
  gboolean sound = TRUE;

  for (guint i = 0; i < n; i++)
    n_values += get (owner, i)->n_values;
  values = pel_try_alloc (n_values, sizeof (float), error);
  if (values == NULL)
    return FALSE;

  for (guint i = 0; i < n && sound; i++)
    {
      const PelParameter *parameter = get (owner, i);
      g_autofree char *name = g_strconcat (prefix, parameter->name, NULL);
      guint64 sizes[4];

      get_sizes (parameter, sizes);
      if (!pel_safetensors_read_floats (safetensors, name, parameter->rank, sizes, values + offset,
                                        error))
        sound = FALSE;
      else if (!is_sound (parameter, values + offset))
        {
          g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                       /* Translators: %s is the name of an array in a model file. */
                       _ ("The model file is damaged: “%s” holds a value that can't be; use an "
                          "earlier model."),
                       name);
          sound = FALSE;
        }
      offset += parameter->n_values;
    }

  offset = 0;
  for (guint i = 0; i < n && sound; i++)
    {
      const PelParameter *parameter = get (owner, i);

      memcpy (parameter->value, values + offset, parameter->n_values * sizeof (float));
      offset += parameter->n_values;
    }
  pel_aligned_free (values);
  return sound;
}

void
pel_unet_save_to (PelUnet *self, PelSafetensorsWriter *writer, const char *prefix)
{
  save_all (self, get_weight, pel_unet_get_n_parameters (self), writer, prefix);
}

gboolean
pel_unet_load_from (PelUnet *self,
                    const PelSafetensors *safetensors,
                    const char *prefix,
                    GError **error)
{
  if (!load_all (self, get_weight, pel_unet_get_n_parameters (self), safetensors, prefix, error))
    return FALSE;
  pel_unet_tie_weights (self);
  return TRUE;
}

void
pel_optimizer_save_to (PelOptimizer *self, PelSafetensorsWriter *writer, const char *prefix)
{
  g_autofree char *key = g_strconcat (prefix, "steps", NULL);
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, pel_optimizer_get_n_steps (self));

  save_all (self, get_state, pel_optimizer_get_n_state (self), writer, prefix);
  pel_safetensors_writer_add_metadata (writer, key, steps);
}

gboolean
pel_optimizer_load_from (PelOptimizer *self,
                         const PelSafetensors *safetensors,
                         const char *prefix,
                         GError **error)
{
  g_autofree char *key = g_strconcat (prefix, "steps", NULL);
  const char *text = pel_safetensors_get_metadata (safetensors, key);
  guint64 steps;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &steps, NULL))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
                           _ ("The file does not tell how many steps its training has made; start "
                              "the training anew."));
      return FALSE;
    }
  if (!load_all (self, get_state, pel_optimizer_get_n_state (self), safetensors, prefix, error))
    return FALSE;
  pel_optimizer_set_n_steps (self, steps);
  return TRUE;
}
