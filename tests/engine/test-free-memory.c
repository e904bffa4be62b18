/* SPDX-License-Identifier: MIT */
/* What is free, told by folders that look like the kernel's. */
#include "engine/core/pel-free-memory.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define MIB 1048576.0

static void
put (const char *root, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
remove_all (const char *path)
{
  GDir *folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  g_clear_pointer (&folder, g_dir_close);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static char *
new_root (void)
{
  char *root = g_dir_make_tmp ("free-memory-XXXXXX", NULL);

  g_assert_nonnull (root);
  put (root, "proc/meminfo",
       "MemTotal: 16777216 kB\nMemFree: 1024 kB\nMemAvailable:  2097152 kB\n");
  return root;
}

static void
test_machine (void)
{
  g_autofree char *root = new_root ();

  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 2048 * MIB);
  put (root, "proc/meminfo", "MemTotal: 1 kB\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==,
                     0.5 * (double)sysconf (_SC_PHYS_PAGES) * (double)sysconf (_SC_PAGESIZE));
  remove_all (root);
}

/* The second version of control groups: the tightest of a group and those above it counts, and
 * what it keeps of files is free. */
static void
test_groups (void)
{
  g_autofree char *root = new_root ();

  put (root, "proc/self/cgroup", "0::/outer/inner\n");
  put (root, "sys/fs/cgroup/outer/inner/memory.max", "max\n");
  put (root, "sys/fs/cgroup/outer/inner/memory.current", "104857600\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 2048 * MIB);

  put (root, "sys/fs/cgroup/outer/memory.max", "1073741824\n");
  put (root, "sys/fs/cgroup/outer/memory.current", "734003200\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 324 * MIB);
  put (root, "sys/fs/cgroup/outer/memory.stat",
       "anon 1\ninactive_file 104857600\nactive_file 209715200\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 624 * MIB);

  put (root, "sys/fs/cgroup/outer/inner/memory.max", "115343360\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 10 * MIB);
  put (root, "sys/fs/cgroup/outer/inner/memory.current", "200000000\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 0);
  remove_all (root);
}

static void
test_old_groups (void)
{
  g_autofree char *root = new_root ();

  put (root, "proc/self/cgroup", "12:cpu:/x\n4:memory:/box\n");
  put (root, "sys/fs/cgroup/memory/box/memory.limit_in_bytes", "524288000\n");
  put (root, "sys/fs/cgroup/memory/box/memory.usage_in_bytes", "419430400\n");
  put (root, "sys/fs/cgroup/memory/box/memory.stat",
       "cache 1\ntotal_inactive_file 52428800\ntotal_active_file 0\n");
  g_assert_cmpfloat (pel_free_memory_measure_below (root), ==, 150 * MIB);
  remove_all (root);
}

static void
test_here (void)
{
  double most = (double)sysconf (_SC_PHYS_PAGES) * (double)sysconf (_SC_PAGESIZE);

  g_assert_cmpfloat (pel_free_memory_measure (), >, 0);
  g_assert_cmpfloat (pel_free_memory_measure (), <=, most);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/free-memory/machine", test_machine);
  g_test_add_func ("/free-memory/groups", test_groups);
  g_test_add_func ("/free-memory/old-groups", test_old_groups);
  g_test_add_func ("/free-memory/here", test_here);
  return g_test_run ();
}
