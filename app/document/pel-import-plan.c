/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#include "app/document/pel-import.h"
#include "engine/io/pel-image-io.h"
#include "engine/io/pel-pairing.h"

#define MAX_DEPTH 6

/* Folders that hold labels, by the names that people and programs give them. */
static const char *const mask_folders[] = { "masks", "labels", "mask", "label", "annotations" };

static void
import_file_free (PelImportFile *file)
{
  g_free (file->path);
  g_free (file->mask);
  g_free (file->stem);
  g_free (file);
}

/* A file that is met twice (in its folder, and in one around it) is taken once, with its mask. */
static void
add_file (PelImportPlan *plan, const char *path, const char *mask, const char *stem)
{
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  PelImportFile *file = g_hash_table_lookup (plan->seen, canonical);

  if (file != NULL)
    {
      if (file->mask == NULL)
        file->mask = g_strdup (mask);
      return;
    }
  file = g_new0 (PelImportFile, 1);
  file->path = g_steal_pointer (&canonical);
  file->mask = g_strdup (mask);
  file->stem = stem != NULL ? g_strdup (stem) : pel_image_get_stem (path);
  g_ptr_array_add (plan->files, file);
  g_hash_table_insert (plan->seen, file->path, file);
}

static void
add_warnings (PelImportPlan *plan, const PelPairing *pairing)
{
  for (guint i = 0; i < pel_pairing_get_n_warnings (pairing); i++)
    g_ptr_array_add (plan->warnings, g_strdup (pel_pairing_get_warning (pairing, i)));
}

static gboolean
is_mask_folder (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (mask_folders); i++)
    {
      if (g_ascii_strcasecmp (name, mask_folders[i]) == 0)
        return TRUE;
    }
  return FALSE;
}

/* (transfer full) (nullable): the folder of masks that goes with a folder of images */
static char *
find_mask_folder (const char *images)
{
  g_autofree char *parent = g_path_get_dirname (images);
  g_autofree char *name = g_path_get_basename (images);
  const char *places[] = { images, parent };
  /* Beside is meant only by a folder that says that it holds the images. */
  guint n_places = g_ascii_strcasecmp (name, "images") == 0 ? 2 : 1;

  for (guint p = 0; p < n_places; p++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (mask_folders); i++)
        {
          g_autofree char *path = g_build_filename (places[p], mask_folders[i], NULL);

          if (g_file_test (path, G_FILE_TEST_IS_DIR))
            return g_steal_pointer (&path);
        }
    }
  return NULL;
}

/* Digits count as numbers: a2 comes before a10. */
static gint
compare_paths (const char *a, const char *b)
{
  g_autofree char *x = g_utf8_collate_key_for_filename (a, -1);
  g_autofree char *y = g_utf8_collate_key_for_filename (b, -1);

  return strcmp (x, y);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return compare_paths (*(const char *const *)a, *(const char *const *)b);
}

static gint
compare_files (gconstpointer a, gconstpointer b)
{
  const PelImportFile *x = *(const PelImportFile *const *)a;
  const PelImportFile *y = *(const PelImportFile *const *)b;

  return compare_paths (x->path, y->path);
}

