/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "app/document/pel-import.h"
#include "app/document/pel-mask-private.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-labels-io.h"

/* Positions of one file that become entries. A file that claims more is read as far as this. */
#define MAX_POSITIONS 100000

void
pel_import_item_free (PelImportItem *item)
{
  g_free (item->name);
  g_free (item->stored_path);
  g_free (item->calibration);
  g_free (item->foreign_mask);
  g_free (item);
}

char *
pel_import_fold_name (const char *name)
{
  return g_utf8_casefold (name, -1);
}

static char *
clean_name (const char *wish)
{
  g_autofree char *valid = g_utf8_make_valid (wish, -1);
  GString *name = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (
          name, g_unichar_iscntrl (c) || strchr ("/\\:*?\"<>|", (int)MIN (c, 127)) ? '_' : c);
    }
  /* Hidden names and file names too long for the usual file systems. */
  while (name->len > 0 && name->str[0] == '.')
    g_string_erase (name, 0, 1);
  while (name->len > 180)
    g_string_truncate (
        name, (gsize)(g_utf8_find_prev_char (name->str, name->str + name->len) - name->str));
  if (name->len == 0)
    g_string_append (name, "image");
  return g_string_free (name, FALSE);
}

char *
pel_import_choose_name (GHashTable *taken, const char *wish)
{
  g_autofree char *clean = clean_name (wish);
  g_autofree char *name = g_strdup (clean);

  for (guint i = 2;; i++)
    {
      char *folded = pel_import_fold_name (name);

      if (g_hash_table_add (taken, folded))
        return g_steal_pointer (&name);
      g_free (name);
      name = g_strdup_printf ("%s-%u", clean, i);
    }
}

PelImportRun *
pel_import_run_new (const char *project_path, const char *masks_path, PelImportFlags flags)
{
  PelImportRun *run = g_new0 (PelImportRun, 1);

  run->project_path = g_strdup (project_path);
  run->masks_path = g_strdup (masks_path);
  run->flags = flags;
  run->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->items = g_ptr_array_new_with_free_func ((GDestroyNotify)pel_import_item_free);
  run->warnings = g_ptr_array_new_with_free_func (g_free);
  return run;
}

void
pel_import_run_free (PelImportRun *run)
{
  g_free (run->project_path);
  g_free (run->masks_path);
  g_hash_table_unref (run->taken);
  g_clear_object (&run->cancellable);
  g_ptr_array_unref (run->items);
  g_ptr_array_unref (run->warnings);
  g_free (run);
}

static void
warn (PelImportRun *run, const char *message)
{
  g_ptr_array_add (run->warnings, g_strdup (message));
}

/* (transfer full): relative where the file lies in the project's folder */
static char *
stored_path (PelImportRun *run, const char *path)
{
  gsize length = strlen (run->project_path);

  if (strncmp (path, run->project_path, length) == 0 && path[length] == G_DIR_SEPARATOR)
    return g_strdup (path + length + 1);
  return g_canonicalize_filename (path, NULL);
}

/* (transfer full) (nullable): where the copy went */
static char *
copy_image (PelImportRun *run, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *clean = clean_name (base);
  g_autofree char *folder = g_build_filename (run->project_path, "images", NULL);
  g_autofree char *part = g_strdup_printf ("%s/.%s.part", folder, clean);
  g_autofree char *target = g_build_filename (folder, clean, NULL);
  g_autofree char *stem = pel_image_get_stem (clean);
  const char *extension = clean + strlen (stem);
  g_autoptr (GFile) from = g_file_new_for_path (path);
  g_autoptr (GFile) to = g_file_new_for_path (part);
  g_autoptr (GError) error = NULL;

  for (guint i = 2; g_file_test (target, G_FILE_TEST_EXISTS); i++)
    {
      g_free (target);
      target = g_strdup_printf ("%s/%s-%u%s", folder, stem, i, extension);
    }
  if (!g_file_copy (from, to, G_FILE_COPY_OVERWRITE | G_FILE_COPY_TARGET_DEFAULT_PERMS,
                    run->cancellable, NULL, NULL, &error) ||
      g_rename (part, target) != 0)
    {
      int saved = errno;
      g_autofree char *message =
          g_strdup_printf ("%s: %s", path, error != NULL ? error->message : g_strerror (saved));

      g_unlink (part);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        warn (run, message);
      return NULL;
    }
  return g_steal_pointer (&target);
}

