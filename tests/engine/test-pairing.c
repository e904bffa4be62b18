/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-pairing.h"

#include <gio/gio.h>
#include <string.h>

#include "engine/core/pel-error.h"

typedef struct
{
  char *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = g_dir_make_tmp ("pel-pairing-XXXXXX", NULL);
  g_assert_nonnull (fixture->root);
}

static void
remove_tree (GFile *file)
{
  g_autoptr (GFileEnumerator) children = g_file_enumerate_children (
      file, "standard::name", G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;
  while (children != NULL && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) &&
         child != NULL)
    remove_tree (child);
  g_file_delete (file, NULL, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (fixture->root);
  remove_tree (file);
  g_free (fixture->root);
}

/* Makes an empty file, and the folders above it. */
static void
touch (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
}

/* What was found, one pair a line, with paths below the root. */
static char *
scan (Fixture *fixture, const char *images, const char *masks, guint n_warnings)
{
  g_autofree char *a = g_build_filename (fixture->root, images, NULL);
  g_autofree char *b = masks != NULL ? g_build_filename (fixture->root, masks, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PelPairing) pairing = pel_pairing_scan (a, b, &error);
  GString *text = g_string_new (NULL);
  gsize skip = strlen (fixture->root) + 1;

  g_assert_no_error (error);
  for (guint i = 0; i < pel_pairing_get_n_pairs (pairing); i++)
    {
      const PelPair *pair = pel_pairing_get_pair (pairing, i);
      g_string_append_printf (text, "%s %s %s\n", pair->name, pair->image_path + skip,
                              pair->mask_path != NULL ? pair->mask_path + skip : "-");
    }
  for (guint i = 0; i < pel_pairing_get_n_warnings (pairing); i++)
    g_test_message ("%s", pel_pairing_get_warning (pairing, i));
  g_assert_cmpuint (pel_pairing_get_n_warnings (pairing), ==, n_warnings);
  return g_string_free (text, FALSE);
}

static void
assert_scan (Fixture *fixture,
             const char *images,
             const char *masks,
             guint n_warnings,
             const char *expected)
{
  g_autofree char *found = scan (fixture, images, masks, n_warnings);
  g_assert_cmpstr (found, ==, expected);
}

static void
assert_refused (Fixture *fixture,
                const char *images,
                const char *masks,
                gint code,
                const char *first,
                const char *second)
{
  g_autofree char *a = g_build_filename (fixture->root, images, NULL);
  g_autofree char *b = masks != NULL ? g_build_filename (fixture->root, masks, NULL) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_pairing_scan (a, b, &error));
  g_assert_error (error, PEL_ENGINE_ERROR, code);
  g_assert_nonnull (strstr (error->message, first));
  g_assert_nonnull (strstr (error->message, second));
}

static void
test_stems (Fixture *fixture, gconstpointer data)
{
  touch (fixture, "i/a10.PNG");
  touch (fixture, "i/a2.tif");
  touch (fixture, "i/größe µm 1.jpg");
  touch (fixture, "i/b.ome.tif");
  touch (fixture, "i/with.dots.png");
  touch (fixture, "i/unpaired.png");
  touch (fixture, "i/.hidden.png");
  touch (fixture, "i/Thumbs.db");
  touch (fixture, "i/notes.txt");
  touch (fixture, "i/a2.overlay.png");
  touch (fixture, "m/a2.png");
  touch (fixture, "m/a10.tif");
  touch (fixture, "m/a10.prob.tif");
  touch (fixture, "m/größe µm 1.tif");
  touch (fixture, "m/b.tif");
  touch (fixture, "m/with.dots.tif");
  touch (fixture, "m/orphan.tif");
  assert_scan (fixture, "i", "m/", 2,
               "a2 i/a2.tif m/a2.png\n"
               "a10 i/a10.PNG m/a10.tif\n"
               "b i/b.ome.tif m/b.tif\n"
               "größe µm 1 i/größe µm 1.jpg m/größe µm 1.tif\n"
               "with.dots i/with.dots.png m/with.dots.tif\n");
  /* One image of a folder, and two files whatever they are called. */
  assert_scan (fixture, "i/a2.tif", "m", 5, "a2 i/a2.tif m/a2.png\n");
  assert_scan (fixture, "i/a2.tif", "m/orphan.tif", 0, "a2 i/a2.tif m/orphan.tif\n");
  assert_scan (fixture, "i/a2.tif", NULL, 0, "a2 i/a2.tif -\n");
}

