/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-npy-floats.h"

#include <string.h>

/* Magic, version and the header's length; the values begin at a multiple of this. */
#define PREFIX 10
#define ALIGNMENT 64

GByteArray *
pel_npy_from_tensor (const PelTensor *tensor)
{
  g_return_val_if_fail (tensor != NULL && tensor->data != NULL, NULL);

  const PelShape *s = &tensor->shape;
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GString) header = g_string_new (NULL);
  gsize n;

  if (!pel_shape_count (*s, &n))
    g_assert_not_reached ();
  g_string_printf (header, "{'descr': '<f4', 'fortran_order': False, 'shape': (%u, %u, %u, %u), }",
                   s->n, s->c, s->h, s->w);
  while ((PREFIX + header->len + 1) % ALIGNMENT != 0)
    g_string_append_c (header, ' ');
  g_string_append_c (header, '\n');
  guint16 length = GUINT16_TO_LE ((guint16)header->len);
  g_byte_array_append (out, (const guint8 *)"\x93NUMPY\x01\x00", 8);
  g_byte_array_append (out, (const guint8 *)&length, sizeof length);
  g_byte_array_append (out, (const guint8 *)header->str, (guint)header->len);
  for (gsize i = 0; i < n; i++)
    {
      guint32 bits;

      memcpy (&bits, &tensor->data[i], sizeof bits);
      bits = GUINT32_TO_LE (bits);
      g_byte_array_append (out, (const guint8 *)&bits, sizeof bits);
    }
  return out;
}
