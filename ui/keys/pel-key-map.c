/* SPDX-License-Identifier: MIT */
#include "ui/keys/pel-key-map-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define GROUP "keys"
#define DISPLAY_DATA "pel-key-map"
/* No command needs more, and nobody would remember them. */
#define MAX_KEYS 8

#define STRONG (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK | GDK_HYPER_MASK)
#define MODIFIERS (STRONG | GDK_SHIFT_MASK)

G_DEFINE_FINAL_TYPE (PelKeyMap, pel_key_map, G_TYPE_OBJECT)

static guint changed_signal;

static guint
index_of (const PelCommand *command)
{
  guint n;
  const PelCommand *commands = pel_commands_get (&n);

  return (guint)(command - commands);
}

/* ---- keys ---- */

/* The number pad has twins of many keys. */
static guint
plain_key (guint keyval)
{
  static const guint twins[][2] = {
    { GDK_KEY_KP_Enter, GDK_KEY_Return },    { GDK_KEY_KP_Add, GDK_KEY_plus },
    { GDK_KEY_KP_Subtract, GDK_KEY_minus },  { GDK_KEY_KP_Multiply, GDK_KEY_asterisk },
    { GDK_KEY_KP_Divide, GDK_KEY_slash },    { GDK_KEY_KP_Decimal, GDK_KEY_period },
    { GDK_KEY_KP_Delete, GDK_KEY_Delete },   { GDK_KEY_KP_Insert, GDK_KEY_Insert },
    { GDK_KEY_KP_Home, GDK_KEY_Home },       { GDK_KEY_KP_End, GDK_KEY_End },
    { GDK_KEY_KP_Left, GDK_KEY_Left },       { GDK_KEY_KP_Right, GDK_KEY_Right },
    { GDK_KEY_KP_Up, GDK_KEY_Up },           { GDK_KEY_KP_Down, GDK_KEY_Down },
    { GDK_KEY_KP_Page_Up, GDK_KEY_Page_Up }, { GDK_KEY_KP_Page_Down, GDK_KEY_Page_Down },
    { GDK_KEY_KP_Equal, GDK_KEY_equal },     { GDK_KEY_KP_Space, GDK_KEY_space },
    { GDK_KEY_ISO_Left_Tab, GDK_KEY_Tab },   { GDK_KEY_KP_Tab, GDK_KEY_Tab },
    { GDK_KEY_ISO_Enter, GDK_KEY_Return },
  };

  if (keyval >= GDK_KEY_KP_0 && keyval <= GDK_KEY_KP_9)
    return keyval - GDK_KEY_KP_0 + GDK_KEY_0;
  for (gsize i = 0; i < G_N_ELEMENTS (twins); i++)
    if (twins[i][0] == keyval)
      return twins[i][1];
  return gdk_keyval_to_lower (keyval);
}

guint
pel_key_map_plain_key (guint keyval)
{
  return plain_key (keyval);
}

/* One number for a key and what is held with it. */
static gint64
chord (guint keyval, GdkModifierType state)
{
  return (gint64)plain_key (keyval) << 32 | (gint64)(state & MODIFIERS);
}

static gboolean
parse_key (const char *accelerator, gint64 *key)
{
  guint keyval;
  GdkModifierType state;

  if (strlen (accelerator) > 80 || !gtk_accelerator_parse (accelerator, &keyval, &state) ||
      keyval == 0 || (state & ~MODIFIERS) != 0)
    return FALSE;
  *key = chord (keyval, state);
  return TRUE;
}

/* Signs that some layouts type with Shift and others without. */
static gboolean
is_sign (guint keyval)
{
  gunichar letter = gdk_keyval_to_unicode (keyval);

  return letter != 0 && g_unichar_isprint (letter) && !g_unichar_isalpha (letter);
}

static gboolean
is_function_key (guint keyval)
{
  return keyval >= GDK_KEY_F1 && keyval <= GDK_KEY_F35;
}

gboolean
pel_key_map_is_for_canvas (const PelCommand *command, const char *accelerator)
{
  guint keyval = 0;
  GdkModifierType state = 0;

  if (command->scope == PEL_COMMAND_CANVAS)
    return TRUE;
  gtk_accelerator_parse (accelerator, &keyval, &state);
  return (state & STRONG) == 0 && !is_function_key (keyval);
}

/* ---- what follows from the user's keys ---- */

static void
add_key (GPtrArray *keys, GHashTable *owners, const char *accelerator, guint index)
{
  gint64 key;

  if (!parse_key (accelerator, &key) || g_hash_table_contains (owners, &key))
    return;
  g_hash_table_insert (owners, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (index));
  g_ptr_array_add (keys, g_strdup (accelerator));
}

