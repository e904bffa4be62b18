/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/io/pel-file-group.h"

struct PelAtomicFile
{
  char *path;      /* as given, for messages */
  char *target;    /* with symbolic links followed */
  char *directory; /* of the target */
  char *temporary; /* NULL once renamed or removed */
  int fd;          /* -1 once closed */
};

/* Room for the leading dot, the random part and the ending within the 255 bytes of a name. */
#define MAX_STEM 200
#define MAX_ATTEMPTS 100

void
pel_file_set_error (GError **error, const char *path, int errsv)
{
  g_autofree char *name = g_filename_display_name (path);

  if (errsv == ENOSPC || errsv == EDQUOT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 /* Translators: %s is a file */
                 _ ("%s: the disk is full, so it was not saved; free some space and save again"),
                 name);
  else if (errsv == EACCES || errsv == EPERM || errsv == EROFS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 /* Translators: %s is a file */
                 _ ("%s: writing is not allowed there; choose another folder or ask for "
                    "permission"),
                 name);
  else if (errsv == ENOENT || errsv == ENOTDIR)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 /* Translators: %s is a file */
                 _ ("%s: the folder does not exist; create it or choose another"), name);
  else if (errsv == EISDIR)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY,
                 /* Translators: %s is a file */
                 _ ("%s: there is a folder of that name; choose another name"), name);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errsv),
                 /* Translators: the first %s is a file, the second the system's reason */
                 _ ("%s: it could not be written (%s); try again or choose another folder"), name,
                 g_strerror (errsv));
}

/* Follows symbolic links, also one that points to a file that is not there yet. */
static char *
resolve_target (const char *path)
{
  g_autofree char *current = g_strdup (path);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *link = g_file_read_link (current, NULL);
      if (link == NULL)
        break;
      if (g_path_is_absolute (link))
        {
          g_free (current);
          current = g_steal_pointer (&link);
        }
      else
        {
          g_autofree char *folder = g_path_get_dirname (current);
          g_free (current);
          current = g_build_filename (folder, link, NULL);
        }
    }
  return g_steal_pointer (&current);
}

/* Opens a new file whose name nobody else has; the mode is cut by the umask, as for any new file.
 */
static gboolean
create_temporary (PelAtomicFile *self, const char *stem)
{
  for (guint i = 0; i < MAX_ATTEMPTS; i++)
    {
      g_autofree char *name =
          g_strdup_printf (".%.*s.%08x.tmp", MAX_STEM, stem, (guint)g_random_int ());
      g_autofree char *path = g_build_filename (self->directory, name, NULL);

      self->fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
      if (self->fd >= 0)
        {
          self->temporary = g_steal_pointer (&path);
          return TRUE;
        }
      if (errno != EEXIST && errno != EINTR)
        return FALSE;
    }
  return FALSE;
}

/* Whether a name is one that create_temporary() gives for @stem. */
static gboolean
is_temporary (const char *name, const char *stem)
{
  g_autofree char *start = g_strdup_printf (".%.*s.", MAX_STEM, stem);
  gsize length = strlen (start);

  if (!g_str_has_prefix (name, start) ||
      strcmp (name + MIN (strlen (name), length + 8), ".tmp") != 0)
    return FALSE;
  for (gsize i = 0; i < 8; i++)
    if (!g_ascii_isxdigit (name[length + i]))
      return FALSE;
  return TRUE;
}

void
pel_atomic_file_sweep (const char *path)
{
  g_return_if_fail (path != NULL && *path != '\0');
  g_autofree char *target = resolve_target (path);
  g_autofree char *folder = g_path_get_dirname (target);
  g_autofree char *stem = g_path_get_basename (target);
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_temporary (name, stem))
      {
        g_autofree char *temporary = g_build_filename (folder, name, NULL);

        g_unlink (temporary);
      }
  if (dir != NULL)
    g_dir_close (dir);
}

