/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-pairing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/io/pel-image-io-private.h"

struct PelPairing
{
  GPtrArray *pairs; /* PelPair */
  GPtrArray *warnings;
};

/* A file that may be an image or a mask, or a folder of masks. */
typedef struct
{
  char *name; /* stem */
  char *path;
  gboolean used;
} PelEntry;

static const char *const mask_suffixes[] = { "_cp_masks", "_masks",  "_mask",
                                             "_seg",      "_labels", "_label" };

static void
free_pair (gpointer data)
{
  PelPair *pair = data;
  g_free (pair->name);
  g_free (pair->image_path);
  g_free (pair->mask_path);
  g_free (pair);
}

static void
free_entry (gpointer data)
{
  PelEntry *entry = data;
  g_free (entry->name);
  g_free (entry->path);
  g_free (entry);
}

static GPtrArray *
new_entries (void)
{
  return g_ptr_array_new_with_free_func (free_entry);
}

static void
add_entry (GPtrArray *entries, const char *name, const char *path)
{
  PelEntry *entry = g_new0 (PelEntry, 1);
  entry->name = g_strdup (name);
  entry->path = g_strdup (path);
  g_ptr_array_add (entries, entry);
}

/* Text by bytes, runs of digits by their value; a tie by bytes, so that the order is one. */
static gint
compare_natural (const char *a, const char *b)
{
  const char *p = a, *q = b;

  while (*p != '\0' && *q != '\0')
    {
      if (g_ascii_isdigit (*p) && g_ascii_isdigit (*q))
        {
          while (*p == '0')
            p++;
          while (*q == '0')
            q++;
          gsize m = strspn (p, "0123456789"), n = strspn (q, "0123456789");
          gint order = m != n ? (m < n ? -1 : 1) : strncmp (p, q, m);
          if (order != 0)
            return order;
          p += m;
          q += n;
        }
      else if (*p != *q)
        return (guchar)*p < (guchar)*q ? -1 : 1;
      else
        {
          p++;
          q++;
        }
    }
  if (*p != *q)
    return *p == '\0' ? -1 : 1;
  return strcmp (a, b);
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const PelEntry *x = *(const PelEntry *const *)a, *y = *(const PelEntry *const *)b;
  gint order = compare_natural (x->name, y->name);
  return order != 0 ? order : strcmp (x->path, y->path);
}

static gint
compare_strings (gconstpointer a, gconstpointer b)
{
  return compare_natural (*(const char *const *)a, *(const char *const *)b);
}

/* ---- listing ---- */

static gboolean
set_cannot_open (GError **error, const char *path, GError *reason)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local = reason;

  g_set_error (error, local->domain, local->code,
               /* Translators: a folder and the system's reason */
               _ ("%s: the folder cannot be opened (%s); check its name and its permissions"), name,
               local->message);
  return FALSE;
}

/* All visible names in a folder, sorted; NULL with @error set. */
static GPtrArray *
list_names (const char *path, GError **error)
{
  GError *local = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &local);
  if (dir == NULL)
    {
      set_cannot_open (error, path, local);
      return NULL;
    }
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_strings);
  return names;
}