/* The user's keys come first; the rest is shared out among who has none of the user's. */
static void
share_out (PelKeyMap *self)
{
  guint n;
  const PelCommand *commands = pel_commands_get (&n);
  g_autoptr (GHashTable) no_owners =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  g_hash_table_remove_all (self->owners);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n; i++)
      {
        const gboolean fixed = commands[i].scope == PEL_COMMAND_FIXED;
        g_autoptr (GPtrArray) keys = NULL;
        g_auto (GStrv) at_first = NULL;
        char **source = self->own[i];

        if ((self->own[i] != NULL) != (pass == 0))
          continue;
        if (source == NULL)
          source = at_first = g_strsplit (commands[i].keys, " ", -1);
        keys = g_ptr_array_new ();
        /* Keys that are part of something else are nobody's. */
        for (guint k = 0; source[k] != NULL; k++)
          add_key (keys, fixed ? no_owners : self->owners, source[k], i);
        if (fixed)
          g_hash_table_remove_all (no_owners);
        g_ptr_array_add (keys, NULL);
        g_clear_pointer (&self->keys[i], g_strfreev);
        self->keys[i] = (char **)g_ptr_array_free (g_steal_pointer (&keys), FALSE);
      }
}

static void
tell (PelKeyMap *self)
{
  share_out (self);
  pel_key_map_write_later (self);
  g_signal_emit (self, changed_signal, 0);
}

/* ---- GObject ---- */

static void
pel_key_map_dispose (GObject *object)
{
  pel_key_map_stop_writing (PEL_KEY_MAP (object));
  G_OBJECT_CLASS (pel_key_map_parent_class)->dispose (object);
}

static void
pel_key_map_finalize (GObject *object)
{
  PelKeyMap *self = PEL_KEY_MAP (object);
  guint n;

  pel_commands_get (&n);
  for (guint i = 0; i < n; i++)
    {
      g_strfreev (self->own[i]);
      g_strfreev (self->keys[i]);
    }
  g_free (self->own);
  g_free (self->keys);
  g_hash_table_unref (self->owners);
  g_clear_pointer (&self->others, g_key_file_unref);
  g_free (self->path);
  G_OBJECT_CLASS (pel_key_map_parent_class)->finalize (object);
}

