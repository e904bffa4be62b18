/* SPDX-License-Identifier: MIT */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/nn/pel-flow-loss.h"
#include "engine/onnx/pel-onnx-walk.h"

/* One function for each operator that does something to a picture. */

#define MAX_CHANNELS 16384
#define USUAL_EPSILON 1e-5f

typedef gboolean (*LayerFunc) (PelOnnxWalk *self,
                               const PelOnnxNode *node,
                               const PelOnnxStep *map,
                               GError **error);

static gboolean
refuse_size (GError **error, const PelOnnxNode *node)
{
  return pel_onnx_refuse (error, node,
                          _ ("it changes the size of the picture in a way that Pellicle’s network "
                             "does not; export the network with padding that keeps the size, for "
                             "pictures whose sides it can halve"));
}

static gboolean
refuse_array (GError **error, const PelOnnxNode *node, const PelOnnxTensor *tensor)
{
  g_autofree char *why = NULL;

  if (tensor == NULL || tensor->problem == NULL)
    return pel_onnx_refuse (error, node,
                            _ ("its weights are missing or of the wrong size; export the network "
                               "with its weights in the same file"));
  /* Translators: %s is what is wrong, such as "its numbers lie in another file". */
  why = g_strdup_printf (_ ("its weights cannot be read: %s; export the network anew, in one file "
                            "of single precision"),
                         _ (tensor->problem));
  return pel_onnx_refuse (error, node, why);
}

static gboolean
add_step (PelOnnxWalk *self,
          PelOnnxStepKind kind,
          const PelOnnxNode *node,
          const PelOnnxStep *from,
          PelOnnxStep **step,
          GError **error)
{
  *step = pel_onnx_walk_add (self, kind, node, from);
  return *step != NULL ||
         pel_onnx_refuse (error, node,
                          _ ("there are more layers than a U-Net has; train a network here"));
}

/* Whether an attribute is so many times the same number, or missing where that is what it means
 * then. */
static gboolean
has_ints (const PelOnnxNode *node, const char *name, gint64 value, gint64 otherwise)
{
  const PelOnnxAttribute *attribute = pel_onnx_node_get (node, name);

  if (attribute == NULL)
    return value == otherwise;
  for (guint i = 0; attribute->ints != NULL && i < attribute->ints->len; i++)
    if (g_array_index (attribute->ints, gint64, i) != value)
      return FALSE;
  return attribute->ints != NULL && attribute->ints->len > 0;
}

static gboolean
is_usable (const PelOnnxTensor *tensor, guint rank)
{
  return tensor != NULL && tensor->problem == NULL && tensor->rank == rank && tensor->n > 0 &&
         (tensor->type == PEL_ONNX_FLOAT || tensor->type == PEL_ONNX_FLOAT16 ||
          tensor->type == PEL_ONNX_DOUBLE);
}

/* ---- convolutions ---- */

/* Weights of which @axis counts what is made, and the other one of the first two what is taken. */
static gboolean
take_weights (PelOnnxWalk *self, PelOnnxStep *step, guint axis, GError **error)
{
  const PelOnnxNode *node = step->node;
  const PelOnnxTensor *weight = pel_onnx_walk_get_tensor (self, pel_onnx_node_get_input (node, 1));
  const PelOnnxTensor *bias = pel_onnx_walk_get_tensor (self, pel_onnx_node_get_input (node, 2));

  if (!is_usable (weight, 4) || weight->dims[1 - axis] != step->from[0]->channels ||
      weight->dims[axis] > MAX_CHANNELS || weight->dims[2] != weight->dims[3] ||
      weight->dims[2] > 100)
    return refuse_array (error, node, weight);
  if (pel_onnx_node_get_input (node, 2) != NULL &&
      (!is_usable (bias, 1) || bias->n != weight->dims[axis]))
    return refuse_array (error, node, bias);
  step->channels = (guint)weight->dims[axis];
  step->kernel = (guint)weight->dims[2];
  step->weight = weight;
  step->bias = bias;
  return TRUE;
}

