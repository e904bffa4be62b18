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

static const guint8 *
unpack (PelUnpacker *in, gsize length)
{
  const guint8 *data = in->data;

  if (!in->good || in->left < length)
    {
      in->good = FALSE;
      return NULL;
    }
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

/* Deflate, the unpacked length first. Memory to memory: only allocation can fail. */
static void
pack_deflated (GByteArray *out, const GByteArray *raw)
{
  g_autoptr (GZlibCompressor) deflate = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 3);
  gsize consumed = 0;

  pel_pack_u64 (out, raw->len);
  for (;;)
    {
      guint8 buffer[16384];
      gsize read = 0, written = 0;
      GConverterResult result = g_converter_convert (
          G_CONVERTER (deflate), raw->data + consumed, raw->len - consumed, buffer, sizeof buffer,
          G_CONVERTER_INPUT_AT_END, &read, &written, NULL);

      if (result == G_CONVERTER_ERROR)
        g_error ("Deflating in memory failed");
      consumed += read;
      g_byte_array_append (out, buffer, (guint)written);
      if (result == G_CONVERTER_FINISHED)
        return;
    }
}

static guint8 *
unpack_deflated (PelUnpacker *in, gsize *length)
{
  g_autoptr (GZlibDecompressor) inflate = NULL;
  g_autofree guint8 *out = NULL;
  guint64 size = pel_unpack_u64 (in);
  gsize filled = 0;

  /* Deflate cannot make more than some 1032 bytes of one. */
  if (!in->good || size > MAX_UNPACKED || size / 1100 > in->left)
    return NULL;
  out = g_try_malloc (size + 1);
  if (out == NULL)
    return NULL;
  inflate = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW);
  for (;;)
    {
      gsize read = 0, written = 0;
      GConverterResult result =
          g_converter_convert (G_CONVERTER (inflate), in->data, in->left, out + filled,
                               size + 1 - filled, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);

      in->data += read;
      in->left -= read;
      filled += written;
      if (result == G_CONVERTER_FINISHED)
        break;
      if (result == G_CONVERTER_ERROR || filled > size)
        return NULL;
    }
  if (filled != size)
    return NULL;
  *length = size;
  return g_steal_pointer (&out);
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
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();
  guint n = pel_labels_get_n_tiles_x (labels) * pel_labels_get_n_tiles_y (labels);

  for (guint i = 0; i < n; i++)
    pack_tile (raw, pel_labels_peek_tile (labels, i));
  pack_deflated (out, raw);
  return out;
}

PelLabelMap *
pel_journal_unpack_base (const guint8 *data,
                         gsize length,
                         guint width,
                         guint height,
                         GError **error)
{
  PelUnpacker packed = { data, length, TRUE };
  gsize raw_length;
  g_autofree guint8 *raw = unpack_deflated (&packed, &raw_length);
  g_autoptr (PelLabelMap) map = NULL;
  PelUnpacker in = { raw, raw_length, TRUE };
  guint n;

  if (raw == NULL)
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  map = pel_label_map_new (width, height, error);
  if (map == NULL)
    return NULL;
  n = pel_label_map_get_n_tiles_x (map) * pel_label_map_get_n_tiles_y (map);
  for (guint i = 0; i < n; i++)
    {
      PelLabelTile *tile = unpack_tile (&in);

      if (tile == NULL)
        {
          pel_journal_set_damaged (error);
          return NULL;
        }
      pel_label_tile_unref (pel_label_map_swap_tile (map, i, tile));
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
  g_autoptr (GByteArray) raw = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();

  pel_pack_u32 (raw, step->tiles->len);
  for (guint i = 0; i < step->tiles->len; i++)
    {
      const PelJournalTile *tile = &g_array_index (step->tiles, PelJournalTile, i);

      pel_pack_u32 (raw, tile->tile);
      pack_tile (raw, tile->before);
      pack_tile (raw, tile->after);
    }
  pel_pack_u32 (raw, step->infos->len);
  for (guint i = 0; i < step->infos->len; i++)
    {
      const PelJournalInfo *info = &g_array_index (step->infos, PelJournalInfo, i);

      pel_pack_u32 (raw, info->label);
      pack_info (raw, info->had_before, &info->before);
      pack_info (raw, info->has_after, &info->after);
    }
  pel_pack_bytes (out, step->name, strlen (step->name));
  pack_deflated (out, raw);
  return out;
}

char *
pel_journal_unpack_step_name (const guint8 *data, gsize length)
{
  PelUnpacker in = { data, length, TRUE };
  gsize size;
  const guint8 *name = pel_unpack_bytes (&in, &size);

  return name != NULL ? g_utf8_make_valid ((const char *)name, (gssize)size) : g_strdup ("");
}

PelJournalStep *
pel_journal_unpack_step (const guint8 *data, gsize length, GError **error)
{
  PelUnpacker packed = { data, length, TRUE };
  g_autoptr (PelJournalStep) step = NULL;
  g_autofree char *name = pel_journal_unpack_step_name (data, length);
  g_autofree guint8 *raw = NULL;
  gsize size;
  PelUnpacker in;
  guint32 n;

  (void)pel_unpack_bytes (&packed, &size);
  raw = unpack_deflated (&packed, &size);
  if (raw == NULL)
    {
      pel_journal_set_damaged (error);
      return NULL;
    }
  in = (PelUnpacker){ raw, size, TRUE };
  step = pel_journal_step_new (name);
  n = pel_unpack_u32 (&in);
  for (guint32 i = 0; i < n && in.good; i++)
    {
      PelJournalTile tile = { .tile = pel_unpack_u32 (&in) };

      tile.before = unpack_tile (&in);
      tile.after = unpack_tile (&in);
      g_array_append_val (step->tiles, tile);
      in.good = in.good && tile.before != NULL && tile.after != NULL;
    }
  n = pel_unpack_u32 (&in);
  for (guint32 i = 0; i < n && in.good; i++)
    {
      PelJournalInfo info = { .label = pel_unpack_u32 (&in) };

      info.had_before = unpack_info (&in, &info.before);
      info.has_after = unpack_info (&in, &info.after);
      g_array_append_val (step->infos, info);
    }
  if (!in.good)
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
