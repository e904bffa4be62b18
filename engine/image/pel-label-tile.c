/* SPDX-License-Identifier: MIT */
#include "engine/image/pel-labels-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>

/* The first byte of a packed tile; what follows is little-endian. */
enum
{
  PACKED_CONSTANT = 1, /* u32 */
  PACKED_RUNS = 2,     /* u16 number of runs; per run u16 length, u32 label */
  PACKED_U16 = 3,      /* 4096 times u16 */
  PACKED_U32 = 4,      /* 4096 times u32 */
};

#define RUN_BYTES 6

/* More labels than this in a tile are kept pixel by pixel. */
#define MAX_FEW 64

/* Two labels need one bit, four two, sixteen four, and all others that are few a byte. */
static guint
get_shift (guint n_few)
{
  return n_few <= 2 ? 0 : n_few <= 4 ? 1 : n_few <= 16 ? 2 : 3;
}

static gsize
get_data_bytes (PelTileKind kind, guint n_few)
{
  switch (kind)
    {
    case PEL_TILE_FEW:
      return (PEL_LABEL_TILE_PIXELS >> (3 - get_shift (n_few))) + n_few * sizeof (guint32);
    case PEL_TILE_U16:
      return PEL_LABEL_TILE_PIXELS * sizeof (guint16);
    case PEL_TILE_U32:
      return PEL_LABEL_TILE_PIXELS * sizeof (guint32);
    case PEL_TILE_CONSTANT:
    default:
      return 0;
    }
}

static PelLabelTile *
tile_alloc (PelTileKind kind, guint n_few)
{
  PelLabelTile *tile = g_malloc (sizeof *tile + get_data_bytes (kind, n_few));

  atomic_init (&tile->n_refs, 1);
  atomic_init (&tile->max_label, PEL_TILE_MAX_UNKNOWN);
  tile->kind = kind;
  tile->value = n_few;
  tile->shift = get_shift (n_few);
  return tile;
}

PelLabelTile *
pel_label_tile_copy_as (const PelLabelTile *tile, PelTileKind kind)
{
  PelLabelTile *copy = tile_alloc (kind, 0);

  g_assert (kind >= tile->kind && kind != PEL_TILE_FEW);
  if (kind == tile->kind)
    {
      copy->value = tile->value;
      memcpy (copy->data, tile->data, get_data_bytes (kind, 0));
    }
  else if (kind == PEL_TILE_U16)
    {
      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        pel_label_tile_u16 (copy)[i] = (guint16)pel_label_tile_at (tile, i);
    }
  else
    {
      pel_label_tile_read (tile, pel_label_tile_u32 (copy));
    }
  return copy;
}

PelLabelTile *
pel_label_tile_new_constant (guint32 label)
{
  PelLabelTile *tile = tile_alloc (PEL_TILE_CONSTANT, 0);

  tile->value = label;
  return tile;
}

/* Numbers the labels in the order in which they come: returns how many there are, or MAX_FEW + 1.
 */
static guint
list_few (const guint32 *labels, gsize stride, guint32 *table, guint8 *bytes)
{
  guint n = 0, last = 0;

  for (guint y = 0; y < PEL_LABEL_TILE_SIZE; y++)
    {
      const guint32 *row = labels + y * stride;

      for (guint x = 0; x < PEL_LABEL_TILE_SIZE; x++)
        {
          /* Labels come in rows. */
          if (n == 0 || row[x] != table[last])
            {
              for (last = 0; last < n && table[last] != row[x]; last++)
                ;
              if (last == n)
                {
                  if (n == MAX_FEW)
                    return MAX_FEW + 1;
                  table[n++] = row[x];
                }
            }
          bytes[y * PEL_LABEL_TILE_SIZE + x] = (guint8)last;
        }
    }
  return n;
}

static PelLabelTile *
tile_new_few (const guint8 *bytes, const guint32 *table, guint n)
{
  PelLabelTile *tile = tile_alloc (PEL_TILE_FEW, n);
  const guint per_byte = 8u >> tile->shift;

  for (guint i = 0; i < PEL_LABEL_TILE_PIXELS / per_byte; i++)
    {
      guint bits = 0;

      for (guint k = 0; k < per_byte; k++)
        bits |= (guint)bytes[i * per_byte + k] << (k << tile->shift);
      tile->data[i] = (guint8)bits;
    }
  memcpy (pel_label_tile_table (tile), table, n * sizeof *table);
  return tile;
}

