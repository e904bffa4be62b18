/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-reviewer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/keys/pel-key-map.h"

/* A cell is shown with this much of its surroundings, in sizes of the cell. */
#define SURROUNDINGS 2.5
/* A press so near to a cell is meant for it, in image pixels; or within the brush. */
#define NEAR 6.0
/* As far as the pointer moves before a press of the right button erases. */
#define MOVE_THRESHOLD 4.0
/* Of the frame around a part that is to be painted. */
#define PART_COLOR 0x78aeff

struct _PelReviewer
{
  GObject parent_instance;

  PelWorkspace *workspace;
  PelCanvas *canvas;
  GtkWidget *view;
  GActionMap *actions; /* weak */
  PelImageDocument *document;
  PelReview *review;
  gboolean active;
  gboolean selecting;
  gboolean staying; /* the eye is where the cell is */
  double press_x, press_y;
  gboolean pressed; /* the right button, not moved yet */
  gboolean has_part, to_paint;
  PelRect part;          /* to be shown as soon as the image is there */
  AdwToast *offer;       /* the part of the image on show that is to be painted; a reference */
  const char *mark_text; /* of the frame around that part; static */
};

G_DEFINE_FINAL_TYPE (PelReviewer, pel_reviewer, G_TYPE_OBJECT)

static const PelReviewCell *
get_current (PelReviewer *self)
{
  gint index = self->review != NULL ? pel_review_get_current (self->review) : -1;

  return index >= 0 ? pel_review_get_cell (self->review, (guint)index) : NULL;
}

static gboolean
is_shown_as_prediction (const PelReviewCell *cell)
{
  return cell->predicted && !cell->covered;
}

/* Whether the cell in question is the one that is selected, and nothing else is. */
static gboolean
is_selected (PelReviewer *self, const PelReviewCell *cell)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  guint n_predicted, n_painted;
  const guint32 *predicted = pel_display_get_predicted_selection (display, &n_predicted);
  const guint32 *painted = pel_display_get_selection (display, &n_painted);

  if (is_shown_as_prediction (cell))
    return n_predicted == 1 && predicted[0] == cell->label;
  return n_painted == 1 && painted[0] == cell->mask_label;
}

static void
select_current (PelReviewer *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  const PelReviewCell *cell = get_current (self);

  if (cell == NULL)
    return;
  self->selecting = TRUE;
  if (is_shown_as_prediction (cell))
    pel_display_set_predicted_selection (display, &cell->label, 1);
  else if (cell->mask_label != 0)
    pel_display_set_selection (display, &cell->mask_label, 1);
  self->selecting = FALSE;
}

static void
glide_to_current (PelReviewer *self)
{
  const PelReviewCell *cell = get_current (self);
  graphene_rect_t visible;
  double size;
  PelRect area;

  if (cell == NULL)
    return;
  pel_canvas_get_visible (self->canvas, &visible);
  /* A small cell is brought into the middle without zooming far into it. */
  size = MAX (SURROUNDINGS * MAX (cell->bounds.width, cell->bounds.height),
              (double)MAX (visible.size.width, visible.size.height) / 6.0);
  area.width = area.height = (gint)ceil (size);
  area.x = (gint)(cell->bounds.x + cell->bounds.width / 2.0 - size / 2.0);
  area.y = (gint)(cell->bounds.y + cell->bounds.height / 2.0 - size / 2.0);
  pel_canvas_zoom_to_rect (self->canvas, &area, TRUE);
}

static void
update_actions (PelReviewer *self)
{
  static const char *const walking[] = { "review-next", "review-previous" };
  static const char *const judging[] = { "review-accept", "review-reject" };
  const PelReviewCell *cell = get_current (self);
  gboolean editable = pel_workspace_get_editable (self->workspace);
  gboolean waits = self->review != NULL && pel_review_get_n_waiting (self->review) > 0;

  if (self->actions == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (walking); i++)
    {
      GAction *walk = g_action_map_lookup_action (self->actions, walking[i]);
      GAction *judge = g_action_map_lookup_action (self->actions, judging[i]);

      g_simple_action_set_enabled (G_SIMPLE_ACTION (walk), waits);
      g_simple_action_set_enabled (G_SIMPLE_ACTION (judge), editable && cell != NULL);
    }
}

static void
on_current_changed (PelReviewer *self)
{
  update_actions (self);
  if (self->staying || get_current (self) == NULL || !self->active)
    return;
  select_current (self);
  glide_to_current (self);
}

