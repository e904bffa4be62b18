/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-list.h"
#include "app/document/pel-image-document.h"
#include "app/document/pel-mask.h"
#include "app/document/pel-review.h"
#include "app/document/pel-undo.h"
#include "ui/canvas/pel-canvas.h"
#include "ui/canvas/pel-cell-colors.h"
#include "ui/canvas/pel-cell-marks.h"
#include "ui/canvas/pel-image-scene.h"
#include "ui/canvas/pel-label-scene.h"
#include "ui/canvas/pel-tile-stack.h"
#include "ui/canvas/pel-viewport.h"

G_BEGIN_DECLS

/* Two steps double. */
#define PEL_CANVAS_ZOOM_STEP 1.4142135623730951
/* Degrees. */
#define PEL_CANVAS_TURN_STEP 15.0

/* What the buttons of the pointer are doing. */
typedef enum
{
  PEL_POINTER_IDLE,
  PEL_POINTER_TOOL, /* a drag that belongs to the tool */
  PEL_POINTER_PAN,
  PEL_POINTER_TURN,
  PEL_POINTER_SECONDARY, /* the right button, not moved yet: menu or eraser */
  PEL_POINTER_IGNORE,    /* pressed, but nobody wants it */
} PelPointerMode;

struct _PelCanvas
{
  GtkWidget parent_instance;

  PelImageDocument *document;
  PelMask *mask;
  PelDisplay *display;
  GSignalGroup *document_signals;
  GSignalGroup *mask_signals;
  GSignalGroup *cells_signals;
  GSignalGroup *prediction_signals;
  GSignalGroup *review_signals;
  GSignalGroup *display_signals;
  GSignalGroup *tool_signals;

  PelViewport view;
  guint glide_tick;
  gint64 glide_start;
  graphene_point_t glide_from, glide_to; /* image points in the middle of the widget */
  double glide_zoom_from, glide_zoom_to;

  /* picture: pel-canvas-picture.c, and of it what concerns the image: pel-canvas-image.c */
  PelTileLayer *image_layer;
  PelTileLayer *label_layer;
  PelTileStack *stack; /* puts them together where they are surfaces */
  PelTileTarget target;
  cairo_surface_t *shared; /* (nullable): see pel_shared_pixels_hold() */
  double shared_size;      /* of the window that it was made for, in device pixels */
  GPtrArray *pyramids;     /* of PelPyramid: one, or one for each channel shown */
  PelPyramid *pyramid;     /* the first of them */
  GArray *shown;           /* gint: their channels */
  PelImageScene *image_scene;
  PelLabelScene *label_scene;
  GCancellable *preparing;
  gboolean measured; /* the pyramid's levels are known */
  gboolean tones_dirty;
  gboolean taking_display; /* from the document, so not to be written back */
  GdkTexture *base;
  gboolean base_dirty;
  gboolean base_in_flight;
  gboolean style_dirty;
  GArray *changed; /* PelRect of the mask since the last frame */
  guint hold_id;   /* while tiles are held */

  /* measured cells: pel-canvas-cells.c */
  PelTileLayer *prediction_layer;
  gboolean prediction_shown;
  PelCellMarks *marks;
  PelCellMarks *prediction_marks;
  GArray *boxes;         /* (nullable) of PelCanvasMark */
  PelCellColors *colors; /* NULL where each cell has its own */

  /* what a training would predict: pel-canvas-preview.c */
  PelTileLayer *preview_layer;
  gboolean has_preview;
  gboolean preview_stale;

  /* where the model is unsure: pel-canvas-uncertainty.c */
  PelTileLayer *uncertainty_layer;
  PelImage *uncertainty_plane; /* (nullable): of the scene on show */

  /* two models side by side: pel-canvas-compare.c */
  PelTileLayer *compare_layers[2]; /* NULL while nothing is compared */
  double compare_x;

