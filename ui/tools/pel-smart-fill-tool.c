/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-smart-fill-tool.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/canvas/pel-label-colors.h"
#include "ui/tools/pel-cell-proposal.h"
#include "ui/tools/pel-tool-util.h"

struct _PelSmartFillTool
{
  PelTool parent_instance;

  guint32 label;
  double x, y; /* the click */
  double hover_x, hover_y;
  gboolean is_over;
  PelCellProposal *proposal;
  guint serial; /* of the click that the proposal belongs to */
  gboolean busy;
  gint steps;         /* wanted and not begun: positive outwards */
  gboolean take_soon; /* as soon as it is there */
  gboolean nothing;   /* the last click found none */
};

G_DEFINE_FINAL_TYPE (PelSmartFillTool, pel_smart_fill_tool, PEL_TYPE_TOOL)

typedef struct
{
  PelSmartFillTool *self;
  guint serial;
  gboolean is_step;
} Request;

static void go_on (PelSmartFillTool *self);

static void
clear (PelSmartFillTool *self)
{
  g_clear_pointer (&self->proposal, pel_cell_proposal_unref);
  self->serial++;
  self->busy = FALSE;
  self->steps = 0;
  self->take_soon = FALSE;
  self->nothing = FALSE;
  pel_tool_changed (PEL_TOOL (self));
}

static void
take (PelSmartFillTool *self)
{
  g_autofree char *name = NULL;
  guint n;
  const double *xy = pel_cell_proposal_get_outline (self->proposal, &n);

  /* Translators: a step that can be undone; %u is the cell's number. */
  name = g_strdup_printf (_ ("Smart fill cell %u"), self->label);
  pel_tool_paint_outline (PEL_TOOL (self), xy, n, self->label, FALSE, name);
  clear (self);
}

static void
on_proposed (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *request = data;
  PelSmartFillTool *self = request->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (PelCellProposal) proposal = pel_cell_proposal_finish (result, &error);

  if (error)
    g_debug ("smart fill: %s", error->message);
  if (request->serial == self->serial)
    {
      self->busy = FALSE;
      if (proposal)
        {
          g_clear_pointer (&self->proposal, pel_cell_proposal_unref);
          self->proposal = g_steal_pointer (&proposal);
        }
      else
        {
          /* No further that way; or nothing at all. */
          self->steps = 0;
          self->nothing = !request->is_step;
        }
      go_on (self);
      pel_tool_changed (PEL_TOOL (self));
    }
  g_object_unref (self);
  g_free (request);
}

static Request *
request_new (PelSmartFillTool *self, gboolean is_step)
{
  Request *request = g_new (Request, 1);

  self->busy = TRUE;
  request->self = g_object_ref (self);
  request->serial = self->serial;
  request->is_step = is_step;
  return request;
}

/* What was asked for while work was under way. */
static void
go_on (PelSmartFillTool *self)
{
  if (self->busy || !self->proposal)
    return;
  if (self->steps != 0)
    {
      PelProposalStep step = self->steps > 0 ? PEL_PROPOSAL_LARGER : PEL_PROPOSAL_SMALLER;

      self->steps += self->steps > 0 ? -1 : 1;
      pel_cell_proposal_step_async (self->proposal, PEL_TOOL (self), step, on_proposed,
                                    request_new (self, TRUE));
    }
  else if (self->take_soon)
    take (self);
}

static gboolean
pel_smart_fill_tool_press (PelTool *tool, const PelToolEvent *event)
{
  PelSmartFillTool *self = PEL_SMART_FILL_TOOL (tool);

  if (event->erase || !pel_tool_get_mask (tool) || !pel_tool_get_display (tool))
    return FALSE;
  if ((self->proposal && pel_cell_proposal_holds (self->proposal, event->x, event->y)) ||
      (self->busy && event->n_press == 2))
    {
      self->take_soon = TRUE;
      go_on (self);
      return FALSE;
    }
  clear (self);
  self->x = event->x;
  self->y = event->y;
  self->label = pel_tool_choose_label (tool, event->x, event->y, 0);
  pel_cell_proposal_async (tool, event->x, event->y, self->label, on_proposed,
                           request_new (self, FALSE));
  return FALSE;
}

static void
pel_smart_fill_tool_cancel (PelTool *tool)
{
  clear (PEL_SMART_FILL_TOOL (tool));
}

static void
pel_smart_fill_tool_motion (PelTool *tool, const PelToolEvent *event)
{
  PelSmartFillTool *self = PEL_SMART_FILL_TOOL (tool);

  self->is_over = event != NULL;
  if (event)
    {
      self->hover_x = event->x;
      self->hover_y = event->y;
    }
}

