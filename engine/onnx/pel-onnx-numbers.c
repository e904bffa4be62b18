/* SPDX-License-Identifier: MIT */
#include "engine/onnx/pel-onnx-numbers.h"

#include <math.h>
#include <string.h>

/* Whole numbers up to here are exact. */
#define LARGEST 9007199254740992.0

typedef PelOnnxNumbers Numbers;

static Numbers *
make (guint rank, guint rows, guint columns, gboolean whole)
{
  guint64 n = (guint64)rows * columns;

  /* A table of nothing may be as long as one likes. */
  if (n > PEL_ONNX_MAX_NUMBERS || rows > PEL_ONNX_MAX_NUMBERS || columns > PEL_ONNX_MAX_NUMBERS)
    return NULL;
  Numbers *self = g_new0 (Numbers, 1);
  self->rank = rank;
  self->dims[0] = rows;
  self->dims[1] = columns;
  self->n = (guint)n;
  self->whole = whole;
  return self;
}

static Numbers *
copy (const Numbers *other)
{
  return g_memdup2 (other, sizeof *other);
}

/* NULL in place of numbers that nobody means. */
static Numbers *
check (Numbers *self)
{
  for (guint t = 0; self != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < self->n; i++)
      if (!(fabs (self->values[t][i]) <= LARGEST))
        {
          g_free (self);
          return NULL;
        }
  return self;
}

Numbers *
pel_onnx_numbers_new (const PelOnnxTensor *tensor)
{
  Numbers *self;

  if (tensor->problem != NULL || tensor->rank > 2 || tensor->n > PEL_ONNX_MAX_NUMBERS)
    return NULL;
  for (guint i = 0; i < tensor->rank; i++)
    if (tensor->dims[i] > PEL_ONNX_MAX_NUMBERS)
      return NULL;
  self = make (tensor->rank, tensor->rank > 0 ? (guint)tensor->dims[0] : 1,
               tensor->rank > 1 ? (guint)tensor->dims[1] : 1,
               tensor->type == PEL_ONNX_INT64 || tensor->type == PEL_ONNX_INT32);
  for (guint i = 0; self != NULL && i < self->n; i++)
    {
      self->values[0][i] = pel_onnx_tensor_get (tensor, i);
      /* Ends of slices are as far away as can be written. */
      self->values[0][i] = CLAMP (self->values[0][i], -LARGEST, LARGEST);
      self->values[1][i] = self->values[0][i];
    }
  return check (self);
}

/* ---- one number with another ---- */

static double
combine (const char *op, double a, double b, gboolean whole)
{
  if (strcmp (op, "Add") == 0)
    return a + b;
  if (strcmp (op, "Sub") == 0)
    return a - b;
  if (strcmp (op, "Mul") == 0)
    return a * b;
  if (strcmp (op, "Min") == 0)
    return MIN (a, b);
  if (strcmp (op, "Max") == 0)
    return MAX (a, b);
  if (b == 0.0)
    return NAN;
  if (strcmp (op, "Div") == 0)
    return whole ? trunc (a / b) : a / b;
  return a - b * floor (a / b); /* Mod */
}

static gboolean
is_pairwise (const char *op)
{
  static const char *const ops[] = { "Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", NULL };

  return g_strv_contains (ops, op);
}

static Numbers *
run_pairwise (const char *op, const Numbers *a, const Numbers *b)
{
  const Numbers *large = a->n >= b->n ? a : b;
  Numbers *out;

  if (a->n != b->n && a->n != 1 && b->n != 1)
    return NULL;
  out = make (MAX (a->rank, b->rank), large->dims[0], large->dims[1], a->whole && b->whole);
  for (guint t = 0; out != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < out->n; i++)
      out->values[t][i] =
          combine (op, a->values[t][a->n > 1 ? i : 0], b->values[t][b->n > 1 ? i : 0], out->whole);
  return out;
}

/* ---- one by one ---- */

static Numbers *
run_each (const PelOnnxNode *node, const Numbers *a)
{
  Numbers *out = copy (a);
  gint64 to = pel_onnx_node_get_int (node, "to", 0);
  gboolean cast = strcmp (node->op, "Cast") == 0;

  if (cast)
    out->whole = to == PEL_ONNX_INT64 || to == PEL_ONNX_INT32;
  for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < out->n; i++)
      {
        double *value = &out->values[t][i];

        if (cast && out->whole)
          *value = trunc (*value);
        else if (strcmp (node->op, "Floor") == 0)
          *value = floor (*value);
        else if (strcmp (node->op, "Ceil") == 0)
          *value = ceil (*value);
        else if (strcmp (node->op, "Neg") == 0)
          *value = -*value;
      }
  return out;
}

/* ---- putting in another order ---- */

