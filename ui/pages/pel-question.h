/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-model-entry.h"
#include "ui/window/pel-workspace.h"

/**
 * PelQuestion:
 * @workspace: what it is about
 * @parent: (nullable): the window that asks; forgotten when it goes
 * @entry: (nullable): a model
 * @path: (nullable): a file
 *
 * What has to be known when a dialog is answered, or a job has finished. The first member of what a
 * dialog needs besides.
 */
typedef struct
{
  PelWorkspace *workspace;
  GtkWindow *parent;
  PelModelEntry *entry;
  char *path;
} PelQuestion;

/* @self: (out): all zeros; takes references of its own */
void pel_question_init (PelQuestion *self,
                        PelWorkspace *workspace,
                        GtkWindow *parent,
                        PelModelEntry *entry,
                        const char *path);

/* Frees memory that begins with a #PelQuestion: to be given to g_signal_connect_data(). */
void pel_question_free (gpointer data, GClosure *closure);