  /* tools and input: pel-canvas-input.c */
  gboolean read_only;
  PelTool *tool;
  GHashTable *tools; /* id → PelTool */
  PelPointerMode pointer_mode;
  guint pointer_button;
  gboolean pen_eraser; /* the pen is held the wrong way round */
  double pointer_x, pointer_y;
  gboolean pointer_inside;
  double press_x, press_y;
  GdkModifierType press_state;
  gint64 press_time;
  guint n_press;
  gboolean space_held; /* the key that moves the view, and which that is */
  guint pan_key;
  gboolean turn_held; /* the one that turns it */
  guint turn_key;
  gboolean tab_held; /* the one that hides the cells */
  guint hide_key;
  gboolean cross_hair;               /* the keys move the pointer */
  guint cross_hair_button;           /* held by a key, or 0 */
  GdkModifierType cross_hair_state;  /* what it is held with */
  gboolean cross_hair_locked;        /* it stays down until a key lets it go */
  double cross_hair_x, cross_hair_y; /* where it was when it went, in image pixels; NaN at first */
  double mouse_x, mouse_y;           /* where the mouse rests meanwhile; NaN until known */
  double pinch_zoom;
  double finger_angle; /* as two fingers found it */
  double finger_slack; /* what of their turn does not count; NaN until they turn enough */
  /* While the pointer turns the view: how far it would be without coming to rest, where the pointer
   * is as seen from the middle, in degrees, and what of the image is there. */
  double turn_angle, turn_direction;
  gboolean turn_begun; /* the direction is known */
  double turn_x, turn_y;
  guint32 hover_label;
  guint32 hover_prediction;
  char *hover_text;

  GMenuModel *context_menu;
  GtkWidget *popover;
};

/* Whoever changes the view calls this. */
void pel_canvas_view_changed (PelCanvas *self);
void pel_canvas_stop_glide (PelCanvas *self);
void pel_canvas_update_description (PelCanvas *self);
/* There is another image; one that was on show before lies as it did. */
void pel_canvas_set_image_size (PelCanvas *self, guint width, guint height);

/* pel-canvas-image.c */
void pel_canvas_init_image (PelCanvas *self);
void pel_canvas_dispose_image (PelCanvas *self);
void pel_canvas_load_image (PelCanvas *self);
/* The contrast of the display as a scene, in place of the one on show. */
void pel_canvas_apply_tones (PelCanvas *self);

/* pel-canvas-picture.c */
void pel_canvas_init_picture (PelCanvas *self);
void pel_canvas_dispose_picture (PelCanvas *self);
void pel_canvas_load_mask (PelCanvas *self);
void pel_canvas_choose_target (PelCanvas *self);
/* Before a frame, whose window may have become larger. */
void pel_canvas_hold_shared_pixels (PelCanvas *self);
void pel_canvas_drop_shared_pixels (PelCanvas *self);
/* The angle is about to be another one again: until it rests nothing is made for it. */
void pel_canvas_hold_tiles (PelCanvas *self);
void pel_canvas_snapshot_picture (PelCanvas *self, GtkSnapshot *snapshot);
GdkTexture *pel_canvas_get_base (PelCanvas *self);

/* pel-canvas-cells.c */
void pel_canvas_init_cells (PelCanvas *self);
void pel_canvas_dispose_cells (PelCanvas *self);
void pel_canvas_load_cells (PelCanvas *self);
/* (nullable): the predicted edges, where they are shown */
PelTileLayer *pel_canvas_get_prediction_layer (PelCanvas *self);
/* Chooses the tags of a frame that shows @area of the widget; returns how many @marks have some. */
guint pel_canvas_place_tags (PelCanvas *self, const graphene_rect_t *area, PelCellMarks *marks[2]);
/* FALSE while more of them come with the next frames. */
gboolean pel_canvas_has_all_tags (PelCanvas *self);
/* The boxes, and what is bright for being chosen or under the pointer. */
void pel_canvas_snapshot_highlights (PelCanvas *self, GtkSnapshot *snapshot);
/* Other predicted edges are drawn now. */
void pel_canvas_reload_prediction (PelCanvas *self);

/* pel-canvas-marks.c */
gboolean pel_canvas_has_marks (PelCanvas *self);
void pel_canvas_snapshot_boxes (PelCanvas *self, GtkSnapshot *snapshot);

