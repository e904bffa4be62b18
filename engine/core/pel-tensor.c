/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-tensor.h"

#include "engine/core/pel-arena.h"

#include <string.h>

gboolean
pel_shape_count (PelShape shape, gsize *count)
{
  gsize total;

  *count = 0;
  if (!g_size_checked_mul (&total, shape.n, shape.c) ||
      !g_size_checked_mul (&total, total, shape.h) || !g_size_checked_mul (&total, total, shape.w))
    return FALSE;
  if (total > G_MAXSSIZE / sizeof (float))
    return FALSE;
  *count = total;
  return TRUE;
}

gboolean
pel_shape_equal (PelShape a, PelShape b)
{
  return a.n == b.n && a.c == b.c && a.h == b.h && a.w == b.w;
}

gboolean
pel_tensor_init (PelTensor *self, PelShape shape, GError **error)
{
  gsize count;

  self->shape = (PelShape){ 0, 0, 0, 0 };
  /* An overflow leaves a count that pel_try_alloc() refuses. */
  if (!pel_shape_count (shape, &count))
    count = G_MAXSIZE;
  self->data = pel_try_alloc (count, sizeof (float), error);
  if (self->data == NULL)
    return FALSE;
  memset (self->data, 0, count * sizeof (float));
  self->shape = shape;
  return TRUE;
}

void
pel_tensor_clear (PelTensor *self)
{
  pel_aligned_free (self->data);
  self->data = NULL;
  self->shape = (PelShape){ 0, 0, 0, 0 };
}

float *
pel_tensor_image (const PelTensor *self, guint n)
{
  return self->data + (gsize)n * self->shape.c * self->shape.h * self->shape.w;
}