PelAtomicFile *
pel_atomic_file_new (const char *path, GError **error)
{
  g_return_val_if_fail (path != NULL && *path != '\0', NULL);

  g_autoptr (PelAtomicFile) self = g_new0 (PelAtomicFile, 1);
  self->fd = -1;
  self->path = g_strdup (path);
  self->target = resolve_target (path);
  self->directory = g_path_get_dirname (self->target);

  struct stat old;
  gboolean replaces = stat (self->target, &old) == 0;
  if (replaces && S_ISDIR (old.st_mode))
    {
      pel_file_set_error (error, path, EISDIR);
      return NULL;
    }
  if (replaces && access (self->target, W_OK) != 0)
    {
      /* A rename would quietly replace a file that its owner protected. */
      pel_file_set_error (error, path, errno);
      return NULL;
    }

  g_autofree char *stem = g_path_get_basename (self->target);
  if (!create_temporary (self, stem))
    {
      pel_file_set_error (error, path, errno);
      return NULL;
    }
  /* Some file systems know no permissions: then there is nothing to keep. */
  if (replaces && fchmod (self->fd, old.st_mode & 07777) != 0)
    g_debug ("%s: permissions were not kept: %s", path, g_strerror (errno));

  return g_steal_pointer (&self);
}

static void
discard (PelAtomicFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  if (self->temporary != NULL)
    unlink (self->temporary);
  g_clear_pointer (&self->temporary, g_free);
}

void
pel_atomic_file_free (PelAtomicFile *self)
{
  if (self == NULL)
    return;
  discard (self);
  g_free (self->path);
  g_free (self->target);
  g_free (self->directory);
  g_free (self);
}

int
pel_atomic_file_get_fd (const PelAtomicFile *self)
{
  g_return_val_if_fail (self != NULL, -1);
  return self->fd;
}

const char *
pel_atomic_file_get_path (const PelAtomicFile *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->path;
}

gboolean
pel_atomic_file_write (PelAtomicFile *self, const void *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL && self->fd >= 0, FALSE);
  const char *bytes = data;

  while (length > 0)
    {
      gssize n = write (self->fd, bytes, MIN (length, (gsize)1 << 30));
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          pel_file_set_error (error, self->path, n < 0 ? errno : ENOSPC);
          return FALSE;
        }
      bytes += n;
      length -= (gsize)n;
    }
  return TRUE;
}

/* A file system that has nothing to sync answers EINVAL or ENOTSUP; that is no failure. */
static gboolean
sync_descriptor (int fd)
{
  int r;
  do
    r = fsync (fd);
  while (r != 0 && errno == EINTR);
  return r == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS;
}

gboolean
pel_file_put_in_place (const char *path, const char *temporary, const char *target, GError **error)
{
  g_return_val_if_fail (path != NULL && temporary != NULL && target != NULL, FALSE);
  if (g_rename (temporary, target) != 0)
    {
      int errsv = errno;
      unlink (temporary);
      pel_file_set_error (error, path, errsv);
      return FALSE;
    }
  /* The data is safe and in place; the sync only makes the new name survive a pulled plug. */
  g_autofree char *directory = g_path_get_dirname (target);
  int folder = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0)
    {
      if (!sync_descriptor (folder))
        g_debug ("%s: the folder was not synced: %s", directory, g_strerror (errno));
      close (folder);
    }
  return TRUE;
}

gboolean
pel_atomic_file_commit (PelAtomicFile *self, GError **error)
{
  g_return_val_if_fail (self != NULL && self->fd >= 0, FALSE);

  gboolean ok = sync_descriptor (self->fd);
  int errsv = errno;
  int fd = self->fd;
  self->fd = -1;
  /* Network file systems report a full disk only now. */
  if (close (fd) != 0 && ok && errno != EINTR)
    {
      ok = FALSE;
      errsv = errno;
    }
  if (!ok)
    {
      discard (self);
      pel_file_set_error (error, self->path, errsv);
      return FALSE;
    }
  g_autofree char *temporary = g_steal_pointer (&self->temporary);
  return pel_file_group_take (self->path, temporary, self->target) ||
         pel_file_put_in_place (self->path, temporary, self->target, error);
}

gboolean
pel_file_write_atomic (const char *path, const void *data, gsize length, GError **error)
{
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (data != NULL || length == 0, FALSE);

  g_autoptr (PelAtomicFile) file = pel_atomic_file_new (path, error);
  return file != NULL && pel_atomic_file_write (file, data, length, error) &&
         pel_atomic_file_commit (file, error);
}

char *
pel_file_get_identity (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  GStatBuf status;
  if (g_stat (path, &status) != 0)
    return NULL;
  return g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64)status.st_dev,
                          (guint64)status.st_ino);
}