static Numbers *
run_gather (const PelOnnxNode *node, const Numbers *data, const Numbers *indices)
{
  Numbers *out;

  if (data->rank != 1 || indices->rank > 1 || pel_onnx_node_get_int (node, "axis", 0) > 0)
    return NULL;
  out = make (indices->rank, indices->n, 1, data->whole);
  for (guint t = 0; out != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < out->n; i++)
      {
        double at = indices->values[t][i];

        at += at < 0.0 ? data->n : 0.0;
        out->values[t][i] = at >= 0.0 && at < data->n ? data->values[t][(guint)at] : (double)NAN;
      }
  return out;
}

static Numbers *
run_concat (const Numbers *const *inputs, guint n_inputs)
{
  guint n = 0, done = 0;
  Numbers *out;

  for (guint i = 0; i < n_inputs; i++)
    {
      if (inputs[i] == NULL || inputs[i]->rank != 1)
        return NULL;
      n += inputs[i]->n;
    }
  out = make (1, n, 1, inputs[0]->whole);
  for (guint i = 0; out != NULL && i < n_inputs; i++)
    {
      for (guint t = 0; t < PEL_ONNX_TRIALS; t++)
        memcpy (out->values[t] + done, inputs[i]->values[t], inputs[i]->n * sizeof (double));
      done += inputs[i]->n;
    }
  return out;
}

static Numbers *
run_transpose (const Numbers *a)
{
  Numbers *out = make (a->rank, a->rank > 1 ? a->dims[1] : a->dims[0],
                       a->rank > 1 ? a->dims[0] : a->dims[1], a->whole);

  for (guint t = 0; out != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < a->n; i++)
      {
        guint row = i / a->dims[1], column = i % a->dims[1];

        out->values[t][a->rank > 1 ? column * a->dims[0] + row : i] = a->values[t][i];
      }
  return out;
}

/* ---- another shape ---- */

static Numbers *
reshape (const Numbers *a, guint rank, guint rows, guint columns)
{
  Numbers *out;

  if ((guint64)rows * columns != a->n)
    return NULL;
  out = copy (a);
  out->rank = rank;
  out->dims[0] = rows;
  out->dims[1] = columns;
  return out;
}

static Numbers *
run_reshape (const Numbers *a, const Numbers *shape)
{
  double dims[2] = { 1.0, 1.0 }, known = 1.0;
  gint open = -1;

  if (shape->rank != 1 || shape->n > 2)
    return NULL;
  for (guint i = 0; i < shape->n; i++)
    {
      dims[i] = shape->values[0][i];
      if (dims[i] != shape->values[1][i])
        return NULL;
      if (dims[i] == -1.0 && open < 0)
        open = (gint)i;
      else if (dims[i] >= 1.0 && dims[i] <= PEL_ONNX_MAX_NUMBERS)
        known *= dims[i];
      else
        return NULL;
    }
  if (open >= 0)
    dims[open] = floor (a->n / known);
  return reshape (a, shape->n, (guint)dims[0], (guint)dims[1]);
}

static Numbers *
run_unsqueeze (const Numbers *a, gboolean front)
{
  if (a->rank == 0)
    return reshape (a, 1, 1, 1);
  if (a->rank == 1)
    return front ? reshape (a, 2, 1, a->n) : reshape (a, 2, a->n, 1);
  return NULL;
}

static Numbers *
run_squeeze (const Numbers *a)
{
  if (a->n == 1)
    return reshape (a, 0, 1, 1);
  return a->dims[0] == 1 || a->dims[1] == 1 ? reshape (a, 1, a->n, 1) : NULL;
}

static Numbers *
run_fill (const PelOnnxNode *node, const Numbers *shape)
{
  const PelOnnxAttribute *value = pel_onnx_node_get (node, "value");
  const PelOnnxTensor *tensor = value != NULL ? value->tensor : NULL;
  double fill = 0.0, n = shape->values[0][0];
  Numbers *out;

  if (tensor != NULL && (tensor->problem != NULL || tensor->n != 1))
    return NULL;
  if (tensor != NULL)
    fill = pel_onnx_tensor_get (tensor, 0);
  if (shape->n != 1 || n != shape->values[1][0] || !(n >= 0.0 && n <= PEL_ONNX_MAX_NUMBERS))
    return NULL;
  out = make (1, (guint)n, 1,
              tensor == NULL || tensor->type == PEL_ONNX_INT64 || tensor->type == PEL_ONNX_INT32);
  for (guint t = 0; out != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < out->n; i++)
      out->values[t][i] = fill;
  return out;
}

static Numbers *
run_shape (const Numbers *a)
{
  Numbers *out = make (1, a->rank, 1, TRUE);

  for (guint t = 0; out != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < out->n; i++)
      out->values[t][i] = a->dims[i];
  return out;
}

/* ---- slices ---- */

