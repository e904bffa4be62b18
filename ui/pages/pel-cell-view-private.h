/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-rows.h"
#include "ui/pages/pel-cell-pictures.h"
#include "ui/pages/pel-cell-selection.h"
#include "ui/pages/pel-cell-view.h"

/* Columns beside those of the rows: of pictures, and all there are. */
#define COLUMN_PICTURE (-3)
#define COLUMN_ALL (-4)

struct _PelCellView
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelCellList *cells;
  gboolean predicted;
  gboolean in_um;
  gboolean updating;
  guint select_id;           /* runs while the rows do not show the selection yet */
  guint scroll_id;           /* of the idle source that tells rows that come into sight */
  guint tick_id;             /* the same, until there was a frame */
  gboolean is_behind;        /* it is another than that of the rows */
  gboolean is_filtered_anew; /* and the table is not at the top of what is left yet */
  gint64 changed_us;         /* when it was changed last */
  gboolean in_motion;        /* it was changed just before that */
  guint first_selected;      /* the row to go to then, or G_MAXUINT */
  GSettings *settings;       /* (nullable): where the choice of columns is kept */

  PelCellRows *rows;
  PelCellPictures *pictures;
  PelImageDocument *document; /* whose pixels the pictures show */
  GHashTable *bound;          /* GtkListItem → Bound: every cell of the table with a widget */
  GHashTable *by_label;       /* label → Bound of the picture that shows or awaits it */
  guint fill_id;              /* runs while some of them show what was there before */

  GtkWidget *box;
  GtkSearchEntry *search;
  GtkLabel *found;    /* how many rows the filter lets through */
  GtkWidget *choices; /* of the columns' popover */
  GPtrArray
      *columns; /* of GtkColumnViewColumn: all, in their order; only the chosen are in the view */
  GtkWidget *scroller;
  GtkColumnView *view;
  PelCellSelection *selection;
  int probed; /* the column that a probe has met first */
  gboolean probing;
};

typedef struct
{
  PelCellView *view; /* outlives its columns */
  int id;
} Column;

/* A cell of the table: the widget in one row and column. */
typedef struct
{
  const Column *column;
  GtkWidget *child;
  guint position;
  guint32 label; /* of the picture that is shown or awaited, 0 for none */
  gboolean is_stale;
} Bound;

/* A PelCellSelectionSight. */
void pel_cell_view_get_sight (gpointer view, guint *first, guint *n);
/* What the widgets of @id, or of all columns, show is another thing now. */
void pel_cell_view_refill (PelCellView *self, int id);
/* The handlers of a column's factory. */
void pel_cell_view_set_up (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column);
void pel_cell_view_bind (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column);
void pel_cell_view_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column);
/* A picture is there. */
void pel_cell_view_show_ready (PelCellPictures *pictures, guint label, PelCellView *self);