static void
pel_key_map_class_init (PelKeyMapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pel_key_map_dispose;
  object_class->finalize = pel_key_map_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_key_map_init (PelKeyMap *self)
{
  guint n;

  pel_commands_get (&n);
  self->own = g_new0 (char **, n);
  self->keys = g_new0 (char **, n);
  self->owners = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  share_out (self);
}

PelKeyMap *
pel_key_map_new (void)
{
  return g_object_new (PEL_TYPE_KEY_MAP, NULL);
}

PelKeyMap *
pel_key_map_get_for_display (GdkDisplay *display)
{
  PelKeyMap *self;

  g_return_val_if_fail (GDK_IS_DISPLAY (display), NULL);

  self = g_object_get_data (G_OBJECT (display), DISPLAY_DATA);
  if (self == NULL)
    {
      self = pel_key_map_new ();
      g_object_set_data_full (G_OBJECT (display), DISPLAY_DATA, self, g_object_unref);
    }
  return self;
}

/* ---- asking ---- */

const char *const *
pel_key_map_get_keys (PelKeyMap *self, const PelCommand *command)
{
  g_return_val_if_fail (PEL_IS_KEY_MAP (self), NULL);

  return (const char *const *)self->keys[index_of (command)];
}

char *
pel_key_map_get_label (PelKeyMap *self, const PelCommand *command)
{
  const char *const *keys = pel_key_map_get_keys (self, command);
  guint keyval;
  GdkModifierType state;

  if (keys[0] == NULL)
    return NULL;
  gtk_accelerator_parse (keys[0], &keyval, &state);
  return gtk_accelerator_get_label (gdk_keyval_to_upper (keyval), state);
}

gboolean
pel_key_map_is_changed (PelKeyMap *self, const PelCommand *command)
{
  g_autofree char *now = NULL;

  g_return_val_if_fail (PEL_IS_KEY_MAP (self), FALSE);

  now = g_strjoinv (" ", self->keys[index_of (command)]);
  return !g_str_equal (now, command->keys);
}

static const PelCommand *
find_owner (PelKeyMap *self, gint64 key)
{
  guint n;
  const PelCommand *commands = pel_commands_get (&n);
  gpointer index;

  if (!g_hash_table_lookup_extended (self->owners, &key, NULL, &index))
    return NULL;
  return &commands[GPOINTER_TO_UINT (index)];
}

const PelCommand *
pel_key_map_find (PelKeyMap *self, guint keyval, GdkModifierType state)
{
  const PelCommand *found;

  g_return_val_if_fail (PEL_IS_KEY_MAP (self), NULL);

  found = find_owner (self, chord (keyval, state));
  if (found == NULL && (state & GDK_SHIFT_MASK) && is_sign (keyval))
    found = find_owner (self, chord (keyval, state & ~GDK_SHIFT_MASK));
  return found;
}

const PelCommand *
pel_key_map_find_owner (PelKeyMap *self,
                        const PelCommand *command,
                        guint keyval,
                        GdkModifierType state)
{
  const PelCommand *owner = pel_key_map_find (self, keyval, state);

  return owner != command ? owner : NULL;
}

/* Held down, but nothing by itself. */
static gboolean
is_modifier (guint keyval)
{
  return (keyval >= GDK_KEY_Shift_L && keyval <= GDK_KEY_Hyper_R) ||
         (keyval >= GDK_KEY_ISO_Lock && keyval <= GDK_KEY_ISO_Last_Group_Lock) ||
         keyval == GDK_KEY_Num_Lock || keyval == GDK_KEY_Scroll_Lock ||
         keyval == GDK_KEY_Mode_switch;
}

/* Keys that windows, menus and text fields cannot do without. */
static gboolean
is_reserved (guint keyval, GdkModifierType state)
{
  static const char *const reserved[] = {
    "Escape",     "F10",        "<Shift>F10", "Menu",       "<Alt>F4",  "<Control>c",
    "<Control>v", "<Control>x", "<Control>a", "<Shift>Tab", "<Alt>Tab",
  };
  const gint64 wanted = chord (keyval, state);

  for (gsize i = 0; i < G_N_ELEMENTS (reserved); i++)
    {
      gint64 key;

      if (parse_key (reserved[i], &key) && key == wanted)
        return TRUE;
    }
  return FALSE;
}

char *
pel_key_map_check (PelKeyMap *self, const PelCommand *command, guint keyval, GdkModifierType state)
{
  g_autofree char *label = NULL;

  g_return_val_if_fail (PEL_IS_KEY_MAP (self), NULL);

  if (command->scope == PEL_COMMAND_FIXED)
    return g_strdup (_ ("The keys of this one cannot be changed."));
  if (is_modifier (keyval) || !gtk_accelerator_valid (plain_key (keyval), state & MODIFIERS))
    {
      /* Tab and the arrows count as no accelerators for GTK, and as keys of the picture here. */
      const guint plain = plain_key (keyval);

      if (plain != GDK_KEY_Tab && plain != GDK_KEY_Left && plain != GDK_KEY_Right &&
          plain != GDK_KEY_Up && plain != GDK_KEY_Down)
        return g_strdup (_ ("That is no key by itself: press another one with it."));
    }
  label = gtk_accelerator_get_label (gdk_keyval_to_upper (plain_key (keyval)), state & MODIFIERS);
  if (is_reserved (keyval, state))
    /* Translators: %s is a key, such as "Ctrl+C". */
    return g_strdup_printf (_ ("%s is needed by windows and text fields: choose another key."),
                            label);
  if (command->scope == PEL_COMMAND_ANYWHERE && (state & STRONG) == 0 && !is_function_key (keyval))
    return g_strdup (_ ("This one must work where text is written too: choose a key with Ctrl or "
                        "Alt, or a function key."));
  return NULL;
}

/* ---- changing ---- */

static void
take_own (PelKeyMap *self, guint index, char **keys)
{
  g_strfreev (self->own[index]);
  self->own[index] = keys;
}

/* Whoever has the key now goes on with its others. */
static void
take_away (PelKeyMap *self, gint64 wanted)
{
  const PelCommand *owner = find_owner (self, wanted);
  g_autoptr (GStrvBuilder) left = g_strv_builder_new ();
  char **keys;

  if (owner == NULL)
    return;
  keys = self->keys[index_of (owner)];
  for (guint i = 0; keys[i] != NULL; i++)
    {
      gint64 key;

      if (parse_key (keys[i], &key) && key != wanted)
        g_strv_builder_add (left, keys[i]);
    }
  take_own (self, index_of (owner), g_strv_builder_end (left));
}

void
pel_key_map_set_key (PelKeyMap *self,
                     const PelCommand *command,
                     guint keyval,
                     GdkModifierType state)
{
  g_autofree char *name = NULL;
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  const PelCommand *owner;

  g_return_if_fail (PEL_IS_KEY_MAP (self));
  g_return_if_fail (command->scope != PEL_COMMAND_FIXED);

  owner = pel_key_map_find_owner (self, command, keyval, state);
  if (owner != NULL)
    {
      take_away (self, chord (keyval, state));
      if (is_sign (keyval))
        {
          share_out (self);
          if (pel_key_map_find_owner (self, command, keyval, state) != NULL)
            take_away (self, chord (keyval, state & ~GDK_SHIFT_MASK));
        }
    }
  name = gtk_accelerator_name (plain_key (keyval), state & MODIFIERS);
  g_strv_builder_add (keys, name);
  take_own (self, index_of (command), g_strv_builder_end (keys));
  tell (self);
}

void
pel_key_map_clear_key (PelKeyMap *self, const PelCommand *command)
{
  g_return_if_fail (PEL_IS_KEY_MAP (self));
  g_return_if_fail (command->scope != PEL_COMMAND_FIXED);

  take_own (self, index_of (command), g_new0 (char *, 1));
  tell (self);
}

void
pel_key_map_reset (PelKeyMap *self, const PelCommand *command)
{
  g_auto (GStrv) keys = NULL;
  guint n;

  g_return_if_fail (PEL_IS_KEY_MAP (self));

  pel_commands_get (&n);
  if (command == NULL)
    {
      for (guint i = 0; i < n; i++)
        take_own (self, i, NULL);
      tell (self);
      return;
    }
  take_own (self, index_of (command), NULL);
  share_out (self);
  keys = g_strsplit (command->keys, " ", -1);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      gint64 key;

      if (parse_key (keys[i], &key) && find_owner (self, key) != command)
        take_away (self, key);
    }
  tell (self);
}