static void
test_suffixes (Fixture *fixture, gconstpointer data)
{
  touch (fixture, "i/a.png");
  touch (fixture, "i/b.png");
  touch (fixture, "i/b_masks.png"); /* an image of that name, not a mask of b */
  touch (fixture, "m/a_cp_masks.tif");
  touch (fixture, "m/b.tif");
  touch (fixture, "m/b_masks.tif");
  assert_scan (fixture, "i", "m", 0,
               "a i/a.png m/a_cp_masks.tif\n"
               "b i/b.png m/b.tif\n"
               "b_masks i/b_masks.png m/b_masks.tif\n");
}

static void
test_one_folder (Fixture *fixture, gconstpointer data)
{
  touch (fixture, "x/a.png");
  touch (fixture, "x/a_masks.tif");
  touch (fixture, "x/b.png");
  assert_scan (fixture, "x", NULL, 0, "a x/a.png x/a_masks.tif\nb x/b.png -\n");
  assert_scan (fixture, "x", "x", 1, "a x/a.png x/a_masks.tif\n");
}

static void
test_duplicates (Fixture *fixture, gconstpointer data)
{
  touch (fixture, "i/a.png");
  touch (fixture, "i/a.tif");
  touch (fixture, "m/a.png");
  assert_refused (fixture, "i", "m", PEL_ENGINE_ERROR_BAD_ARGUMENT, "a.png", "a.tif");
  assert_refused (fixture, "i", NULL, PEL_ENGINE_ERROR_BAD_ARGUMENT, "a.png", "a.tif");
  assert_refused (fixture, "m", "i", PEL_ENGINE_ERROR_BAD_ARGUMENT, "a.png", "a.tif");
  touch (fixture, "n/a.png");
  touch (fixture, "n/a_masks.png");
  assert_refused (fixture, "m", "n", PEL_ENGINE_ERROR_BAD_ARGUMENT, "n/a.png", "n/a_masks.png");
}

static void
test_kaggle (Fixture *fixture, gconstpointer data)
{
  touch (fixture, "k/id2/images/id2.png");
  touch (fixture, "k/id2/masks/x.png");
  touch (fixture, "k/id2/masks/y.png");
  touch (fixture, "k/id1/images/other.png");
  touch (fixture, "k/id1/masks/z.png");
  touch (fixture, "k/id3/images/id3.png");
  touch (fixture, "k/readme.txt");
  assert_scan (fixture, "k", NULL, 0,
               "id1 k/id1/images/other.png k/id1/masks\n"
               "id2 k/id2/images/id2.png k/id2/masks\n"
               "id3 k/id3/images/id3.png -\n");
  assert_scan (fixture, "k/", "k", 1,
               "id1 k/id1/images/other.png k/id1/masks\n"
               "id2 k/id2/images/id2.png k/id2/masks\n");
}

static void
test_two_folders (Fixture *fixture, gconstpointer data)
{
  touch (fixture, "p/images/a.png");
  touch (fixture, "p/images/b.png");
  touch (fixture, "p/masks/a.tif");
  assert_scan (fixture, "p", NULL, 0, "a p/images/a.png p/masks/a.tif\nb p/images/b.png -\n");
  assert_scan (fixture, "p/images", NULL, 0, "a p/images/a.png -\nb p/images/b.png -\n");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->root, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pel_pairing_scan (missing, NULL, &error));
  g_assert_nonnull (strstr (error->message, "missing"));
  touch (fixture, "v/scan.czi");
  assert_refused (fixture, "v", NULL, PEL_ENGINE_ERROR_UNSUPPORTED, "scan.czi", "OME-TIFF");
  touch (fixture, "e/nothing.txt");
  assert_scan (fixture, "e", NULL, 0, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(NAME, FUNC) g_test_add ("/pairing/" NAME, Fixture, NULL, set_up, FUNC, tear_down)
  ADD ("stems", test_stems);
  ADD ("suffixes", test_suffixes);
  ADD ("one-folder", test_one_folder);
  ADD ("duplicates", test_duplicates);
  ADD ("kaggle", test_kaggle);
  ADD ("two-folders", test_two_folders);
  ADD ("refused", test_refused);
  return g_test_run ();
}
