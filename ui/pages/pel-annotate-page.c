/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-annotate-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/keys/pel-key-tooltips.h"
#include "ui/pages/pel-contrast-panel.h"

struct _PelAnnotatePage
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  GBinding *complete_binding;
  GBinding *validation_binding;

  GtkWidget *content;
  GtkRange *brush_scale;
  GtkSpinButton *brush_spin;
  GtkDropDown *brush_mode;
  GtkSwitch *protect;
  GtkSwitch *auto_new;
  GtkLabel *current_cell;
  GtkWidget *image_section;
  GtkLabel *image_summary;
  GtkSwitch *complete;
  GtkSwitch *validation;
  GtkSwitch *show_outlines;
  GtkSwitch *show_fill;
  GtkRange *opacity;
  GtkSwitch *show_diameters;
  PelContrastPanel *contrast;
  GtkWidget *new_cell;
};

G_DEFINE_FINAL_TYPE (PelAnnotatePage, pel_annotate_page, GTK_TYPE_WIDGET)

/* Brush */

static gboolean
size_to_scale (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_double (to, log10 (MAX (1.0, g_value_get_double (from))));
  return TRUE;
}

static gboolean
scale_to_size (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_double (to, round (pow (10.0, g_value_get_double (from))));
  return TRUE;
}

static gboolean
mode_to_row (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_uint (to, (guint)g_value_get_enum (from));
  return TRUE;
}

static gboolean
row_to_mode (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_enum (to, (int)g_value_get_uint (from));
  return TRUE;
}

static void
update_current_cell (PelAnnotatePage *self)
{
  guint32 label = pel_display_get_current_label (pel_workspace_get_display (self->workspace));
  g_autofree char *text = NULL;

  if (label == 0)
    text = g_strdup (_ ("Painting: a new cell"));
  else
    /* Translators: which cell the brush paints; %u is its number. */
    text = g_strdup_printf (_ ("Painting: cell %u"), label);
  gtk_label_set_text (self->current_cell, text);
}

static void
on_new_cell (PelAnnotatePage *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);

  pel_display_set_current_label (display, 0);
  pel_display_set_selection (display, NULL, 0);
}

/* Image */

static void
update_summary (PelAnnotatePage *self)
{
  g_autofree char *text = NULL;
  guint n;

  gtk_widget_set_sensitive (self->image_section, self->document != NULL);
  if (self->document == NULL)
    {
      gtk_label_set_text (self->image_summary, "");
      return;
    }
  n = pel_image_document_get_n_cells (self->document);
  /* Translators: how many cells are painted in the image, and the image's size in pixels. */
  text = g_strdup_printf (
      ngettext ("%u cell painted · %u × %u px", "%u cells painted · %u × %u px", n), n,
      pel_image_document_get_width (self->document),
      pel_image_document_get_height (self->document));
  gtk_label_set_text (self->image_summary, text);
}

static void
unbind_document (PelAnnotatePage *self)
{
  g_clear_pointer (&self->complete_binding, g_binding_unbind);
  g_clear_pointer (&self->validation_binding, g_binding_unbind);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelAnnotatePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  PelImageDocument *document = pel_workspace_get_document (self->workspace);
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  gboolean writable = project != NULL && !pel_project_get_read_only (project);

  unbind_document (self);
  g_set_object (&self->document, document);
  if (document != NULL)
    {
      self->complete_binding =
          g_object_bind_property (document, "complete", self->complete, "active", both);
      self->validation_binding =
          g_object_bind_property (document, "validation", self->validation, "active", both);
      g_signal_connect_object (document, "image-changed", G_CALLBACK (update_summary), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "notify::n-cells", G_CALLBACK (update_summary), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->complete), writable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->validation), writable);
  update_summary (self);
}

/* Life */

static void
pel_annotate_page_dispose (GObject *object)
{
  PelAnnotatePage *self = PEL_ANNOTATE_PAGE (object);

  unbind_document (self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_annotate_page_parent_class)->dispose (object);
}

static void
pel_annotate_page_class_init (PelAnnotatePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_annotate_page_dispose;
  g_type_ensure (PEL_TYPE_CONTRAST_PANEL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-annotate-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelAnnotatePage, name)
  BIND (content);
  BIND (brush_scale);
  BIND (brush_spin);
  BIND (brush_mode);
  BIND (protect);
  BIND (auto_new);
  BIND (current_cell);
  BIND (image_section);
  BIND (image_summary);
  BIND (complete);
  BIND (validation);
  BIND (show_outlines);
  BIND (show_fill);
  BIND (opacity);
  BIND (show_diameters);
  BIND (contrast);
  BIND (new_cell);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_new_cell);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_annotate_page_init (PelAnnotatePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_key_tooltips_add (self->new_cell, pel_command_find ("new-cell"));
  /* The tooltip is the whole row's. */
  pel_key_tooltips_add (gtk_widget_get_parent (GTK_WIDGET (self->protect)),
                        pel_command_find ("protect"));
  pel_key_tooltips_add (gtk_widget_get_parent (GTK_WIDGET (self->show_outlines)),
                        pel_command_find ("show-outlines"));
  pel_key_tooltips_add (gtk_widget_get_parent (GTK_WIDGET (self->show_fill)),
                        pel_command_find ("show-fill"));
}

GtkWidget *
pel_annotate_page_new (void)
{
  return g_object_new (PEL_TYPE_ANNOTATE_PAGE, NULL);
}

static void
bind_switch (PelDisplay *display, const char *property, GtkSwitch *control)
{
  g_object_bind_property (display, property, control, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
}

void
pel_annotate_page_set_workspace (PelAnnotatePage *self, PelWorkspace *workspace)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  PelDisplay *display;

  g_return_if_fail (PEL_IS_ANNOTATE_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  display = pel_workspace_get_display (workspace);
  g_object_bind_property_full (display, "brush-size", gtk_range_get_adjustment (self->brush_scale),
                               "value", both, size_to_scale, scale_to_size, NULL, NULL);
  g_object_bind_property (display, "brush-size", gtk_spin_button_get_adjustment (self->brush_spin),
                          "value", both);
  g_object_bind_property_full (display, "brush-mode", self->brush_mode, "selected", both,
                               mode_to_row, row_to_mode, NULL, NULL);
  bind_switch (display, "protect", self->protect);
  bind_switch (display, "auto-new", self->auto_new);
  bind_switch (display, "show-outlines", self->show_outlines);
  bind_switch (display, "show-fill", self->show_fill);
  bind_switch (display, "show-diameters", self->show_diameters);
  g_object_bind_property (display, "fill-opacity", gtk_range_get_adjustment (self->opacity),
                          "value", both);
  g_signal_connect_object (display, "notify::current-label", G_CALLBACK (update_current_cell), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  pel_contrast_panel_set_workspace (self->contrast, workspace);
  update_current_cell (self);
  on_document_changed (self);
}
