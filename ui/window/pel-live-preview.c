/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-live-preview.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/keys/pel-key-tooltips.h"

/* The view rests for so long before another part is asked for. */
#define REST_MS 120
/* A part that was asked for and is so many times larger than what is visible by now is asked for
 * anew: the smaller one can be shown more often. */
#define MUCH_LARGER 3.0

struct _PelLivePreview
{
  GObject parent_instance;

  PelWorkspace *workspace;
  PelCanvas *canvas;
  PelTrainingJob *job;        /* the one under way */
  PelImageDocument *document; /* on show */
  GtkWidget *button;
  GtkLabel *label;
  guint request_id;
  PelImage *asked; /* what was asked for last; a reference */
  PelRect asked_area;
  guint step; /* of the preview on show */
};

G_DEFINE_FINAL_TYPE (PelLivePreview, pel_live_preview, G_TYPE_OBJECT)

static gboolean
is_wanted (PelLivePreview *self)
{
  return self->job != NULL && self->canvas != NULL && self->document != NULL &&
         pel_display_get_show_preview (pel_workspace_get_display (self->workspace));
}

static void
update_button (PelLivePreview *self)
{
  gboolean shown = self->canvas != NULL && pel_canvas_get_has_preview (self->canvas);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->button, self->job != NULL || shown);
  if (!pel_display_get_show_preview (pel_workspace_get_display (self->workspace)))
    text = g_strdup (_ ("Preview is off"));
  else if (!shown)
    text = g_strdup (self->job != NULL ? _ ("Preview is coming…") : _ ("Preview"));
  else
    /* Translators: what a training would predict by now; %u is a number of steps. */
    text = g_strdup_printf (_ ("Preview after step %u"), self->step);
  gtk_label_set_text (self->label, text);
}

static void
forget_asked (PelLivePreview *self)
{
  g_clear_pointer (&self->asked, pel_image_unref);
  self->asked_area = (PelRect){ 0 };
}

/* What is visible of the image, in whole pixels. */
static gboolean
get_visible (PelLivePreview *self, PelImage *image, PelRect *area)
{
  PelRect all = { 0, 0, (gint)pel_image_get_width (image), (gint)pel_image_get_height (image) };
  graphene_rect_t visible;

  pel_canvas_get_visible (self->canvas, &visible);
  area->x = (gint)floor ((double)visible.origin.x);
  area->y = (gint)floor ((double)visible.origin.y);
  area->width = (gint)ceil ((double)(visible.origin.x + visible.size.width)) - area->x;
  area->height = (gint)ceil ((double)(visible.origin.y + visible.size.height)) - area->y;
  return pel_rect_intersect (area, &all, area);
}

static gboolean
is_asked (PelLivePreview *self, PelImage *image, const PelRect *area)
{
  PelRect common;
  double size = (double)area->width * area->height;

  return self->asked == image && pel_rect_intersect (area, &self->asked_area, &common) &&
         memcmp (&common, area, sizeof common) == 0 &&
         (double)self->asked_area.width * self->asked_area.height <= MUCH_LARGER * size;
}

static gboolean
request (gpointer data)
{
  PelLivePreview *self = data;
  PelImage *image = NULL;
  PelRect area;

  self->request_id = 0;
  update_button (self);
  if (is_wanted (self))
    image = pel_image_document_get_image (self->document);
  if (image == NULL || !get_visible (self, image, &area))
    {
      if (self->job != NULL && self->asked != NULL)
        pel_training_job_request_preview (self->job, NULL, NULL);
      forget_asked (self);
      return G_SOURCE_REMOVE;
    }
  if (is_asked (self, image, &area))
    return G_SOURCE_REMOVE;
  forget_asked (self);
  self->asked = pel_image_ref (image);
  self->asked_area = area;
  pel_training_job_request_preview (self->job, image, &area);
  return G_SOURCE_REMOVE;
}

static void
queue_request (PelLivePreview *self)
{
  if (self->request_id == 0)
    self->request_id = g_timeout_add (REST_MS, request, self);
}

static void
on_view_changed (PelLivePreview *self)
{
  PelImage *image;
  PelRect area;

  if (!is_wanted (self))
    return;
  image = pel_image_document_get_image (self->document);
  if (image == NULL || !get_visible (self, image, &area) || is_asked (self, image, &area))
    return;
  pel_canvas_set_preview_stale (self->canvas, TRUE);
  g_clear_handle_id (&self->request_id, g_source_remove);
  queue_request (self);
}