static void
on_selection_changed (PelReviewer *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  guint n_predicted, n_painted;
  const guint32 *predicted = pel_display_get_predicted_selection (display, &n_predicted);
  const guint32 *painted = pel_display_get_selection (display, &n_painted);
  gint found = -1;

  if (self->selecting || self->review == NULL || !self->active)
    return;
  if (n_predicted == 1)
    found = pel_review_find (self->review, predicted[0], TRUE);
  else if (n_painted == 1)
    found = pel_review_find (self->review, painted[0], FALSE);
  if (found < 0)
    return;
  self->staying = TRUE;
  pel_review_set_current (self->review, found);
  self->staying = FALSE;
}

/* Verdicts */

static void
go_on (PelReviewer *self)
{
  if (!self->active)
    return;
  if (!pel_review_step (self->review, 1))
    pel_workspace_toast (self->workspace, _ ("Every cell of this image was looked at"));
}

static void
accept (PelReviewer *self)
{
  const PelReviewCell *cell = get_current (self);

  if (cell == NULL || !pel_workspace_get_editable (self->workspace))
    return;
  pel_canvas_finish_stroke (self->canvas);
  if (cell->state != PEL_REVIEW_STATE_ACCEPTED &&
      !pel_review_accept (self->review, (guint)pel_review_get_current (self->review)))
    {
      pel_workspace_toast (
          self->workspace,
          _ ("Nothing to accept: your own cells already cover what was predicted"));
      return;
    }
  go_on (self);
}

static void
reject (PelReviewer *self)
{
  const PelReviewCell *cell = get_current (self);

  if (cell == NULL || !pel_workspace_get_editable (self->workspace))
    return;
  pel_canvas_finish_stroke (self->canvas);
  if (cell->state != PEL_REVIEW_STATE_REJECTED &&
      !pel_review_reject (self->review, (guint)pel_review_get_current (self->review)))
    {
      pel_workspace_toast (self->workspace,
                           _ ("This cell is your own; delete it with the select tool"));
      return;
    }
  pel_display_set_selection (pel_workspace_get_display (self->workspace), NULL, 0);
  go_on (self);
}

static void
step (PelReviewer *self, int by)
{
  gint before;

  if (self->review == NULL)
    return;
  before = pel_review_get_current (self->review);
  if (!pel_review_step (self->review, by))
    {
      pel_workspace_toast (self->workspace, _ ("No cell waits for a look in this image"));
      return;
    }
  /* From here on the keys say it. */
  if (before < 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  /* Where reviewing is not what the user does, this is how it is asked for. */
  if (!self->active || pel_review_get_current (self->review) == before)
    {
      select_current (self);
      glide_to_current (self);
    }
}

static void
activate_next (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, 1);
}

static void
activate_previous (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, -1);
}

static void
activate_accept (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  accept (data);
}

static void
activate_reject (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  reject (data);
}

/* A part of an image that is too large to paint as a whole. */

static void
activate_complete_part (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PelReviewer *self = data;
  g_autoptr (GArray) regions = g_array_new (FALSE, FALSE, sizeof (PelRect));
  const char *name;
  PelRect part;
  const PelRect *known;
  guint n;

  g_variant_get (parameter, "(&siiii)", &name, &part.x, &part.y, &part.width, &part.height);
  if (!pel_workspace_get_editable (self->workspace) ||
      !g_str_equal (pel_image_document_get_name (self->document), name))
    {
      pel_workspace_toast (self->workspace, _ ("Go back to that image first"));
      return;
    }
  known = pel_image_document_get_complete_regions (self->document, &n);
  g_array_append_vals (regions, known, n);
  g_array_append_val (regions, part);
  pel_image_document_set_complete_regions (self->document, (const PelRect *)(gpointer)regions->data,
                                           regions->len);
  pel_workspace_toast (self->workspace, _ ("Training counts this part as complete now"));
}

/* The offer was closed, or taken. */
static void
on_offer_gone (PelReviewer *self, AdwToast *toast)
{
  const PelCanvasMark *marks;
  guint n;

  if (self->offer != toast)
    return;
  g_clear_object (&self->offer);
  /* Somebody else may have marked something else meanwhile. */
  marks = pel_canvas_get_marks (self->canvas, &n);
  if (n == 1 && marks->text == self->mark_text)
    pel_canvas_set_marks (self->canvas, NULL, 0);
}

static void
take_offer_back (PelReviewer *self)
{
  g_autoptr (AdwToast) toast = self->offer != NULL ? g_object_ref (self->offer) : NULL;

  if (toast == NULL)
    return;
  on_offer_gone (self, toast);
  adw_toast_dismiss (toast);
}

