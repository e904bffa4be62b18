/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-contrast-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-project-display.h"
#include "app/document/pel-task.h"
#include "ui/canvas/pel-channel-names.h"
#include "ui/keys/pel-key-tooltips.h"
#include "ui/pages/pel-channel-rows.h"
#include "ui/widgets/pel-levels.h"

struct _PelContrastPanel
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  GCancellable *counting;
  gboolean updating;

  GtkWidget *content;
  GtkDropDown *channel;
  PelChannelRows *channel_rows;
  GtkWidget *tone_row;
  GtkDropDown *tone_channel;
  PelLevels *levels;
  GtkSpinButton *low;
  GtkSpinButton *high;
  GtkRange *gamma;
  GtkSwitch *invert;
  GtkWidget *auto_levels;
  GtkWidget *share;
};

G_DEFINE_FINAL_TYPE (PelContrastPanel, pel_contrast_panel, GTK_TYPE_WIDGET)

/* ---- the histogram ---- */

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
  PelContrastPanel *self = PEL_CONTRAST_PANEL (source);
  Count *count = g_task_get_task_data (G_TASK (result));

  /* A later image, or another channel, has started a count of its own. */
  if (g_task_get_cancellable (G_TASK (result)) != self->counting ||
      !g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  pel_levels_set_histogram (self->levels, count->counts, count->minimum, count->maximum);
}

static PelImage *
get_image (PelContrastPanel *self)
{
  return self->document != NULL ? pel_image_document_get_image (self->document) : NULL;
}

static gboolean
shows_together (PelContrastPanel *self)
{
  return pel_display_shows_together (pel_workspace_get_display (self->workspace), get_image (self));
}

/* What is shown; of several channels the one whose contrast can be set. */
static int
get_counted_channel (PelContrastPanel *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);

  return shows_together (self) ? (int)pel_display_get_tone_channel (display)
                               : MAX (pel_display_get_channel (display), PEL_DISPLAY_CHANNEL_AUTO);
}

static void
start_counting (PelContrastPanel *self)
{
  PelImage *image = get_image (self);
  g_autoptr (GTask) task = NULL;
  Count *count;

  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  gtk_widget_set_sensitive (self->content, image != NULL);
  if (image == NULL)
    {
      pel_levels_set_histogram (self->levels, NULL, 0.0, 1.0);
      return;
    }
  self->counting = g_cancellable_new ();
  count = g_new0 (Count, 1);
  count->image = pel_image_ref (image);
  count->channel = get_counted_channel (self);
  task = g_task_new (self, self->counting, on_counted, NULL);
  g_task_set_check_cancellable (task, TRUE);
  g_task_set_task_data (task, count, (GDestroyNotify)count_free);
  pel_task_run (task, count_values);
}

static void
update_levels (PelContrastPanel *self)
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
on_levels_dragged (PelLevels *levels, double low, double high, PelContrastPanel *self)
{
  pel_display_set_levels (pel_workspace_get_display (self->workspace), low, high);
}

static void
on_level_typed (PelContrastPanel *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  double low = gtk_spin_button_get_value (self->low);
  double high = gtk_spin_button_get_value (self->high);

  if (!self->updating && low < high)
    pel_display_set_levels (display, low, high);
}

static void
on_auto_levels (PelContrastPanel *self)
{
  pel_display_auto_levels (pel_workspace_get_display (self->workspace));
}

/* ---- channels ---- */

static gboolean
has_rows (GtkDropDown *chooser, guint n)
{
  GListModel *model = gtk_drop_down_get_model (chooser);

  return model != NULL && g_list_model_get_n_items (model) == n;
}

