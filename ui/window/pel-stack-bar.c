/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-stack-bar.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-task.h"
#include "engine/io/pel-image-io.h"
#include "ui/canvas/pel-channel-names.h"
#include "ui/keys/pel-key-tooltips.h"

/* A slider under a moving hand waits so long before it has an image read. */
#define SETTLE_MS 80
#define SLIDER_WIDTH 100

enum
{
  AXIS_Z = PEL_STACK_PLANE,
  AXIS_T = PEL_STACK_TIME,
  N_AXES,
};

typedef struct
{
  GtkWidget *box;
  GtkWidget *name;
  GtkAdjustment *adjustment; /* from 1 */
  GtkWidget *slider;
  GtkWidget *place;
  guint n;
} Axis;

struct _PelStackBar
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  GHashTable *pages; /* (nullable) number from 0 → PelImageDocument: those of the same file */
  GCancellable *probing;
  GtkWidget *box;
  Axis axes[N_AXES];
  GtkWidget *channel_box;
  GtkDropDown *channel;
  guint settle_source;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (PelStackBar, pel_stack_bar, GTK_TYPE_WIDGET)

static PelImage *
get_image (PelStackBar *self)
{
  return self->document != NULL ? pel_image_document_get_image (self->document) : NULL;
}

static void
update_visible (PelStackBar *self)
{
  gboolean any = gtk_widget_get_visible (self->channel_box);

  for (guint i = 0; i < N_AXES; i++)
    any = any || gtk_widget_get_visible (self->axes[i].box);
  gtk_widget_set_visible (GTK_WIDGET (self), any);
}

/* ---- pages ---- */

static void
show_place (Axis *axis)
{
  g_autofree char *text = NULL;

  /* Translators: which of a stack's planes is shown, and how many there are. */
  text = g_strdup_printf (_ ("%u of %u"),
                          (guint)lround (gtk_adjustment_get_value (axis->adjustment)), axis->n);
  gtk_label_set_text (GTK_LABEL (axis->place), text);
}

static void
set_axis (PelStackBar *self, guint i, const char *name, const char *tooltip, guint n, guint at)
{
  Axis *axis = &self->axes[i];

  axis->n = n;
  gtk_widget_set_visible (axis->box, n > 1);
  gtk_label_set_text (GTK_LABEL (axis->name), name);
  pel_key_tooltips_set_text (axis->slider, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (axis->slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip, -1);
  self->updating = TRUE;
  gtk_adjustment_configure (axis->adjustment, at + 1, 1, MAX (n, 2), 1, MAX (n / 10, 1), 0);
  self->updating = FALSE;
  show_place (axis);
}

static void
show_pages (PelStackBar *self, guint slices, guint frames)
{
  const guint n = self->pages != NULL ? g_hash_table_size (self->pages) : 0;
  const guint page = self->document != NULL ? pel_image_document_get_page (self->document) : 0;

  if (n > 1 && slices > 0 && frames > 0)
    {
      set_axis (self, AXIS_Z, "z", _ ("Plane of the stack (z)"), slices, page % slices);
      set_axis (self, AXIS_T, "t", _ ("Point in time (t)"), frames, page / slices);
    }
  else
    {
      guint last = 0;
      GHashTableIter iter;
      gpointer key;

      if (n > 1)
        {
          g_hash_table_iter_init (&iter, self->pages);
          while (g_hash_table_iter_next (&iter, &key, NULL))
            last = MAX (last, GPOINTER_TO_UINT (key));
        }
      /* Translators: of a file with several pictures. */
      set_axis (self, AXIS_Z, _ ("Page"), _ ("Page of the file"), n > 1 ? last + 1 : 0, page);
      set_axis (self, AXIS_T, "", "", 0, 0);
    }
  update_visible (self);
}

static gboolean
choose_page (gpointer data)
{
  PelStackBar *self = data;
  const guint slices = MAX (self->axes[AXIS_Z].n, 1);
  const guint z = (guint)lround (gtk_adjustment_get_value (self->axes[AXIS_Z].adjustment)) - 1;
  const guint t = (guint)lround (gtk_adjustment_get_value (self->axes[AXIS_T].adjustment)) - 1;
  PelImageDocument *page;

  self->settle_source = 0;
  page = self->pages != NULL
             ? g_hash_table_lookup (self->pages,
                                    GUINT_TO_POINTER ((self->axes[AXIS_Z].n > 1 ? z : 0) +
                                                      (self->axes[AXIS_T].n > 1 ? slices * t : 0)))
             : NULL;
  if (page != NULL)
    pel_workspace_set_document (self->workspace, page);
  return G_SOURCE_REMOVE;
}

static void
on_slid (PelStackBar *self)
{
  for (guint i = 0; i < N_AXES; i++)
    show_place (&self->axes[i]);
  if (self->updating)
    return;
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MS, choose_page, self);
}

