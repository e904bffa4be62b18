/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-toaster.h"

/* One that replaces another has come up after half a second. A late frame counts as little as this:
 * however long it took, it may be the first one of what moves. */
#define SETTLED_US 550000
#define LATE_US 100000

struct _PelToaster
{
  GObject parent_instance;

  AdwToastOverlay *overlay; /* NULL once it was closed */
  AdwToast *shown;          /* weak */
  AdwToast *waiting;        /* nullable */
  gboolean leave;           /* what is shown is to go */
  guint tick;               /* 0 where what is shown has come up */
  gint64 last_frame, passed;
};

G_DEFINE_FINAL_TYPE (PelToaster, pel_toaster, G_TYPE_OBJECT)

static void
pel_toaster_dispose (GObject *object)
{
  pel_toaster_close (PEL_TOASTER (object));
  G_OBJECT_CLASS (pel_toaster_parent_class)->dispose (object);
}

static void
pel_toaster_class_init (PelToasterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_toaster_dispose;
}

static void
pel_toaster_init (PelToaster *self)
{
}

PelToaster *
pel_toaster_new (AdwToastOverlay *overlay)
{
  PelToaster *self = g_object_new (PEL_TYPE_TOASTER, NULL);

  g_return_val_if_fail (ADW_IS_TOAST_OVERLAY (overlay), self);
  self->overlay = overlay;
  return self;
}

static gboolean on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data);

/* A click on a message leaves the keys where they were: it takes what it clicked on away. */
static void
keep_focus (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget))
    gtk_widget_set_focus_on_click (widget, FALSE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    keep_focus (child);
}

static void
keep_focus_beside (AdwToastOverlay *overlay)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (overlay)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (child != adw_toast_overlay_get_child (overlay))
      keep_focus (child);
}

/* Puts what waits in place of what is shown. */
static void
change (PelToaster *self)
{
  g_autoptr (AdwToast) next = g_steal_pointer (&self->waiting);
  AdwToast *before = self->shown;

  self->leave = FALSE;
  g_set_weak_pointer (&self->shown, next);
  if (before != NULL)
    adw_toast_dismiss (before);
  if (next == NULL)
    return;
  adw_toast_overlay_add_toast (self->overlay, g_object_ref (next));
  keep_focus_beside (self->overlay);
  self->last_frame = 0;
  self->passed = 0;
  /* Where there are no frames nothing moves. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self->overlay)))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->overlay), on_tick, self, NULL);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PelToaster *self = data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (self->last_frame != 0)
    self->passed += MIN (now - self->last_frame, LATE_US);
  self->last_frame = now;
  if (self->passed < SETTLED_US)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (self->waiting != NULL || self->leave)
    change (self);
  return G_SOURCE_REMOVE;
}

void
pel_toaster_show (PelToaster *self, AdwToast *toast)
{
  g_return_if_fail (PEL_IS_TOASTER (self) && ADW_IS_TOAST (toast));

  if (self->overlay == NULL)
    return;
  g_set_object (&self->waiting, toast);
  if (self->tick == 0)
    change (self);
}

AdwToast *
pel_toaster_get_newest (PelToaster *self)
{
  g_return_val_if_fail (PEL_IS_TOASTER (self), NULL);

  return self->waiting != NULL ? self->waiting : self->shown;
}

void
pel_toaster_dismiss (PelToaster *self)
{
  g_return_if_fail (PEL_IS_TOASTER (self));

  g_clear_object (&self->waiting);
  if (self->tick != 0)
    self->leave = TRUE;
  else
    change (self);
}

void
pel_toaster_close (PelToaster *self)
{
  g_return_if_fail (PEL_IS_TOASTER (self));

  if (self->tick != 0 && self->overlay != NULL)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->overlay), self->tick);
  self->tick = 0;
  self->overlay = NULL;
  g_clear_object (&self->waiting);
  g_clear_weak_pointer (&self->shown);
}
