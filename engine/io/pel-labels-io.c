/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-labels-io.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io-private.h"
#include "engine/io/pel-tiff-write.h"
#include "engine/segment/pel-components.h"

/* Half of white in an 8-bit JPEG. */
#define JPEG_THRESHOLD 128
/* A mask has fewer cells than this; a photograph has more colours. */
#define MAX_COLOURS 65535

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED, message);
  return FALSE;
}

/* ---- numbers to labels ---- */

#define COPY_UNSIGNED(T)                                                                           \
  {                                                                                                \
    const T *in = plane;                                                                           \
    for (gsize i = 0; i < n; i++)                                                                  \
      {                                                                                            \
        too_large = too_large || (guint64)in[i] > G_MAXUINT32;                                     \
        out[i] = (guint32)in[i];                                                                   \
      }                                                                                            \
    break;                                                                                         \
  }

#define COPY_SIGNED(T)                                                                             \
  {                                                                                                \
    const T *in = plane;                                                                           \
    for (gsize i = 0; i < n; i++)                                                                  \
      {                                                                                            \
        negative = negative || in[i] < 0;                                                          \
        too_large = too_large || (gint64)in[i] > (gint64)G_MAXUINT32;                              \
        out[i] = (guint32)in[i];                                                                   \
      }                                                                                            \
    break;                                                                                         \
  }

#define COPY_FLOAT(T, FLOOR)                                                                       \
  {                                                                                                \
    const T *in = plane;                                                                           \
    for (gsize i = 0; i < n; i++)                                                                  \
      {                                                                                            \
        T v = in[i];                                                                               \
        if (!isfinite (v) || FLOOR (v) != v)                                                       \
          fraction = TRUE;                                                                         \
        else if (v < 0)                                                                            \
          negative = TRUE;                                                                         \
        else if (v >= (T)4294967296.0)                                                             \
          too_large = TRUE;                                                                        \
        else                                                                                       \
          out[i] = (guint32)v;                                                                     \
      }                                                                                            \
    break;                                                                                         \
  }

static gboolean
copy_numbers (const PelImage *image, guint32 *out, GError **error)
{
  gsize n = (gsize)pel_image_get_width (image) * pel_image_get_height (image);
  const void *plane = pel_image_get_plane (image, 0);
  gboolean negative = FALSE, too_large = FALSE, fraction = FALSE;

  switch (pel_image_get_sample_type (image))
    {
    case PEL_SAMPLE_U8:
      COPY_UNSIGNED (guint8)
    case PEL_SAMPLE_U16:
      COPY_UNSIGNED (guint16)
    case PEL_SAMPLE_U32:
      COPY_UNSIGNED (guint32)
    case PEL_SAMPLE_U64:
      COPY_UNSIGNED (guint64)
    case PEL_SAMPLE_I8:
      COPY_SIGNED (gint8)
    case PEL_SAMPLE_I16:
      COPY_SIGNED (gint16)
    case PEL_SAMPLE_I32:
      COPY_SIGNED (gint32)
    case PEL_SAMPLE_I64:
      COPY_SIGNED (gint64)
    case PEL_SAMPLE_F32:
      COPY_FLOAT (float, floorf)
    case PEL_SAMPLE_F64:
      COPY_FLOAT (double, floor)
    default:
      g_assert_not_reached ();
    }
  if (fraction)
    return refuse (error, _ ("a mask holds whole numbers, but this file has fractions; if it is a "
                             "probability map, save it as labels or as black and white first"));
  if (negative)
    return refuse (
        error, _ ("a mask cannot hold negative numbers; save its labels as 1, 2, 3, … with 0 for "
                  "the background"));
  if (too_large)
    return refuse (error, _ ("its label numbers are too large; renumber its cells from 1"));
  return TRUE;
}

/* ---- colours to labels ---- */