static char *
find_folder (const char *parent, const char *name)
{
  char *path = g_build_filename (parent, name, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    g_clear_pointer (&path, g_free);
  return path;
}

/* Files that may be images, of the names listed in @path. */
static GPtrArray *
list_files (const char *path, GPtrArray *names)
{
  GPtrArray *entries = new_entries ();

  for (guint i = 0; i < names->len; i++)
    {
      if (!pel_image_path_is_candidate (names->pdata[i]))
        continue;
      g_autofree char *file = g_build_filename (path, names->pdata[i], NULL);
      g_autofree char *stem = pel_image_get_stem (file);
      if (!g_file_test (file, G_FILE_TEST_IS_DIR))
        add_entry (entries, stem, file);
    }
  return entries;
}

/* The Kaggle layout: each folder in @path that holds `images` and `masks`. */
static gboolean
list_kaggle (PelPairing *self,
             const char *path,
             GPtrArray *names,
             gboolean masks,
             GPtrArray *entries,
             GError **error)
{
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *folder = find_folder (path, names->pdata[i]);
      g_autofree char *inner =
          folder != NULL ? find_folder (folder, masks ? "masks" : "images") : NULL;
      if (inner == NULL)
        continue;
      g_autoptr (GPtrArray) inner_names = list_names (inner, error);
      if (inner_names == NULL)
        return FALSE;
      g_autoptr (GPtrArray) files = list_files (inner, inner_names);
      if (masks && files->len > 0)
        add_entry (entries, names->pdata[i], inner);
      else if (!masks && files->len == 1)
        add_entry (entries, names->pdata[i], ((PelEntry *)files->pdata[0])->path);
      else
        {
          g_autofree char *name = g_filename_display_name (inner);
          g_ptr_array_add (
              self->warnings,
              files->len == 0
                  /* Translators: %s is a folder */
                  ? g_strdup_printf (_ ("%s: the folder holds no image and is left out"), name)
                  /* Translators: %s is a folder */
                  : g_strdup_printf (
                        _ ("%s: the folder holds several images for one set of masks and is "
                           "left out"),
                        name));
        }
    }
  return TRUE;
}

/* Microscope formats alone in a folder: the user should hear how to go on, not that it is empty. */
static gboolean
check_vendor (const char *path, GPtrArray *names, GError **error)
{
  for (guint i = 0; i < names->len; i++)
    if (pel_image_path_is_vendor (names->pdata[i]))
      {
        g_autofree char *file = g_build_filename (path, names->pdata[i], NULL);
        g_autofree char *name = g_filename_display_name (file);
        pel_image_io_set_vendor (error);
        g_prefix_error (error, "%s: ", name);
        return FALSE;
      }
  return TRUE;
}

/* What @path holds, whichever layout it has. @masks tells for which of the two it is asked. */
static GPtrArray *
list_entries (PelPairing *self, const char *path, gboolean masks, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      GPtrArray *single = new_entries ();
      g_autofree char *stem = pel_image_get_stem (path);
      add_entry (single, stem, path);
      return single;
    }

  g_autoptr (GPtrArray) names = list_names (path, error);
  if (names == NULL)
    return NULL;
  g_autoptr (GPtrArray) entries = list_files (path, names);
  if (entries->len == 0)
    {
      g_autofree char *inner = find_folder (path, masks ? "masks" : "images");
      if (inner != NULL)
        return list_entries (self, inner, masks, error);
      if (!list_kaggle (self, path, names, masks, entries, error))
        return NULL;
    }
  if (entries->len == 0 && !check_vendor (path, names, error))
    return NULL;
  g_ptr_array_sort (entries, compare_entries);
  return g_steal_pointer (&entries);
}

static gboolean
check_unique (GPtrArray *entries, GError **error)
{
  for (guint i = 1; i < entries->len; i++)
    {
      const PelEntry *a = entries->pdata[i - 1], *b = entries->pdata[i];
      if (strcmp (a->name, b->name) != 0)
        continue;
      g_autofree char *x = g_filename_display_name (a->path);
      g_autofree char *y = g_filename_display_name (b->path);
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   /* Translators: two files */
                   _ ("%s and %s have one name but for the ending; rename or remove one of them"),
                   x, y);
      return FALSE;
    }
  return TRUE;
}

/* ---- matching ---- */

static GHashTable *
index_by_name (GPtrArray *entries)
{
  GHashTable *table = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < entries->len; i++)
    {
      PelEntry *entry = entries->pdata[i];
      g_hash_table_insert (table, entry->name, entry);
    }
  return table;
}

/* The one mask of an image: of its name, or of its name and a suffix, unless that is the name of
 * another image. FALSE with @error set when there are two. */
