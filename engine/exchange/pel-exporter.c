/* SPDX-License-Identifier: MIT */
#include "engine/exchange/pel-exporter.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-coco.h"
#include "engine/io/pel-csv.h"
#include "engine/io/pel-file.h"
#include "engine/io/pel-geojson.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-kaggle.h"
#include "engine/io/pel-labels-io.h"
#include "engine/io/pel-npy.h"
#include "engine/io/pel-roi-zip.h"
#include "engine/measure/pel-overlay.h"
#include "engine/segment/pel-label-index.h"

/* More cells than a 16-bit PNG of Cellpose's can number. */
#define MAX_PNG_CELLS 65534

struct PelExporter
{
  PelExportFormat format;
  const PelExportFormatInfo *info;
  char *folder; /* nullable */
  char *file;   /* nullable: the only one */
  PelCocoWriter *coco;
  PelCsv *csv;
  guint n_images, n_cells;
};

/* ---- where to ---- */

static gboolean
make_folder (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  pel_file_set_error (error, path, errno);
  return FALSE;
}

static gboolean
begin_shared (PelExporter *self, GError **error)
{
  switch (self->format)
    {
    case PEL_EXPORT_COCO:
      self->coco = pel_coco_writer_new (PEL_COCO_POLYGONS);
      return TRUE;
    case PEL_EXPORT_COCO_RUNS:
      self->coco = pel_coco_writer_new (PEL_COCO_RUNS);
      return TRUE;
    case PEL_EXPORT_COCO_PACKED:
      self->coco = pel_coco_writer_new (PEL_COCO_PACKED_RUNS);
      return TRUE;
    case PEL_EXPORT_KAGGLE:
      self->csv = pel_csv_new (self->file, error);
      if (self->csv != NULL)
        pel_kaggle_write_header (self->csv);
      return self->csv != NULL;
    case PEL_EXPORT_TIFF:
    case PEL_EXPORT_PNG:
    case PEL_EXPORT_ROI:
    case PEL_EXPORT_GEOJSON:
    case PEL_EXPORT_NPY:
    case PEL_EXPORT_CP_MASKS:
    case PEL_EXPORT_OVERLAY:
    case PEL_EXPORT_SVG:
    case PEL_N_EXPORT_FORMATS:
    default:
      return TRUE;
    }
}

/* The last ending of the format's files: `_rois.zip` is a zip archive. */
static gboolean
is_file_of (const char *path, const PelExportFormatInfo *info)
{
  const char *ending = strrchr (info->suffix, '.');
  gsize n = strlen (path), m = strlen (ending);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;
  return n > m && g_ascii_strcasecmp (path + n - m, ending) == 0;
}

