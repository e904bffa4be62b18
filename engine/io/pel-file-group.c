/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-file-group.h"

#include <errno.h>
#include <glib/gstdio.h>

#include "engine/io/pel-file.h"

typedef struct
{
  char *path;
  char *temporary; /* NULL: @target is to be removed */
  char *target;
} Entry;

struct PelFileGroup
{
  GArray *entries; /* of Entry */
  guint n_placed;
};

static GPrivate open_group = G_PRIVATE_INIT (NULL);

static void
entry_clear (gpointer data)
{
  Entry *entry = data;
  g_free (entry->path);
  g_free (entry->temporary);
  g_free (entry->target);
}

PelFileGroup *
pel_file_group_begin (void)
{
  g_return_val_if_fail (g_private_get (&open_group) == NULL, NULL);
  PelFileGroup *self = g_new0 (PelFileGroup, 1);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, entry_clear);
  g_private_set (&open_group, self);
  return self;
}

void
pel_file_group_free (PelFileGroup *self)
{
  if (self == NULL)
    return;
  if (g_private_get (&open_group) == self)
    g_private_set (&open_group, NULL);
  for (guint i = self->n_placed; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      if (entry->temporary != NULL)
        g_unlink (entry->temporary);
    }
  g_array_unref (self->entries);
  g_free (self);
}

gboolean
pel_file_group_commit (PelFileGroup *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  for (; self->n_placed < self->entries->len; self->n_placed++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, self->n_placed);
      if (entry->temporary == NULL)
        g_unlink (entry->target);
      else if (!pel_file_put_in_place (entry->path, entry->temporary, entry->target, error))
        return FALSE;
    }
  return TRUE;
}

static void
add (PelFileGroup *self, const char *path, const char *temporary, const char *target)
{
  Entry entry = { g_strdup (path), g_strdup (temporary), g_strdup (target) };
  g_array_append_val (self->entries, entry);
}

void
pel_file_group_remove (const char *path)
{
  PelFileGroup *self = g_private_get (&open_group);
  if (self != NULL)
    add (self, path, NULL, path);
  else
    g_unlink (path);
}

gboolean
pel_file_group_take (const char *path, const char *temporary, const char *target)
{
  PelFileGroup *self = g_private_get (&open_group);
  if (self != NULL)
    add (self, path, temporary, target);
  return self != NULL;
}
