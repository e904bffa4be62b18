/* SPDX-License-Identifier: MIT */
#include "engine/nn/pel-model-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/core/pel-error.h"

static gboolean
set_file_error (GError **error, int code)
{
  g_set_error_literal (error, G_FILE_ERROR, (int)g_file_error_from_errno (code),
                       code == ENOENT ? _ ("there is no such file; check its name")
                                      : g_strerror (code));
  return FALSE;
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_CHECKPOINT,
               /* Translators: %s says what is wrong, such as "its header is cut short". */
               _ ("This is not a usable model file: %s."), what);
  return FALSE;
}

/* The file's length is not trusted to stay. */
static gboolean
read_bytes (int fd, guint8 *content, gsize size, gsize *done, GError **error)
{
  while (*done < size)
    {
      gssize n = read (fd, content + *done, size - *done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return set_file_error (error, errno);
      if (n == 0)
        break;
      *done += (gsize)n;
    }
  return TRUE;
}

static gboolean
read_file (int fd, gsize least, GBytes **bytes, GError **error)
{
  struct stat status;
  guint8 *content;
  gsize done = 0;

  if (fstat (fd, &status) != 0)
    return set_file_error (error, errno);
  if (!S_ISREG (status.st_mode))
    return refuse (error, _ ("it is not an ordinary file"));
  if (status.st_size < (goffset)MAX (least, 1))
    return refuse (error, _ ("it is too short"));
  content = g_try_malloc ((gsize)status.st_size);
  if (content == NULL)
    {
      g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                           _ ("There is not enough memory to read the model; close other "
                              "programs."));
      return FALSE;
    }
  if (!read_bytes (fd, content, (gsize)status.st_size, &done, error))
    {
      g_free (content);
      return FALSE;
    }
  *bytes = g_bytes_new_take (content, done);
  return TRUE;
}

GBytes *
pel_model_file_read (const char *path, gsize least, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  /* Without O_NONBLOCK a named pipe would be waited for. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  GBytes *bytes = NULL;

  if (fd < 0)
    {
      set_file_error (error, errno);
      return NULL;
    }
  read_file (fd, least, &bytes, error);
  close (fd);
  return bytes;
}