typedef struct
{
  char *path;
  guint slices, frames;
} Probe;

static void
probe_free (gpointer data)
{
  g_free (((Probe *)data)->path);
  g_free (data);
}

static gboolean
probe_in_thread (gpointer data, GCancellable *cancellable, GError **error)
{
  Probe *probe = data;
  g_auto (PelImageInfo) info = { 0 };

  if (pel_image_probe (probe->path, &info, NULL))
    {
      probe->slices = info.slices;
      probe->frames = info.frames;
    }
  return TRUE;
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  PelStackBar *self = PEL_STACK_BAR (source);
  const Probe *probe = g_task_get_task_data (G_TASK (result));

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    show_pages (self, probe->slices, probe->frames);
}

/* The project's images that are pages of the same file. */
static void
find_pages (PelStackBar *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  const char *path = self->document != NULL ? pel_image_document_get_path (self->document) : NULL;
  const guint n = project != NULL ? g_list_model_get_n_items (G_LIST_MODEL (project)) : 0;

  g_clear_pointer (&self->pages, g_hash_table_unref);
  if (path == NULL)
    return;
  self->pages = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  for (guint i = 0; i < n; i++)
    {
      PelImageDocument *image = pel_project_get_image (project, i);

      if (g_str_equal (pel_image_document_get_path (image), path))
        g_hash_table_insert (self->pages, GUINT_TO_POINTER (pel_image_document_get_page (image)),
                             g_object_ref (image));
    }
}

/* ---- channels ---- */

static void
update_channels (PelStackBar *self)
{
  PelImage *image = get_image (self);
  PelDisplay *display = pel_workspace_get_display (self->workspace);

  self->updating = TRUE;
  pel_channel_names_show (self->channel, image, pel_display_get_channel (display));
  self->updating = FALSE;
  gtk_widget_set_visible (self->channel_box, pel_display_can_be_together (image));
  update_visible (self);
}

static void
on_channel_chosen (PelStackBar *self)
{
  const guint row = gtk_drop_down_get_selected (self->channel);

  if (!self->updating && row != GTK_INVALID_LIST_POSITION)
    pel_display_set_channel (pel_workspace_get_display (self->workspace),
                             pel_channel_names_get (get_image (self), row));
}

static void
on_document_changed (PelStackBar *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  g_autoptr (GTask) task = NULL;
  Probe *probe;

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_func (self->document, update_channels, self);
  g_set_object (&self->document, document);
  if (document != NULL)
    g_signal_connect_object (document, "image-changed", G_CALLBACK (update_channels), self,
                             G_CONNECT_SWAPPED);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_cancellable_cancel (self->probing);
  g_clear_object (&self->probing);
  find_pages (self);
  update_channels (self);
  if (self->pages == NULL || g_hash_table_size (self->pages) < 2)
    {
      show_pages (self, 0, 0);
      return;
    }
  self->probing = g_cancellable_new ();
  probe = g_new0 (Probe, 1);
  probe->path = g_strdup (pel_image_document_get_path (document));
  task = g_task_new (self, self->probing, on_probed, NULL);
  g_task_set_task_data (task, probe, probe_free);
  pel_task_run (task, probe_in_thread);
}

static gboolean
step_channel (PelStackBar *self, int by)
{
  const guint n = g_list_model_get_n_items (gtk_drop_down_get_model (self->channel));
  const guint row = gtk_drop_down_get_selected (self->channel);

  if (!gtk_widget_get_visible (self->channel_box) || row == GTK_INVALID_LIST_POSITION ||
      (by < 0 && row == 0) || (by > 0 && row + 1 >= n))
    return FALSE;
  gtk_drop_down_set_selected (self->channel, by > 0 ? row + 1 : row - 1);
  return TRUE;
}