static guint64
colour_at (const PelImage *image, gsize i)
{
  guint64 code = 0;

  for (guint c = 0; c < 3; c++)
    {
      const void *plane = pel_image_get_plane (image, c);
      guint64 v = pel_image_get_sample_type (image) == PEL_SAMPLE_U8 ? ((const guint8 *)plane)[i]
                                                                     : ((const guint16 *)plane)[i];
      code = code << 16 | v;
    }
  return code;
}

static gint
compare_codes (gconstpointer a, gconstpointer b)
{
  guint64 x = **(const guint64 *const *)a, y = **(const guint64 *const *)b;
  return x < y ? -1 : x > y;
}

/* Numbers the colours of @image in the order of their codes, black as 0. */
static gboolean
copy_colours (const PelImage *image, guint32 *out, GError **error)
{
  gsize n = (gsize)pel_image_get_width (image) * pel_image_get_height (image);
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  guint64 last = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint64 code = colour_at (image, i);
      if (code == 0 || code == last)
        continue;
      last = code;
      if (!g_hash_table_contains (table, &code))
        g_hash_table_insert (table, g_memdup2 (&code, sizeof code), NULL);
      if (g_hash_table_size (table) > MAX_COLOURS)
        return refuse (error,
                       _ ("it has more colours than a mask can have; choose the mask, not the "
                          "picture"));
    }

  guint n_colours = 0;
  g_autofree gpointer *codes = g_hash_table_get_keys_as_array (table, &n_colours);
  qsort (codes, n_colours, sizeof *codes, compare_codes);
  for (guint i = 0; i < n_colours; i++)
    {
      guint64 *key = codes[i];
      g_hash_table_steal (table, key);
      g_hash_table_insert (table, key, GUINT_TO_POINTER (i + 1));
    }

  guint32 label = 0;
  last = 0;
  for (gsize i = 0; i < n; i++)
    {
      guint64 code = colour_at (image, i);
      if (code != last)
        {
          label = code == 0 ? 0 : GPOINTER_TO_UINT (g_hash_table_lookup (table, &code));
          last = code;
        }
      out[i] = label;
    }
  return TRUE;
}

static gboolean
is_coloured (const PelImage *image)
{
  gsize bytes = pel_image_get_n_bytes (image) / pel_image_get_n_channels (image);

  return pel_image_is_rgb (image) &&
         (memcmp (pel_image_get_plane (image, 0), pel_image_get_plane (image, 1), bytes) != 0 ||
          memcmp (pel_image_get_plane (image, 0), pel_image_get_plane (image, 2), bytes) != 0);
}

/* ---- one file ---- */

static void
cut_at_half (const PelImage *image, guint32 *out)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  g_autofree float *row = g_new (float, width);

  for (guint y = 0; y < height; y++)
    {
      PelRect rect = { 0, (gint)y, (gint)width, 1 };
      pel_image_read_float (image, PEL_CHANNEL_LUMINANCE, &rect, row, width);
      for (guint x = 0; x < width; x++)
        *out++ = row[x] >= JPEG_THRESHOLD;
    }
}

/* The numbers that a mask file holds, before anything is split. */
static gboolean
copy_values (const PelImage *image,
             const PelImageInfo *info,
             guint32 *out,
             PelLabelsReading *reading,
             GError **error)
{
  guint n_signals = pel_image_get_n_channels (image) - (pel_image_has_alpha (image) ? 1 : 0);
  gsize size = pel_sample_type_get_size (pel_image_get_sample_type (image));

  *reading = PEL_LABELS_READING_LABELS;
  if (info->is_lossy)
    {
      *reading = PEL_LABELS_READING_LOSSY;
      cut_at_half (image, out);
      return TRUE;
    }
  if (n_signals > 1 && !(pel_image_is_rgb (image) && size <= 2))
    return refuse (error,
                   _ ("a mask has one channel, but this file has several; save the one with the "
                      "labels by itself"));
  if (is_coloured (image))
    {
      *reading = PEL_LABELS_READING_COLOURS;
      return copy_colours (image, out, error);
    }
  return copy_numbers (image, out, error);
}