/* ---- as text ---- */

GKeyFile *
pel_key_map_save (PelKeyMap *self)
{
  GKeyFile *file = g_key_file_new ();
  guint n;
  const PelCommand *commands = pel_commands_get (&n);
  g_auto (GStrv) foreign = NULL;

  g_return_val_if_fail (PEL_IS_KEY_MAP (self), NULL);

  for (guint i = 0; i < n; i++)
    if (self->own[i] != NULL && pel_key_map_is_changed (self, &commands[i]))
      g_key_file_set_string_list (file, GROUP, commands[i].id, (const char *const *)self->own[i],
                                  g_strv_length (self->own[i]));
  /* Commands that a later version knows. */
  if (self->others != NULL)
    foreign = g_key_file_get_keys (self->others, GROUP, NULL, NULL);
  for (guint i = 0; foreign != NULL && foreign[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_value (self->others, GROUP, foreign[i], NULL);

      if (value != NULL)
        g_key_file_set_value (file, GROUP, foreign[i], value);
    }
  return file;
}

static gboolean
read_keys (GKeyFile *file, const char *id, char ***keys, GError **error)
{
  gsize n;
  g_auto (GStrv) list = g_key_file_get_string_list (file, GROUP, id, &n, error);

  if (list == NULL)
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      gint64 key;

      if (n <= MAX_KEYS && g_utf8_validate (list[i], -1, NULL) && parse_key (list[i], &key))
        continue;
      g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                   /* Translators: the name of a command, as it is in a file. */
                   _ ("What is said about “%s” is no key."), id);
      return FALSE;
    }
  *keys = g_steal_pointer (&list);
  return TRUE;
}

gboolean
pel_key_map_restore (PelKeyMap *self, GKeyFile *keys, GError **error)
{
  g_auto (GStrv) ids = NULL;
  g_autoptr (GPtrArray) own = NULL;
  g_autoptr (GKeyFile) others = g_key_file_new ();
  guint n;

  g_return_val_if_fail (PEL_IS_KEY_MAP (self), FALSE);

  pel_commands_get (&n);
  own = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  g_ptr_array_set_size (own, (gint)n);
  if (g_key_file_has_group (keys, GROUP))
    ids = g_key_file_get_keys (keys, GROUP, NULL, NULL);
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++)
    {
      const PelCommand *command = pel_command_find (ids[i]);
      char **list = NULL;

      if (command == NULL)
        {
          g_autofree char *value = g_key_file_get_value (keys, GROUP, ids[i], NULL);

          g_key_file_set_value (others, GROUP, ids[i], value != NULL ? value : "");
          continue;
        }
      if (!read_keys (keys, ids[i], &list, error))
        return FALSE;
      if (command->scope == PEL_COMMAND_FIXED)
        g_strfreev (list);
      else
        own->pdata[index_of (command)] = list;
    }
  for (guint i = 0; i < n; i++)
    take_own (self, i, g_steal_pointer (&own->pdata[i]));
  g_clear_pointer (&self->others, g_key_file_unref);
  self->others = g_steal_pointer (&others);
  tell (self);
  return TRUE;
}