static gboolean
find_mask (GHashTable *images,
           GHashTable *masks,
           const PelEntry *image,
           gboolean same_folder,
           PelEntry **mask,
           GError **error)
{
  *mask = same_folder ? NULL : g_hash_table_lookup (masks, image->name);

  for (guint i = 0; i < G_N_ELEMENTS (mask_suffixes); i++)
    {
      g_autofree char *name = g_strconcat (image->name, mask_suffixes[i], NULL);
      PelEntry *other = g_hash_table_lookup (masks, name);
      if (other == NULL || (!same_folder && g_hash_table_contains (images, name)))
        continue;
      if (*mask != NULL)
        {
          g_autofree char *x = g_filename_display_name ((*mask)->path);
          g_autofree char *y = g_filename_display_name (other->path);
          g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                       /* Translators: two files, and the name of an image */
                       _ ("%s and %s could both be the mask of %s; rename or remove one of them"),
                       x, y, image->name);
          return FALSE;
        }
      *mask = other;
    }
  return TRUE;
}

static void
add_pair (PelPairing *self, const char *name, const char *image, const char *mask)
{
  PelPair *pair = g_new0 (PelPair, 1);
  pair->name = g_strdup (name);
  pair->image_path = g_strdup (image);
  pair->mask_path = g_strdup (mask);
  g_ptr_array_add (self->pairs, pair);
}

/* @same_folder: masks lie among the images, under names of their own. @keep: images without a mask
 * stay. */
static gboolean
match (PelPairing *self,
       GPtrArray *image_entries,
       GPtrArray *mask_entries,
       gboolean same_folder,
       gboolean keep,
       GError **error)
{
  g_autoptr (GHashTable) images = index_by_name (image_entries);
  g_autoptr (GHashTable) masks = index_by_name (mask_entries);
  g_autofree PelEntry **found = g_new0 (PelEntry *, image_entries->len + 1);

  for (guint i = 0; i < image_entries->len; i++)
    {
      if (!find_mask (images, masks, image_entries->pdata[i], same_folder, &found[i], error))
        return FALSE;
      if (found[i] != NULL)
        found[i]->used = TRUE;
    }
  for (guint i = 0; i < image_entries->len; i++)
    {
      const PelEntry *image = image_entries->pdata[i];
      g_autofree char *name = g_filename_display_name (image->path);
      if (same_folder && image->used)
        continue; /* it is somebody's mask */
      if (found[i] != NULL || keep)
        add_pair (self, image->name, image->path, found[i] != NULL ? found[i]->path : NULL);
      else
        g_ptr_array_add (
            self->warnings,
            /* Translators: %s is a file */
            g_strdup_printf (_ ("%s: no mask has this name, so the image is left out"), name));
    }
  for (guint i = 0; i < mask_entries->len && !same_folder; i++)
    {
      const PelEntry *mask = mask_entries->pdata[i];
      g_autofree char *name = g_filename_display_name (mask->path);
      if (!mask->used)
        g_ptr_array_add (
            self->warnings,
            /* Translators: %s is a file */
            g_strdup_printf (_ ("%s: no image has this name, so the mask is left out"), name));
    }
  return TRUE;
}

/* Masks of images that came without a folder of masks: beside them, or in the layouts. */
static gboolean
match_alone (PelPairing *self, const char *images_dir, GPtrArray *images, GError **error)
{
  g_autofree char *plain = find_folder (images_dir, "masks");
  gboolean inside = images->len > 0;

  for (guint i = 0; i < images->len && inside; i++)
    {
      g_autofree char *folder = g_path_get_dirname (((PelEntry *)images->pdata[i])->path);
      g_autofree char *parent = g_path_get_dirname (folder);
      inside = g_str_has_suffix (folder, G_DIR_SEPARATOR_S "images") &&
               g_str_has_prefix (parent, images_dir);
    }
  if (!inside || g_file_test (images_dir, G_FILE_TEST_IS_REGULAR))
    return match (self, images, images, TRUE, TRUE, error);

  /* images_dir/images and images_dir/masks, or images_dir/ID/images and images_dir/ID/masks. */
  g_autoptr (GPtrArray) names = list_names (images_dir, error);
  g_autoptr (GPtrArray) masks = NULL;
  if (names == NULL)
    return FALSE;
  if (plain != NULL)
    masks = list_entries (self, plain, TRUE, error);
  else
    {
      masks = new_entries ();
      if (!list_kaggle (self, images_dir, names, TRUE, masks, error))
        return FALSE;
    }
  return masks != NULL && check_unique (masks, error) &&
         match (self, images, masks, FALSE, TRUE, error);
}

