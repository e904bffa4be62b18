/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-document-error.h"
#include "app/document/pel-journal-private.h"

/* More than any packed mask that can be opened; stops a forged length before memory is taken. */
#define MAX_UNPACKED (G_GUINT64_CONSTANT (1) << 34)

void
pel_journal_set_damaged (GError **error)
{
  g_set_error_literal (error, PEL_DOCUMENT_ERROR, PEL_DOCUMENT_ERROR_DAMAGED,
                       _ ("A stored editing step is damaged; the mask itself is safe."));
}

void
pel_pack_u32 (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

void
pel_pack_u64 (GByteArray *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  g_byte_array_append (out, (const guint8 *)&value, sizeof value);
}

void
pel_pack_bytes (GByteArray *out, const void *data, gsize length)
{
  pel_pack_u32 (out, (guint32)length);
  g_byte_array_append (out, data, (guint)length);
}

/* ---- deflated, piece by piece: all of a large step at once would be as large as the mask ---- */

/* No single value is longer: a tile takes some 16 KiB. */
#define PIECE (1u << 18)

typedef struct
{
  GZlibCompressor *deflate;
  GByteArray *raw;
  GByteArray *out;
  guint start;   /* where the unpacked length stands in @out */
  guint64 total; /* it */
} Deflater;

static void
deflater_begin (Deflater *self, GByteArray *out)
{
  *self = (Deflater){ .deflate = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 3),
                      .raw = g_byte_array_sized_new (2 * PIECE),
                      .out = out,
                      .start = out->len };
  pel_pack_u64 (out, 0);
}

/* Memory to memory: only allocation can fail. */
static void
deflater_push (Deflater *self, gboolean at_end)
{
  gsize consumed = 0;

  self->total += self->raw->len;
  while (at_end || consumed < self->raw->len)
    {
      guint8 buffer[16384];
      gsize read = 0, written = 0;
      GConverterResult result = g_converter_convert (
          G_CONVERTER (self->deflate), self->raw->data + consumed, self->raw->len - consumed,
          buffer, sizeof buffer, at_end ? G_CONVERTER_INPUT_AT_END : 0, &read, &written, NULL);

      if (result == G_CONVERTER_ERROR)
        g_error ("Deflating in memory failed");
      consumed += read;
      g_byte_array_append (self->out, buffer, (guint)written);
      if (result == G_CONVERTER_FINISHED)
        break;
    }
  g_byte_array_set_size (self->raw, 0);
}

/* After each value. */
static void
deflater_go_on (Deflater *self)
{
  if (self->raw->len >= PIECE)
    deflater_push (self, FALSE);
}

static void
deflater_end (Deflater *self)
{
  guint64 total;

  deflater_push (self, TRUE);
  total = GUINT64_TO_LE (self->total);
  memcpy (self->out->data + self->start, &total, sizeof total);
  g_byte_array_unref (self->raw);
  g_object_unref (self->deflate);
}

typedef struct PelInflater
{
  GZlibDecompressor *inflate;
  const guint8 *packed;
  gsize packed_left;
  guint64 to_come; /* of the length that was promised */
  gboolean finished;
  guint8 *buffer; /* PIECE bytes */
} PelInflater;

/* Has at least @length bytes in the window, if there are as many. */
static gboolean
refill (PelUnpacker *in, gsize length)
{
  PelInflater *self = in->source;

  if (self == NULL || length > PIECE)
    return FALSE;
  if (in->left > 0)
    memmove (self->buffer, in->data, in->left);
  in->data = self->buffer;
  while (in->left < length && !self->finished)
    {
      gsize read = 0, written = 0;
      GConverterResult result = g_converter_convert (
          G_CONVERTER (self->inflate), self->packed, self->packed_left, self->buffer + in->left,
          PIECE - in->left, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);

      if (result == G_CONVERTER_ERROR || written > self->to_come)
        return FALSE;
      self->packed += read;
      self->packed_left -= read;
      self->to_come -= written;
      in->left += written;
      self->finished = result == G_CONVERTER_FINISHED;
    }
  return in->left >= length;
}

static const guint8 *
unpack (PelUnpacker *in, gsize length)
{
  const guint8 *data;

  if (!in->good || (in->left < length && !refill (in, length)))
    {
      in->good = FALSE;
      return NULL;
    }
  data = in->data;
  in->data += length;
  in->left -= length;
  return data;
}

