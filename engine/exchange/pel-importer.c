/* SPDX-License-Identifier: MIT */
#include "engine/exchange/pel-importer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-cell-file.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

/* Pages of a file of labels that are looked at. */
#define MAX_PAGES 100000

typedef struct
{
  const char *path;
  char *shown; /* the path, for messages */
  GPtrArray *targets;
  PelImportFunc func;
  gpointer data;
  GPtrArray *warnings;
  GCancellable *cancellable;
  guint n_found, n_unknown;
} Import;

void
pel_import_target_free (PelImportTarget *target)
{
  g_free (target->name);
  g_free (target->stem);
  g_free (target);
}

/* ---- which files ---- */

static gboolean
is_candidate (const char *path)
{
  return pel_cell_file_is_candidate (path) || pel_image_path_is_candidate (path);
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static gboolean
add_folder (GPtrArray *files, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &local);
  guint first = files->len;

  if (dir == NULL)
    {
      g_set_error (error, local->domain, local->code,
                   /* Translators: a folder and the system's reason */
                   _ ("%s: the folder cannot be opened (%s); check its name and its permissions"),
                   name, local->message);
      return FALSE;
    }
  for (const char *entry; (entry = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *full = g_build_filename (path, entry, NULL);

      if (entry[0] != '.' && is_candidate (entry) && g_file_test (full, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (files, g_steal_pointer (&full));
    }
  if (files->len > first)
    qsort (files->pdata + first, files->len - first, sizeof (gpointer), compare_paths);
  return TRUE;
}

GPtrArray *
pel_importer_list_files (char **paths, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; paths[i] != NULL; i++)
    if (!g_file_test (paths[i], G_FILE_TEST_IS_DIR))
      g_ptr_array_add (files, g_strdup (paths[i]));
    else if (!add_folder (files, paths[i], error))
      return NULL;
  if (files->len == 0)
    {
      g_autofree char *name = g_filename_display_name (paths[0]);

      g_set_error (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_SAMPLES,
          /* Translators: a folder */
          _ ("%s: no file there holds cells; name files of cells, or the folder that holds "
             "them"),
          name);
      return NULL;
    }
  return g_steal_pointer (&files);
}

/* ---- which image ---- */

static gint
find_target (const Import *import, const char *name)
{
  for (guint i = 0; i < import->targets->len; i++)
    {
      const PelImportTarget *target = import->targets->pdata[i];

      if (strcmp (target->name, name) == 0)
        return (gint)i;
    }
  return -1;
}

/* Where a file goes whose name tells nothing, such as RoiSet.zip: to the only image, or to the one
 * that is open. */
static gint
find_open (const Import *import)
{
  if (import->targets->len == 1)
    return 0;
  for (guint i = 0; i < import->targets->len; i++)
    {
      if (((const PelImportTarget *)import->targets->pdata[i])->is_open)
        return (gint)i;
    }
  return -1;
}

static void G_GNUC_PRINTF (2, 3) warn (Import *import, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (import->warnings, g_strdup_printf ("%s: %s", import->shown, text));
}

static void
warn_unknown (Import *import, const char *name)
{
  /* Translators: %s is an image's name */
  import->n_unknown++;
  warn (import, _ ("there is no image called “%s”, so its cells are left out"), name);
}

static void
warn_drawing (Import *import, const PelCellDrawing *drawing)
{
  if (drawing->n_outside > 0)
    warn (import,
          ngettext ("%u cell lies outside the image, or below another, and is left out",
                    "%u cells lie outside the image, or below others, and are left out",
                    drawing->n_outside),
          drawing->n_outside);
  if (drawing->n_overlapping > 0)
    {
      guint n = (guint)MIN (drawing->n_overlapping, G_MAXUINT);

      warn (import,
            ngettext ("cells overlap in %u pixel, which went to the later one",
                      "cells overlap in %u pixels, which went to the later ones", n),
            n);
    }
}

static gboolean
hand_over (Import *import,
           const char *name,
           gint target,
           PelLabels *labels,
           const PelCellDrawing *drawing,
           GError **error)
{
  const PelImportFound found = { import->path, name, target, labels, drawing };

  if (!import->func (&found, import->data, error))
    return FALSE;
  import->n_found++;
  return TRUE;
}

/* ---- sets of cells ---- */

static gboolean
draw (Import *import,
      const PelCellSet *cells,
      guint image,
      guint page,
      const char *name,
      gint target,
      guint width,
      guint height,
      GError **error)
{
  g_auto (PelCellDrawing) drawing = { 0 };
  g_autoptr (PelLabels) labels =
      pel_cell_set_draw (cells, image, page, width, height, &drawing, import->cancellable, error);

  if (labels == NULL)
    {
      g_prefix_error (error, "%s: ", import->shown);
      return FALSE;
    }
  warn_drawing (import, &drawing);
  return hand_over (import, name, target, labels, &drawing, error);
}

/* The pages of a stack that cells name; FALSE with @error set where something went wrong. */
static gboolean
draw_pages (Import *import,
            const PelCellSet *cells,
            guint image,
            const char *stem,
            gboolean *met,
            GError **error)
{
  const PelCellImage *described = pel_cell_set_get_image (cells, image);

  *met = FALSE;
  for (guint i = 0; i < import->targets->len; i++)
    {
      const PelImportTarget *target = import->targets->pdata[i];

      if (target->page == 0 || strcmp (target->stem, stem) != 0)
        continue;
      if (described->last_page == 0)
        {
          import->n_unknown++;
          warn (import,
                /* Translators: %s is an image's name */
                _ ("its cells do not tell which page of “%s” they belong to, so they are left out; "
                   "name the file like the page, such as %s"),
                stem, target->name);
          *met = TRUE;
          return TRUE;
        }
      *met = TRUE;
      if (!draw (import, cells, image, target->page, target->name, (gint)i, target->width,
                 target->height, error))
        return FALSE;
    }
  return TRUE;
}

/* Where no images were named, the file must tell their size. */
static gboolean
draw_untargeted (Import *import,
                 const PelCellSet *cells,
                 guint image,
                 const char *name,
                 GError **error)
{
  const PelCellImage *described = pel_cell_set_get_image (cells, image);

  if (described->width == 0 || described->height == 0)
    {
      g_set_error (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
          _ ("%s: the file does not tell how large the image is; name the folder of images "
             "too"),
          import->shown);
      return FALSE;
    }
  if (described->last_page == 0)
    return draw (import, cells, image, 0, name, -1, described->width, described->height, error);
  for (guint page = 1; page <= described->last_page; page++)
    {
      g_autofree char *page_name = g_strdup_printf ("%s_p%03u", name, page);

      if (!draw (import, cells, image, page, page_name, -1, described->width, described->height,
                 error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
import_image (Import *import,
              const PelCellSet *cells,
              guint image,
              const char *stem,
              GError **error)
{
  const PelCellImage *described = pel_cell_set_get_image (cells, image);
  const char *name = described->name != NULL ? described->name : stem;
  const PelImportTarget *target;
  gboolean met;
  gint index;

  if (import->targets == NULL)
    return draw_untargeted (import, cells, image, name, error);
  index = find_target (import, name);
  /* One file for one image. */
  if (index < 0 && described->name == NULL && import->targets->len == 1)
    index = 0;
  if (index >= 0)
    {
      target = import->targets->pdata[index];
      /* A page's own file may tell its page, or leave it open. */
      return draw (import, cells, image, 0, target->name, index, target->width, target->height,
                   error);
    }
  if (!draw_pages (import, cells, image, name, &met, error))
    return FALSE;
  if (met)
    return TRUE;
  index = described->name == NULL ? find_open (import) : -1;
  if (index < 0)
    {
      warn_unknown (import, name);
      return TRUE;
    }
  target = import->targets->pdata[index];
  return draw (import, cells, image, 0, target->name, index, target->width, target->height, error);
}

/* A file that names no image and has nothing in it is that of an image without cells, where it has
 * the name of one: what export writes for it. */
static gboolean
import_none (Import *import, const char *stem, GError **error)
{
  const PelCellDrawing nothing = { 0 };
  const PelImportTarget *target;
  g_autoptr (PelLabels) labels = NULL;
  gint index = import->targets != NULL ? find_target (import, stem) : -1;

  if (index < 0)
    return TRUE;
  target = import->targets->pdata[index];
  labels = pel_labels_new (target->width, target->height, error);
  return labels != NULL && hand_over (import, target->name, index, labels, &nothing, error);
}

static gboolean
import_cells (Import *import, GError **error)
{
  g_autoptr (PelCellSet) cells = pel_cell_file_read (import->path, import->cancellable, error);
  g_autofree char *stem = pel_cell_file_get_stem (import->path);
  guint n_skipped;

  if (cells == NULL)
    return FALSE;
  for (guint i = 0; i < pel_cell_set_get_n_images (cells); i++)
    {
      const PelCellImage *image = pel_cell_set_get_image (cells, i);

      /* A list of images may name some that have no cells, but what has no name and no cells is
       * none. */
      if (image->name == NULL && image->n_cells == 0 && image->width == 0)
        continue;
      if (!import_image (import, cells, i, stem, error))
        return FALSE;
    }
  n_skipped = pel_cell_set_get_n_skipped (cells);
  if (n_skipped > 0)
    warn (import,
          ngettext ("%u thing that is no area (a point, a line, a box) is left out",
                    "%u things that are no areas (points, lines, boxes) are left out", n_skipped),
          n_skipped);
  else if (import->n_found == 0 && import->n_unknown == 0)
    return import_none (import, stem, error);
  return TRUE;
}

/* ---- label images ---- */

static gboolean
import_page (Import *import, guint page, const char *name, gint index, GError **error)
{
  const PelCellDrawing nothing = { 0 };
  g_autoptr (PelLabels) labels = pel_labels_load (import->path, page, import->cancellable, error);

  if (labels == NULL)
    return FALSE;
  if (index >= 0)
    {
      const PelImportTarget *target = import->targets->pdata[index];

      if (pel_labels_get_width (labels) != target->width ||
          pel_labels_get_height (labels) != target->height)
        {
          g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                       /* Translators: a file, width and height in it, and those of the image */
                       _ ("%s: it is of an image of %u x %u pixels, but this one has %u x %u; "
                          "choose the file "
                          "that belongs to it"),
                       import->shown, pel_labels_get_width (labels), pel_labels_get_height (labels),
                       target->width, target->height);
          return FALSE;
        }
    }
  return hand_over (import, name, index, labels, &nothing, error);
}

static gboolean
import_labels (Import *import, GError **error)
{
  g_auto (PelImageInfo) info = { 0 };
  g_autofree char *own = pel_image_get_stem (import->path);
  g_autofree char *stem = pel_cell_file_get_stem (import->path);

  if (!pel_image_probe (import->path, &info, error))
    return FALSE;
  for (guint page = 0; page < MIN (info.positions, MAX_PAGES); page++)
    {
      g_autofree char *name =
          info.positions > 1 ? g_strdup_printf ("%s_p%03u", stem, page + 1) : g_strdup (stem);
      gint index = -1;

      if (import->targets != NULL)
        {
          index = info.positions > 1 ? -1 : find_target (import, own);
          if (index < 0)
            index = find_target (import, name);
          if (index < 0 && info.positions == 1)
            index = find_open (import);
          if (index < 0)
            {
              warn_unknown (import, name);
              continue;
            }
        }
      if (!import_page (import, page,
                        index < 0 ? name
                                  : ((const PelImportTarget *)import->targets->pdata[index])->name,
                        index, error))
        return FALSE;
    }
  return TRUE;
}

/* ---- all ---- */

gboolean
pel_importer_read (const char *path,
                   GPtrArray *targets,
                   PelImportFunc func,
                   gpointer data,
                   GPtrArray *warnings,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  Import import = { .path = path,
                    .shown = shown,
                    .targets = targets,
                    .func = func,
                    .data = data,
                    .warnings = warnings,
                    .cancellable = cancellable };

  if (!(pel_image_path_is_candidate (path) ? import_labels (&import, error)
                                           : import_cells (&import, error)))
    return FALSE;
  if (import.n_found == 0 && import.n_unknown == 0)
    warn (&import, "%s", _ ("the file holds no cells, so nothing was taken from it"));
  return TRUE;
}
