/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-npy.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-file.h"

/* Of the pickles' codes. */
#define EMPTY_LIST ']'
#define EMPTY_DICT '}'
#define MARK '('
#define TUPLE 't'
#define TUPLE1 '\x85'
#define TUPLE2 '\x86'
#define APPENDS 'e'
#define SETITEMS 'u'
#define REDUCE 'R'
#define BUILD 'b'
#define NEWTRUE '\x88'
#define NEWFALSE '\x89'
#define NONE 'N'

typedef struct
{
  PelAtomicFile *file;
  GString *out; /* not yet written */
  const PelLabels *labels;
  guint width, height, bytes; /* of the labels; of one of them */
  GError *error;
} Writer;

static gboolean
flush (Writer *self)
{
  if (self->error == NULL)
    pel_atomic_file_write (self->file, self->out->str, self->out->len, &self->error);
  g_string_truncate (self->out, 0);
  return self->error == NULL;
}

static void
put (Writer *self, char code)
{
  g_string_append_c (self->out, code);
}

static void
put_number (Writer *self, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    put (self, (char)(value >> (8 * i)));
}

/* BININT or LONG1. */
static void
put_int (Writer *self, gint64 value)
{
  gboolean small = value >= G_MININT32 && value <= G_MAXINT32;

  g_string_append (self->out, small ? "J" : "\x8a\x08");
  put_number (self, (guint64)value, small ? 4 : 8);
}

static void
put_text (Writer *self, const char *text)
{
  gsize n = strlen (text);

  put (self, 'X');
  put_number (self, n, 4);
  g_string_append_len (self->out, text, (gssize)n);
}

static void
put_key (Writer *self, const char *key)
{
  put_text (self, key);
}

/* An array up to its bytes: numpy.core.multiarray._reconstruct (ndarray, (0,), b"b"), and the
 * first four parts of its state. @n_axes 0 is an object's own. */
static void
begin_array (Writer *self, guint n_axes, const guint64 *axes, const char *type)
{
  gboolean ordered = type[0] == 'u' && type[1] != '1';

  g_string_append (self->out, "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n");
  put_int (self, 0);
  put (self, TUPLE1);
  g_string_append_len (self->out,
                       "C\x01"
                       "b\x87R(K\x01",
                       8);
  put (self, MARK);
  for (guint i = 0; i < n_axes; i++)
    put_int (self, (gint64)axes[i]);
  put (self, TUPLE);
  g_string_append (self->out, "cnumpy\ndtype\n");
  put_text (self, type);
  g_string_append_len (self->out, "\x89\x88\x87R(K\x03", 7);
  put_text (self, ordered ? "<" : "|");
  for (guint i = 0; i < 3; i++)
    put (self, NONE);
  put_int (self, -1);
  put_int (self, -1);
  put_int (self, type[0] == 'O' ? 63 : 0);
  put (self, TUPLE);
  put (self, BUILD);
  put (self, NEWFALSE);
}

static void
end_array (Writer *self)
{
  put (self, TUPLE);
  put (self, BUILD);
}

static void
put_bytes_head (Writer *self, guint64 n)
{
  gboolean large = n > G_MAXUINT32;

  put (self, large ? '\x8e' : 'B');
  put_number (self, n, large ? 8 : 4);
}

/* ---- labels ---- */

static gboolean
is_edge (const guint32 *rows[3], guint x, guint width)
{
  guint32 label = rows[1][x];

  return label != 0 &&
         (rows[0] == NULL || rows[0][x] != label || rows[2] == NULL || rows[2][x] != label ||
          x == 0 || rows[1][x - 1] != label || x + 1 == width || rows[1][x + 1] != label);
}

