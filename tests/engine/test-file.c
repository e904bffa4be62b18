/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-file-group.h"
#include "engine/io/pel-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  fixture->folder = g_dir_make_tmp ("pel-file-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "größe µm.bin", NULL);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
assert_content (const char *path, const char *expected)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, expected);
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_file_write_atomic (fixture->path, "one", 3, &error));
  g_assert_no_error (error);
  assert_content (fixture->path, "one");
  g_assert_true (pel_file_write_atomic (fixture->path, "", 0, &error));
  assert_content (fixture->path, "");
  g_assert_true (pel_file_write_atomic (fixture->path, "three", 5, &error));
  assert_content (fixture->path, "three");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

/* Until the commit the old content stands, and dropping the file leaves nothing behind. */
static void
test_abandon (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pel_file_write_atomic (fixture->path, "old", 3, &error));
  PelAtomicFile *file = pel_atomic_file_new (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (pel_atomic_file_write (file, "new", 3, &error));
  assert_content (fixture->path, "old");
  g_assert_cmpuint (count_files (fixture->folder), ==, 2);
  pel_atomic_file_free (file);
  assert_content (fixture->path, "old");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

/* Files of a group are in place together or not at all. */
static void
test_group (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *other = g_build_filename (fixture->folder, "other", NULL);
  g_autofree char *stale = g_build_filename (fixture->folder, "stale", NULL);

  g_assert_true (pel_file_write_atomic (fixture->path, "old", 3, &error));
  g_assert_true (pel_file_write_atomic (stale, "stale", 5, &error));
  for (guint commits = 0; commits < 2; commits++)
    {
      PelFileGroup *group = pel_file_group_begin ();
      g_assert_true (pel_file_write_atomic (fixture->path, "new", 3, &error));
      g_assert_true (pel_file_write_atomic (other, "more", 4, &error));
      pel_file_group_remove (stale);
      assert_content (fixture->path, "old");
      assert_content (stale, "stale");
      g_assert_false (g_file_test (other, G_FILE_TEST_EXISTS));
      g_assert_cmpuint (count_files (fixture->folder), ==, 4);
      if (commits)
        g_assert_true (pel_file_group_commit (group, &error));
      g_assert_no_error (error);
      pel_file_group_free (group);
      g_assert_cmpuint (count_files (fixture->folder), ==, 2);
    }
  assert_content (fixture->path, "new");
  assert_content (other, "more");
  /* Without a group at once, as ever. */
  g_assert_true (pel_file_write_atomic (other, "now", 3, &error));
  assert_content (other, "now");
  pel_file_group_remove (other);
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

/* One that cannot be put in place is named, what stood before it is there, and nothing is left
 * over. */
static void
test_group_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->folder, "taken", NULL);

  PelFileGroup *group = pel_file_group_begin ();
  g_assert_true (pel_file_write_atomic (fixture->path, "new", 3, &error));
  g_assert_true (pel_file_write_atomic (folder, "file", 4, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  g_assert_false (pel_file_group_commit (group, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_assert_nonnull (strstr (error->message, "taken"));
  pel_file_group_free (group);
  assert_content (fixture->path, "new");
  g_assert_cmpuint (count_files (fixture->folder), ==, 2);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_permissions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat status;
  mode_t mask = umask (027);

  g_assert_true (pel_file_write_atomic (fixture->path, "a", 1, &error));
  umask (mask);
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);

  g_assert_cmpint (chmod (fixture->path, 0604), ==, 0);
  g_assert_true (pel_file_write_atomic (fixture->path, "b", 1, &error));
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0604);
}

static void
test_link (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);

  g_assert_true (pel_file_write_atomic (fixture->path, "old", 3, &error));
  g_assert_cmpint (symlink ("größe µm.bin", link), ==, 0);
  g_assert_true (pel_file_write_atomic (link, "new", 3, &error));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_content (fixture->path, "new");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = g_build_filename (fixture->folder, "no", "where.csv", NULL);

  g_assert_false (pel_file_write_atomic (missing, "a", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "where.csv"));
  g_clear_error (&error);
  g_assert_false (pel_file_write_atomic (fixture->folder, "a", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

/* A limit on the size of files ends a write as a full disk does: in the middle. */
static void
test_cut_short (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct rlimit old, limit;
  g_autofree char *large = g_malloc0 (1 << 20);

  g_assert_true (pel_file_write_atomic (fixture->path, "old", 3, &error));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  limit = old;
  limit.rlim_cur = 4096;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  gboolean ok = pel_file_write_atomic (fixture->path, large, 1 << 20, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);

  g_assert_false (ok);
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "größe µm.bin"));
  assert_content (fixture->path, "old");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

static void
test_messages (void)
{
  g_autoptr (GError) error = NULL;
  pel_file_set_error (&error, "/x/y.csv", ENOSPC);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_true (g_str_has_prefix (error->message, "/x/y.csv: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/file/replace", Fixture, NULL, set_up, test_replace, tear_down);
  g_test_add ("/file/abandon", Fixture, NULL, set_up, test_abandon, tear_down);
  g_test_add ("/file/group", Fixture, NULL, set_up, test_group, tear_down);
  g_test_add ("/file/group-refused", Fixture, NULL, set_up, test_group_refused, tear_down);
  g_test_add ("/file/permissions", Fixture, NULL, set_up, test_permissions, tear_down);
  g_test_add ("/file/link", Fixture, NULL, set_up, test_link, tear_down);
  g_test_add ("/file/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/file/cut-short", Fixture, NULL, set_up, test_cut_short, tear_down);
  g_test_add_func ("/file/messages", test_messages);
  return g_test_run ();
}