/* Which places a slice takes, as Python does. */
static guint
list_places (guint length, double start, double end, double step, guint *places)
{
  guint n = 0;
  double least = step > 0.0 ? 0.0 : -1.0, most = step > 0.0 ? length : length - 1.0;

  start += start < 0.0 ? length : 0.0;
  end += end < 0.0 ? length : 0.0;
  start = CLAMP (start, step > 0.0 ? 0.0 : -1.0, most);
  end = CLAMP (end, least, length);
  for (double at = start; step > 0.0 ? at < end : at > end; at += step)
    if (n < PEL_ONNX_MAX_NUMBERS)
      places[n++] = (guint)at;
  return n;
}

static Numbers *
slice (const Numbers *a, guint axis, double start, double end, double step)
{
  guint places[PEL_ONNX_MAX_NUMBERS];
  guint n;
  Numbers *out;

  if (axis >= MAX (a->rank, 1) || step == 0.0 || step != trunc (step) || start != trunc (start) ||
      end != trunc (end))
    return NULL;
  n = list_places (a->dims[axis], start, end, step, places);
  out = make (a->rank, axis == 0 ? n : a->dims[0], axis == 0 ? a->dims[1] : n, a->whole);
  for (guint t = 0; out != NULL && t < PEL_ONNX_TRIALS; t++)
    for (guint i = 0; i < out->n; i++)
      {
        guint row = i / out->dims[1], column = i % out->dims[1];

        if (axis == 0)
          row = places[row];
        else
          column = places[column];
        out->values[t][i] = a->values[t][row * a->dims[1] + column];
      }
  return out;
}

/* The single number that a slice is told, the same for all sizes. */
static gboolean
get_single (const PelOnnxNode *node,
            const char *name,
            const Numbers *input,
            double otherwise,
            double *out)
{
  const PelOnnxAttribute *attribute = pel_onnx_node_get (node, name);

  *out = otherwise;
  if (input != NULL)
    {
      *out = input->values[0][0];
      return input->n == 1 && input->values[1][0] == *out;
    }
  if (attribute == NULL)
    return TRUE;
  if (attribute->ints == NULL || attribute->ints->len != 1)
    return FALSE;
  *out = (double)g_array_index (attribute->ints, gint64, 0);
  return fabs (*out) <= LARGEST || isfinite (*out = CLAMP (*out, -LARGEST, LARGEST));
}

static Numbers *
run_slice (const PelOnnxNode *node, const Numbers *const *inputs, guint n_inputs)
{
  const Numbers *given[5] = { NULL };
  double start, end, axis, step;

  for (guint i = 0; i < MIN (n_inputs, 5); i++)
    given[i] = inputs[i];
  if (!get_single (node, "starts", given[1], 0.0, &start) ||
      !get_single (node, "ends", given[2], LARGEST, &end) ||
      !get_single (node, "axes", given[3], 0.0, &axis) ||
      !get_single (node, "steps", given[4], 1.0, &step))
    return NULL;
  axis += axis < 0.0 ? given[0]->rank : 0.0;
  return axis >= 0.0 && axis <= 1.0 ? slice (given[0], (guint)axis, start, end, step) : NULL;
}

/* Where a new axis goes: before the others, or behind them. */
static gboolean
goes_in_front (const PelOnnxNode *node, const Numbers *axes)
{
  double axis;

  return get_single (node, "axes", axes, 0.0, &axis) && axis == 0.0;
}

/* ---- all of them ---- */

static Numbers *
run (const PelOnnxNode *node, const Numbers *const *inputs, guint n_inputs)
{
  const char *op = node->op;
  const Numbers *a = inputs[0], *b = n_inputs > 1 ? inputs[1] : NULL;
  static const char *const each[] = { "Identity", "Cast", "Floor", "Ceil", "Neg", NULL };

  if (strcmp (op, "Concat") == 0)
    return run_concat (inputs, n_inputs);
  if (a == NULL)
    return NULL;
  if (g_strv_contains (each, op))
    return run_each (node, a);
  if (strcmp (op, "Shape") == 0)
    return run_shape (a);
  if (strcmp (op, "Transpose") == 0)
    return run_transpose (a);
  if (strcmp (op, "Squeeze") == 0)
    return run_squeeze (a);
  if (strcmp (op, "Unsqueeze") == 0)
    return run_unsqueeze (a, goes_in_front (node, b));
  if (strcmp (op, "ConstantOfShape") == 0)
    return run_fill (node, a);
  if (strcmp (op, "Slice") == 0)
    return run_slice (node, inputs, n_inputs);
  if (b == NULL)
    return NULL;
  if (is_pairwise (op))
    return run_pairwise (op, a, b);
  if (strcmp (op, "Gather") == 0)
    return run_gather (node, a, b);
  if (strcmp (op, "Reshape") == 0)
    return run_reshape (a, b);
  return NULL;
}

Numbers *
pel_onnx_numbers_run (const PelOnnxNode *node, const Numbers *const *inputs, guint n_inputs)
{
  g_return_val_if_fail (node != NULL && inputs != NULL, NULL);

  return n_inputs > 0 ? check (run (node, inputs, n_inputs)) : NULL;
}