guint32
pel_unpack_u32 (PelUnpacker *in)
{
  const guint8 *data = unpack (in, sizeof (guint32));
  guint32 value = 0;

  if (data != NULL)
    memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

guint64
pel_unpack_u64 (PelUnpacker *in)
{
  const guint8 *data = unpack (in, sizeof (guint64));
  guint64 value = 0;

  if (data != NULL)
    memcpy (&value, data, sizeof value);
  return GUINT64_FROM_LE (value);
}

const guint8 *
pel_unpack_bytes (PelUnpacker *in, gsize *length)
{
  *length = pel_unpack_u32 (in);
  return unpack (in, *length);
}

/* Unpacks what is left of @packed: the unpacked length, then what is deflated. To be ended whatever
 * is returned. */
static gboolean
inflater_begin (PelInflater *self, PelUnpacker *packed, PelUnpacker *in)
{
  *self = (PelInflater){ .to_come = pel_unpack_u64 (packed) };
  *in = (PelUnpacker){ NULL, 0, FALSE, self };
  /* Deflate cannot make more than some 1032 bytes of one. */
  if (!packed->good || self->to_come > MAX_UNPACKED || self->to_come / 1100 > packed->left)
    return FALSE;
  self->packed = packed->data;
  self->packed_left = packed->left;
  self->inflate = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW);
  self->buffer = g_malloc (PIECE);
  in->good = TRUE;
  return TRUE;
}

/* Whether all that was read was good, and the length as promised. */
static gboolean
inflater_end (PelInflater *self, PelUnpacker *in)
{
  gboolean good = in->good;

  while (good && !self->finished)
    {
      in->left = 0;
      good = refill (in, 1) || self->finished;
    }
  good = good && self->to_come == 0;
  g_clear_object (&self->inflate);
  g_clear_pointer (&self->buffer, g_free);
  return good;
}

static void
pack_tile (GByteArray *out, const PelLabelTile *tile)
{
  g_autoptr (GBytes) bytes = pel_label_tile_to_bytes (tile);
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  pel_pack_bytes (out, data, size);
}

static PelLabelTile *
unpack_tile (PelUnpacker *in)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const guint8 *data = pel_unpack_bytes (in, &size);

  if (data == NULL)
    return NULL;
  bytes = g_bytes_new_static (data, size);
  return pel_label_tile_from_bytes (bytes, NULL);
}

GByteArray *
pel_journal_pack_base (PelLabels *labels)
{
  GByteArray *out = g_byte_array_new ();
  Deflater deflater;
  guint n = pel_labels_get_n_tiles_x (labels) * pel_labels_get_n_tiles_y (labels);

  deflater_begin (&deflater, out);
  for (guint i = 0; i < n; i++)
    {
      pack_tile (deflater.raw, pel_labels_peek_tile (labels, i));
      deflater_go_on (&deflater);
    }
  deflater_end (&deflater);
  return out;
}

PelLabelMap *
pel_journal_unpack_base (const guint8 *data,
                         gsize length,
                         guint width,
                         guint height,
                         GError **error)
{
  PelUnpacker packed = { data, length, TRUE, NULL };
  PelUnpacker in;
  PelInflater inflater;
  g_autoptr (PelLabelMap) map = NULL;
  guint n;

  if (inflater_begin (&inflater, &packed, &in))
    {
      map = pel_label_map_new (width, height, error);
      if (map == NULL)
        {
          inflater_end (&inflater, &in);
          return NULL;
        }
      n = pel_label_map_get_n_tiles_x (map) * pel_label_map_get_n_tiles_y (map);
      for (guint i = 0; i < n && in.good; i++)
        {
          PelLabelTile *tile = unpack_tile (&in);

          if (tile != NULL)
            pel_label_tile_unref (pel_label_map_swap_tile (map, i, tile));
          in.good = tile != NULL;
        }
    }
  if (!inflater_end (&inflater, &in))
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  return g_steal_pointer (&map);
}

/* Flags of a cell record. */
#define INFO_REVIEWED 1u
#define INFO_REJECTED 2u

static void
pack_info (GByteArray *out, gboolean has, const PelCellInfo *info)
{
  gint64 confidence;

  pel_pack_u32 (out, has);
  if (!has)
    return;
  pel_pack_bytes (out, info->class_name != NULL ? info->class_name : "",
                  info->class_name != NULL ? strlen (info->class_name) : 0);
  pel_pack_u32 (out, info->origin);
  pel_pack_u32 (out, (info->reviewed ? INFO_REVIEWED : 0) |
                         (info->rejected_size > 0 ? INFO_REJECTED : 0));
  memcpy (&confidence, &info->confidence, sizeof confidence);
  pel_pack_u64 (out, (guint64)confidence);
  if (info->rejected_size == 0)
    return;
  pel_pack_u32 (out, (guint32)info->rejected_x);
  pel_pack_u32 (out, (guint32)info->rejected_y);
  pel_pack_u32 (out, info->rejected_size);
}