static void
update_tone_channel (PelContrastPanel *self, guint n)
{
  const guint channel =
      MIN (pel_display_get_tone_channel (pel_workspace_get_display (self->workspace)), n - 1);
  PelChannelDisplay display;

  if (!has_rows (self->tone_channel, n))
    {
      g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

      for (guint i = 0; i < n; i++)
        gtk_string_list_take (names, g_strdup_printf (_ ("Channel %u"), i + 1));
      gtk_drop_down_set_model (self->tone_channel, G_LIST_MODEL (names));
    }
  gtk_drop_down_set_selected (self->tone_channel, channel);
  pel_image_document_get_display (self->document, channel, &display);
  pel_levels_set_colour (self->levels, display.colour != 0
                                           ? display.colour
                                           : pel_channel_display_default_colour (channel));
}

static void
update_channels (PelContrastPanel *self)
{
  PelImage *image = get_image (self);
  const guint n = image != NULL ? pel_image_get_n_channels (image) : 1;
  const gboolean together = shows_together (self);

  self->updating = TRUE;
  pel_channel_names_show (self->channel, image,
                          pel_display_get_channel (pel_workspace_get_display (self->workspace)));
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->channel)), n > 1);
  pel_channel_rows_set_document (self->channel_rows, together ? self->document : NULL, n);
  gtk_widget_set_visible (GTK_WIDGET (self->channel_rows), together);
  if (together)
    update_tone_channel (self, n);
  else
    pel_levels_set_colour (self->levels, 0);
  gtk_widget_set_visible (self->tone_row, together);
  gtk_widget_set_tooltip_text (
      self->auto_levels,
      together ? _ ("Stretch the contrast of this channel to what it holds; C on the picture does "
                    "so for all that are shown")
               : _ ("Stretch the contrast to what the image holds (C)"));
  self->updating = FALSE;
}

static void
on_tone_channel_chosen (PelContrastPanel *self)
{
  const guint channel = gtk_drop_down_get_selected (self->tone_channel);
  PelChannelDisplay display;

  if (self->updating || self->document == NULL || channel == GTK_INVALID_LIST_POSITION)
    return;
  /* Nobody sets a contrast that cannot be seen. */
  pel_image_document_get_display (self->document, channel, &display);
  if (display.hidden)
    {
      display.hidden = FALSE;
      pel_image_document_set_display (self->document, channel, &display);
    }
  pel_display_set_tone_channel (pel_workspace_get_display (self->workspace), channel);
}

static void
on_channel_chosen (PelContrastPanel *self)
{
  PelImage *image = get_image (self);
  guint row = gtk_drop_down_get_selected (self->channel);

  if (!self->updating && row != GTK_INVALID_LIST_POSITION)
    pel_display_set_channel (pel_workspace_get_display (self->workspace),
                             pel_channel_names_get (image, row));
}

/* ---- one contrast for all images ---- */

typedef struct
{
  PelProject *project;
  PelDisplayRecord *before;
} Shared;

static void
shared_free (gpointer data, GClosure *closure)
{
  Shared *shared = data;

  g_object_unref (shared->project);
  pel_display_record_free (shared->before);
  g_free (shared);
}

static void
on_unshare (AdwToast *toast, Shared *shared)
{
  pel_project_restore_display (shared->project, shared->before);
}

/* How the image in view is shown, and be it with the levels that only suit this one. Of channels
 * that are not shown nobody knows those. */
static PelChannelDisplay *
list_displays (PelContrastPanel *self, guint n)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  PelChannelDisplay *displays = g_new (PelChannelDisplay, n);

  for (guint i = 0; i < n; i++)
    {
      pel_image_document_get_display (self->document, i, &displays[i]);
      if (!(displays[i].high > displays[i].low))
        pel_display_get_auto_levels (display, i, &displays[i].low, &displays[i].high);
    }
  return displays;
}

