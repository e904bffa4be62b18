/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-keys-window.h"

#include <glib/gi18n-lib.h>

#define DATA "pel-key-dialog"
#define MODIFIERS                                                                                  \
  (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK | GDK_META_MASK |             \
   GDK_HYPER_MASK)

typedef struct
{
  PelKeyMap *map;
  const PelCommand *command;
  AdwMessageDialog *dialog; /* owns it */
  GtkWidget *key;
  GtkLabel *news;
  gboolean waiting;
  guint keyval;
  GdkModifierType state;
} Question;

static void
question_free (gpointer data)
{
  g_object_unref (((Question *)data)->map);
  g_free (data);
}

static void
set_news (Question *self, const char *text)
{
  gtk_label_set_text (self->news, text);
}

/* Keys are heard until there is one; from then on they work in the dialog as everywhere. */
static void
wait_for_key (Question *self)
{
  self->waiting = TRUE;
  gtk_widget_set_visible (self->key, FALSE);
  adw_message_dialog_set_response_enabled (self->dialog, "set", FALSE);
  adw_message_dialog_set_response_enabled (self->dialog, "again", FALSE);
  set_news (self, _ ("Press the key, alone or together with Ctrl, Alt or Shift."));
}

static void
take_key (Question *self, guint keyval, GdkModifierType state)
{
  const PelCommand *owner = pel_key_map_find_owner (self->map, self->command, keyval, state);
  g_autofree char *name = gtk_accelerator_name (keyval, state);
  g_autofree char *label = gtk_accelerator_get_label (gdk_keyval_to_upper (keyval), state);
  g_autofree char *text = NULL;

  self->waiting = FALSE;
  self->keyval = keyval;
  self->state = state;
  gtk_shortcut_label_set_accelerator (GTK_SHORTCUT_LABEL (self->key), name);
  gtk_widget_set_visible (self->key, TRUE);
  if (owner != NULL)
    /* Translators: a key such as "Ctrl+S", and the command that has it. */
    text = g_strdup_printf (_ ("%s belongs to “%s”, which would be left without it."), label,
                            pel_command_get_title (owner));
  else
    /* Translators: %s is a key such as "Ctrl+S". */
    text = g_strdup_printf (_ ("%s is free."), label);
  set_news (self, text);
  adw_message_dialog_set_response_label (self->dialog, "set",
                                         owner != NULL ? _ ("_Take It") : _ ("_Set"));
  adw_message_dialog_set_response_appearance (
      self->dialog, "set", owner != NULL ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (self->dialog, "set", TRUE);
  adw_message_dialog_set_response_enabled (self->dialog, "again", TRUE);
  /* A key of somebody else is not taken by a stroke too many. */
  adw_message_dialog_set_default_response (self->dialog, owner != NULL ? "cancel" : "set");
}

/* Shift that only makes another sign of a key is part of the sign. */
static GdkModifierType
clean_state (guint keyval, GdkModifierType state)
{
  const gunichar letter = gdk_keyval_to_unicode (keyval);

  state &= MODIFIERS;
  if (letter != 0 && g_unichar_isgraph (letter) && !g_unichar_isalpha (letter))
    state &= ~GDK_SHIFT_MASK;
  return state;
}

static gboolean
press (Question *self, guint keyval, GdkModifierType state)
{
  const guint lower = gdk_keyval_to_lower (keyval == GDK_KEY_ISO_Left_Tab ? GDK_KEY_Tab : keyval);
  g_autofree char *problem = NULL;

  state = clean_state (lower, state);
  problem = pel_key_map_check (self->map, self->command, lower, state);
  if (problem != NULL)
    {
      set_news (self, problem);
      return FALSE;
    }
  take_key (self, lower, state);
  return TRUE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                Question *self)
{
  if (!self->waiting || (keyval == GDK_KEY_Escape && (state & MODIFIERS) == 0))
    return GDK_EVENT_PROPAGATE;
  /* A modifier is on its way to something. */
  if (!gdk_key_event_is_modifier (
          gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller))))
    press (self, keyval, state);
  return GDK_EVENT_STOP;
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Question *self)
{
  if (g_str_equal (response, "set"))
    pel_key_map_set_key (self->map, self->command, self->keyval, self->state);
  else if (g_str_equal (response, "none"))
    pel_key_map_clear_key (self->map, self->command);
  else if (g_str_equal (response, "again"))
    gtk_window_present (GTK_WINDOW (pel_key_dialog_new (
        self->map, self->command, gtk_window_get_transient_for (GTK_WINDOW (dialog)))));
}

GtkWidget *
pel_key_dialog_new (PelKeyMap *map, const PelCommand *command, GtkWindow *parent)
{
  GtkWidget *dialog, *box;
  GtkEventController *keys = gtk_event_controller_key_new ();
  Question *self = g_new0 (Question, 1);
  g_autofree char *heading = NULL;

  g_return_val_if_fail (PEL_IS_KEY_MAP (map), NULL);
  g_return_val_if_fail (command != NULL && command->scope != PEL_COMMAND_FIXED, NULL);

  /* Translators: %s is what the key will do, such as "Zoom in". */
  heading = g_strdup_printf (_ ("Key for “%s”"), pel_command_get_title (command));
  dialog = adw_message_dialog_new (parent, heading, NULL);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->map = g_object_ref (map);
  self->command = command;
  self->dialog = ADW_MESSAGE_DIALOG (dialog);
  self->key = gtk_shortcut_label_new ("");
  self->news = GTK_LABEL (gtk_label_new (NULL));
  gtk_widget_set_halign (self->key, GTK_ALIGN_CENTER);
  gtk_label_set_wrap (self->news, TRUE);
  gtk_label_set_justify (self->news, GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (self->news, 36);
  gtk_box_append (GTK_BOX (box), self->key);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->news));
  adw_message_dialog_set_extra_child (self->dialog, box);
  adw_message_dialog_add_responses (self->dialog, "cancel", _ ("_Cancel"), "none", _ ("_No Key"),
                                    "again", _ ("Another _Key"), "set", _ ("_Set"), NULL);
  adw_message_dialog_set_close_response (self->dialog, "cancel");
  wait_for_key (self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (dialog, keys);
  g_object_set_data_full (G_OBJECT (dialog), DATA, self, question_free);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), self);
  return dialog;
}

gboolean
pel_key_dialog_press (GtkWidget *dialog, guint keyval, GdkModifierType state)
{
  Question *self = g_object_get_data (G_OBJECT (dialog), DATA);

  g_return_val_if_fail (self != NULL, FALSE);

  return self->waiting && press (self, keyval, state);
}