PelExporter *
pel_exporter_new (PelExportFormat format, const char *path, GError **error)
{
  g_autoptr (PelExporter) self = g_new0 (PelExporter, 1);
  g_autofree char *folder = NULL;

  g_return_val_if_fail (path != NULL && format < PEL_N_EXPORT_FORMATS, NULL);

  self->format = format;
  self->info = pel_export_format_get_info (format);
  if (is_file_of (path, self->info))
    self->file = g_strdup (path);
  else if (self->info->file_name != NULL)
    self->file = g_build_filename (path, self->info->file_name, NULL);
  else
    self->folder = g_strdup (path);
  folder = self->file != NULL ? g_path_get_dirname (self->file) : g_strdup (self->folder);
  if (!make_folder (folder, error) || !begin_shared (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
pel_exporter_free (PelExporter *self)
{
  if (self == NULL)
    return;
  pel_coco_writer_free (self->coco);
  pel_csv_free (self->csv);
  g_free (self->folder);
  g_free (self->file);
  g_free (self);
}

char *
pel_exporter_get_target (const PelExporter *self, const char *name)
{
  g_autofree char *file = NULL;

  if (self->file != NULL)
    return g_strdup (self->file);
  if (name == NULL)
    return g_strdup (self->folder);
  file = g_strconcat (name, self->info->suffix, NULL);
  return g_build_filename (self->folder, file, NULL);
}

/* ---- measurements ---- */

/* The item's table, or one made here, which is then in @own. */
static const PelCellTable *
get_table (const PelExporterItem *item,
           PelPool *pool,
           PelCellTable **own,
           GCancellable *cancellable,
           GError **error)
{
  if (item->table != NULL)
    return item->table;
  *own = pel_measure_cells (item->labels, item->image, item->probability, &item->measure, pool,
                            cancellable, error);
  return *own;
}

/* What a feature of GeoJSON tells of a cell. */
typedef struct
{
  const PelCellTable *table;
  GHashTable *classes;
  gboolean in_um;
  double values[2 * PEL_N_QUANTITIES];
  gconstpointer pairs[4 * PEL_N_QUANTITIES + 1];
} Features;

static void
describe_cell (guint32 label, PelGeojsonCell *cell, gpointer data)
{
  Features *features = data;
  gint row = pel_cell_table_find (features->table, label);
  guint n = 0;

  pel_label_colour (label, PEL_LABEL_PALETTE_VIVID, cell->rgb);
  if (features->classes != NULL)
    cell->class_name = g_hash_table_lookup (features->classes, GUINT_TO_POINTER (label));
  for (guint i = 0; row >= 0 && i < PEL_N_QUANTITIES; i++)
    {
      const PelQuantity *quantity = pel_quantity_get ((PelQuantityId)i);
      double values[2] = { pel_cell_table_get (features->table, (guint)row, quantity->id),
                           pel_cell_table_get_um (features->table, (guint)row, quantity->id) };
      const char *names[2] = { quantity->column, quantity->column_um };

      for (guint k = 0; k < 2; k++)
        {
          if (names[k] == NULL || !isfinite (values[k]))
            continue;
          features->values[n] = values[k];
          features->pairs[2 * n] = names[k];
          features->pairs[2 * n + 1] = &features->values[n];
          n++;
        }
    }
  features->pairs[2 * n] = NULL;
  cell->measurements = features->pairs;
}

static gboolean
write_geojson (const PelExporterItem *item,
               const char *path,
               PelPool *pool,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (PelCellTable) own = NULL;
  const PelCellTable *table = get_table (item, pool, &own, cancellable, error);
  g_autofree Features *features = g_new0 (Features, 1);

  if (table == NULL)
    return FALSE;
  features->table = table;
  features->classes = item->classes;
  return pel_geojson_write (path, item->labels, item->page, describe_cell, features, cancellable,
                            error);
}

static gboolean
write_picture (const PelExporterItem *item,
               gboolean as_vectors,
               const char *path,
               PelPool *pool,
               GCancellable *cancellable,
               GError **error)
{
  PelContourOptions options = { .level = item->measure.threshold };
  g_autoptr (PelContourSet) contours = NULL;
  g_autoptr (PelCellTable) own = NULL;
  const PelCellTable *table;
  g_autofree guint8 *rgba = NULL;
  guint width, height;

  if (item->image == NULL)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   /* Translators: an image’s name */
                   _ ("%s: a picture needs the image itself; name the folder of images too"),
                   item->name);
      return FALSE;
    }
  contours = pel_contours_trace (item->labels, item->probability, &options, cancellable, error);
  table = contours != NULL ? get_table (item, pool, &own, cancellable, error) : NULL;
  if (table == NULL)
    return FALSE;
  if (as_vectors)
    return pel_overlay_save_svg (path, item->image, contours, table, NULL, error);
  width = pel_image_get_width (item->image);
  height = pel_image_get_height (item->image);
  rgba = pel_overlay_render (item->image, contours, table, NULL, error);
  return rgba != NULL &&
         pel_image_save_png_rgba (path, rgba, width, height, (gsize)width * 4, error);
}

/* ---- the formats ---- */

/* What COCO calls the image: its file, or for a page of a stack what a file of it would be. */
static char *
get_file_name (const PelExporterItem *item)
{
  if (item->image_path != NULL && item->page == 0)
    return g_path_get_basename (item->image_path);
  return g_strconcat (item->name, ".tif", NULL);
}

static gboolean
write_cp_masks (const PelExporterItem *item, const char *path, GError **error)
{
  gsize n = strlen (path);

  if (pel_labels_get_max (item->labels) <= MAX_PNG_CELLS)
    return pel_labels_save_png (item->labels, path, item->measure.um_x, item->measure.um_y, error);
  g_autofree char *tiff = g_strdup_printf ("%.*s.tif", (int)(n - strlen (".png")), path);
  return pel_labels_save_tiff (item->labels, tiff, item->measure.um_x, item->measure.um_y, error);
}

static gboolean
write_item (PelExporter *self,
            const PelExporterItem *item,
            const char *path,
            PelPool *pool,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *file_name = get_file_name (item);

  switch (self->format)
    {
    case PEL_EXPORT_TIFF:
      return pel_labels_save_tiff (item->labels, path, item->measure.um_x, item->measure.um_y,
                                   error);
    case PEL_EXPORT_PNG:
      return pel_labels_save_png (item->labels, path, item->measure.um_x, item->measure.um_y,
                                  error);
    case PEL_EXPORT_ROI:
      return pel_roi_zip_write (path, item->labels, item->page, cancellable, error);
    case PEL_EXPORT_GEOJSON:
      return write_geojson (item, path, pool, cancellable, error);
    case PEL_EXPORT_COCO:
    case PEL_EXPORT_COCO_RUNS:
    case PEL_EXPORT_COCO_PACKED:
      return pel_coco_writer_add (self->coco, file_name, item->labels, item->classes, cancellable,
                                  error);
    case PEL_EXPORT_KAGGLE:
      return pel_kaggle_write (self->csv, item->name, item->labels, cancellable, error);
    case PEL_EXPORT_NPY:
      return pel_npy_write_seg (path, item->labels, file_name, cancellable, error);
    case PEL_EXPORT_CP_MASKS:
      return write_cp_masks (item, path, error);
    case PEL_EXPORT_OVERLAY:
      return write_picture (item, FALSE, path, pool, cancellable, error);
    case PEL_EXPORT_SVG:
      return write_picture (item, TRUE, path, pool, cancellable, error);
    case PEL_N_EXPORT_FORMATS:
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* A message about the content says whose it is; one of the system names the file already. */
static void
name_item (GError **error, const char *name)
{
  if (error != NULL && *error != NULL && (*error)->domain == PEL_ENGINE_ERROR &&
      !g_str_has_prefix ((*error)->message, name))
    g_prefix_error (error, "%s: ", name);
}

gboolean
pel_exporter_add (PelExporter *self,
                  const PelExporterItem *item,
                  PelPool *pool,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autofree char *path = pel_exporter_get_target (self, item->name);
  g_autoptr (GError) problem = NULL;
  g_autoptr (PelLabelIndex) index = NULL;
  guint n_cells;

  if (self->file != NULL && self->info->file_name == NULL && self->n_images > 0)
    {
      g_set_error (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
          /* Translators: an image’s name, and a file */
          _ ("%s: its cells do not fit into %s, which holds those of another image; name a "
             "folder instead"),
          item->name, self->file);
      return FALSE;
    }
  index = pel_label_index_new (item->labels, NULL, 0, cancellable, &problem);
  if (index == NULL || !write_item (self, item, path, pool, cancellable, &problem))
    {
      name_item (&problem, item->name);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  pel_label_index_get_entries (index, &n_cells);
  self->n_cells += n_cells;
  self->n_images++;
  return TRUE;
}

gboolean
pel_exporter_finish (PelExporter *self, GError **error)
{
  if (self->coco != NULL)
    return pel_coco_writer_finish (self->coco, self->file, error);
  return self->csv == NULL || pel_csv_finish (self->csv, error);
}

guint
pel_exporter_get_n_images (const PelExporter *self)
{
  return self->n_images;
}

guint
pel_exporter_get_n_cells (const PelExporter *self)
{
  return self->n_cells;
}
