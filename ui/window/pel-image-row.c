/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-image-row.h"

#include <glib/gi18n-lib.h>

struct _PelImageRow
{
  GtkWidget parent_instance;

  PelImageDocument *document;

  GtkWidget *box;
  GtkPicture *thumbnail;
  GtkLabel *name;
  GtkLabel *detail;
  GtkImage *state;
  GtkImage *validation;
};

enum
{
  PROP_DOCUMENT = 1,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (PelImageRow, pel_image_row, GTK_TYPE_WIDGET)

const char *
pel_image_state_get_icon_name (PelImageState state)
{
  switch (state)
    {
    case PEL_IMAGE_STATE_IN_WORK:
      return "pellicle-state-in-work-symbolic";
    case PEL_IMAGE_STATE_LABELLED:
      return "pellicle-state-labelled-symbolic";
    case PEL_IMAGE_STATE_PREDICTED:
      return "pellicle-state-predicted-symbolic";
    case PEL_IMAGE_STATE_REVIEWED:
      return "pellicle-state-reviewed-symbolic";
    case PEL_IMAGE_STATE_UNLABELLED:
    default:
      return "pellicle-state-unlabelled-symbolic";
    }
}

static void
update_thumbnail (PelImageRow *self)
{
  g_autoptr (GdkTexture) texture = NULL;
  guint width, height;
  GBytes *bytes = pel_image_document_get_thumbnail (self->document, &width, &height);

  if (bytes != NULL)
    texture = gdk_memory_texture_new ((int)width, (int)height, GDK_MEMORY_R8G8B8A8, bytes,
                                      (gsize)width * 4);
  gtk_picture_set_paintable (self->thumbnail, GDK_PAINTABLE (texture));
}

static void
update_texts (PelImageRow *self)
{
  PelImageState state = pel_image_document_get_state (self->document);
  const char *name = pel_image_document_get_name (self->document);
  const char *title = pel_image_state_get_title (state);
  guint n_cells = pel_image_document_get_n_cells (self->document);
  gboolean missing = pel_image_document_get_missing (self->document);
  gboolean validation = pel_image_document_get_validation (self->document);
  g_autofree char *detail = NULL;
  g_autofree char *label = NULL;

  if (missing)
    detail = g_strdup (_ ("file not found"));
  else if (n_cells > 0)
    detail = g_strdup_printf (ngettext ("%u cell", "%u cells", n_cells), n_cells);
  else
    detail = g_strdup (title);
  gtk_label_set_text (self->name, name);
  gtk_label_set_text (self->detail, detail);
  gtk_image_set_from_icon_name (self->state, missing ? "dialog-warning-symbolic"
                                                     : pel_image_state_get_icon_name (state));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->state), missing ? detail : title);
  gtk_widget_set_visible (GTK_WIDGET (self->validation), validation);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), pel_image_document_get_path (self->document));

  /* Translators: read aloud for an image in the list: its name, state, and number of cells. */
  label = g_strdup_printf (ngettext ("%s, %s, %u cell", "%s, %s, %u cells", n_cells), name, title,
                           n_cells);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
pel_image_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DOCUMENT)
    g_value_set_object (value, PEL_IMAGE_ROW (object)->document);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pel_image_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_DOCUMENT)
    pel_image_row_set_document (PEL_IMAGE_ROW (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pel_image_row_dispose (GObject *object)
{
  PelImageRow *self = PEL_IMAGE_ROW (object);

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_image_row_parent_class)->dispose (object);
}

static void
pel_image_row_class_init (PelImageRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pel_image_row_dispose;
  object_class->get_property = pel_image_row_get_property;
  object_class->set_property = pel_image_row_set_property;
  properties[PROP_DOCUMENT] =
      g_param_spec_object ("document", NULL, NULL, PEL_TYPE_IMAGE_DOCUMENT,
                           G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-image-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PelImageRow, box);
  gtk_widget_class_bind_template_child (widget_class, PelImageRow, thumbnail);
  gtk_widget_class_bind_template_child (widget_class, PelImageRow, name);
  gtk_widget_class_bind_template_child (widget_class, PelImageRow, detail);
  gtk_widget_class_bind_template_child (widget_class, PelImageRow, state);
  gtk_widget_class_bind_template_child (widget_class, PelImageRow, validation);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_image_row_init (PelImageRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
pel_image_row_new (void)
{
  return g_object_new (PEL_TYPE_IMAGE_ROW, NULL);
}

PelImageDocument *
pel_image_row_get_document (PelImageRow *self)
{
  g_return_val_if_fail (PEL_IS_IMAGE_ROW (self), NULL);

  return self->document;
}

void
pel_image_row_set_document (PelImageRow *self, PelImageDocument *document)
{
  static const char *const watched[] = { "notify::name", "notify::state", "notify::n-cells",
                                         "notify::missing", "notify::validation" };

  g_return_if_fail (PEL_IS_IMAGE_ROW (self));

  if (self->document == document)
    return;
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  if (document != NULL)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (watched); i++)
        g_signal_connect_object (document, watched[i], G_CALLBACK (update_texts), self,
                                 G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "thumbnail-changed", G_CALLBACK (update_thumbnail), self,
                               G_CONNECT_SWAPPED);
      update_texts (self);
      update_thumbnail (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DOCUMENT]);
}
