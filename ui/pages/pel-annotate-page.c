/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-annotate-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-task.h"
#include "ui/canvas/pel-channel-names.h"
#include "ui/widgets/pel-levels.h"

struct _PelAnnotatePage
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  GBinding *complete_binding;
  GBinding *validation_binding;
  GCancellable *counting;
  gboolean updating;

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
  GtkWidget *contrast_section;
  PelLevels *levels;
  GtkSpinButton *low;
  GtkSpinButton *high;
  GtkRange *gamma;
  GtkDropDown *channel;
  GtkLabel *channel_label;
  GtkBox *channel_rows;
  GtkWidget *tones;
  GtkSwitch *invert;
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

/* Contrast */

/* Counts the grey values in a worker; plain data goes there and comes back. */
typedef struct
{
  PelImage *image;
  int channel;
  double minimum;
  double maximum;
  guint32 counts[PEL_LEVELS_BINS];
} Count;

static void
count_free (Count *count)
{
  pel_image_unref (count->image);
  g_free (count);
}

static gboolean
count_values (gpointer data, GCancellable *cancellable, GError **error)
{
  Count *count = data;
  guint width = pel_image_get_width (count->image);
  guint height = pel_image_get_height (count->image);
  /* A thousand rows tell the shape of the histogram as well as all of them. */
  guint every = MAX (1, height / 1000);
  g_autofree float *row = g_try_new (float, width);
  double scale;

  if (row == NULL)
    return FALSE;
  pel_image_get_range (count->image, count->channel, &count->minimum, &count->maximum);
  scale =
      count->maximum > count->minimum ? PEL_LEVELS_BINS / (count->maximum - count->minimum) : 0.0;
  for (guint y = 0; y < height; y += every)
    {
      PelRect area = { 0, (int)y, (int)width, 1 };

      if (g_cancellable_is_cancelled (cancellable))
        break;
      pel_image_read_float (count->image, count->channel, &area, row, width);
      for (guint x = 0; x < width; x++)
        {
          double place = ((double)row[x] - count->minimum) * scale;

          if (isfinite (place))
            count->counts[(guint)CLAMP (place, 0.0, PEL_LEVELS_BINS - 1.0)]++;
        }
    }
  return TRUE;
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer data)
{
  PelAnnotatePage *self = PEL_ANNOTATE_PAGE (source);
  Count *count = g_task_get_task_data (G_TASK (result));

  /* A later image, or another channel, has started a count of its own. */
  if (g_task_get_cancellable (G_TASK (result)) != self->counting ||
      !g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  pel_levels_set_histogram (self->levels, count->counts, count->minimum, count->maximum);
}

static void
start_counting (PelAnnotatePage *self)
{
  PelImage *image = self->document != NULL ? pel_image_document_get_image (self->document) : NULL;
  g_autoptr (GTask) task = NULL;
  Count *count;

  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  gtk_widget_set_sensitive (self->contrast_section, image != NULL);
  if (image == NULL)
    {
      pel_levels_set_histogram (self->levels, NULL, 0.0, 1.0);
      return;
    }
  self->counting = g_cancellable_new ();
  count = g_new0 (Count, 1);
  count->image = pel_image_ref (image);
  count->channel = MAX (pel_display_get_channel (pel_workspace_get_display (self->workspace)),
                        PEL_DISPLAY_CHANNEL_AUTO);
  task = g_task_new (self, self->counting, on_counted, NULL);
  g_task_set_check_cancellable (task, TRUE);
  g_task_set_task_data (task, count, (GDestroyNotify)count_free);
  pel_task_run (task, count_values);
}

static void
update_levels (PelAnnotatePage *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  double low = pel_display_get_low (display), high = pel_display_get_high (display);
  double span = fabs (high - low);
  guint digits = span >= 20.0 ? 0 : span >= 2.0 ? 1 : span >= 0.2 ? 2 : 3;

  self->updating = TRUE;
  pel_levels_set_levels (self->levels, low, high, pel_display_get_gamma (display));
  gtk_spin_button_set_digits (self->low, digits);
  gtk_spin_button_set_digits (self->high, digits);
  gtk_spin_button_set_increments (self->low, pow (10.0, -(double)digits), span / 10.0);
  gtk_spin_button_set_increments (self->high, pow (10.0, -(double)digits), span / 10.0);
  gtk_spin_button_set_value (self->low, low);
  gtk_spin_button_set_value (self->high, high);
  self->updating = FALSE;
}

static void
on_levels_dragged (PelLevels *levels, double low, double high, PelAnnotatePage *self)
{
  pel_display_set_levels (pel_workspace_get_display (self->workspace), low, high);
}

static void
on_level_typed (PelAnnotatePage *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  double low = gtk_spin_button_get_value (self->low);
  double high = gtk_spin_button_get_value (self->high);

  if (!self->updating && low < high)
    pel_display_set_levels (display, low, high);
}

static void
on_auto_levels (PelAnnotatePage *self)
{
  pel_display_auto_levels (pel_workspace_get_display (self->workspace));
}

static void update_channel_rows (PelAnnotatePage *self, gboolean together, guint n);

static void
update_channels (PelAnnotatePage *self)
{
  PelImage *image = self->document != NULL ? pel_image_document_get_image (self->document) : NULL;
  guint n = image != NULL ? pel_image_get_n_channels (image) : 1;
  int channel = pel_display_get_channel (pel_workspace_get_display (self->workspace));

  self->updating = TRUE;
  pel_channel_names_show (self->channel, image, channel);
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->channel)), n > 1);
  update_channel_rows (self,
                       n > 1 && !pel_image_is_rgb (image) && channel == PEL_DISPLAY_CHANNEL_ALL, n);
  self->updating = FALSE;
}