/* How many different values there are besides zero: 0, 1, or 2 for more. */
static guint
count_values (const guint32 *values, gsize n)
{
  guint32 first = 0;

  for (gsize i = 0; i < n; i++)
    if (values[i] != 0 && values[i] != first)
      {
        if (first != 0)
          return 2;
        first = values[i];
      }
  return first != 0;
}

static PelImage *
load_upright (const char *path,
              guint page,
              PelImageInfo *info,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GError) local = NULL;
  PelImage *image = pel_image_load_stored (path, page, cancellable, info, error);
  if (image == NULL)
    return NULL;
  image = pel_image_make_upright (image, info->orientation, &local);
  if (image != NULL && !pel_image_check_size (pel_image_get_width (image),
                                              pel_image_get_height (image), 1, 4, &local))
    g_clear_pointer (&image, pel_image_unref);
  if (image == NULL)
    {
      g_autofree char *name = g_filename_display_name (path);
      g_prefix_error (&local, "%s: ", name);
      g_propagate_error (error, g_steal_pointer (&local));
    }
  return image;
}

static guint32 *
allocate_labels (gsize n, GError **error)
{
  guint32 *values = g_try_new0 (guint32, n);
  if (values == NULL)
    g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                         _ ("there is not enough free memory to read it; close other programs and "
                            "try again"));
  return values;
}

static PelLabels *
interpret (const PelImage *image,
           const PelImageInfo *info,
           PelLabelsLoadFlags flags,
           PelLabelsReading *reading,
           GError **error)
{
  guint width = pel_image_get_width (image), height = pel_image_get_height (image);
  gsize n = (gsize)width * height;
  g_autofree guint32 *values = allocate_labels (n, error);

  if (values == NULL || !copy_values (image, info, values, reading, error))
    return NULL;

  gboolean split = *reading == PEL_LABELS_READING_LOSSY;
  if ((flags & PEL_LABELS_LOAD_INVERT) != 0)
    {
      for (gsize i = 0; i < n; i++)
        values[i] = values[i] == 0;
      *reading = PEL_LABELS_READING_FOREGROUND;
      split = TRUE;
    }
  guint n_values = count_values (values, n);
  if (n_values == 0)
    *reading = PEL_LABELS_READING_EMPTY;
  else if (info->is_labels && (flags & PEL_LABELS_LOAD_INVERT) == 0)
    *reading = PEL_LABELS_READING_OWN;
  else if (n_values == 1 && *reading != PEL_LABELS_READING_LOSSY)
    {
      *reading = PEL_LABELS_READING_FOREGROUND;
      split = TRUE;
    }
  if (split &&
      !pel_components_plane (values, width, height, PEL_CONNECTIVITY_4, values, NULL, error))
    return NULL;
  return pel_labels_new_from_data (width, height, values, width, error);
}