static void
on_preview (PelLivePreview *self)
{
  PelTrainingGlimpse glimpse;
  g_autoptr (PelOutlines) outlines = NULL;
  PelPreviewScene *scene;

  if (!is_wanted (self) || !pel_training_job_get_preview (self->job, &glimpse) ||
      glimpse.image != pel_image_document_get_image (self->document))
    return;
  outlines = pel_outlines_new_at (glimpse.outlines, glimpse.area.x, glimpse.area.y);
  scene = pel_preview_scene_new (glimpse.probability, &glimpse.area, outlines,
                                 gtk_widget_get_scale_factor (GTK_WIDGET (self->canvas)));
  pel_canvas_set_preview (self->canvas, scene);
  pel_preview_scene_unref (scene);
  pel_canvas_set_preview_stale (self->canvas, !glimpse.is_current);
  self->step = glimpse.step;
  update_button (self);
}

static void
on_image_changed (PelLivePreview *self)
{
  forget_asked (self);
  queue_request (self);
  update_button (self);
}

/* Once the training is over, its last preview gives way to a prediction of the finished model. */
static void
on_prediction_changed (PelLivePreview *self)
{
  if (self->job == NULL && self->canvas != NULL)
    pel_canvas_set_preview (self->canvas, NULL);
  update_button (self);
}

static void
leave_document (PelLivePreview *self)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelLivePreview *self)
{
  leave_document (self);
  g_set_object (&self->document, pel_workspace_get_document (self->workspace));
  if (self->document != NULL)
    {
      g_signal_connect_object (self->document, "image-changed", G_CALLBACK (on_image_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->document, "prediction-changed",
                               G_CALLBACK (on_prediction_changed), self, G_CONNECT_SWAPPED);
    }
  on_image_changed (self);
}

static void
leave_job (PelLivePreview *self)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_clear_object (&self->job);
}

static void
on_training_changed (PelLivePreview *self)
{
  PelJob *job = pel_job_runner_get_training (pel_workspace_get_runner (self->workspace));

  if (PEL_JOB (self->job) == job)
    return;
  leave_job (self);
  if (PEL_IS_TRAINING_JOB (job))
    {
      self->job = PEL_TRAINING_JOB (g_object_ref (job));
      g_signal_connect_object (job, "preview", G_CALLBACK (on_preview), self, G_CONNECT_SWAPPED);
    }
  if (self->canvas != NULL)
    pel_canvas_set_preview_stale (self->canvas, TRUE);
  on_image_changed (self);
}

static void
on_switched (PelLivePreview *self)
{
  queue_request (self);
  update_button (self);
}

static GtkWidget *
make_button (PelLivePreview *self)
{
  GtkWidget *button = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *label = gtk_label_new ("");

  self->label = GTK_LABEL (label);
  gtk_widget_add_css_class (label, "pel-number");
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("pellicle-predict-symbolic"));
  gtk_box_append (GTK_BOX (box), label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "pel-preview-switch");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (button, 12);
  gtk_widget_set_margin_end (button, 16);
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_visible (button, FALSE);
  gtk_widget_set_tooltip_text (
      button, _ ("Show what the network would find by now while it is trained"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Live preview"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.show-preview");
  pel_key_tooltips_add (button, pel_command_find ("show-preview"));
  return button;
}

void
pel_live_preview_stop (PelLivePreview *self)
{
  g_return_if_fail (PEL_IS_LIVE_PREVIEW (self));

  g_clear_handle_id (&self->request_id, g_source_remove);
  forget_asked (self);
  leave_job (self);
  leave_document (self);
  if (self->canvas != NULL)
    g_signal_handlers_disconnect_by_data (self->canvas, self);
  g_clear_weak_pointer (&self->canvas);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workspace, self);
      g_signal_handlers_disconnect_by_data (pel_workspace_get_runner (self->workspace), self);
      g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
    }
}

static void
pel_live_preview_dispose (GObject *object)
{
  PelLivePreview *self = PEL_LIVE_PREVIEW (object);

  pel_live_preview_stop (self);
  g_clear_object (&self->workspace);
  g_clear_object (&self->button);
  G_OBJECT_CLASS (pel_live_preview_parent_class)->dispose (object);
}

static void
pel_live_preview_class_init (PelLivePreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_live_preview_dispose;
}

static void
pel_live_preview_init (PelLivePreview *self)
{
  self->button = g_object_ref_sink (make_button (self));
}

PelLivePreview *
pel_live_preview_new (PelWorkspace *workspace, PelCanvas *canvas)
{
  PelLivePreview *self = g_object_new (PEL_TYPE_LIVE_PREVIEW, NULL);

  self->workspace = g_object_ref (workspace);
  g_set_weak_pointer (&self->canvas, canvas);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (pel_workspace_get_runner (workspace), "notify::training",
                           G_CALLBACK (on_training_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pel_workspace_get_display (workspace), "notify::show-preview",
                           G_CALLBACK (on_switched), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (canvas, "zoom-changed", G_CALLBACK (on_view_changed), self,
                           G_CONNECT_SWAPPED);
  on_document_changed (self);
  return self;
}

GtkWidget *
pel_live_preview_get_button (PelLivePreview *self)
{
  g_return_val_if_fail (PEL_IS_LIVE_PREVIEW (self), NULL);

  return self->button;
}
