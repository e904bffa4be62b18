/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-free-memory.h"

#include <string.h>
#include <unistd.h>

/* A number in a file of the kernel's, in bytes; negative where there is none. */
static double
read_bytes (const char *path, const char *key, double unit)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return -1.0;
  at = key != NULL ? strstr (text, key) : text;
  if (at == NULL)
    return -1.0;
  at += key != NULL ? strlen (key) : 0;
  while (g_ascii_isspace (*at))
    at++;
  return g_ascii_isdigit (*at) ? g_ascii_strtod (at, NULL) * unit : -1.0;
}

/* How a version of control groups tells of memory; its path is behind @line in /proc/self/cgroup.
 */
typedef struct
{
  const char *line, *root, *most, *used, *files[2];
} Groups;

static const Groups groups[] = {
  { "0::",
    "sys/fs/cgroup",
    "memory.max",
    "memory.current",
    { "\ninactive_file ", "\nactive_file " } },
  { ":memory:",
    "sys/fs/cgroup/memory",
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    { "\ntotal_inactive_file ", "\ntotal_active_file " } },
};

/* What a group leaves. Files that the system keeps as long as there is room count as free, as they
 * do in MemAvailable. */
static double
get_bytes_left (const Groups *kind, const char *folder)
{
  g_autofree char *most_path = g_build_filename (folder, kind->most, NULL);
  g_autofree char *used_path = g_build_filename (folder, kind->used, NULL);
  g_autofree char *stat_path = g_build_filename (folder, "memory.stat", NULL);
  double most = read_bytes (most_path, NULL, 1.0);
  double used = read_bytes (used_path, NULL, 1.0);

  if (most < 0.0 || used < 0.0)
    return G_MAXDOUBLE;
  for (guint i = 0; i < G_N_ELEMENTS (kind->files); i++)
    used -= MAX (read_bytes (stat_path, kind->files[i], 1.0), 0.0);
  return MAX (most - MAX (used, 0.0), 0.0);
}

/* The least that the process's group and those above it leave. */
static double
get_least_left (const Groups *kind, const char *root)
{
  g_autofree char *top = g_build_filename (root, kind->root, NULL);
  g_autofree char *own = g_build_filename (root, "proc/self/cgroup", NULL);
  g_autofree char *text = NULL;
  g_autofree char *folder = NULL;
  const char *at;
  double least;

  if (g_file_get_contents (own, &text, NULL, NULL) && (at = strstr (text, kind->line)) != NULL)
    {
      g_autofree char *path =
          g_strndup (at + strlen (kind->line), strcspn (at + strlen (kind->line), "\n"));

      folder = g_build_filename (top, path, NULL);
    }
  least = get_bytes_left (kind, top);
  while (folder != NULL && strlen (folder) > strlen (top))
    {
      char *above = g_path_get_dirname (folder);

      least = MIN (least, get_bytes_left (kind, folder));
      g_free (folder);
      folder = above;
    }
  return least;
}

double
pel_free_memory_measure_below (const char *root)
{
  g_autofree char *path = g_build_filename (root, "proc/meminfo", NULL);
  double available = read_bytes (path, "MemAvailable:", 1024.0);

  if (available < 0.0)
    available = 0.5 * (double)sysconf (_SC_PHYS_PAGES) * (double)sysconf (_SC_PAGESIZE);
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    available = MIN (available, get_least_left (&groups[i], root));
  return available;
}

double
pel_free_memory_measure (void)
{
  return pel_free_memory_measure_below ("/");
}
