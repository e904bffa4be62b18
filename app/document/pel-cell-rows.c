/* SPDX-License-Identifier: MIT */
#include "app/document/pel-cell-rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/document/pel-cell-list-private.h"

/* What is wanted: which rows, and in which order. */
typedef struct
{
  PelRule limit; /* without a name */
  gboolean has_limit;
  char *text; /* (nullable): the beginning of a number, or of a class, with its case folded */
  int column;
  gboolean um;
  gboolean descending;
} Wish;

/* An order that was found. */
typedef struct
{
  PelCellData *data;
  guint32 *rows;  /* of the table, by position */
  gint32 *places; /* positions, by row of the table; -1 where it is filtered out */
  guint n;
} Order;

typedef struct
{
  PelCellRows *owner; /* for the main thread */
  guint serial;
  Wish wish;
  PelRules *rules; /* (nullable): a copy for the thread */
  Order order;
} OrderWork;

struct _PelCellRows
{
  GObject parent_instance;

  PelCellList *list;
  Wish wish;
  Order order;
  guint n_places;    /* what the model has; goes towards the order's number of rows */
  guint place_id;    /* runs while the two differ */
  PelWorker *worker; /* made when there is something to do for it */
  guint serial;      /* of the newest wish */
  gboolean running;
};

struct _PelCellPlace
{
  GObject parent_instance;

  guint position;
};