PelLabelTile *
pel_label_tile_new (const guint32 *labels, gsize stride)
{
  guint32 table[MAX_FEW];
  guint8 bytes[PEL_LABEL_TILE_PIXELS];
  const guint n = list_few (labels, stride, table, bytes);
  PelLabelTile *tile;
  guint32 all = 0;

  if (n == 1)
    return pel_label_tile_new_constant (table[0]);
  if (n <= MAX_FEW)
    return tile_new_few (bytes, table, n);
  for (guint y = 0; y < PEL_LABEL_TILE_SIZE; y++)
    for (guint x = 0; x < PEL_LABEL_TILE_SIZE; x++)
      all |= labels[y * stride + x];
  tile = tile_alloc (all <= G_MAXUINT16 ? PEL_TILE_U16 : PEL_TILE_U32, 0);
  for (guint y = 0; y < PEL_LABEL_TILE_SIZE; y++)
    {
      const guint32 *row = labels + y * stride;

      if (tile->kind == PEL_TILE_U16)
        {
          guint16 *to = pel_label_tile_u16 (tile) + y * PEL_LABEL_TILE_SIZE;

          for (guint x = 0; x < PEL_LABEL_TILE_SIZE; x++)
            to[x] = (guint16)row[x];
        }
      else
        memcpy (pel_label_tile_u32 (tile) + y * PEL_LABEL_TILE_SIZE, row,
                PEL_LABEL_TILE_SIZE * sizeof (guint32));
    }
  return tile;
}

gboolean
pel_label_tile_may_shrink (const PelLabelTile *tile)
{
  guint32 seen[MAX_FEW];
  guint n = 0, last = 0;

  if (tile->kind <= PEL_TILE_FEW)
    return FALSE;
  for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
    {
      const guint32 label = pel_label_tile_at (tile, i);

      if (n > 0 && label == seen[last])
        continue;
      for (last = 0; last < n && seen[last] != label; last++)
        ;
      if (last < n)
        continue;
      if (n == MAX_FEW)
        return tile->kind == PEL_TILE_U32;
      seen[n++] = label;
    }
  return TRUE;
}

PelLabelTile *
pel_label_tile_ref (PelLabelTile *tile)
{
  atomic_fetch_add_explicit (&tile->n_refs, 1, memory_order_relaxed);
  return tile;
}

void
pel_label_tile_unref (PelLabelTile *tile)
{
  if (atomic_fetch_sub_explicit (&tile->n_refs, 1, memory_order_acq_rel) == 1)
    g_free (tile);
}

guint32
pel_label_tile_get (const PelLabelTile *tile, guint x, guint y)
{
  g_return_val_if_fail (x < PEL_LABEL_TILE_SIZE && y < PEL_LABEL_TILE_SIZE, 0);
  return pel_label_tile_at (tile, y * PEL_LABEL_TILE_SIZE + x);
}

void
pel_label_tile_read_few (const PelLabelTile *tile, guint at, guint n, guint32 *out)
{
  const guint32 *table = pel_label_tile_table (tile);

  /* One loop for each width, with the width known. */
  switch (tile->shift)
    {
    case 0:
      for (guint i = 0; i < n; i++)
        out[i] = pel_label_tile_few_at (tile, table, 0, at + i);
      break;
    case 1:
      for (guint i = 0; i < n; i++)
        out[i] = pel_label_tile_few_at (tile, table, 1, at + i);
      break;
    case 2:
      for (guint i = 0; i < n; i++)
        out[i] = pel_label_tile_few_at (tile, table, 2, at + i);
      break;
    default:
      for (guint i = 0; i < n; i++)
        out[i] = table[tile->data[at + i]];
    }
}

void
pel_label_tile_read (const PelLabelTile *tile, guint32 *out)
{
  switch (tile->kind)
    {
    case PEL_TILE_U16:
      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        out[i] = pel_label_tile_u16 (tile)[i];
      break;
    case PEL_TILE_U32:
      memcpy (out, tile->data, PEL_LABEL_TILE_PIXELS * sizeof (guint32));
      break;
    case PEL_TILE_FEW:
      pel_label_tile_read_few (tile, 0, PEL_LABEL_TILE_PIXELS, out);
      break;
    case PEL_TILE_CONSTANT:
    default:
      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        out[i] = tile->value;
    }
}

gboolean
pel_label_tile_is_constant (const PelLabelTile *tile, guint32 *label)
{
  if (tile->kind != PEL_TILE_CONSTANT)
    return FALSE;
  if (label)
    *label = tile->value;
  return TRUE;
}

guint32
pel_label_tile_get_max (PelLabelTile *tile)
{
  guint64 known = atomic_load_explicit (&tile->max_label, memory_order_relaxed);
  guint32 max = tile->value;

  if (known != PEL_TILE_MAX_UNKNOWN)
    return (guint32)known;
  if (tile->kind != PEL_TILE_CONSTANT)
    {
      guint32 labels[PEL_LABEL_TILE_PIXELS];

      pel_label_tile_read (tile, labels);
      max = 0;
      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        max = MAX (max, labels[i]);
    }
  /* Threads that race here store the same number. */
  atomic_store_explicit (&tile->max_label, max, memory_order_relaxed);
  return max;
}

gsize
pel_label_tile_get_bytes (const PelLabelTile *tile)
{
  return sizeof *tile + get_data_bytes (tile->kind, tile->value);
}