static gboolean
take_conv (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  const char *auto_pad = pel_onnx_node_get_text (node, "auto_pad", "NOTSET");
  gboolean same = g_str_has_prefix (auto_pad, "SAME");
  PelOnnxStep *step;

  if (pel_onnx_node_get_int (node, "group", 1) != 1)
    return pel_onnx_refuse (error, node,
                            _ ("convolutions in groups are not in Pellicle’s network; train a "
                               "network here, or export one without groups"));
  if (!add_step (self, PEL_ONNX_CONV, node, map, &step, error) ||
      !take_weights (self, step, 0, error))
    return FALSE;
  if (step->kernel != 1 && step->kernel != 3)
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s convolutions are 3×3 or 1×1, and this one is not; train "
                               "a network here, or export one with those"));
  if (!has_ints (node, "strides", 1, 1) || !has_ints (node, "dilations", 1, 1))
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s convolutions look at every pixel, without strides or "
                               "dilations; export a network that halves by 2×2 max-pooling"));
  if (!same && !has_ints (node, "pads", step->kernel / 2, 0))
    return refuse_size (error, node);
  return TRUE;
}

static gboolean
take_upconv (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  const char *auto_pad = pel_onnx_node_get_text (node, "auto_pad", "NOTSET");
  PelOnnxStep *step;

  if (!add_step (self, PEL_ONNX_UPCONV, node, map, &step, error) ||
      !take_weights (self, step, 1, error))
    return FALSE;
  if (step->kernel != 2 || !has_ints (node, "strides", 2, 1) || !has_ints (node, "pads", 0, 0) ||
      !has_ints (node, "output_padding", 0, 0) || !has_ints (node, "dilations", 1, 1) ||
      pel_onnx_node_get_int (node, "group", 1) != 1 ||
      pel_onnx_node_get (node, "output_shape") != NULL || g_str_has_prefix (auto_pad, "SAME"))
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s transposed convolutions are 2×2 with stride 2, without "
                               "groups; train a network here, or export one with those"));
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      step->height[t] *= 2.0;
      step->width[t] *= 2.0;
    }
  return TRUE;
}

/* ---- channel by channel ---- */

static void
make_factors (PelOnnxStep *step)
{
  step->factor = g_new (double, step->channels);
  step->summand = g_new (double, step->channels);
  for (guint c = 0; c < step->channels; c++)
    {
      step->factor[c] = 1.0;
      step->summand[c] = 0.0;
    }
}

static gboolean
take_norm (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  const PelOnnxAttribute *epsilon = pel_onnx_node_get (node, "epsilon");
  PelOnnxStep *step;

  if (pel_onnx_node_get_int (node, "training_mode", 0) != 0)
    return pel_onnx_refuse (error, node,
                            _ ("it was exported for training; switch the network to prediction "
                               "(in PyTorch: model.eval()) and export it anew"));
  if (!add_step (self, PEL_ONNX_NORM, node, map, &step, error))
    return FALSE;
  step->epsilon = (double)(epsilon != NULL ? epsilon->f : USUAL_EPSILON);
  for (guint i = 0; i < PEL_ONNX_N_NORM; i++)
    {
      step->norm[i] = pel_onnx_walk_get_tensor (self, pel_onnx_node_get_input (node, i + 1));
      if (!is_usable (step->norm[i], 1) || step->norm[i]->n != step->channels)
        return refuse_array (error, node, step->norm[i]);
    }
  make_factors (step);
  for (guint c = 0; c < step->channels; c++)
    {
      double variance = pel_onnx_tensor_get (step->norm[PEL_ONNX_VARIANCE], c);
      double gamma = pel_onnx_tensor_get (step->norm[PEL_ONNX_GAMMA], c);
      double mean = pel_onnx_tensor_get (step->norm[PEL_ONNX_MEAN], c);

      step->factor[c] = gamma / sqrt (variance + step->epsilon);
      step->summand[c] =
          pel_onnx_tensor_get (step->norm[PEL_ONNX_BETA], c) - mean * step->factor[c];
    }
  return TRUE;
}