/* ---- a folder with one file for each cell ---- */

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static GPtrArray *
list_folder (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  if (dir == NULL)
    return NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    if (pel_image_path_is_candidate (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* Marks the cell of one file in @values; their size is set by the first file. */
static gboolean
add_cell (const char *path,
          guint32 label,
          guint32 **values,
          guint *width,
          guint *height,
          GCancellable *cancellable,
          GError **error)
{
  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (PelImage) image = load_upright (path, 0, &info, cancellable, error);
  if (image == NULL)
    return FALSE;

  guint w = pel_image_get_width (image), h = pel_image_get_height (image);
  gsize n = (gsize)w * h;
  if (*values == NULL)
    {
      *values = allocate_labels (n, error);
      if (*values == NULL)
        return FALSE;
      *width = w;
      *height = h;
    }
  g_autofree char *name = g_filename_display_name (path);
  if (w != *width || h != *height)
    {
      g_set_error (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
          /* Translators: a file, its width and height, and those of the others */
          _ ("%s: it has %u x %u pixels and the other masks of its folder %u x %u; put masks "
             "of one image only into a folder"),
          name, w, h, *width, *height);
      return FALSE;
    }

  g_autofree guint32 *own = allocate_labels (n, error);
  PelLabelsReading reading;
  g_autoptr (GError) local = NULL;
  if (own == NULL)
    return FALSE;
  if (!copy_values (image, &info, own, &reading, &local))
    {
      g_prefix_error (&local, "%s: ", name);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (gsize i = 0; i < n; i++)
    if (own[i] != 0)
      (*values)[i] = label;
  return TRUE;
}

static PelLabels *
load_folder (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) names = list_folder (path, error);
  g_autofree guint32 *values = NULL;
  guint width = 0, height = 0;

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *file = g_build_filename (path, names->pdata[i], NULL);
      if (!add_cell (file, i + 1, &values, &width, &height, cancellable, error))
        return NULL;
    }
  if (values == NULL)
    {
      g_autofree char *name = g_filename_display_name (path);
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
                   /* Translators: %s is a folder */
                   _ ("%s: the folder holds no mask files; choose a mask, or the folder that holds "
                      "them"),
                   name);
      return NULL;
    }
  return pel_labels_new_from_data (width, height, values, width, error);
}

/* ---- public ---- */

PelLabels *
pel_labels_load (const char *path, guint page, GCancellable *cancellable, GError **error)
{
  return pel_labels_load_full (path, page, PEL_LABELS_LOAD_DEFAULT, NULL, cancellable, error);
}

PelLabels *
pel_labels_load_full (const char *path,
                      guint page,
                      PelLabelsLoadFlags flags,
                      PelLabelsReading *reading,
                      GCancellable *cancellable,
                      GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  PelLabelsReading own = PEL_LABELS_READING_FOLDER;
  if (reading == NULL)
    reading = &own;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      *reading = PEL_LABELS_READING_FOLDER;
      return load_folder (path, cancellable, error);
    }

  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (PelImage) image = load_upright (path, page, &info, cancellable, error);
  if (image == NULL)
    return NULL;
  g_autoptr (GError) local = NULL;
  PelLabels *labels = interpret (image, &info, flags, reading, &local);
  if (labels == NULL)
    {
      g_autofree char *name = g_filename_display_name (path);
      g_prefix_error (&local, "%s: ", name);
      g_propagate_error (error, g_steal_pointer (&local));
    }
  return labels;
}

typedef struct
{
  const PelLabels *labels;
  guint32 *row; /* for narrowing; NULL when labels are written as they are */
} PelLabelRows;

static void
label_row (guint y, gpointer out, gpointer data)
{
  const PelLabelRows *rows = data;
  guint width = pel_labels_get_width (rows->labels);
  PelRect rect = { 0, (gint)y, (gint)width, 1 };

  if (rows->row == NULL)
    {
      pel_labels_read (rows->labels, &rect, out, width);
      return;
    }
  guint16 *narrow = out;
  pel_labels_read (rows->labels, &rect, rows->row, width);
  for (guint x = 0; x < width; x++)
    narrow[x] = (guint16)rows->row[x];
}

gboolean
pel_labels_save_tiff (PelLabels *labels, const char *path, double um_x, double um_y, GError **error)
{
  g_return_val_if_fail (labels != NULL && path != NULL, FALSE);

  guint32 max = pel_labels_get_max (labels);
  guint width = pel_labels_get_width (labels);
  g_autofree guint32 *row = max <= G_MAXUINT16 ? g_new (guint32, width) : NULL;
  PelLabelRows rows = { labels, row };
  PelTiffLayout layout = {
    .width = width,
    .height = pel_labels_get_height (labels),
    .bits = max <= G_MAXUINT16 ? 16 : 32,
    .um_x = um_x,
    .um_y = um_y,
    .display_max = MAX (max, 1u),
    .software = "Pellicle " PEL_VERSION " labels",
  };
  return pel_tiff_write_grey (path, &layout, label_row, &rows, error);
}