G_DEFINE_FINAL_TYPE (PelCellPlace, pel_cell_place, G_TYPE_OBJECT)

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PelCellRows,
                               pel_cell_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum
{
  PROP_UPDATING = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint reordered_signal;

/* For so long places are added or taken away before others have their turn, in microseconds. */
#define PLACES_TIME 2000
#define PLACES_AT_ONCE 2

static void
order_clear (Order *order)
{
  g_clear_pointer (&order->data, pel_cell_data_unref);
  g_clear_pointer (&order->rows, g_free);
  g_clear_pointer (&order->places, g_free);
  order->n = 0;
}

/* ---- in any thread ---- */

/* Rules may change meanwhile: those of the wish count, not those of the data. */
static const char *
get_class (const OrderWork *work, guint row)
{
  const char *name = pel_cell_data_get_user_class (work->order.data, row);

  if (name == NULL && work->rules != NULL)
    name = pel_rules_get_class (work->rules, work->order.data->table, row);
  return name;
}

static gboolean
has_prefix (const char *name, const char *folded)
{
  g_autofree char *other = name != NULL ? g_utf8_casefold (name, -1) : NULL;

  return other != NULL && g_str_has_prefix (other, folded);
}

static gboolean
is_wanted (const OrderWork *work, guint row)
{
  const PelCellTable *table = work->order.data->table;
  const PelRule *limit = &work->wish.limit;
  char digits[16];

  if (work->wish.has_limit)
    {
      double value = limit->um ? pel_cell_table_get_um (table, row, limit->quantity)
                               : pel_cell_table_get (table, row, limit->quantity);

      return limit->above ? value > limit->limit : value < limit->limit;
    }
  if (work->wish.text == NULL)
    return TRUE;
  g_snprintf (digits, sizeof digits, "%u", pel_cell_table_get_label (table, row));
  return g_str_has_prefix (digits, work->wish.text) ||
         has_prefix (get_class (work, row), work->wish.text);
}

/* A row with what it is sorted by. */
typedef struct
{
  double value;
  const char *name;
  guint32 row;
} Key;

static int
compare_rows (const Key *x, const Key *y)
{
  return (x->row > y->row) - (x->row < y->row);
}

static int
compare_values (const void *a, const void *b)
{
  const Key *x = a, *y = b;

  if (isnan (x->value) || isnan (y->value))
    return isnan (x->value) == isnan (y->value) ? compare_rows (x, y)
                                                : isnan (x->value) - isnan (y->value);
  return x->value < y->value ? -1 : x->value > y->value ? 1 : compare_rows (x, y);
}

static int
compare_names (const void *a, const void *b)
{
  const Key *x = a, *y = b;
  int order;

  if (x->name == NULL || y->name == NULL)
    return x->name == y->name ? compare_rows (x, y) : (x->name == NULL) - (y->name == NULL);
  order = x->name == y->name ? 0 : strcmp (x->name, y->name);
  return order != 0 ? order : compare_rows (x, y);
}

static int
compare_names_down (const void *a, const void *b)
{
  const Key *x = a, *y = b;

  if (x->name == NULL || y->name == NULL || strcmp (x->name, y->name) == 0)
    return compare_names (a, b);
  return -strcmp (x->name, y->name);
}

/* What a row is sorted by where that is a number, small first. */
static double
get_value (const OrderWork *work, guint row)
{
  const PelCellTable *table = work->order.data->table;
  double value = row;

  if (work->wish.column >= 0)
    {
      PelQuantityId id = (PelQuantityId)work->wish.column;

      value = work->wish.um && pel_quantity_get (id)->column_um != NULL
                  ? pel_cell_table_get_um (table, row, id)
                  : pel_cell_table_get (table, row, id);
    }
  return work->wish.descending ? -value : value;
}

static void
find_order (gpointer data)
{
  OrderWork *work = data;
  Order *order = &work->order;
  const gboolean by_class = work->wish.column == PEL_CELL_COLUMN_CLASS;
  guint n_cells = pel_cell_table_get_n_cells (order->data->table);
  g_autofree Key *keys = g_new (Key, MAX (n_cells, 1));

  order->n = 0;
  for (guint row = 0; row < n_cells; row++)
    {
      if (!is_wanted (work, row))
        continue;
      keys[order->n++] = (Key){ .value = get_value (work, row),
                                .name = by_class ? get_class (work, row) : NULL,
                                .row = row };
    }
  if (by_class)
    qsort (keys, order->n, sizeof *keys,
           work->wish.descending ? compare_names_down : compare_names);
  else if (work->wish.column >= 0 || work->wish.descending)
    qsort (keys, order->n, sizeof *keys, compare_values);
  order->rows = g_new (guint32, MAX (order->n, 1));
  order->places = g_new (gint32, MAX (n_cells, 1));
  for (guint row = 0; row < n_cells; row++)
    order->places[row] = -1;
  for (guint i = 0; i < order->n; i++)
    {
      order->rows[i] = keys[i].row;
      order->places[keys[i].row] = (gint32)i;
    }
}

/* ---- on the main thread ---- */

static void start (PelCellRows *self);

/* Each place near the top is some widgets more or less; the many behind are none. */
static gboolean
move_places (gpointer data)
{
  PelCellRows *self = data;
  gint64 begun = g_get_monotonic_time ();

  while (self->n_places != self->order.n)
    {
      guint before = self->n_places, after = self->order.n;

      if (after > before && before < PEL_CELL_ROWS_WITH_WIDGETS)
        after = MIN (after, before + PLACES_AT_ONCE);
      else if (after < before && before > PEL_CELL_ROWS_WITH_WIDGETS)
        after = MAX (after, PEL_CELL_ROWS_WITH_WIDGETS);
      else if (after < before)
        after = MAX (after, before - MIN (before, PLACES_AT_ONCE));
      self->n_places = after;
      if (after > before)
        g_list_model_items_changed (G_LIST_MODEL (self), before, 0, after - before);
      else
        g_list_model_items_changed (G_LIST_MODEL (self), after, before - after, 0);
      if (g_get_monotonic_time () - begun > PLACES_TIME && self->n_places != self->order.n)
        return G_SOURCE_CONTINUE;
    }
  self->place_id = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
  return G_SOURCE_REMOVE;
}

static void
take_order (PelCellRows *self, Order *order)
{
  Order old = self->order;

  self->order = *order;
  *order = (Order){ 0 };
  g_signal_emit (self, reordered_signal, 0);
  order_clear (&old);
  /* The first few at once: a short list is there when it is asked for. */
  if (self->n_places != self->order.n && self->place_id == 0 && move_places (self))
    self->place_id = g_idle_add (move_places, self);
}

static void
order_found (gpointer data)
{
  OrderWork *work = data;
  PelCellRows *self = work->owner;

  self->running = FALSE;
  if (self->serial == work->serial)
    take_order (self, &work->order);
  else
    start (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
  order_clear (&work->order);
  g_clear_pointer (&work->rules, pel_rules_free);
  g_free (work->wish.text);
  g_free (work);
  g_object_unref (self);
}

/* One at a time: what was wished meanwhile is begun when it has ended. */
static void
start (PelCellRows *self)
{
  PelCellData *data;
  OrderWork *work;

  if (self->running)
    return;
  data = self->list != NULL ? pel_cell_list_ref_data (self->list) : NULL;
  if (data == NULL)
    {
      take_order (self, &(Order){ 0 });
      return;
    }
  work = g_new0 (OrderWork, 1);
  work->owner = g_object_ref (self);
  work->serial = self->serial;
  work->wish = self->wish;
  work->wish.text = g_strdup (self->wish.text);
  work->rules = data->rules != NULL ? pel_rules_copy (data->rules) : NULL;
  work->order.data = data;
  if (pel_cell_table_get_n_cells (data->table) <= PEL_CELL_ROWS_AT_ONCE)
    {
      find_order (work);
      order_found (work);
      return;
    }
  if (self->worker == NULL)
    self->worker = pel_worker_new_background ("pel-rows");
  self->running = TRUE;
  pel_worker_push (self->worker, find_order, order_found, work);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UPDATING]);
}