static gboolean
unpack_info (PelUnpacker *in, PelCellInfo *info)
{
  const guint8 *name;
  gsize length;
  guint32 origin, flags;
  guint64 confidence;

  pel_cell_info_init (info);
  if (pel_unpack_u32 (in) == 0)
    return FALSE;
  name = pel_unpack_bytes (in, &length);
  if (name != NULL && length > 0 && g_utf8_validate_len ((const char *)name, length, NULL))
    {
      g_autofree char *text = g_strndup ((const char *)name, length);

      info->class_name = g_intern_string (text);
    }
  origin = pel_unpack_u32 (in);
  info->origin = (PelCellOrigin)MIN (origin, PEL_CELL_ORIGIN_CORRECTED);
  flags = pel_unpack_u32 (in);
  info->reviewed = (flags & INFO_REVIEWED) != 0;
  confidence = pel_unpack_u64 (in);
  memcpy (&info->confidence, &confidence, sizeof confidence);
  if (flags & INFO_REJECTED)
    {
      info->rejected_x = (gint32)pel_unpack_u32 (in);
      info->rejected_y = (gint32)pel_unpack_u32 (in);
      info->rejected_size = pel_unpack_u32 (in);
    }
  return TRUE;
}

GByteArray *
pel_journal_pack_step (const PelJournalStep *step)
{
  GByteArray *out = g_byte_array_new ();
  Deflater deflater;
  GByteArray *raw;

  pel_pack_bytes (out, step->name, strlen (step->name));
  deflater_begin (&deflater, out);
  raw = deflater.raw;
  pel_pack_u32 (raw, step->tiles->len);
  for (guint i = 0; i < step->tiles->len; i++)
    {
      const PelJournalTile *tile = &g_array_index (step->tiles, PelJournalTile, i);

      pel_pack_u32 (raw, tile->tile);
      pack_tile (raw, tile->before);
      pack_tile (raw, tile->after);
      deflater_go_on (&deflater);
    }
  pel_pack_u32 (raw, step->infos->len);
  for (guint i = 0; i < step->infos->len; i++)
    {
      const PelJournalInfo *info = &g_array_index (step->infos, PelJournalInfo, i);

      pel_pack_u32 (raw, info->label);
      pack_info (raw, info->had_before, &info->before);
      pack_info (raw, info->has_after, &info->after);
      deflater_go_on (&deflater);
    }
  deflater_end (&deflater);
  return out;
}

char *
pel_journal_unpack_step_name (const guint8 *data, gsize length)
{
  PelUnpacker in = { data, length, TRUE, NULL };
  gsize size;
  const guint8 *name = pel_unpack_bytes (&in, &size);

  return name != NULL ? g_utf8_make_valid ((const char *)name, (gssize)size) : g_strdup ("");
}

/* A tile that is wanted, or past one that is not. */
static PelLabelTile *
unpack_side (PelUnpacker *in, gboolean wanted)
{
  PelLabelTile *tile = NULL;
  gsize size;

  if (wanted)
    tile = unpack_tile (in);
  if (wanted ? tile == NULL : pel_unpack_bytes (in, &size) == NULL)
    in->good = FALSE;
  return tile;
}

PelJournalStep *
pel_journal_unpack_step (const guint8 *data, gsize length, PelJournalSides sides, GError **error)
{
  PelUnpacker packed = { data, length, TRUE, NULL };
  g_autoptr (PelJournalStep) step = NULL;
  g_autofree char *name = pel_journal_unpack_step_name (data, length);
  PelUnpacker in;
  PelInflater inflater;
  gsize size;
  guint32 n;

  (void)pel_unpack_bytes (&packed, &size);
  step = pel_journal_step_new (name);
  (void)inflater_begin (&inflater, &packed, &in);
  n = pel_unpack_u32 (&in);
  for (guint32 i = 0; i < n && in.good; i++)
    {
      PelJournalTile tile = { .tile = pel_unpack_u32 (&in) };

      tile.before = unpack_side (&in, (sides & PEL_JOURNAL_BEFORE) != 0);
      tile.after = unpack_side (&in, (sides & PEL_JOURNAL_AFTER) != 0);
      g_array_append_val (step->tiles, tile);
    }
  n = pel_unpack_u32 (&in);
  for (guint32 i = 0; i < n && in.good; i++)
    {
      PelJournalInfo info = { .label = pel_unpack_u32 (&in) };

      info.had_before = unpack_info (&in, &info.before);
      info.has_after = unpack_info (&in, &info.after);
      g_array_append_val (step->infos, info);
    }
  if (!inflater_end (&inflater, &in))
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  return g_steal_pointer (&step);
}

static void
journal_tile_clear (gpointer data)
{
  PelJournalTile *tile = data;

  g_clear_pointer (&tile->before, pel_label_tile_unref);
  g_clear_pointer (&tile->after, pel_label_tile_unref);
}

PelJournalStep *
pel_journal_step_new (const char *name)
{
  PelJournalStep *step = g_new0 (PelJournalStep, 1);

  step->name = g_strdup (name);
  step->tiles = g_array_new (FALSE, FALSE, sizeof (PelJournalTile));
  g_array_set_clear_func (step->tiles, journal_tile_clear);
  step->infos = g_array_new (FALSE, FALSE, sizeof (PelJournalInfo));
  return step;
}

void
pel_journal_step_free (PelJournalStep *step)
{
  g_array_unref (step->tiles);
  g_array_unref (step->infos);
  g_free (step->name);
  g_free (step);
}