/* One number for all channels, or one for each. */
static gboolean
fits_channels (const PelOnnxTensor *tensor, guint channels)
{
  guint rank = tensor->rank;

  if (tensor->n == 1)
    return rank <= 4;
  return tensor->n == channels && rank >= 3 && rank <= 4 && tensor->dims[rank - 3] == channels;
}

/* Whether a step scales three channels by these factors and does nothing else. */
static gboolean
scales_by (const PelOnnxStep *step, double first, double others)
{
  if (step == NULL || step->kind != PEL_ONNX_SCALE || step->channels != 3)
    return FALSE;
  for (guint c = 0; c < step->channels; c++)
    if (fabs (step->factor[c] - (c == 0 ? first : others)) > 1e-6 || step->summand[c] != 0.0)
      return FALSE;
  return TRUE;
}

/* What our own networks that tell flows end with: one channel of probabilities, and two of scores,
 * brought together as a sum. */
static const PelOnnxStep *
find_flow_scores (const PelOnnxStep *a, const PelOnnxStep *b)
{
  const PelOnnxStep *cell = scales_by (a, 1.0, 0.0) ? a : b, *flows = cell == a ? b : a;

  if (!scales_by (cell, 1.0, 0.0) || !scales_by (flows, 0.0, 1.0 / (double)PEL_FLOW_SCALE) ||
      cell->from[0]->kind != PEL_ONNX_SIGMOID || cell->from[0]->from[0] != flows->from[0])
    return NULL;
  return flows->from[0];
}

static gboolean
take_arithmetic (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  guint place = pel_onnx_walk_get_map (self, pel_onnx_node_get_input (node, 0)) == map ? 1 : 0;
  const PelOnnxTensor *other =
      pel_onnx_walk_get_tensor (self, pel_onnx_node_get_input (node, place));
  PelOnnxStep *step;
  char op = node->op[0]; /* of Add, Sub, Mul, Div */

  const PelOnnxStep *scores =
      op == 'A' ? find_flow_scores (pel_onnx_walk_get_map (self, pel_onnx_node_get_input (node, 0)),
                                    pel_onnx_walk_get_map (self, pel_onnx_node_get_input (node, 1)))
                : NULL;
  if (scores != NULL)
    return add_step (self, PEL_ONNX_FLOWS, node, scores, &step, error);
  if (other == NULL)
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s network computes with one picture and constants here; "
                               "train a network here, or export one without residual connections "
                               "and attention"));
  if (!is_usable (other, other->rank) || !fits_channels (other, map->channels))
    return refuse_array (error, node, other);
  if (op == 'D' && place == 0)
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s network does not divide by the picture; train a network "
                               "here"));
  if (!add_step (self, PEL_ONNX_SCALE, node, map, &step, error))
    return FALSE;
  make_factors (step);
  for (guint c = 0; c < step->channels; c++)
    {
      double value = pel_onnx_tensor_get (other, other->n > 1 ? c : 0);

      if (op == 'A')
        step->summand[c] = value;
      else if (op == 'S')
        {
          step->factor[c] = place == 0 ? -1.0 : 1.0;
          step->summand[c] = place == 0 ? value : -value;
        }
      else
        step->factor[c] = op == 'M' ? value : 1.0 / value;
    }
  return TRUE;
}

/* ---- pixel by pixel ---- */

static gboolean
take_relu (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  PelOnnxStep *step;

  return add_step (self, PEL_ONNX_RELU, node, map, &step, error);
}

static gboolean
take_sigmoid (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  PelOnnxStep *step;

  return add_step (self, PEL_ONNX_SIGMOID, node, map, &step, error);
}

static gboolean
take_softmax (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  gint64 axis = pel_onnx_node_get_int (node, "axis", -1);
  PelOnnxStep *step;

  /* Earlier versions took all that follows the axis together. */
  if (self->file->opset < 13 || (axis != 1 && axis != -3))
    return pel_onnx_refuse (error, node,
                            _ ("it does not share the probability out between channels; export the "
                               "network with softmax over axis 1, or without it, at operator "
                               "version 13 or later"));
  return add_step (self, PEL_ONNX_SOFTMAX, node, map, &step, error);
}