static void
wish (PelCellRows *self)
{
  self->serial++;
  start (self);
}

/* Only where the class is looked at do others put rows elsewhere. */
static void
on_classes_changed (PelCellRows *self)
{
  if (self->wish.text != NULL || self->wish.column == PEL_CELL_COLUMN_CLASS)
    wish (self);
}

static void
pel_cell_place_class_init (PelCellPlaceClass *klass)
{
}

static void
pel_cell_place_init (PelCellPlace *self)
{
}

static GType
get_item_type (GListModel *model)
{
  return PEL_TYPE_CELL_PLACE;
}

static guint
get_n_items (GListModel *model)
{
  return PEL_CELL_ROWS (model)->n_places;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PelCellPlace *place;

  if (position >= PEL_CELL_ROWS (model)->n_places)
    return NULL;
  place = g_object_new (PEL_TYPE_CELL_PLACE, NULL);
  place->position = position;
  return place;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
leave_list (PelCellRows *self)
{
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_clear_object (&self->list);
}

static void
pel_cell_rows_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_UPDATING)
    g_value_set_boolean (value, pel_cell_rows_get_updating (PEL_CELL_ROWS (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
pel_cell_rows_finalize (GObject *object)
{
  PelCellRows *self = PEL_CELL_ROWS (object);

  leave_list (self);
  g_clear_handle_id (&self->place_id, g_source_remove);
  g_clear_pointer (&self->worker, pel_worker_free);
  order_clear (&self->order);
  g_free (self->wish.text);
  G_OBJECT_CLASS (pel_cell_rows_parent_class)->finalize (object);
}

static void
pel_cell_rows_class_init (PelCellRowsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pel_cell_rows_get_property;
  object_class->finalize = pel_cell_rows_finalize;
  props[PROP_UPDATING] =
      g_param_spec_boolean ("updating", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  reordered_signal = g_signal_new ("reordered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pel_cell_rows_init (PelCellRows *self)
{
  self->wish.column = PEL_CELL_COLUMN_LABEL;
}

PelCellRows *
pel_cell_rows_new (void)
{
  return g_object_new (PEL_TYPE_CELL_ROWS, NULL);
}

void
pel_cell_rows_set_list (PelCellRows *self, PelCellList *list)
{
  g_return_if_fail (PEL_IS_CELL_ROWS (self));

  if (self->list == list)
    return;
  leave_list (self);
  if (list != NULL)
    {
      self->list = g_object_ref (list);
      g_signal_connect_object (list, "items-changed", G_CALLBACK (wish), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (list, "classes-changed", G_CALLBACK (on_classes_changed), self,
                               G_CONNECT_SWAPPED);
    }
  wish (self);
}

PelCellList *
pel_cell_rows_get_list (PelCellRows *self)
{
  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), NULL);

  return self->list;
}

gboolean
pel_cell_rows_set_filter (PelCellRows *self, const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *line = g_strconcat ("f: ", stripped, NULL);
  g_autoptr (PelRules) rules = pel_rules_new ();
  gboolean has_sign = strpbrk (stripped, "<>") != NULL;

  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), FALSE);

  g_clear_pointer (&self->wish.text, g_free);
  self->wish.has_limit = has_sign && pel_rules_parse (rules, line, NULL);
  if (self->wish.has_limit)
    {
      self->wish.limit = *pel_rules_get (rules, 0);
      self->wish.limit.name = NULL;
    }
  else if (!has_sign && stripped[0] != '\0')
    self->wish.text = g_utf8_casefold (stripped, -1);
  wish (self);
  return !has_sign || self->wish.has_limit;
}

void
pel_cell_rows_set_order (PelCellRows *self, int column, gboolean um, gboolean descending)
{
  g_return_if_fail (PEL_IS_CELL_ROWS (self));
  g_return_if_fail (column >= PEL_CELL_COLUMN_CLASS && column < PEL_N_QUANTITIES);

  if (self->wish.column == column && self->wish.um == um && self->wish.descending == descending)
    return;
  self->wish.column = column;
  self->wish.um = um;
  self->wish.descending = descending;
  wish (self);
}

gint
pel_cell_rows_find (PelCellRows *self, guint32 label)
{
  gint row;

  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), -1);

  row = self->order.data != NULL ? pel_cell_table_find (self->order.data->table, label) : -1;
  return row >= 0 ? self->order.places[row] : -1;
}

/* The first row with that label or a higher one, from @row on, in steps that double. */
static guint
seek (const PelCellTable *table, guint row, guint32 label)
{
  guint n = pel_cell_table_get_n_cells (table), step = 1, high;

  if (row >= n || pel_cell_table_get_label (table, row) >= label)
    return row;
  while (row + step < n && pel_cell_table_get_label (table, row + step) < label)
    {
      row += step;
      step *= 2;
    }
  high = MIN (row + step, n);
  while (high - row > 1)
    {
      guint middle = row + (high - row) / 2;

      if (pel_cell_table_get_label (table, middle) < label)
        row = middle;
      else
        high = middle;
    }
  return high;
}

guint
pel_cell_rows_mark (PelCellRows *self,
                    const guint32 *labels,
                    guint n_labels,
                    guint8 *marks,
                    guint n)
{
  const PelCellTable *table;
  guint row = 0, n_marked = 0;

  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), 0);

  if (self->order.data == NULL)
    return 0;
  table = self->order.data->table;
  for (guint i = 0; i < n_labels; i++)
    {
      row = seek (table, row, labels[i]);
      if (row >= pel_cell_table_get_n_cells (table))
        break;
      if (pel_cell_table_get_label (table, row) != labels[i] || self->order.places[row] < 0 ||
          (guint)self->order.places[row] >= n)
        continue;
      marks[self->order.places[row]] = 1;
      n_marked++;
    }
  return n_marked;
}