/* pel-canvas-preview.c */
void pel_canvas_init_preview (PelCanvas *self);
void pel_canvas_dispose_preview (PelCanvas *self);
/* Whether a preview stands in for the prediction. */
gboolean pel_canvas_shows_preview (PelCanvas *self);
void pel_canvas_snapshot_preview (PelCanvas *self, GtkSnapshot *snapshot);

/* pel-canvas-uncertainty.c */
void pel_canvas_init_uncertainty (PelCanvas *self);
void pel_canvas_dispose_uncertainty (PelCanvas *self);
/* The image is another one. */
void pel_canvas_load_uncertainty (PelCanvas *self);
gboolean pel_canvas_shows_uncertainty (PelCanvas *self);
/* (nullable): the veil, where it is shown */
PelTileLayer *pel_canvas_get_uncertainty_layer (PelCanvas *self);

/* pel-canvas-compare.c */
void pel_canvas_dispose_comparison (PelCanvas *self);
void pel_canvas_snapshot_comparison (PelCanvas *self, GtkSnapshot *snapshot);

/* pel-canvas-input.c. The pointer functions take widget coordinates and are what the event
 * controller calls; tests call them as well. */
void pel_canvas_init_input (PelCanvas *self);
void pel_canvas_dispose_input (PelCanvas *self);
/* Whether there is something for the tool to act on, and it may. */
gboolean pel_canvas_can_use_tool (PelCanvas *self);
void pel_canvas_pointer_press (PelCanvas *self,
                               double x,
                               double y,
                               guint button,
                               double pressure,
                               GdkModifierType state);
void pel_canvas_pointer_motion (PelCanvas *self,
                                double x,
                                double y,
                                double pressure,
                                GdkModifierType state);
void pel_canvas_pointer_release (PelCanvas *self,
                                 double x,
                                 double y,
                                 guint button,
                                 double pressure,
                                 GdkModifierType state);
void pel_canvas_pointer_leave (PelCanvas *self);
/* pel-canvas-turn.c */
void pel_canvas_begin_turn (PelCanvas *self, double x, double y);
void pel_canvas_drag_turn (PelCanvas *self, double x, double y, GdkModifierType state);
/* Two fingers: @radians is how far they turned since they came down, clockwise. */
void pel_canvas_begin_finger_turn (PelCanvas *self);
void pel_canvas_finger_turn (PelCanvas *self, double radians, const graphene_point_t *middle);
/* pel-canvas-keys.c */
/* What zooming and turning by keys leaves in its place: @point, which is the cross-hair, or where
 * that returns FALSE the middle; the mouse may rest anywhere meanwhile. */
gboolean pel_canvas_get_fixed_point (PelCanvas *self, graphene_point_t *point);
gboolean pel_canvas_key_press (PelCanvas *self, guint keyval, GdkModifierType state);
void pel_canvas_key_release (PelCanvas *self, guint keyval);
/* As if all were let go. */
void pel_canvas_release_keys (PelCanvas *self);
/* pel-canvas-crosshair.c */
gboolean pel_canvas_cross_hair_key (PelCanvas *self, guint keyval, GdkModifierType state);
void pel_canvas_cross_hair_key_released (PelCanvas *self, guint keyval);
/* Presses the button for as long as nothing lets it go, or lets it go. */
void pel_canvas_toggle_cross_hair_lock (PelCanvas *self);
/* The button is up again, also where its lock held it down. */
void pel_canvas_release_cross_hair (PelCanvas *self);
/* Whether the mouse only rests there; otherwise it has taken over. */
gboolean pel_canvas_cross_hair_takes_mouse (PelCanvas *self, double x, double y);
void pel_canvas_snapshot_cross_hair (PelCanvas *self, GtkSnapshot *snapshot);
void pel_canvas_show_menu (PelCanvas *self, double x, double y);
void pel_canvas_update_hover (PelCanvas *self);
/* The picture moved under a resting pointer. */
void pel_canvas_pointer_refresh (PelCanvas *self);
void pel_canvas_update_cursor (PelCanvas *self);
void pel_canvas_snapshot_tool (PelCanvas *self, GtkSnapshot *snapshot);

G_END_DECLS