static void
offer_part (PelReviewer *self, const PelRect *part)
{
  AdwToast *toast = adw_toast_new (_ ("Paint every cell of this part, then mark it"));
  const PelCanvasMark mark = { .area = *part, .color = PART_COLOR, .text = _ ("Paint this part") };

  take_offer_back (self);
  self->mark_text = mark.text;
  self->offer = g_object_ref (toast);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (on_offer_gone), self, G_CONNECT_SWAPPED);
  pel_canvas_set_marks (self->canvas, &mark, 1);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_button_label (toast, _ ("Part Is Complete"));
  adw_toast_set_action_name (toast, "win.complete-part");
  adw_toast_set_action_target (toast, "(siiii)", pel_image_document_get_name (self->document),
                               part->x, part->y, part->width, part->height);
  g_signal_emit_by_name (self->workspace, "toast", toast);
  g_object_unref (toast);
}

static void
show_part (PelReviewer *self)
{
  guint width, height;

  if (!self->has_part || self->document == NULL ||
      !pel_image_document_get_loaded (self->document) ||
      !pel_canvas_get_image_size (self->canvas, &width, &height))
    return;
  self->has_part = FALSE;
  if (self->to_paint)
    {
      pel_canvas_zoom_to_part (self->canvas, &self->part, TRUE);
      offer_part (self, &self->part);
    }
  else
    pel_canvas_zoom_to_rect (self->canvas, &self->part, TRUE);
}

static void
on_show_part (PelWorkspace *workspace, const PelRect *part, gboolean to_paint, PelReviewer *self)
{
  self->to_paint = to_paint;
  self->part = *part;
  self->has_part = TRUE;
  show_part (self);
}

static const GActionEntry entries[] = {
  { "review-next", activate_next },
  { "review-previous", activate_previous },
  { "review-accept", activate_accept },
  { "review-reject", activate_reject },
  { "complete-part", activate_complete_part, "(siiii)" },
};

/* On the picture */

static gboolean
on_key (GtkEventControllerKey *controller,
        guint keyval,
        guint keycode,
        GdkModifierType state,
        PelReviewer *self)
{
  PelTool *tool = pel_canvas_get_tool (self->canvas);
  const PelReviewCell *cell = get_current (self);
  PelKeyMap *map = pel_key_map_get_for_display (gtk_widget_get_display (GTK_WIDGET (self->canvas)));
  const PelCommand *command;

  /* What a tool has begun is ended by its own keys. */
  if (!self->active || cell == NULL || !is_selected (self, cell) ||
      (tool != NULL && pel_tool_is_active (tool)))
    return GDK_EVENT_PROPAGATE;
  command = pel_key_map_find (map, keyval, state & gtk_accelerator_get_default_mod_mask ());
  if (command == NULL)
    return GDK_EVENT_PROPAGATE;
  if (g_str_equal (command->id, "accept-selected"))
    accept (self);
  else if (g_str_equal (command->id, "delete-selected"))
    reject (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static gboolean
tool_corrects (PelReviewer *self)
{
  static const char *const looking[] = { "select", "pan", "pick", "measure" };
  const char *id = pel_canvas_get_tool_id (self->canvas);

  for (gsize i = 0; i < G_N_ELEMENTS (looking); i++)
    if (g_strcmp0 (id, looking[i]) == 0)
      return FALSE;
  return id != NULL;
}

/* A predicted cell must be in the mask before a tool can change it. */
static void
correct_at (PelReviewer *self, double x, double y)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  const PelReviewCell *cell = get_current (self);
  graphene_point_t in = GRAPHENE_POINT_INIT ((float)x, (float)y), at;
  double reach = MAX (NEAR, pel_display_get_brush_size (display) / 2.0);
  PelMask *mask;
  guint32 label;
  gint inner_x, inner_y;

  if (!self->active || cell == NULL || !is_shown_as_prediction (cell) ||
      cell->state != PEL_REVIEW_STATE_WAITING || !tool_corrects (self) ||
      !pel_workspace_get_editable (self->workspace))
    return;
  pel_canvas_to_image (self->canvas, &in, &at);
  if ((double)at.x < cell->bounds.x - reach || (double)at.y < cell->bounds.y - reach ||
      (double)at.x > cell->bounds.x + cell->bounds.width + reach ||
      (double)at.y > cell->bounds.y + cell->bounds.height + reach)
    return;
  mask = pel_image_document_get_mask (self->document);
  inner_x = cell->inner_x;
  inner_y = cell->inner_y;
  if (!pel_review_accept (self->review, (guint)pel_review_get_current (self->review)))
    return;
  label = pel_mask_get_label (mask, inner_x, inner_y);
  if (label == 0)
    return;
  self->selecting = TRUE;
  pel_display_set_selection (display, &label, 1);
  pel_display_set_current_label (display, label);
  self->selecting = FALSE;
}

static gboolean
on_event (GtkEventControllerLegacy *controller, GdkEvent *event, PelReviewer *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  GtkNative *native;
  double x, y, dx, dy;
  guint button;

  if (!self->active ||
      (type != GDK_BUTTON_PRESS && type != GDK_BUTTON_RELEASE && type != GDK_MOTION_NOTIFY))
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_BUTTON_RELEASE)
    self->pressed = FALSE;
  if (type == GDK_BUTTON_RELEASE || (type == GDK_MOTION_NOTIFY && !self->pressed) ||
      !gdk_event_get_position (event, &x, &y))
    return GDK_EVENT_PROPAGATE;
  native = gtk_widget_get_native (widget);
  gtk_native_get_surface_transform (native, &dx, &dy);
  if (!gtk_widget_translate_coordinates (GTK_WIDGET (native), GTK_WIDGET (self->canvas), x - dx,
                                         y - dy, &x, &y))
    return GDK_EVENT_PROPAGATE;
  if (type == GDK_MOTION_NOTIFY)
    {
      if (hypot (x - self->press_x, y - self->press_y) < MOVE_THRESHOLD)
        return GDK_EVENT_PROPAGATE;
      self->pressed = FALSE;
      correct_at (self, self->press_x, self->press_y);
      return GDK_EVENT_PROPAGATE;
    }
  button = gdk_button_event_get_button (event);
  self->press_x = x;
  self->press_y = y;
  self->pressed = button == GDK_BUTTON_SECONDARY;
  /* With Ctrl a cell is picked, with Space the view is moved; the canvas itself must be hit. */
  if (button == GDK_BUTTON_PRIMARY &&
      (gdk_event_get_modifier_state (event) & GDK_CONTROL_MASK) == 0 &&
      gtk_widget_pick (widget, self->press_x, self->press_y, GTK_PICK_DEFAULT) ==
          GTK_WIDGET (self->canvas))
    correct_at (self, x, y);
  return GDK_EVENT_PROPAGATE;
}