guint32 *
pel_cell_rows_get_marked (PelCellRows *self, const guint8 *marks, guint n, guint *n_labels)
{
  const PelCellTable *table;
  guint32 *labels;
  guint n_cells;

  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), NULL);

  table = self->order.data != NULL ? self->order.data->table : NULL;
  n_cells = table != NULL ? pel_cell_table_get_n_cells (table) : 0;
  labels = g_new (guint32, MAX (MIN (n, n_cells), 1));
  *n_labels = 0;
  /* The rows of a table are in the order of their labels. */
  for (guint row = 0; row < n_cells; row++)
    {
      gint32 place = self->order.places[row];

      if (place >= 0 && (guint)place < n && marks[place] != 0)
        labels[(*n_labels)++] = pel_cell_table_get_label (table, row);
    }
  return labels;
}

guint
pel_cell_rows_get_n_cells (PelCellRows *self)
{
  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), 0);

  return self->order.n;
}

PelCell *
pel_cell_rows_get_cell (PelCellRows *self, guint position)
{
  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), NULL);

  return position < self->order.n ? pel_cell_new (self->order.data, self->order.rows[position])
                                  : NULL;
}

guint
pel_cell_place_get_position (PelCellPlace *self)
{
  g_return_val_if_fail (PEL_IS_CELL_PLACE (self), 0);

  return self->position;
}

guint32
pel_cell_rows_get_label (PelCellRows *self, guint position)
{
  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), 0);

  return position < self->order.n
             ? pel_cell_table_get_label (self->order.data->table, self->order.rows[position])
             : 0;
}

gboolean
pel_cell_rows_get_updating (PelCellRows *self)
{
  g_return_val_if_fail (PEL_IS_CELL_ROWS (self), FALSE);

  return self->running || self->place_id != 0;
}