/* (transfer full): the names in a folder, sorted; subfolders or files */
static GPtrArray *
list_folder (const char *path, gboolean folders)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL);

      if (name[0] != '.' && g_file_test (full, G_FILE_TEST_IS_DIR) == folders)
        g_ptr_array_add (names, g_strdup (name));
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* All images of one folder, with the masks that pair with them. */
static void
add_folder_files (PelImportPlan *plan, const char *path, gboolean want_masks)
{
  g_autofree char *masks = want_masks ? find_mask_folder (path) : NULL;
  g_autoptr (GPtrArray) names = NULL;
  guint from = plan->files->len;

  if (want_masks)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PelPairing) pairing = pel_pairing_scan (path, masks, &error);

      for (guint i = 0; pairing != NULL && i < pel_pairing_get_n_pairs (pairing); i++)
        {
          const PelPair *pair = pel_pairing_get_pair (pairing, i);

          add_file (plan, pair->image_path, pair->mask_path, pair->name);
        }
      /* Without masks all of its warnings would be about masks that nobody missed. */
      if (pairing != NULL && masks == NULL)
        add_warnings (plan, pairing);
      if (pairing == NULL)
        g_ptr_array_add (plan->warnings, g_strdup (error->message));
    }
  names = list_folder (path, FALSE);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *full = g_build_filename (path, g_ptr_array_index (names, i), NULL);
      gboolean is_mask = FALSE;

      for (guint k = from; k < plan->files->len && !is_mask; k++)
        {
          const PelImportFile *file = g_ptr_array_index (plan->files, k);

          is_mask = g_strcmp0 (file->mask, full) == 0;
        }
      if (!is_mask && pel_image_path_is_candidate (full))
        add_file (plan, full, NULL, NULL);
    }
  if (plan->files->len > from)
    qsort (plan->files->pdata + from, plan->files->len - from, sizeof (gpointer), compare_files);
}

static gboolean
is_kaggle (const char *path)
{
  g_autoptr (GPtrArray) names = list_folder (path, TRUE);

  for (guint i = 0; i < MIN (names->len, 5); i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *images = g_build_filename (path, name, "images", NULL);
      g_autofree char *masks = g_build_filename (path, name, "masks", NULL);

      if (g_file_test (images, G_FILE_TEST_IS_DIR) && g_file_test (masks, G_FILE_TEST_IS_DIR))
        return TRUE;
    }
  return FALSE;
}

static void
add_kaggle (PelImportPlan *plan, const char *path, gboolean want_masks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PelPairing) pairing = pel_pairing_scan (path, NULL, &error);

  if (pairing == NULL)
    {
      g_ptr_array_add (plan->warnings, g_strdup (error->message));
      return;
    }
  for (guint i = 0; i < pel_pairing_get_n_pairs (pairing); i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);

      add_file (plan, pair->image_path, want_masks ? pair->mask_path : NULL, pair->name);
    }
  add_warnings (plan, pairing);
}

static void
add_folder (PelImportPlan *plan, const char *path, gboolean want_masks, guint depth)
{
  g_autoptr (GPtrArray) folders = NULL;

  if (is_kaggle (path))
    {
      add_kaggle (plan, path, want_masks);
      return;
    }
  add_folder_files (plan, path, want_masks);
  folders = list_folder (path, TRUE);
  for (guint i = 0; i < folders->len && depth < MAX_DEPTH; i++)
    {
      const char *name = g_ptr_array_index (folders, i);
      g_autofree char *full = g_build_filename (path, name, NULL);

      if (!is_mask_folder (name) && strcmp (name, "predictions") != 0 &&
          strcmp (name, "exports") != 0 && strcmp (name, "pellicle-masks") != 0)
        add_folder (plan, full, want_masks, depth + 1);
    }
}

PelImportPlan *
pel_import_plan_new (const char *const *paths, PelImportFlags flags)
{
  PelImportPlan *plan = g_new0 (PelImportPlan, 1);
  gboolean want_masks = (flags & PEL_IMPORT_NO_MASKS) == 0;

  plan->files = g_ptr_array_new_with_free_func ((GDestroyNotify)import_file_free);
  plan->seen = g_hash_table_new (g_str_hash, g_str_equal);
  plan->warnings = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_file_test (paths[i], G_FILE_TEST_IS_DIR))
        add_folder (plan, paths[i], want_masks, 0);
      else
        add_file (plan, paths[i], NULL, NULL);
    }
  return plan;
}

void
pel_import_plan_free (PelImportPlan *plan)
{
  g_hash_table_unref (plan->seen);
  g_ptr_array_unref (plan->files);
  g_ptr_array_unref (plan->warnings);
  g_free (plan);
}