static void
on_share (PelContrastPanel *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  PelImage *image = get_image (self);
  g_autoptr (AdwToast) toast = NULL;
  g_autofree char *text = NULL;
  g_autofree PelChannelDisplay *displays = NULL;
  Shared *shared;
  guint n;

  if (project == NULL || image == NULL)
    return;
  displays = list_displays (self, pel_image_get_n_channels (image));
  n = g_list_model_get_n_items (G_LIST_MODEL (project));
  shared = g_new (Shared, 1);
  shared->project = g_object_ref (project);
  shared->before = pel_project_share_display (project, displays, pel_image_get_n_channels (image));
  /* Translators: the contrast of the image in view is that of all images of the project now. */
  text = g_strdup_printf (ngettext ("%u image is shown with this contrast",
                                    "%u images are shown with this contrast", n),
                          n);
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _ ("Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_unshare), shared, shared_free, 0);
  g_signal_emit_by_name (self->workspace, "toast", toast);
}

/* ---- the image in view ---- */

static void
update_share (PelContrastPanel *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  gtk_widget_set_visible (self->share, project != NULL && !pel_project_get_read_only (project) &&
                                           g_list_model_get_n_items (G_LIST_MODEL (project)) > 1);
}

static void
on_image_changed (PelContrastPanel *self)
{
  update_share (self);
  update_channels (self);
  start_counting (self);
}

static void
set_document (PelContrastPanel *self, PelImageDocument *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  if (document == NULL)
    return;
  g_signal_connect_object (document, "image-changed", G_CALLBACK (on_image_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "display-changed", G_CALLBACK (update_channels), self,
                           G_CONNECT_SWAPPED);
}

static void
on_document_changed (PelContrastPanel *self)
{
  set_document (self, pel_workspace_get_document (self->workspace));
  on_image_changed (self);
}

/* ---- life ---- */

static void
pel_contrast_panel_dispose (GObject *object)
{
  PelContrastPanel *self = PEL_CONTRAST_PANEL (object);

  if (self->counting != NULL)
    g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  set_document (self, NULL);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_contrast_panel_parent_class)->dispose (object);
}

static void
pel_contrast_panel_class_init (PelContrastPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_contrast_panel_dispose;
  g_type_ensure (PEL_TYPE_LEVELS);
  g_type_ensure (PEL_TYPE_CHANNEL_ROWS);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-contrast-panel.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelContrastPanel, name)
  BIND (content);
  BIND (channel);
  BIND (channel_rows);
  BIND (tone_row);
  BIND (tone_channel);
  BIND (levels);
  BIND (low);
  BIND (high);
  BIND (gamma);
  BIND (invert);
  BIND (auto_levels);
  BIND (share);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_auto_levels);
  gtk_widget_class_bind_template_callback (widget_class, on_share);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_contrast_panel_init (PelContrastPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pel_key_tooltips_add (self->auto_levels, pel_command_find ("auto-levels"));
}

void
pel_contrast_panel_set_workspace (PelContrastPanel *self, PelWorkspace *workspace)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  static const char *const levels[] = { "notify::low", "notify::high", "notify::gamma" };
  static const char *const channels[] = { "notify::channel", "notify::tone-channel" };
  PelDisplay *display;

  g_return_if_fail (PEL_IS_CONTRAST_PANEL (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  display = pel_workspace_get_display (workspace);
  g_object_bind_property (display, "gamma", gtk_range_get_adjustment (self->gamma), "value", both);
  g_object_bind_property (display, "invert", self->invert, "active", both);
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    g_signal_connect_object (display, levels[i], G_CALLBACK (update_levels), self,
                             G_CONNECT_SWAPPED);
  for (gsize i = 0; i < G_N_ELEMENTS (channels); i++)
    g_signal_connect_object (display, channels[i], G_CALLBACK (on_image_changed), self,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (self->levels, "levels-changed", G_CALLBACK (on_levels_dragged), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->low, "value-changed", G_CALLBACK (on_level_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->high, "value-changed", G_CALLBACK (on_level_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->channel, "notify::selected", G_CALLBACK (on_channel_chosen), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tone_channel, "notify::selected",
                           G_CALLBACK (on_tone_channel_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (update_share), self,
                           G_CONNECT_SWAPPED);
  update_levels (self);
  on_document_changed (self);
}