static gboolean
pel_smart_fill_tool_key (PelTool *tool, guint keyval, GdkModifierType state)
{
  PelSmartFillTool *self = PEL_SMART_FILL_TOOL (tool);
  PelToolEvent event = { .x = self->hover_x, .y = self->hover_y, .pressure = 1, .n_press = 1 };

  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      if (!self->proposal)
        return FALSE;
      self->steps++;
      go_on (self);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      if (!self->proposal)
        return FALSE;
      self->steps--;
      go_on (self);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (state & GDK_SHIFT_MASK)
        return FALSE;
      if (self->proposal || self->busy)
        {
          self->take_soon = TRUE;
          go_on (self);
          return TRUE;
        }
      if (!self->is_over || !pel_tool_get_mask (tool))
        return FALSE;
      pel_smart_fill_tool_press (tool, &event);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
pel_smart_fill_tool_is_active (PelTool *tool)
{
  PelSmartFillTool *self = PEL_SMART_FILL_TOOL (tool);

  return self->proposal || self->busy;
}

static char *
pel_smart_fill_tool_dup_status (PelTool *tool)
{
  PelSmartFillTool *self = PEL_SMART_FILL_TOOL (tool);

  if (self->nothing)
    return g_strdup (_ ("no outline found here"));
  if (!self->proposal)
    return NULL;
  return g_strdup (pel_cell_proposal_is_from_model (self->proposal)
                       ? _ ("proposed by the model: + and − adjust, Enter takes it")
                       : _ ("proposed from the image: + and − adjust, Enter takes it"));
}

static void
pel_smart_fill_tool_snapshot_overlay (PelTool *tool, GtkSnapshot *snapshot, const PelViewport *view)
{
  PelSmartFillTool *self = PEL_SMART_FILL_TOOL (tool);
  g_autofree graphene_point_t *points = NULL;
  const double *xy;
  GdkRGBA color;
  guint n;

  pel_label_color_rgba (self->label, &color);
  if (!self->proposal)
    {
      graphene_point_t at;

      if (!self->busy)
        return;
      pel_tool_to_widget (view, self->x, self->y, &at);
      pel_tool_append_handle (snapshot, &at, &color);
      return;
    }
  xy = pel_cell_proposal_get_outline (self->proposal, &n);
  points = g_new (graphene_point_t, n);
  for (guint i = 0; i < n; i++)
    pel_tool_to_widget (view, xy[2 * i], xy[2 * i + 1], &points[i]);
  pel_tool_append_area (snapshot, points, n, &color);
}

static const char *
pel_smart_fill_tool_get_cursor (PelTool *tool)
{
  return PEL_SMART_FILL_TOOL (tool)->busy ? "progress" : "cell";
}

static void
pel_smart_fill_tool_finalize (GObject *object)
{
  g_clear_pointer (&PEL_SMART_FILL_TOOL (object)->proposal, pel_cell_proposal_unref);
  G_OBJECT_CLASS (pel_smart_fill_tool_parent_class)->finalize (object);
}

static void
pel_smart_fill_tool_class_init (PelSmartFillToolClass *klass)
{
  PelToolClass *tool_class = PEL_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pel_smart_fill_tool_finalize;
  tool_class->press = pel_smart_fill_tool_press;
  tool_class->cancel = pel_smart_fill_tool_cancel;
  tool_class->motion = pel_smart_fill_tool_motion;
  tool_class->key = pel_smart_fill_tool_key;
  tool_class->is_active = pel_smart_fill_tool_is_active;
  tool_class->dup_status = pel_smart_fill_tool_dup_status;
  tool_class->snapshot_overlay = pel_smart_fill_tool_snapshot_overlay;
  tool_class->get_cursor = pel_smart_fill_tool_get_cursor;
}

static void
pel_smart_fill_tool_init (PelSmartFillTool *self)
{
}

PelTool *
pel_smart_fill_tool_new (void)
{
  return g_object_new (PEL_TYPE_SMART_FILL_TOOL, NULL);
}

gboolean
pel_smart_fill_tool_is_busy (PelSmartFillTool *self)
{
  g_return_val_if_fail (PEL_IS_SMART_FILL_TOOL (self), FALSE);
  return self->busy;
}

gboolean
pel_smart_fill_tool_has_proposal (PelSmartFillTool *self)
{
  g_return_val_if_fail (PEL_IS_SMART_FILL_TOOL (self), FALSE);
  return self->proposal != NULL;
}
