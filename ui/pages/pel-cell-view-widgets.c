/* SPDX-License-Identifier: MIT */
/* The widgets of the table of cells: made by GTK for the rows around those in sight, and filled
 * here, what is in sight at once and the rest when there is time. */
#include "ui/pages/pel-cell-view-private.h"

#include <math.h>

#include "ui/pages/pel-cell-text.h"
#include "ui/widgets/pel-fixed-picture.h"

#define PICTURE_SIZE 32
/* Text has room for so many letters; so a table never has to look at its values to be laid out. */
#define NUMBER_CHARS 7
#define LABEL_CHARS 6
#define CLASS_CHARS 10
/* For so long widgets are filled before others have their turn, in microseconds. */
#define FILL_TIME 2000

/* ---- pictures ---- */

static void
forget_picture (PelCellView *self, Bound *bound)
{
  if (bound->label == 0 ||
      g_hash_table_lookup (self->by_label, GUINT_TO_POINTER (bound->label)) != bound)
    return;
  g_hash_table_remove (self->by_label, GUINT_TO_POINTER (bound->label));
  pel_cell_pictures_forget (self->pictures, bound->label);
}

static void
show_picture (PelCellView *self, Bound *bound, PelCell *cell)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  guint32 label = cell != NULL ? pel_cell_get_label (cell) : 0;
  GdkTexture *texture = NULL;

  if (label != bound->label)
    forget_picture (self, bound);
  bound->label = label;
  if (cell != NULL)
    {
      g_hash_table_replace (self->by_label, GUINT_TO_POINTER (label), bound);
      texture = pel_cell_pictures_get (self->pictures, label, pel_cell_get_bounds (cell),
                                       (guint)(PICTURE_SIZE * CLAMP (scale, 1, 4)));
    }
  pel_fixed_picture_set_texture (PEL_FIXED_PICTURE (bound->child), texture);
}

void
pel_cell_view_show_ready (PelCellPictures *pictures, guint label, PelCellView *self)
{
  Bound *bound = g_hash_table_lookup (self->by_label, GUINT_TO_POINTER (label));
  g_autoptr (PelCell) cell =
      bound != NULL ? pel_cell_rows_get_cell (self->rows, bound->position) : NULL;

  if (cell != NULL && pel_cell_get_label (cell) == label)
    show_picture (self, bound, cell);
}

/* ---- filling the widgets ---- */

static void
fill (PelCellView *self, Bound *bound)
{
  g_autoptr (PelCell) cell = pel_cell_rows_get_cell (self->rows, bound->position);
  g_autofree char *text = NULL;

  bound->is_stale = FALSE;
  if (bound->column->id == COLUMN_PICTURE)
    {
      show_picture (self, bound, cell);
      return;
    }
  if (cell != NULL)
    text = pel_cell_format_value (cell, bound->column->id, self->in_um);
  gtk_inscription_set_text (GTK_INSCRIPTION (bound->child), text);
}

/* A list has many more rows with widgets than are in sight. */
void
pel_cell_view_get_sight (gpointer view, guint *first, guint *n)
{
  PelCellView *self = PEL_CELL_VIEW (view);
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  double row =
      adjustment != NULL && n_rows > 0 ? gtk_adjustment_get_upper (adjustment) / n_rows : 0;

  *first = 0;
  *n = MIN (n_rows, 20);
  if (!(row > 0))
    return;
  *first = (guint)CLAMP (floor (gtk_adjustment_get_value (adjustment) / row) - 1, 0, n_rows);
  *n =
      (guint)CLAMP (ceil (gtk_adjustment_get_page_size (adjustment) / row) + 3, 0, n_rows - *first);
}

static gboolean
is_in_sight (PelCellView *self, guint position)
{
  guint first, n;

  pel_cell_view_get_sight (self, &first, &n);
  return position >= first && position - first < n;
}

/* What is in sight first, then the rest, a few at a time. */
static gboolean
fill_some (gpointer data)
{
  PelCellView *self = data;
  gint64 begun = g_get_monotonic_time ();
  guint first, n;

  pel_cell_view_get_sight (self, &first, &n);
  for (guint pass = 0; pass < 2; pass++)
    {
      GHashTableIter iter;
      gpointer bound;

      g_hash_table_iter_init (&iter, self->bound);
      while (g_hash_table_iter_next (&iter, NULL, &bound))
        {
          guint position = ((Bound *)bound)->position;

          if (!((Bound *)bound)->is_stale ||
              (pass == 0 && (position < first || position - first >= n)))
            continue;
          fill (self, bound);
          if (g_get_monotonic_time () - begun > FILL_TIME)
            return G_SOURCE_CONTINUE;
        }
    }
  self->fill_id = 0;
  return G_SOURCE_REMOVE;
}

static void
queue_fill (PelCellView *self)
{
  /* Before the next frame, but after what the user does. */
  if (self->fill_id == 0)
    self->fill_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, fill_some, self, NULL);
}

/* @id: a column, or one that there is not for all of them */
void
pel_cell_view_refill (PelCellView *self, int id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (id == COLUMN_ALL || ((Bound *)value)->column->id == id)
      ((Bound *)value)->is_stale = TRUE;
  queue_fill (self);
}

void
pel_cell_view_set_up (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  GtkWidget *child;

  if (column->id == COLUMN_PICTURE)
    child = pel_fixed_picture_new (PICTURE_SIZE);
  else
    {
      gboolean is_class = column->id == PEL_CELL_COLUMN_CLASS;
      guint n_chars = is_class                              ? CLASS_CHARS
                      : column->id == PEL_CELL_COLUMN_LABEL ? LABEL_CHARS
                                                            : NUMBER_CHARS;

      child = gtk_inscription_new (NULL);
      gtk_inscription_set_xalign (GTK_INSCRIPTION (child), is_class ? 0.0f : 1.0f);
      gtk_inscription_set_min_chars (GTK_INSCRIPTION (child), n_chars);
      gtk_inscription_set_nat_chars (GTK_INSCRIPTION (child), n_chars);
      gtk_inscription_set_text_overflow (GTK_INSCRIPTION (child),
                                         GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
      gtk_widget_add_css_class (child, "pel-number");
    }
  gtk_list_item_set_child (item, child);
}

void
pel_cell_view_bind (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  PelCellView *self = column->view;
  Bound *bound = g_new0 (Bound, 1);

  bound->column = column;
  bound->child = gtk_list_item_get_child (item);
  bound->position = pel_cell_place_get_position (gtk_list_item_get_item (item));
  g_hash_table_replace (self->bound, item, bound);
  if (is_in_sight (self, bound->position))
    {
      fill (self, bound);
      return;
    }
  bound->is_stale = TRUE;
  queue_fill (self);
}

void
pel_cell_view_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, Column *column)
{
  PelCellView *self = column->view;
  Bound *bound = self->bound != NULL ? g_hash_table_lookup (self->bound, item) : NULL;

  if (bound == NULL)
    return;
  forget_picture (self, bound);
  g_hash_table_remove (self->bound, item);
}
