/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-question.h"

void
pel_question_init (PelQuestion *self,
                   PelWorkspace *workspace,
                   GtkWindow *parent,
                   PelModelEntry *entry,
                   const char *path)
{
  self->workspace = g_object_ref (workspace);
  g_set_weak_pointer (&self->parent, parent);
  g_set_object (&self->entry, entry);
  self->path = g_strdup (path);
}

void
pel_question_free (gpointer data, GClosure *closure)
{
  PelQuestion *self = data;

  g_clear_weak_pointer (&self->parent);
  g_clear_object (&self->workspace);
  g_clear_object (&self->entry);
  g_free (self->path);
  g_free (data);
}