typedef struct
{
  PelAnnotatePage *page;
  guint channel;
} ChannelRow;

static void
on_channel_shown (GtkCheckButton *button, GParamSpec *pspec, ChannelRow *row)
{
  PelChannelDisplay display;

  if (row->page->updating || row->page->document == NULL)
    return;
  pel_image_document_get_display (row->page->document, row->channel, &display);
  display.hidden = !gtk_check_button_get_active (button);
  pel_image_document_set_display (row->page->document, row->channel, &display);
}

static void
on_channel_coloured (GtkColorButton *button, ChannelRow *row)
{
  PelChannelDisplay display;
  GdkRGBA rgba;

  if (row->page->updating || row->page->document == NULL)
    return;
  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (button), &rgba);
  pel_image_document_get_display (row->page->document, row->channel, &display);
  display.colour = (guint32)lroundf (rgba.red * 255) << 16 |
                   (guint32)lroundf (rgba.green * 255) << 8 | (guint32)lroundf (rgba.blue * 255);
  /* Black would be nothing at all, and stands for the usual colour. */
  pel_image_document_set_display (row->page->document, row->channel, &display);
}

static GtkWidget *
make_channel_row (PelAnnotatePage *self, guint channel)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  g_autofree char *name = g_strdup_printf (_ ("Channel %u"), channel + 1);
  /* Translators: the colour in which a channel is shown; %u is its number. */
  g_autofree char *colour_name = g_strdup_printf (_ ("Colour of channel %u"), channel + 1);
  GtkWidget *check = gtk_check_button_new_with_label (name);
  GtkWidget *button;
  ChannelRow *row = g_new (ChannelRow, 1);
  PelChannelDisplay display;
  guint32 colour;

  pel_image_document_get_display (self->document, channel, &display);
  colour = display.colour != 0 ? display.colour : pel_channel_display_default_colour (channel);
  button = gtk_color_button_new_with_rgba (&(GdkRGBA){ (float)(colour >> 16 & 255) / 255.f,
                                                       (float)(colour >> 8 & 255) / 255.f,
                                                       (float)(colour & 255) / 255.f, 1 });
  row->page = self;
  row->channel = channel;
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), !display.hidden);
  gtk_widget_set_hexpand (check, TRUE);
  gtk_widget_set_tooltip_text (check, _ ("Whether this channel is among those shown together"));
  gtk_widget_set_tooltip_text (button, colour_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  colour_name, -1);
  g_signal_connect (check, "notify::active", G_CALLBACK (on_channel_shown), row);
  g_signal_connect (button, "color-set", G_CALLBACK (on_channel_coloured), row);
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), button);
  g_object_set_data_full (G_OBJECT (box), "pel-channel-row", row, g_free);
  return box;
}

/* The channels shown together, each with its colour; contrast is set for one at a time. */
static void
update_channel_rows (PelAnnotatePage *self, gboolean together, guint n)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->channel_rows))))
    gtk_box_remove (self->channel_rows, child);
  for (guint i = 0; together && i < n; i++)
    gtk_box_append (self->channel_rows, make_channel_row (self, i));
  gtk_widget_set_visible (GTK_WIDGET (self->channel_rows), together);
  gtk_widget_set_sensitive (self->tones, !together);
}

static void
on_channel_chosen (PelAnnotatePage *self)
{
  PelImage *image = self->document != NULL ? pel_image_document_get_image (self->document) : NULL;
  guint row = gtk_drop_down_get_selected (self->channel);

  if (!self->updating && row != GTK_INVALID_LIST_POSITION)
    pel_display_set_channel (pel_workspace_get_display (self->workspace),
                             pel_channel_names_get (image, row));
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
on_image_changed (PelAnnotatePage *self)
{
  update_channels (self);
  start_counting (self);
  update_summary (self);
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
      g_signal_connect_object (document, "image-changed", G_CALLBACK (on_image_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "notify::n-cells", G_CALLBACK (update_summary), self,
                               G_CONNECT_SWAPPED);
    }
  gtk_widget_set_sensitive (GTK_WIDGET (self->complete), writable);
  gtk_widget_set_sensitive (GTK_WIDGET (self->validation), writable);
  on_image_changed (self);
}

/* Life */

static void
pel_annotate_page_dispose (GObject *object)
{
  PelAnnotatePage *self = PEL_ANNOTATE_PAGE (object);

  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
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
  g_type_ensure (PEL_TYPE_LEVELS);
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
  BIND (contrast_section);
  BIND (levels);
  BIND (low);
  BIND (high);
  BIND (gamma);
  BIND (channel);
  BIND (channel_label);
  BIND (channel_rows);
  BIND (tones);
  BIND (invert);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_new_cell);
  gtk_widget_class_bind_template_callback (widget_class, on_auto_levels);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_annotate_page_init (PelAnnotatePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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
  static const char *const levels[] = { "notify::low", "notify::high", "notify::gamma" };
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
  bind_switch (display, "invert", self->invert);
  g_object_bind_property (display, "fill-opacity", gtk_range_get_adjustment (self->opacity),
                          "value", both);
  g_object_bind_property (display, "gamma", gtk_range_get_adjustment (self->gamma), "value", both);

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    g_signal_connect_object (display, levels[i], G_CALLBACK (update_levels), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (display, "notify::channel", G_CALLBACK (on_image_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (display, "notify::current-label", G_CALLBACK (update_current_cell), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->levels, "levels-changed", G_CALLBACK (on_levels_dragged), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->low, "value-changed", G_CALLBACK (on_level_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->high, "value-changed", G_CALLBACK (on_level_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->channel, "notify::selected", G_CALLBACK (on_channel_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  update_levels (self);
  update_current_cell (self);
  on_document_changed (self);
}
