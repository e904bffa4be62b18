/* SPDX-License-Identifier: MIT */
#include "ui/tools/pel-tool-private.h"

typedef struct
{
  PelImageDocument *document;
  PelDisplay *display;
  const PelToolInfo *info;
  PelViewport view;
} PelToolPrivate;

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PelTool, pel_tool, G_TYPE_OBJECT)

static gboolean
pel_tool_real_press (PelTool *self, const PelToolEvent *event)
{
  return FALSE;
}

static void
pel_tool_real_event (PelTool *self, const PelToolEvent *event)
{
}

static void
pel_tool_real_nothing (PelTool *self)
{
}

static gboolean
pel_tool_real_key (PelTool *self, guint keyval, GdkModifierType state)
{
  return FALSE;
}

static gboolean
pel_tool_real_is_active (PelTool *self)
{
  return FALSE;
}

static gboolean
pel_tool_real_wants_arrows (PelTool *self)
{
  return FALSE;
}

static void
pel_tool_real_snapshot_overlay (PelTool *self, GtkSnapshot *snapshot, const PelViewport *view)
{
}

static const char *
pel_tool_real_get_cursor (PelTool *self)
{
  return "default";
}

static char *
pel_tool_real_dup_status (PelTool *self)
{
  return NULL;
}

static void
pel_tool_dispose (GObject *object)
{
  PelTool *self = PEL_TOOL (object);
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_clear_object (&priv->document);
  g_clear_object (&priv->display);
  G_OBJECT_CLASS (pel_tool_parent_class)->dispose (object);
}

static void
pel_tool_class_init (PelToolClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_tool_dispose;
  klass->press = pel_tool_real_press;
  klass->drag = pel_tool_real_event;
  klass->release = pel_tool_real_event;
  klass->cancel = pel_tool_real_nothing;
  klass->confirm = pel_tool_real_nothing;
  klass->motion = pel_tool_real_event;
  klass->key = pel_tool_real_key;
  klass->is_active = pel_tool_real_is_active;
  klass->wants_arrows = pel_tool_real_wants_arrows;
  klass->snapshot_overlay = pel_tool_real_snapshot_overlay;
  klass->get_cursor = pel_tool_real_get_cursor;
  klass->dup_status = pel_tool_real_dup_status;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_tool_init (PelTool *self)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  pel_viewport_init (&priv->view);
}

void
pel_tool_set_info (PelTool *self, const PelToolInfo *info)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  priv->info = info;
}

const PelToolInfo *
pel_tool_get_info (PelTool *self)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_val_if_fail (PEL_IS_TOOL (self), NULL);
  return priv->info;
}

PelImageDocument *
pel_tool_get_document (PelTool *self)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_val_if_fail (PEL_IS_TOOL (self), NULL);
  return priv->document;
}

void
pel_tool_set_document (PelTool *self, PelImageDocument *document)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_if_fail (PEL_IS_TOOL (self));
  if (priv->document == document)
    return;
  pel_tool_cancel (self);
  g_set_object (&priv->document, document);
  pel_tool_changed (self);
}

PelDisplay *
pel_tool_get_display (PelTool *self)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_val_if_fail (PEL_IS_TOOL (self), NULL);
  return priv->display;
}

void
pel_tool_set_display (PelTool *self, PelDisplay *display)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_if_fail (PEL_IS_TOOL (self));
  if (g_set_object (&priv->display, display))
    pel_tool_changed (self);
}

double
pel_tool_get_zoom (PelTool *self)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_val_if_fail (PEL_IS_TOOL (self), 1);
  return priv->view.zoom;
}

const PelViewport *
pel_tool_get_view (PelTool *self)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_val_if_fail (PEL_IS_TOOL (self), NULL);
  return &priv->view;
}

void
pel_tool_set_view (PelTool *self, const PelViewport *view)
{
  PelToolPrivate *priv = pel_tool_get_instance_private (self);

  g_return_if_fail (PEL_IS_TOOL (self));
  g_return_if_fail (view != NULL && view->zoom > 0);
  priv->view = *view;
}

gboolean
pel_tool_press (PelTool *self, const PelToolEvent *event)
{
  g_return_val_if_fail (PEL_IS_TOOL (self), FALSE);
  return PEL_TOOL_GET_CLASS (self)->press (self, event);
}

void
pel_tool_drag (PelTool *self, const PelToolEvent *event)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  PEL_TOOL_GET_CLASS (self)->drag (self, event);
}

void
pel_tool_release (PelTool *self, const PelToolEvent *event)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  PEL_TOOL_GET_CLASS (self)->release (self, event);
}

void
pel_tool_cancel (PelTool *self)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  PEL_TOOL_GET_CLASS (self)->cancel (self);
}

void
pel_tool_confirm (PelTool *self)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  PEL_TOOL_GET_CLASS (self)->confirm (self);
}

void
pel_tool_motion (PelTool *self, const PelToolEvent *event)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  PEL_TOOL_GET_CLASS (self)->motion (self, event);
}

gboolean
pel_tool_key (PelTool *self, guint keyval, GdkModifierType state)
{
  g_return_val_if_fail (PEL_IS_TOOL (self), FALSE);
  return PEL_TOOL_GET_CLASS (self)->key (self, keyval, state);
}

gboolean
pel_tool_is_active (PelTool *self)
{
  g_return_val_if_fail (PEL_IS_TOOL (self), FALSE);
  return PEL_TOOL_GET_CLASS (self)->is_active (self);
}

gboolean
pel_tool_wants_arrows (PelTool *self)
{
  g_return_val_if_fail (PEL_IS_TOOL (self), FALSE);
  return PEL_TOOL_GET_CLASS (self)->wants_arrows (self);
}

void
pel_tool_snapshot_overlay (PelTool *self, GtkSnapshot *snapshot, const PelViewport *view)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  PEL_TOOL_GET_CLASS (self)->snapshot_overlay (self, snapshot, view);
}

const char *
pel_tool_get_cursor (PelTool *self)
{
  g_return_val_if_fail (PEL_IS_TOOL (self), "default");
  return PEL_TOOL_GET_CLASS (self)->get_cursor (self);
}

char *
pel_tool_dup_status (PelTool *self)
{
  g_return_val_if_fail (PEL_IS_TOOL (self), NULL);
  return PEL_TOOL_GET_CLASS (self)->dup_status (self);
}

void
pel_tool_changed (PelTool *self)
{
  g_return_if_fail (PEL_IS_TOOL (self));
  g_signal_emit (self, signals[CHANGED], 0);
}