/* ---- sizes ---- */

static gboolean
take_pool (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  PelOnnxStep *step;

  if (!has_ints (node, "kernel_shape", 2, 0) || !has_ints (node, "strides", 2, 1) ||
      !has_ints (node, "pads", 0, 0) || !has_ints (node, "dilations", 1, 1) ||
      node->outputs->len > 1)
    return pel_onnx_refuse (
        error, node,
        _ ("Pellicle’s network halves by 2×2 max-pooling with stride 2; train a "
           "network here, or export one that does so"));
  if (!add_step (self, PEL_ONNX_POOL, node, map, &step, error))
    return FALSE;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      if (fmod (step->height[t], 2.0) != 0.0 || fmod (step->width[t], 2.0) != 0.0)
        return refuse_size (error, node);
      step->height[t] /= 2.0;
      step->width[t] /= 2.0;
    }
  return TRUE;
}

static gboolean
take_join (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  gint64 axis = pel_onnx_node_get_int (node, "axis", 1);
  const PelOnnxStep *parts[2] = { NULL };
  PelOnnxStep *step;

  for (guint i = 0; i < 2; i++)
    parts[i] = pel_onnx_walk_get_map (self, pel_onnx_node_get_input (node, i));
  if (node->inputs->len != 2 || parts[0] == NULL || parts[1] == NULL || (axis != 1 && axis != -3))
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s network joins the channels of two, the way down and the "
                               "way up; train a network here"));
  if (!add_step (self, PEL_ONNX_JOIN, node, parts[0], &step, error))
    return FALSE;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    if (parts[0]->n[t] != parts[1]->n[t] || parts[0]->height[t] != parts[1]->height[t] ||
        parts[0]->width[t] != parts[1]->width[t])
      return refuse_size (error, node);
  step->from[1] = parts[1];
  step->channels = parts[0]->channels + parts[1]->channels;
  return step->channels <= 2 * MAX_CHANNELS || refuse_array (error, node, NULL);
}

/* How often larger than before a picture gets, the same along both sides and at all sizes, by what
 * it will be or by factors; 0 where that is not so. */
static double
get_growth (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map)
{
  gboolean old = self->file->opset < 11 || strcmp (node->op, "Upsample") == 0;
  const PelOnnxNumbers *scales =
      pel_onnx_walk_get_numbers (self, pel_onnx_node_get_input (node, old ? 1 : 2));
  const PelOnnxNumbers *sizes =
      old ? NULL : pel_onnx_walk_get_numbers (self, pel_onnx_node_get_input (node, 3));
  const PelOnnxNumbers *given = sizes != NULL && sizes->n > 0 ? sizes : scales;
  double growth = 0.0;

  if (given == NULL || given->n != 4 || pel_onnx_node_get (node, "axes") != NULL)
    return 0.0;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      const double before[4] = { map->n[t], map->channels, map->height[t], map->width[t] };
      double times[4];

      for (guint i = 0; i < 4; i++)
        times[i] = given == sizes ? given->values[t][i] / before[i] : given->values[t][i];
      if (times[0] != 1.0 || times[1] != 1.0 || times[2] != times[3] ||
          (t > 0 && times[2] != growth))
        return 0.0;
      growth = times[2];
    }
  return growth;
}

/* Whether every new pixel of a picture twice as large is the old one that it lies in. */
static gboolean
repeats_pixels (const PelOnnxNode *node)
{
  gboolean upsample = strcmp (node->op, "Upsample") == 0;
  const char *mode = pel_onnx_node_get_text (node, "mode", "nearest");
  const char *place = pel_onnx_node_get_text (node, "coordinate_transformation_mode",
                                              upsample ? "asymmetric" : "half_pixel");
  const char *rounding =
      pel_onnx_node_get_text (node, "nearest_mode", upsample ? "floor" : "round_prefer_floor");

  if (strcmp (mode, "nearest") != 0)
    return FALSE;
  if (strcmp (place, "asymmetric") == 0)
    return strcmp (rounding, "floor") == 0 || strcmp (rounding, "round_prefer_floor") == 0;
  return (strcmp (place, "half_pixel") == 0 || strcmp (place, "pytorch_half_pixel") == 0) &&
         g_str_has_prefix (rounding, "round_prefer_");
}