gboolean
pel_stack_bar_step (PelStackBar *self, PelStackAxis axis, int by)
{
  GtkAdjustment *adjustment;
  double old;

  g_return_val_if_fail (PEL_IS_STACK_BAR (self), FALSE);
  g_return_val_if_fail (by == 1 || by == -1, FALSE);

  if (axis == PEL_STACK_CHANNEL)
    return step_channel (self, by);
  if (!gtk_widget_get_visible (self->axes[axis].box))
    return FALSE;
  adjustment = self->axes[axis].adjustment;
  old = gtk_adjustment_get_value (adjustment);
  gtk_adjustment_set_value (adjustment, old + by);
  return gtk_adjustment_get_value (adjustment) != old;
}

char *
pel_stack_bar_dup_place (PelStackBar *self, PelStackAxis axis)
{
  g_return_val_if_fail (PEL_IS_STACK_BAR (self), NULL);

  if (axis == PEL_STACK_CHANNEL)
    {
      GtkStringObject *name = gtk_drop_down_get_selected_item (self->channel);

      return g_strdup (name != NULL ? gtk_string_object_get_string (name) : "");
    }
  return g_strdup_printf ("%s %s", gtk_label_get_text (GTK_LABEL (self->axes[axis].name)),
                          gtk_label_get_text (GTK_LABEL (self->axes[axis].place)));
}

/* ---- life ---- */

static void
make_axis (PelStackBar *self, Axis *axis, const char *command)
{
  axis->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  axis->name = gtk_label_new (NULL);
  axis->adjustment = gtk_adjustment_new (1, 1, 2, 1, 1, 0);
  axis->slider = gtk_scale_new (GTK_ORIENTATION_HORIZONTAL, axis->adjustment);
  axis->place = gtk_label_new (NULL);
  gtk_scale_set_digits (GTK_SCALE (axis->slider), 0);
  gtk_widget_set_size_request (axis->slider, SLIDER_WIDTH, -1);
  gtk_widget_add_css_class (axis->place, "numeric");
  gtk_box_append (GTK_BOX (axis->box), axis->name);
  gtk_box_append (GTK_BOX (axis->box), axis->slider);
  gtk_box_append (GTK_BOX (axis->box), axis->place);
  gtk_widget_set_visible (axis->box, FALSE);
  gtk_box_append (GTK_BOX (self->box), axis->box);
  pel_key_tooltips_add (axis->slider, pel_command_find (command));
  g_signal_connect_swapped (axis->adjustment, "value-changed", G_CALLBACK (on_slid), self);
}

static void
pel_stack_bar_dispose (GObject *object)
{
  PelStackBar *self = PEL_STACK_BAR (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_cancellable_cancel (self->probing);
  g_clear_object (&self->probing);
  g_clear_pointer (&self->pages, g_hash_table_unref);
  g_clear_object (&self->document);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_stack_bar_parent_class)->dispose (object);
}

static void
pel_stack_bar_class_init (PelStackBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_stack_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
pel_stack_bar_init (PelStackBar *self)
{
  GtkWidget *label;

  gtk_widget_add_css_class (GTK_WIDGET (self), "canvas-float");
  gtk_widget_add_css_class (GTK_WIDGET (self), "pel-stack-bar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Place in the stack"), -1);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  for (guint i = 0; i < N_AXES; i++)
    make_axis (self, &self->axes[i], i == AXIS_Z ? "next-plane" : "next-time");
  self->channel_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  label = gtk_label_new (_ ("Channel"));
  self->channel = GTK_DROP_DOWN (gtk_drop_down_new (NULL, NULL));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->channel),
                               _ ("Which channel of the image is shown"));
  pel_key_tooltips_add (GTK_WIDGET (self->channel), pel_command_find ("next-channel"));
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->channel),
                                  GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  gtk_box_append (GTK_BOX (self->channel_box), label);
  gtk_box_append (GTK_BOX (self->channel_box), GTK_WIDGET (self->channel));
  gtk_box_append (GTK_BOX (self->box), self->channel_box);
  g_signal_connect_swapped (self->channel, "notify::selected", G_CALLBACK (on_channel_chosen),
                            self);
}

GtkWidget *
pel_stack_bar_new (PelWorkspace *workspace)
{
  PelStackBar *self = g_object_new (PEL_TYPE_STACK_BAR, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pel_workspace_get_display (workspace), "notify::channel",
                           G_CALLBACK (update_channels), self, G_CONNECT_SWAPPED);
  on_document_changed (self);
  return GTK_WIDGET (self);
}
