/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "app/document/pel-document-types.h"
#include "ui/canvas/pel-display.h"
#include "ui/canvas/pel-viewport.h"

G_BEGIN_DECLS

/**
 * PelToolEvent:
 * @x: in image pixels; pixel i covers [i, i+1)
 * @y: in image pixels, downwards
 * @pressure: 0–1 of a pen; 1 for what has none
 * @erase: the right button, or a pen's eraser end
 * @n_press: 1 for a single press, 2 for the second of a double one
 * @state: modifiers
 *
 * One event of the pointer in the image's space.
 */
typedef struct
{
  double x, y;
  double pressure;
  gboolean erase;
  guint n_press;
  GdkModifierType state;
} PelToolEvent;

/**
 * PelTool:
 *
 * What the pointer does on the canvas. A tool knows the document and the display settings but
 * no widget: the canvas turns events into image space and calls it, so the same calls drive it
 * in tests, from a pen, or from a benchmark.
 *
 * Order of calls: motion()* (press() drag()* (release() | cancel()))*. Signal "changed" (no
 * arguments): what snapshot_overlay() draws, or the cursor, changed. Main thread only.
 */
#define PEL_TYPE_TOOL (pel_tool_get_type ())
G_DECLARE_DERIVABLE_TYPE (PelTool, pel_tool, PEL, TOOL, GObject)

/**
 * PelToolClass:
 * @press: begins; returns whether drag and release are wanted
 * @drag: the pointer moved while pressed; called for every event of the history
 * @release: ends
 * @cancel: leaves no trace of what was begun
 * @motion: moved without a button; @event is %NULL when the pointer left
 * @key: a key the tool wants while the canvas has the focus
 * @is_active: something is begun that Esc would leave
 * @snapshot_overlay: draws in widget coordinates what the tool will do
 * @get_cursor: a CSS cursor name; "none" where the overlay shows the pointer itself
 * @dup_status: what the tool tells in the status bar, or %NULL
 * @wants_arrows: the arrow keys are for a corner that other keys chose, and not for a cross-hair
 * @confirm: what is whole and only waits for a last change is taken: the user turned elsewhere
 */
struct _PelToolClass
{
  GObjectClass parent_class;

  gboolean (*press) (PelTool *self, const PelToolEvent *event);
  void (*drag) (PelTool *self, const PelToolEvent *event);
  void (*release) (PelTool *self, const PelToolEvent *event);
  void (*cancel) (PelTool *self);
  void (*motion) (PelTool *self, const PelToolEvent *event);
  gboolean (*key) (PelTool *self, guint keyval, GdkModifierType state);
  gboolean (*is_active) (PelTool *self);
  void (*snapshot_overlay) (PelTool *self, GtkSnapshot *snapshot, const PelViewport *view);
  const char *(*get_cursor) (PelTool *self);
  char *(*dup_status) (PelTool *self);
  gboolean (*wants_arrows) (PelTool *self);
  void (*confirm) (PelTool *self);

  gpointer padding[5];
};

/**
 * PelToolInfo:
 * @id: stable name
 * @icon_name: a symbolic icon of the program's own
 * @title: one or two words; untranslated, marked for gettext
 * @tooltip: what it does, as a short sentence; untranslated, marked for gettext
 * @pans: drags move the view, the canvas does it
 * @takes_control: a press with Ctrl is the tool's, where otherwise it picks a cell
 *
 * What the palette and the menus show of a tool. Its key is that of the command "tool-" and its id.
 */
typedef struct
{
  const char *id;
  const char *icon_name;
  const char *title;
  const char *tooltip;
  gboolean pans;
  gboolean takes_control;
} PelToolInfo;

/**
 * pel_tool_get_infos:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): every tool there is, in the palette's order
 */
const PelToolInfo *pel_tool_get_infos (guint *n);

/**
 * pel_tool_new:
 * @id: one of pel_tool_get_infos()
 *
 * Returns: (transfer full) (nullable): the tool, or %NULL for an unknown @id
 */
PelTool *pel_tool_new (const char *id) G_GNUC_WARN_UNUSED_RESULT;

const PelToolInfo *pel_tool_get_info (PelTool *self);

PelImageDocument *pel_tool_get_document (PelTool *self);
void pel_tool_set_document (PelTool *self, PelImageDocument *document);
PelDisplay *pel_tool_get_display (PelTool *self);
void pel_tool_set_display (PelTool *self, PelDisplay *display);
/**
 * pel_tool_get_view:
 *
 * Returns: (transfer none): how the image lies on the screen, to judge distances and directions
 *   there; at 100 % and upright until pel_tool_set_view()
 */
const PelViewport *pel_tool_get_view (PelTool *self);
/* @view: copied */
void pel_tool_set_view (PelTool *self, const PelViewport *view);
/* Widget pixels per image pixel. */
double pel_tool_get_zoom (PelTool *self);

gboolean pel_tool_press (PelTool *self, const PelToolEvent *event);
void pel_tool_drag (PelTool *self, const PelToolEvent *event);
void pel_tool_release (PelTool *self, const PelToolEvent *event);
void pel_tool_cancel (PelTool *self);
void pel_tool_confirm (PelTool *self);
void pel_tool_motion (PelTool *self, const PelToolEvent *event);
gboolean pel_tool_key (PelTool *self, guint keyval, GdkModifierType state);
gboolean pel_tool_is_active (PelTool *self);
gboolean pel_tool_wants_arrows (PelTool *self);
void pel_tool_snapshot_overlay (PelTool *self, GtkSnapshot *snapshot, const PelViewport *view);
const char *pel_tool_get_cursor (PelTool *self);
/* (transfer full) (nullable): what the status bar tells of the tool */
char *pel_tool_dup_status (PelTool *self) G_GNUC_WARN_UNUSED_RESULT;

/* For subclasses: the overlay or the cursor is another now. */
void pel_tool_changed (PelTool *self);

G_END_DECLS