/* Between which pixels a picture twice as large is interpolated; FALSE where it is made otherwise.
 */
static gboolean
find_upsampling (PelOnnxWalk *self, const PelOnnxNode *node, PelUpsampling *upsampling)
{
  static const struct
  {
    const char *name;
    PelUpsampling upsampling;
  } modes[] = {
    { "half_pixel", PEL_UPSAMPLING_HALF_PIXEL },
    { "pytorch_half_pixel", PEL_UPSAMPLING_HALF_PIXEL },
    { "half_pixel_symmetric", PEL_UPSAMPLING_HALF_PIXEL },
    { "align_corners", PEL_UPSAMPLING_ALIGN_CORNERS },
    { "asymmetric", PEL_UPSAMPLING_ASYMMETRIC },
  };
  gboolean old = self->file->opset < 11 || strcmp (node->op, "Upsample") == 0;
  const char *mode = pel_onnx_node_get_text (node, "mode", "nearest");
  const char *place =
      old ? "asymmetric"
          : pel_onnx_node_get_text (node, "coordinate_transformation_mode", "half_pixel");

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if ((strcmp (mode, "linear") == 0 || strcmp (mode, "bilinear") == 0) &&
        strcmp (place, modes[i].name) == 0)
      {
        *upsampling = modes[i].upsampling;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take_resize (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  double growth = get_growth (self, node, map);
  PelUpsampling upsampling = PEL_UPSAMPLING_TRANSPOSED;
  gboolean repeats = repeats_pixels (node);
  PelOnnxStep *step;

  if (growth == 1.0)
    return pel_onnx_walk_alias (self, node, map);
  if (growth != 2.0)
    return refuse_size (error, node);
  if (!repeats && !find_upsampling (self, node, &upsampling))
    return pel_onnx_refuse (error, node,
                            _ ("Pellicle’s network doubles by transposed convolutions, by "
                               "repeating pixels or by bilinear interpolation; export a network "
                               "that does so, or train one here"));
  if (!add_step (self, repeats ? PEL_ONNX_REPEAT : PEL_ONNX_INTERPOLATE, node, map, &step, error))
    return FALSE;
  step->upsampling = upsampling;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      step->height[t] *= 2.0;
      step->width[t] *= 2.0;
    }
  return TRUE;
}

/* What can be left out where it turns out to add nothing: padding for sides that do not divide. */
static gboolean
take_pad (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  const PelOnnxNumbers *pads = pel_onnx_walk_get_numbers (self, pel_onnx_node_get_input (node, 1));
  const PelOnnxAttribute *attribute = pel_onnx_node_get (node, "pads");

  if (self->file->opset < 11 ? attribute == NULL || !has_ints (node, "pads", 0, 0) : pads == NULL)
    return refuse_size (error, node);
  for (guint t = 0; pads != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < pads->n; i++)
      if (pads->values[t][i] != 0.0)
        return refuse_size (error, node);
  return pel_onnx_walk_alias (self, node, map);
}

/* The numbers of a slice's part, from an input or from an attribute. */
static gboolean
get_part (PelOnnxWalk *self,
          const PelOnnxNode *node,
          guint place,
          const char *name,
          guint trial,
          double otherwise,
          GArray *out)
{
  const PelOnnxNumbers *numbers =
      pel_onnx_walk_get_numbers (self, pel_onnx_node_get_input (node, place));
  const PelOnnxAttribute *attribute = pel_onnx_node_get (node, name);
  guint n = numbers != NULL                                ? numbers->n
            : attribute != NULL && attribute->ints != NULL ? attribute->ints->len
                                                           : 0;

  for (guint i = 0; i < MIN (n, 4); i++)
    {
      double value = numbers != NULL ? numbers->values[trial][i]
                                     : (double)g_array_index (attribute->ints, gint64, i);

      g_array_append_val (out, value);
    }
  for (double i = 0.0; n == 0 && i < 4.0; i++)
    {
      double value = isnan (otherwise) ? i : otherwise;

      g_array_append_val (out, value);
    }
  return n > 0 || !(pel_onnx_node_get_input (node, place) != NULL);
}

/* A crop that takes everything. */
static gboolean
take_slice (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    {
      const double sizes[4] = { map->n[t], map->channels, map->height[t], map->width[t] };
      g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) axes = g_array_new (FALSE, FALSE, sizeof (double));
      g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (double));

      if (!get_part (self, node, 1, "starts", t, -1.0, starts) ||
          !get_part (self, node, 2, "ends", t, -1.0, ends) ||
          !get_part (self, node, 3, "axes", t, (double)NAN, axes) ||
          !get_part (self, node, 4, "steps", t, 1.0, steps))
        return refuse_size (error, node);
      for (guint i = 0; i < starts->len; i++)
        {
          double axis = i < axes->len ? g_array_index (axes, double, i) : -9.0;
          double end = i < ends->len ? g_array_index (ends, double, i) : -1.0;

          axis += axis < 0.0 ? 4.0 : 0.0;
          if (!(axis >= 0.0 && axis < 4.0) || g_array_index (starts, double, i) != 0.0 ||
              end < sizes[(guint)axis] || i >= steps->len ||
              g_array_index (steps, double, i) != 1.0)
            return refuse_size (error, node);
        }
    }
  return pel_onnx_walk_alias (self, node, map);
}

