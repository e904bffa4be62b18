/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <string.h>

/* For the fuzzers: a file with some bytes changed, lost, added, moved or put together anew. */

static const guint32 interesting[] = { 0,       1,          2,          4,         0x7f,
                                       0xff,    0x100,      0x7fff,     0x8000,    0xffff,
                                       0x10000, 0x7fffffff, 0x80000000, 0xffffffff };

static guint
pick (GRand *random, guint n)
{
  return n > 1 ? (guint)g_rand_int_range (random, 0, (gint32)n) : 0;
}

static void
insert (GByteArray *file, guint at, const void *bytes, guint n)
{
  guint old = file->len;

  g_byte_array_set_size (file, old + n);
  memmove (file->data + at + n, file->data + at, old - at);
  memcpy (file->data + at, bytes, n);
}

static void
mutate_once (GRand *random, const char *const *words, GPtrArray *seeds, GByteArray *file)
{
  guint at = pick (random, pick (random, 3) == 0 ? MIN (file->len, 200) : file->len);
  guint32 value = interesting[pick (random, G_N_ELEMENTS (interesting))];
  const GByteArray *other = seeds->pdata[pick (random, seeds->len)];
  guint n_words = g_strv_length ((char **)words);
  const char *word = words[pick (random, n_words)];
  guint n = 1 + pick (random, 16);

  if (file->len == 0)
    {
      g_byte_array_append (file, (const guint8 *)word, (guint)strlen (word));
      return;
    }
  switch (pick (random, 10))
    {
    case 0:
      file->data[at] ^= (guint8)(1u << pick (random, 8));
      break;
    case 1:
      file->data[at] = (guint8)g_rand_int (random);
      break;
    case 2:
      value = GUINT32_SWAP_LE_BE (value);
      memcpy (file->data + at, &value, MIN (4, file->len - at));
      break;
    case 3:
      memcpy (file->data + at, &value, MIN (4, file->len - at));
      break;
    case 4:
      if (pick (random, 4) == 0)
        g_byte_array_set_size (file, at);
      break;
    case 5:
      g_byte_array_remove_range (file, at, MIN (file->len - at, n));
      break;
    case 6:
      insert (file, at, word, (guint)strlen (word));
      break;
    case 7:
      memcpy (file->data + at, word, MIN (strlen (word), file->len - at));
      break;
    case 8: /* a piece of another file */
      value = pick (random, other->len);
      insert (file, at, other->data + value, MIN (n * 4, other->len - value));
      break;
      default: /* a piece of its own, over and over */
      {
        guint8 piece[16];
        guint times = 1 + pick (random, 40);

        n = MIN (n, file->len - at);
        memcpy (piece, file->data + at, n);
        for (guint i = 0; i < times && file->len < 65536; i++)
          insert (file, at, piece, n);
        break;
      }
    }
}