/* Reads a mask that came along and writes it as the entry's own. */
static void
take_mask (PelImportRun *run, PelImportItem *item, const PelImportFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelLabels) labels = NULL;
  g_autofree char *name = g_strconcat (item->name, ".tif", NULL);
  g_autofree char *path = g_build_filename (run->masks_path, name, NULL);
  g_autoptr (GHashTable) counts = NULL;

  if (run->foreign)
    {
      /* It is read, and judged, when the image is opened. */
      item->foreign_mask = stored_path (run, file->mask);
      item->has_mask = TRUE;
      run->n_masks++;
      return;
    }
  labels = pel_labels_load (file->mask, item->page, run->cancellable, &error);
  if (labels == NULL)
    {
      warn (run, error->message);
      return;
    }
  if (pel_labels_get_width (labels) != item->width ||
      pel_labels_get_height (labels) != item->height)
    {
      g_autofree char *message = g_strdup_printf (
          /* Translators: a path, then widths and heights in pixels */
          _ ("%s: the mask has %u × %u pixels and its image %u × %u, so it was left out."),
          file->mask, pel_labels_get_width (labels), pel_labels_get_height (labels), item->width,
          item->height);

      warn (run, message);
      return;
    }
  counts = pel_labels_count (labels);
  item->n_cells = g_hash_table_size (counts);
  if (!pel_labels_save_tiff (labels, path, item->um_x, item->um_y, &error))
    {
      warn (run, error->message);
      return;
    }
  item->has_mask = TRUE;
  run->n_masks++;
}

static void
add_item (PelImportRun *run,
          const PelImportFile *file,
          const char *stored,
          const PelImageInfo *info,
          guint page)
{
  PelImportItem *item = g_new0 (PelImportItem, 1);
  g_autofree char *wish = info->positions > 1 ? g_strdup_printf ("%s_p%03u", file->stem, page + 1)
                                              : g_strdup (file->stem);
  gboolean turned = info->orientation >= 5;

  item->name = pel_import_choose_name (run->taken, wish);
  item->stored_path = g_strdup (stored);
  item->page = page;
  item->width = turned ? info->height : info->width;
  item->height = turned ? info->width : info->height;
  item->um_x = info->um_x;
  item->um_y = info->um_y;
  item->calibration = g_strdup (info->calibration);
  if (file->mask != NULL)
    take_mask (run, item, file);
  g_ptr_array_add (run->items, item);
}

static void
take_file (PelImportRun *run, const PelImportFile *file)
{
  g_auto (PelImageInfo) info = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *stored = NULL;

  if (!pel_image_probe (file->path, &info, &error))
    {
      warn (run, error->message);
      run->n_skipped++;
      return;
    }
  if (info.is_labels)
    {
      g_autofree char *message = g_strdup_printf (
          /* Translators: a path */
          _ ("%s: this is a mask, not an image, so it was left out."), file->path);

      warn (run, message);
      run->n_skipped++;
      return;
    }
  if (info.warning != NULL)
    warn (run, info.warning);
  if ((run->flags & PEL_IMPORT_REFERENCE) == 0 && !run->foreign)
    {
      copy = copy_image (run, file->path);
      if (copy == NULL)
        {
          run->n_skipped++;
          return;
        }
    }
  stored = stored_path (run, copy != NULL ? copy : file->path);
  for (guint page = 0; page < MIN (MAX (info.positions, 1), MAX_POSITIONS); page++)
    {
      if (g_cancellable_is_cancelled (run->cancellable))
        return;
      add_item (run, file, stored, &info, page);
    }
}

void
pel_import_run_go (PelImportRun *run, const PelImportPlan *plan)
{
  for (guint i = 0; i < plan->warnings->len; i++)
    warn (run, g_ptr_array_index (plan->warnings, i));
  g_atomic_int_set (&run->total, (gint)plan->files->len);
  for (guint i = 0; i < plan->files->len; i++)
    {
      if (g_cancellable_is_cancelled (run->cancellable))
        return;
      take_file (run, g_ptr_array_index (plan->files, i));
      g_atomic_int_inc (&run->done);
    }
}
