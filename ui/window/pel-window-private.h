/* SPDX-License-Identifier: MIT */
#pragma once

#include "ui/canvas/pel-canvas-view.h"
#include "ui/pages/pel-annotate-page.h"
#include "ui/pages/pel-measure-page.h"
#include "ui/pages/pel-review-page.h"
#include "ui/pages/pel-train-page.h"
#include "ui/window/pel-history-list.h"
#include "ui/window/pel-comparer.h"
#include "ui/window/pel-image-list.h"
#include "ui/window/pel-live-preview.h"
#include "ui/window/pel-reviewer.h"
#include "ui/window/pel-stack-bar.h"
#include "ui/window/pel-status-bar.h"
#include "ui/window/pel-toaster.h"
#include "ui/window/pel-window.h"

struct _PelWindow
{
  AdwApplicationWindow parent_instance;

  PelWorkspace *workspace;
  GSettings *settings; /* NULL where the schema is not installed */
  GtkWidget *canvas_view;
  PelCanvas *canvas;
  PelLivePreview *live_preview;
  PelComparer *comparer;
  PelReviewer *reviewer;
  PelImageDocument *watched; /* the document whose signals are followed */
  PelUndo *undo;             /* its history */
  GCancellable *opening;
  guint calm_id;       /* runs while the user paints or moves the view */
  guint32 hover_label; /* of the cell under the pointer, 0 for none */
  gboolean may_close;
  gboolean closing;
  gboolean hint_dismissed;
  PelNextStep hint_step;

  GtkWindow *models_window;   /* weak: open, or NULL */
  GtkWindow *learning_window; /* weak: open or hidden, or NULL */

  AdwToastOverlay *toasts;
  PelToaster *toaster;
  AdwMessageDialog *failure; /* weak: the last that told of a failure */
  GtkWidget *quality;        /* (nullable): in the place of the modes' pages */
  GtkWindow *batch;          /* weak */
  GtkStack *stack;
  GtkWidget *start_page;
  GtkOverlay *overlay;
  GtkWidget *drop_sign;
  GtkWidget *hint;
  GtkLabel *hint_text;
  GtkButton *hint_button;
  AdwWindowTitle *title;
  GMenuModel *cell_menu;
  GtkWidget *list_button;
  GtkWidget *import_button;
  GtkWidget *inspector_button;
  GtkWidget *undo_button;
  GSignalGroup *tool_signals; /* of the tool in the hand; it may outlive the status bar */
  GtkWidget *menu_button;
  GtkWidget *worked_at; /* (nullable) weak: what had the focus last, menus left out */
  guint back_id;        /* source: it is about to have it again */
  GtkWidget *history_button;
  GtkPopover *history_popover;
  PelHistoryList *history_list;
  PelStackBar *stack_bar;
  GtkWindow *keys;       /* (nullable) weak: where keys are changed */
  guint32 number_target; /* the cell whose number is asked for */
  GtkWidget *redo_button;
  GtkWidget *mode_switcher;
  AdwViewStack *modes;
  GtkStack *inspector; /* @modes, and what stands in its place for a while */
  AdwFlap *list_flap;
  AdwFlap *inspector_flap;
  PelImageList *image_list;
  GtkWidget *canvas_stack;
  GtkWidget *loading;
  PelAnnotatePage *annotate_page;
  PelTrainPage *train_page;
  PelReviewPage *review_page;
  PelMeasurePage *measure_page;
  PelStatusBar *status_bar;
};

/* pel-window-actions.c */
void pel_window_add_actions (PelWindow *self);
/* Once all of the window is there. */
void pel_window_add_keys (PelWindow *self);
void pel_window_update_actions (PelWindow *self);

/* pel-window-focus.c */
/* From the canvas to the inspector, to the image list, and round again; -1 the other way. */
void pel_window_move_focus (PelWindow *self, int by);
/* Once all of the window is there: the keys go back to the work when a menu was closed. */
void pel_window_follow_focus (PelWindow *self);
/* Whether a key that no widget took is meant for the picture: a letter or a sign, typed where nothing
 * is written. */
gboolean pel_window_is_stray_key (PelWindow *self, guint keyval, GdkModifierType state);

/* pel-window-canvas.c */
void pel_window_add_canvas (PelWindow *self);

/* pel-window-cells.c */
/* pel-window-actions.c */
void pel_window_show_history (PelWindow *self);
void pel_window_hide_history (PelWindow *self);
void pel_window_fail_history (PelHistoryList *list, const char *message, PelWindow *self);
void pel_window_add_cell_actions (PelWindow *self);
void pel_window_update_cell_actions (PelWindow *self);

/* pel-window-training.c */
void pel_window_add_training_actions (PelWindow *self);
void pel_window_update_training_actions (PelWindow *self);

/* pel-window-files.c */
void pel_window_choose_folder (PelWindow *self);
void pel_window_choose_new_project (PelWindow *self);
void pel_window_choose_images (PelWindow *self);
void pel_window_close_project (PelWindow *self);
gboolean pel_window_ask_to_close (PelWindow *self);
GtkDropTarget *pel_window_make_drop_target (PelWindow *self);

/* pel-window.c */
void pel_window_update (PelWindow *self);

/* Takes the page that tells how good a model is away, if there is one. */
void pel_window_close_quality (PelWindow *self);
