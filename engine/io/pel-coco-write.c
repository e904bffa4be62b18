/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-coco.h"

#include <string.h>

#include "engine/io/pel-cell-polygons.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-json-text.h"
#include "engine/io/pel-rle.h"

struct PelCocoWriter
{
  PelCocoShape shape;
  GString *images, *annotations;
  GPtrArray *categories; /* names; the first is what cells without a class are */
  guint n_images, n_annotations;
};

PelCocoWriter *
pel_coco_writer_new (PelCocoShape shape)
{
  PelCocoWriter *self = g_new0 (PelCocoWriter, 1);

  self->shape = shape;
  self->images = g_string_new (NULL);
  self->annotations = g_string_new (NULL);
  self->categories = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->categories, g_strdup ("cell"));
  return self;
}

void
pel_coco_writer_free (PelCocoWriter *self)
{
  if (self == NULL)
    return;
  g_string_free (self->images, TRUE);
  g_string_free (self->annotations, TRUE);
  g_ptr_array_unref (self->categories);
  g_free (self);
}

/* From 1. */
static guint
find_category (PelCocoWriter *self, GHashTable *classes, guint32 label)
{
  const char *name =
      classes != NULL ? g_hash_table_lookup (classes, GUINT_TO_POINTER (label)) : NULL;

  if (name == NULL || *name == '\0')
    return 1;
  for (guint i = 0; i < self->categories->len; i++)
    if (strcmp (self->categories->pdata[i], name) == 0)
      return i + 1;
  g_ptr_array_add (self->categories, g_strdup (name));
  return self->categories->len;
}

static void
append_polygons (GString *out, const PelCellPolygons *polygons, const PelPolygonCell *cell)
{
  const PelCornerRing *rings = pel_cell_polygons_get_rings (polygons, cell);

  g_string_append_c (out, '[');
  for (gsize r = 0; r < cell->n_rings; r++)
    {
      const gint32 *xy = pel_cell_polygons_get_corners (polygons, &rings[r]);

      g_string_append (out, r > 0 ? ",[" : "[");
      for (gsize i = 0; i < 2 * rings[r].n_corners; i++)
        g_string_append_printf (out, i > 0 ? ",%d" : "%d", xy[i]);
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, ']');
}

/* Lengths in turn of what is outside and inside. */
static void
list_counts (const PelCellRun *runs, gsize n_runs, guint64 n_pixels, GArray *counts)
{
  guint64 at = 0;

  g_array_set_size (counts, 0);
  for (gsize i = 0; i < n_runs; i++)
    {
      guint64 pair[2] = { runs[i].start - at, runs[i].length };

      g_array_append_vals (counts, pair, 2);
      at = runs[i].start + runs[i].length;
    }
  if (at < n_pixels)
    {
      guint64 rest = n_pixels - at;

      g_array_append_val (counts, rest);
    }
}

static void
append_counts (GString *out, const GArray *counts, gboolean packed, guint width, guint height)
{
  const guint64 *values = (const guint64 *)(gconstpointer)counts->data;

  g_string_append_printf (out, "{\"size\":[%u,%u],\"counts\":", height, width);
  if (packed)
    {
      g_autofree char *text = pel_rle_pack (values, counts->len);

      pel_json_append_string (out, text);
    }
  else
    {
      g_string_append_c (out, '[');
      for (guint i = 0; i < counts->len; i++)
        g_string_append_printf (out, i > 0 ? ",%" G_GUINT64_FORMAT : "%" G_GUINT64_FORMAT,
                                values[i]);
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, '}');
}

static void
add_cell (PelCocoWriter *self,
          const PelCellPolygons *polygons,
          const PelPolygonCell *outline,
          const PelRunIndex *runs,
          const PelRunCell *cell,
          const PelLabels *labels,
          GHashTable *classes)
{
  GString *out = self->annotations;
  guint width = pel_labels_get_width (labels), height = pel_labels_get_height (labels);
  const PelRect *box = &outline->bounds;

  g_string_append_printf (
      out,
      "%s\n{\"id\":%u,\"image_id\":%u,\"category_id\":%u,\"label\":%u,"
      "\"iscrowd\":0,\"area\":%" G_GUINT64_FORMAT ",\"bbox\":[%d,%d,%d,%d],\"segmentation\":",
      self->n_annotations > 0 ? "," : "", self->n_annotations + 1, self->n_images,
      find_category (self, classes, outline->label), outline->label, outline->n_pixels, box->x,
      box->y, box->width, box->height);
  self->n_annotations++;
  if (self->shape == PEL_COCO_POLYGONS && outline->n_polygons == outline->n_rings)
    append_polygons (out, polygons, outline);
  else
    {
      g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (guint64));

      list_counts (pel_run_index_get_runs (runs, cell), cell->n_runs, (guint64)width * height,
                   counts);
      append_counts (out, counts, self->shape == PEL_COCO_PACKED_RUNS, width, height);
    }
  g_string_append_c (out, '}');
}

gboolean
pel_coco_writer_add (PelCocoWriter *self,
                     const char *file_name,
                     PelLabels *labels,
                     GHashTable *classes,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (PelCellPolygons) polygons = pel_cell_polygons_new (labels, cancellable, error);
  g_autoptr (PelRunIndex) runs =
      polygons != NULL ? pel_run_index_new (labels, cancellable, error) : NULL;
  const PelPolygonCell *outlines;
  const PelRunCell *cells;
  guint n, n_same;

  if (runs == NULL)
    return FALSE;
  g_string_append_printf (self->images, "%s\n{\"id\":%u,\"width\":%u,\"height\":%u,\"file_name\":",
                          self->n_images > 0 ? "," : "", self->n_images + 1,
                          pel_labels_get_width (labels), pel_labels_get_height (labels));
  pel_json_append_string (self->images, file_name);
  g_string_append_c (self->images, '}');
  self->n_images++;
  outlines = pel_cell_polygons_get_cells (polygons, &n);
  cells = pel_run_index_get_cells (runs, &n_same);
  g_assert (n == n_same);
  for (guint i = 0; i < n; i++)
    add_cell (self, polygons, &outlines[i], runs, &cells[i], labels, classes);
  return TRUE;
}

gboolean
pel_coco_writer_finish (PelCocoWriter *self, const char *path, GError **error)
{
  static const char head[] = "{\"info\":{\"description\":\"Cells exported from Pellicle\","
                             "\"version\":\"" PEL_VERSION "\"},\n\"licenses\":[],\n\"images\":[";
  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  g_autoptr (GString) tail = g_string_new ("\n],\n\"categories\":[");

  if (file == NULL)
    return FALSE;
  for (guint i = 0; i < self->categories->len; i++)
    {
      g_string_append_printf (
          tail, "%s\n{\"id\":%u,\"supercategory\":\"cell\",\"name\":", i > 0 ? "," : "", i + 1);
      pel_json_append_string (tail, self->categories->pdata[i]);
      g_string_append_c (tail, '}');
    }
  g_string_append (tail, "\n]}\n");
  return pel_atomic_file_write (file, head, strlen (head), error) &&
         pel_atomic_file_write (file, self->images->str, self->images->len, error) &&
         pel_atomic_file_write (file, "\n],\n\"annotations\":[", 19, error) &&
         pel_atomic_file_write (file, self->annotations->str, self->annotations->len, error) &&
         pel_atomic_file_write (file, tail->str, tail->len, error) &&
         pel_atomic_file_commit (file, error);
}