static gboolean
is_same_folder (const char *a, const char *b)
{
  g_autofree char *x = g_canonicalize_filename (a, NULL);
  g_autofree char *y = g_canonicalize_filename (b, NULL);
  return strcmp (x, y) == 0;
}

static char *
trim_separators (const char *path)
{
  char *plain = g_strdup (path);
  for (gsize n = strlen (plain); n > 1 && G_IS_DIR_SEPARATOR (plain[n - 1]); n--)
    plain[n - 1] = '\0';
  return plain;
}

PelPairing *
pel_pairing_scan (const char *images_dir, const char *masks_dir, GError **error)
{
  g_return_val_if_fail (images_dir != NULL, NULL);

  g_autofree char *plain_images = trim_separators (images_dir);
  g_autofree char *plain_masks = masks_dir != NULL ? trim_separators (masks_dir) : NULL;
  images_dir = plain_images;
  masks_dir = plain_masks;

  g_autoptr (PelPairing) self = g_new0 (PelPairing, 1);
  self->pairs = g_ptr_array_new_with_free_func (free_pair);
  self->warnings = g_ptr_array_new_with_free_func (g_free);

  g_autoptr (GPtrArray) images = list_entries (self, images_dir, FALSE, error);
  if (images == NULL || !check_unique (images, error))
    return NULL;
  if (masks_dir == NULL)
    return match_alone (self, images_dir, images, error) ? g_steal_pointer (&self) : NULL;

  g_autoptr (GPtrArray) masks = list_entries (self, masks_dir, TRUE, error);
  if (masks == NULL || !check_unique (masks, error))
    return NULL;
  if (images->len == 1 && masks->len == 1 && g_file_test (images_dir, G_FILE_TEST_IS_REGULAR) &&
      g_file_test (masks_dir, G_FILE_TEST_IS_REGULAR))
    {
      const PelEntry *image = images->pdata[0], *mask = masks->pdata[0];
      add_pair (self, image->name, image->path, mask->path);
      return g_steal_pointer (&self);
    }
  /* One folder for both: a file cannot be its own mask. */
  const PelEntry *first_image = images->len > 0 ? images->pdata[0] : NULL;
  const PelEntry *first_mask = masks->len > 0 ? masks->pdata[0] : NULL;
  gboolean mixed = is_same_folder (images_dir, masks_dir) && first_image != NULL &&
                   first_mask != NULL && strcmp (first_image->path, first_mask->path) == 0;
  gboolean ok = mixed ? match (self, images, images, TRUE, FALSE, error)
                      : match (self, images, masks, FALSE, FALSE, error);
  return ok ? g_steal_pointer (&self) : NULL;
}

void
pel_pairing_free (PelPairing *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->pairs);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}

guint
pel_pairing_get_n_pairs (const PelPairing *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->pairs->len;
}

const PelPair *
pel_pairing_get_pair (const PelPairing *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->pairs->len, NULL);
  return self->pairs->pdata[index];
}

guint
pel_pairing_get_n_warnings (const PelPairing *self)
{
  g_return_val_if_fail (self != NULL, 0);
  return self->warnings->len;
}

const char *
pel_pairing_get_warning (const PelPairing *self, guint index)
{
  g_return_val_if_fail (self != NULL && index < self->warnings->len, NULL);
  return self->warnings->pdata[index];
}