/* All pixels, or those at the inner side of the cells' edges; the others as 0. */
static gboolean
put_labels (Writer *self, gboolean edges, GCancellable *cancellable)
{
  guint width = self->width, height = self->height;
  g_autofree guint32 *lines = g_new (guint32, 3 * (gsize)width);
  guint64 axes[2] = { height, width };

  begin_array (self, 2, axes, self->bytes == 2 ? "u2" : "u4");
  put_bytes_head (self, (guint64)width * height * self->bytes);
  for (guint y = 0; y < height; y++)
    {
      const guint32 *rows[3] = { NULL, lines + (gsize)(y % 3) * width, NULL };

      for (guint k = y > 0 ? y + 1 : 0; k <= MIN (y + 1, height - 1); k++)
        pel_labels_read (self->labels, &(PelRect){ 0, (gint)k, (gint)width, 1 },
                         lines + (gsize)(k % 3) * width, width);
      rows[0] = y > 0 ? lines + (gsize)((y - 1) % 3) * width : NULL;
      rows[2] = y + 1 < height ? lines + (gsize)((y + 1) % 3) * width : NULL;
      for (guint x = 0; x < width; x++)
        put_number (self, !edges || is_edge (rows, x, width) ? rows[1][x] : 0, self->bytes);
      if (!flush (self) || g_cancellable_set_error_if_cancelled (cancellable, &self->error))
        return FALSE;
    }
  end_array (self);
  return TRUE;
}

static void
put_flags (Writer *self, guint64 n)
{
  begin_array (self, 1, &n, "b1");
  put_bytes_head (self, n);
  for (guint64 i = 0; i < n; i++)
    put (self, 0);
  end_array (self);
}

/* [[], [], [], [], [[]]] */
static void
put_flows (Writer *self)
{
  static const char codes[] = { EMPTY_LIST, MARK, EMPTY_LIST, EMPTY_LIST, EMPTY_LIST, EMPTY_LIST,
                                EMPTY_LIST, MARK, EMPTY_LIST, APPENDS,    APPENDS };

  g_string_append_len (self->out, codes, sizeof codes);
}

static void
put_head (Writer *self)
{
  static const char text[] = "{'descr': '|O', 'fortran_order': False, 'shape': (), }";
  gboolean large = (guint64)self->width * self->height * self->bytes > G_MAXUINT32;

  g_string_append_len (self->out, "\x93NUMPY\x01\x00\x76\x00", 10);
  g_string_append (self->out, text);
  for (gsize i = sizeof text - 1; i < 117; i++)
    put (self, ' ');
  put (self, '\n');
  put (self, '\x80');
  put (self, large ? 4 : 3);
}

static gboolean
put_all (Writer *self, const char *image_path, guint32 max, GCancellable *cancellable)
{
  put_head (self);
  begin_array (self, 0, NULL, "O8");
  put (self, EMPTY_LIST);
  put (self, MARK);
  put (self, EMPTY_DICT);
  put (self, MARK);
  put_key (self, "outlines");
  if (!put_labels (self, TRUE, cancellable))
    return FALSE;
  put_key (self, "masks");
  if (!put_labels (self, FALSE, cancellable))
    return FALSE;
  put_key (self, "chan_choose");
  put (self, EMPTY_LIST);
  put (self, MARK);
  put_int (self, 0);
  put_int (self, 0);
  put (self, APPENDS);
  put_key (self, "ismanual");
  put_flags (self, max);
  put_key (self, "manual_changes");
  put (self, EMPTY_LIST);
  put_key (self, "filename");
  put_text (self, image_path != NULL ? image_path : "");
  put_key (self, "flows");
  put_flows (self);
  put_key (self, "diameter");
  put (self, NONE);
  put (self, SETITEMS);
  put (self, APPENDS);
  end_array (self);
  put (self, '.');
  return flush (self);
}

gboolean
pel_npy_write_seg (const char *path,
                   PelLabels *labels,
                   const char *image_path,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  g_autoptr (GString) out = g_string_new (NULL);
  guint32 max = pel_labels_get_max (labels);
  g_autofree char *name =
      image_path != NULL ? g_filename_to_utf8 (image_path, -1, NULL, NULL, NULL) : NULL;
  Writer writer = { .file = file,
                    .out = out,
                    .labels = labels,
                    .width = pel_labels_get_width (labels),
                    .height = pel_labels_get_height (labels),
                    .bytes = max < 65535 ? 2 : 4 };

  if (file == NULL)
    return FALSE;
  /* A flag for each number up to the highest goes into the file. */
  if (max > (1u << 28))
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
                           _ ("its label numbers are too large for Cellpose; renumber its cells"));
      return FALSE;
    }
  if (!put_all (&writer, name, max, cancellable))
    {
      g_propagate_error (error, writer.error);
      return FALSE;
    }
  return pel_atomic_file_commit (file, error);
}