/* Following */

static void
leave_document (PelReviewer *self)
{
  take_offer_back (self);
  if (self->review != NULL)
    g_signal_handlers_disconnect_by_data (self->review, self);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->review);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelReviewer *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  leave_document (self);
  if (document != NULL)
    {
      self->document = g_object_ref (document);
      self->review = g_object_ref (pel_image_document_get_review (document));
      g_signal_connect_object (self->review, "notify::current", G_CALLBACK (on_current_changed),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->review, "changed", G_CALLBACK (update_actions), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "notify::loaded", G_CALLBACK (update_actions), self,
                               G_CONNECT_SWAPPED);
      /* After the canvas, which follows the same signal. */
      g_signal_connect_object (document, "image-changed", G_CALLBACK (show_part), self,
                               G_CONNECT_SWAPPED | G_CONNECT_AFTER);
    }
  self->has_part = FALSE;
  update_actions (self);
}

/* Life */

void
pel_reviewer_stop (PelReviewer *self)
{
  g_return_if_fail (PEL_IS_REVIEWER (self));

  leave_document (self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  if (self->actions != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
      g_action_map_remove_action (self->actions, entries[i].name);
  g_clear_weak_pointer (&self->actions);
  g_clear_object (&self->workspace);
}

static void
pel_reviewer_dispose (GObject *object)
{
  pel_reviewer_stop (PEL_REVIEWER (object));
  G_OBJECT_CLASS (pel_reviewer_parent_class)->dispose (object);
}

static void
pel_reviewer_class_init (PelReviewerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_reviewer_dispose;
}

static void
pel_reviewer_init (PelReviewer *self)
{
}

PelReviewer *
pel_reviewer_new (PelWorkspace *workspace, PelCanvas *canvas, GtkWidget *view, GActionMap *actions)
{
  PelReviewer *self = g_object_new (PEL_TYPE_REVIEWER, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *events = gtk_event_controller_legacy_new ();

  self->workspace = g_object_ref (workspace);
  self->canvas = canvas;
  self->view = view;
  g_set_weak_pointer (&self->actions, actions);
  g_action_map_add_action_entries (actions, entries, G_N_ELEMENTS (entries), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (view, keys);
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect_object (events, "event", G_CALLBACK (on_event), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (view, events);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "show-part", G_CALLBACK (on_show_part), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (pel_workspace_get_display (workspace), "selection-changed",
                           G_CALLBACK (on_selection_changed), self, G_CONNECT_SWAPPED);
  on_document_changed (self);
  return self;
}

void
pel_reviewer_set_active (PelReviewer *self, gboolean active)
{
  g_return_if_fail (PEL_IS_REVIEWER (self));

  self->active = active;
}
