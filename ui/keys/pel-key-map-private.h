/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/keys/pel-key-map.h"

G_BEGIN_DECLS

struct _PelKeyMap
{
  GObject parent_instance;

  char ***own;        /* by command: the user's keys; NULL where they are those of the table */
  char ***keys;       /* by command: those in force */
  GHashTable *owners; /* a key and what is held with it → index of the command */
  GKeyFile *others;   /* (nullable) what the file says of commands that are not known here */

  /* Writing */
  char *path;          /* nullable */
  guint write_source;  /* a change is to be written */
  gboolean is_writing; /* in a thread */
  GError *write_error; /* of the last attempt */
};

/* What else is a key of this command only while the picture has the focus. */
gboolean pel_key_map_is_for_canvas (const PelCommand *command, const char *accelerator);
/* The key that stands for it and its twin on the number pad. */
guint pel_key_map_plain_key (guint keyval);

/* pel-key-map-file.c */
void pel_key_map_write_later (PelKeyMap *self);
void pel_key_map_stop_writing (PelKeyMap *self);

G_END_DECLS