gboolean
pel_label_tile_equal (const PelLabelTile *a, const PelLabelTile *b)
{
  if (a == b)
    return TRUE;
  if (a->kind == PEL_TILE_CONSTANT && b->kind == PEL_TILE_CONSTANT)
    return a->value == b->value;
  /* Tables list labels in the order of the pixels: the same pixels have the same bytes. */
  if (a->kind == b->kind)
    return a->kind == PEL_TILE_FEW && a->value != b->value
               ? FALSE
               : memcmp (a->data, b->data, get_data_bytes (a->kind, a->value)) == 0;
  for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
    {
      if (pel_label_tile_at (a, i) != pel_label_tile_at (b, i))
        return FALSE;
    }
  return TRUE;
}

/* ---- packed form ---- */

static void
put_u16 (GByteArray *to, guint32 value)
{
  guint16 le = GUINT16_TO_LE ((guint16)value);

  g_byte_array_append (to, (const guint8 *)&le, sizeof le);
}

static void
put_u32 (GByteArray *to, guint32 value)
{
  guint32 le = GUINT32_TO_LE (value);

  g_byte_array_append (to, (const guint8 *)&le, sizeof le);
}

static guint32
get_u16 (const guint8 *from)
{
  return from[0] | ((guint32)from[1] << 8);
}

static guint32
get_u32 (const guint8 *from)
{
  return get_u16 (from) | (get_u16 (from + 2) << 16);
}

static guint
run_length (const guint32 *labels, guint start)
{
  const guint32 label = labels[start];
  guint end = start + 1;

  while (end < PEL_LABEL_TILE_PIXELS && labels[end] == label)
    end++;
  return end - start;
}

GBytes *
pel_label_tile_to_bytes (const PelLabelTile *tile)
{
  GByteArray *to = g_byte_array_new ();
  guint32 labels[PEL_LABEL_TILE_PIXELS];
  guint n_runs = 0;
  guint32 max = 0;
  guint8 form;

  pel_label_tile_read (tile, labels);
  for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i += run_length (labels, i))
    {
      max = MAX (max, labels[i]);
      n_runs++;
    }
  gsize plain = PEL_LABEL_TILE_PIXELS * (max <= G_MAXUINT16 ? 2 : 4);

  if (n_runs == 1)
    form = PACKED_CONSTANT;
  else if (2 + (gsize)n_runs * RUN_BYTES < plain)
    form = PACKED_RUNS;
  else
    form = max <= G_MAXUINT16 ? PACKED_U16 : PACKED_U32;

  g_byte_array_append (to, &form, 1);
  if (form == PACKED_CONSTANT)
    {
      put_u32 (to, labels[0]);
    }
  else if (form == PACKED_RUNS)
    {
      put_u16 (to, n_runs);
      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS;)
        {
          guint length = run_length (labels, i);

          put_u16 (to, length);
          put_u32 (to, labels[i]);
          i += length;
        }
    }
  else
    {
      for (guint i = 0; i < PEL_LABEL_TILE_PIXELS; i++)
        {
          if (form == PACKED_U16)
            put_u16 (to, labels[i]);
          else
            put_u32 (to, labels[i]);
        }
    }
  return g_byte_array_free_to_bytes (to);
}

static gboolean
unpack_runs (const guint8 *from, gsize size, guint32 *labels)
{
  guint at = 0;

  if (size < 2 || size != 2 + (gsize)get_u16 (from) * RUN_BYTES)
    return FALSE;
  for (const guint8 *run = from + 2; run < from + size; run += RUN_BYTES)
    {
      guint length = get_u16 (run);

      if (length == 0 || length > PEL_LABEL_TILE_PIXELS - at)
        return FALSE;
      for (guint end = at + length; at < end; at++)
        labels[at] = get_u32 (run + 2);
    }
  return at == PEL_LABEL_TILE_PIXELS;
}

static gboolean
unpack (const guint8 *from, gsize size, guint32 *labels)
{
  if (size < 1)
    return FALSE;
  guint8 form = from[0];
  from++;
  size--;

  switch (form)
    {
    case PACKED_CONSTANT:
      for (guint i = 0; size == 4 && i < PEL_LABEL_TILE_PIXELS; i++)
        labels[i] = get_u32 (from);
      return size == 4;
    case PACKED_RUNS:
      return unpack_runs (from, size, labels);
    case PACKED_U16:
      for (guint i = 0; size == 2 * PEL_LABEL_TILE_PIXELS && i < PEL_LABEL_TILE_PIXELS; i++)
        labels[i] = get_u16 (from + 2 * i);
      return size == 2 * PEL_LABEL_TILE_PIXELS;
    case PACKED_U32:
      for (guint i = 0; size == 4 * PEL_LABEL_TILE_PIXELS && i < PEL_LABEL_TILE_PIXELS; i++)
        labels[i] = get_u32 (from + 4 * i);
      return size == 4 * PEL_LABEL_TILE_PIXELS;
    default:
      return FALSE;
    }
}

PelLabelTile *
pel_label_tile_from_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const guint8 *from = g_bytes_get_data (bytes, &size);
  guint32 labels[PEL_LABEL_TILE_PIXELS];

  if (!unpack (from, size, labels))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                           _ ("a block of stored labels is damaged"));
      return NULL;
    }
  return pel_label_tile_new (labels, PEL_LABEL_TILE_SIZE);
}