static gboolean
take_unchanged (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  return pel_onnx_walk_alias (self, node, map);
}

static gboolean
take_cast (PelOnnxWalk *self, const PelOnnxNode *node, const PelOnnxStep *map, GError **error)
{
  gint64 to = pel_onnx_node_get_int (node, "to", PEL_ONNX_FLOAT);

  if (to != PEL_ONNX_FLOAT && to != PEL_ONNX_FLOAT16 && to != PEL_ONNX_DOUBLE)
    return pel_onnx_refuse (error, node,
                            _ ("it makes whole numbers of the picture; export the network without "
                               "what follows its probabilities"));
  return pel_onnx_walk_alias (self, node, map);
}

static const struct
{
  const char *op;
  LayerFunc take;
} layers[] = {
  { "Conv", take_conv },
  { "ConvTranspose", take_upconv },
  { "BatchNormalization", take_norm },
  { "Relu", take_relu },
  { "MaxPool", take_pool },
  { "Concat", take_join },
  { "Resize", take_resize },
  { "Upsample", take_resize },
  { "Pad", take_pad },
  { "Slice", take_slice },
  { "Add", take_arithmetic },
  { "Sub", take_arithmetic },
  { "Mul", take_arithmetic },
  { "Div", take_arithmetic },
  { "Sigmoid", take_sigmoid },
  { "Softmax", take_softmax },
  { "Identity", take_unchanged },
  { "Dropout", take_unchanged },
  { "Cast", take_cast },
};

gboolean
pel_onnx_walk_layer (PelOnnxWalk *self,
                     const PelOnnxNode *node,
                     const PelOnnxStep *map,
                     GError **error)
{
  gboolean own =
      node->domain == NULL || node->domain[0] == '\0' || strcmp (node->domain, "ai.onnx") == 0;

  for (guint i = 0; own && i < G_N_ELEMENTS (layers); i++)
    if (strcmp (node->op, layers[i].op) == 0)
      return layers[i].take (self, node, map, error);
  return pel_onnx_refuse (error, node,
                          _ ("Pellicle’s network knows 3×3 and 1×1 convolutions, ReLU, batch "
                             "normalisation, 2×2 max-pooling and transposed convolutions, and this "
                             "is none of them; train a network here, or export one of those"));
}
