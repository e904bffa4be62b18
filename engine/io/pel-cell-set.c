/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-cell-set.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/image/pel-label-map.h"
#include "engine/image/pel-raster.h"
#include "engine/io/pel-image-io.h"

/* Outlines that cross the rows of the image so often (the squares of the crossings of each row,
 * added up) come from no picture of cells, and would take minutes to draw. */
#define MAX_CROSSINGS 4e9
/* Nor do cells cover a pixel this often on average. */
#define MAX_COVER 100

typedef struct
{
  guint image, page;
  guint32 label;
  const char *class_name; /* in the set's strings */
  gsize first_ring, n_rings;
  gsize first_run, n_runs;
  PelLabels *labels; /* owned; then nothing of the above but image and page counts */
} Cell;

typedef struct
{
  gsize first_point, n_points;
  gboolean begins_part;
} Ring;

struct PelCellSet
{
  GArray *images; /* PelCellImage */
  GArray *cells;  /* Cell */
  GArray *rings;  /* Ring */
  GArray *points; /* double */
  GArray *runs;   /* PelCellRun */
  GHashTable *by_key;
  GStringChunk *strings;
  gboolean part_begins;
  guint n_skipped;
};

void
pel_cell_drawing_clear (PelCellDrawing *drawing)
{
  g_clear_pointer (&drawing->classes, g_hash_table_unref);
}

static void
cell_clear (gpointer data)
{
  Cell *cell = data;

  g_clear_pointer (&cell->labels, pel_labels_unref);
}

static void
image_clear (gpointer data)
{
  PelCellImage *image = data;

  g_clear_pointer (&image->name, g_free);
}

PelCellSet *
pel_cell_set_new (void)
{
  PelCellSet *self = g_new0 (PelCellSet, 1);

  self->images = g_array_new (FALSE, TRUE, sizeof (PelCellImage));
  g_array_set_clear_func (self->images, image_clear);
  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_array_set_clear_func (self->cells, cell_clear);
  self->rings = g_array_new (FALSE, FALSE, sizeof (Ring));
  self->points = g_array_new (FALSE, FALSE, sizeof (double));
  self->runs = g_array_new (FALSE, FALSE, sizeof (PelCellRun));
  self->by_key = g_hash_table_new (g_str_hash, g_str_equal);
  self->strings = g_string_chunk_new (1024);
  return self;
}

void
pel_cell_set_free (PelCellSet *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->images);
  g_array_unref (self->cells);
  g_array_unref (self->rings);
  g_array_unref (self->points);
  g_array_unref (self->runs);
  g_hash_table_unref (self->by_key);
  g_string_chunk_free (self->strings);
  g_free (self);
}

/* ---- filling ---- */

guint
pel_cell_set_add_image (PelCellSet *self, const char *key)
{
  const char *wanted = key != NULL ? key : "";
  PelCellImage image = { 0 };
  gpointer found;

  if (g_hash_table_lookup_extended (self->by_key, wanted, NULL, &found))
    return GPOINTER_TO_UINT (found);
  g_array_append_val (self->images, image);
  g_hash_table_insert (self->by_key, g_string_chunk_insert (self->strings, wanted),
                       GUINT_TO_POINTER (self->images->len - 1));
  return self->images->len - 1;
}

static PelCellImage *
image_at (const PelCellSet *self, guint image)
{
  return &g_array_index (self->images, PelCellImage, image);
}

static Cell *
last_cell (const PelCellSet *self)
{
  g_assert (self->cells->len > 0);
  return &g_array_index (self->cells, Cell, self->cells->len - 1);
}

void
pel_cell_set_describe_image (PelCellSet *self,
                             guint image,
                             const char *name,
                             guint width,
                             guint height)
{
  PelCellImage *described = image_at (self, image);

  if (name != NULL)
    {
      /* Other systems' folders too. */
      const char *slash = strrchr (name, '/'), *backslash = strrchr (name, '\\');
      const char *base = MAX (slash, backslash);

      g_free (described->name);
      described->name = pel_image_get_stem (base != NULL ? base + 1 : name);
    }
  if (width > 0)
    described->width = width;
  if (height > 0)
    described->height = height;
}

void
pel_cell_set_name_image (PelCellSet *self, guint image, const char *name)
{
  PelCellImage *named = image_at (self, image);

  g_free (named->name);
  named->name = g_utf8_make_valid (name, -1);
}

void
pel_cell_set_begin_cell (PelCellSet *self, guint image, guint page, guint32 label)
{
  Cell cell = { .image = image,
                .page = page,
                .label = label,
                .first_ring = self->rings->len,
                .first_run = self->runs->len };

  g_array_append_val (self->cells, cell);
  image_at (self, image)->n_cells++;
  pel_cell_set_set_page (self, page);
  self->part_begins = TRUE;
}

void
pel_cell_set_set_label (PelCellSet *self, guint32 label)
{
  last_cell (self)->label = label;
}

void
pel_cell_set_set_page (PelCellSet *self, guint page)
{
  Cell *cell = last_cell (self);
  PelCellImage *image = image_at (self, cell->image);

  cell->page = page;
  image->last_page = MAX (image->last_page, page);
}

void
pel_cell_set_set_image (PelCellSet *self, guint image)
{
  Cell *cell = last_cell (self);

  image_at (self, cell->image)->n_cells--;
  cell->image = image;
  image_at (self, image)->n_cells++;
  pel_cell_set_set_page (self, cell->page);
}

void
pel_cell_set_set_class (PelCellSet *self, const char *name)
{
  g_assert (self->cells->len > 0);
  pel_cell_set_set_class_of (self, self->cells->len - 1, name);
}

void
pel_cell_set_set_class_of (PelCellSet *self, guint cell, const char *name)
{
  g_return_if_fail (cell < self->cells->len);
  g_array_index (self->cells, Cell, cell).class_name =
      name != NULL && *name != '\0' ? g_string_chunk_insert_const (self->strings, name) : NULL;
}

void
pel_cell_set_drop_cell (PelCellSet *self)
{
  Cell *cell = last_cell (self);

  image_at (self, cell->image)->n_cells--;
  if (cell->first_ring < self->rings->len)
    g_array_set_size (self->points,
                      2 * (guint)g_array_index (self->rings, Ring, cell->first_ring).first_point);
  g_array_set_size (self->rings, (guint)cell->first_ring);
  g_array_set_size (self->runs, (guint)cell->first_run);
  g_array_set_size (self->cells, self->cells->len - 1);
}

gboolean
pel_cell_set_has_shape (const PelCellSet *self)
{
  const Cell *cell = last_cell (self);

  return cell->n_rings > 0 || cell->n_runs > 0;
}

void
pel_cell_set_begin_part (PelCellSet *self)
{
  self->part_begins = TRUE;
}

void
pel_cell_set_begin_ring (PelCellSet *self)
{
  Ring ring = { self->points->len / 2, 0, self->part_begins };

  self->part_begins = FALSE;
  g_array_append_val (self->rings, ring);
  last_cell (self)->n_rings++;
}

void
pel_cell_set_add_point (PelCellSet *self, double x, double y)
{
  double xy[2] = { x, y };

  g_assert (self->rings->len > 0);
  g_array_append_vals (self->points, xy, 2);
  g_array_index (self->rings, Ring, self->rings->len - 1).n_points++;
}

void
pel_cell_set_add_run (PelCellSet *self, PelCellRun run)
{
  g_array_append_val (self->runs, run);
  last_cell (self)->n_runs++;
}

void
pel_cell_set_take_labels (PelCellSet *self, guint image, guint page, PelLabels *labels)
{
  PelCellImage *described = image_at (self, image);
  Cell cell = { .image = image, .page = page, .labels = labels };

  g_array_append_val (self->cells, cell);
  described->last_page = MAX (described->last_page, page);
  described->width = pel_labels_get_width (labels);
  described->height = pel_labels_get_height (labels);
}

void
pel_cell_set_add_skipped (PelCellSet *self, guint n)
{
  self->n_skipped += n;
}

/* ---- asking ---- */

guint
pel_cell_set_get_n_skipped (const PelCellSet *self)
{
  return self->n_skipped;
}

guint
pel_cell_set_get_n_images (const PelCellSet *self)
{
  return self->images->len;
}

const PelCellImage *
pel_cell_set_get_image (const PelCellSet *self, guint image)
{
  g_return_val_if_fail (image < self->images->len, NULL);
  return image_at (self, image);
}

guint
pel_cell_set_get_n_cells (const PelCellSet *self)
{
  return self->cells->len;
}

gint
pel_cell_set_find_image (const PelCellSet *self, const char *name)
{
  for (guint i = 0; i < self->images->len; i++)
    if (g_strcmp0 (image_at (self, i)->name, name) == 0)
      return (gint)i;
  return -1;
}

/* ---- drawing ---- */

typedef struct
{
  PelLabelMap *map;
  PelRect all;
  guint32 label;
  guint64 n_claimed; /* pixels of this cell */
  guint64 n_overlapping;
  GHashTable *hidden; /* label → pixels that later cells took from it */
  guint32 *row;
  double crossings;
  guint *per_row;
  guint64 n_painted, most;
} Canvas;

static void
paint_span (gint y, gint x0, gint x1, gpointer data)
{
  Canvas *canvas = data;
  const PelRect span = { x0, y, x1 - x0, 1 };

  if (canvas->n_painted > canvas->most)
    return;
  canvas->n_painted += (guint64)span.width;
  pel_label_map_read (canvas->map, &span, canvas->row, (gsize)span.width);
  for (gint x = 0; x < span.width; x++)
    {
      guint32 old = canvas->row[x];

      if (old == canvas->label)
        continue;
      canvas->n_claimed++;
      if (old != 0)
        {
          gsize lost =
              GPOINTER_TO_SIZE (g_hash_table_lookup (canvas->hidden, GUINT_TO_POINTER (old)));

          canvas->n_overlapping++;
          g_hash_table_insert (canvas->hidden, GUINT_TO_POINTER (old), GSIZE_TO_POINTER (lost + 1));
        }
    }
  pel_label_map_fill_span (canvas->map, y, x0, x1, canvas->label);
}

static gboolean
set_no_memory (GError **error)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
                       _ ("there is not enough memory to draw its cells; close other programs and "
                          "try again"));
  return FALSE;
}

static gboolean
check_effort (const Canvas *canvas, GError **error)
{
  if (canvas->crossings <= MAX_CROSSINGS && canvas->n_painted <= canvas->most)
    return TRUE;
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                       _ ("its outlines cross one another far too often to be cells; the file is "
                          "damaged, so export it anew"));
  return FALSE;
}

/* Adds up how often the rings cross rows: what drawing them will cost. */
static gboolean
check_crossings (Canvas *canvas, const double *xy, gsize n_points, GError **error)
{
  double sum = 0;

  for (gsize i = 0; i < n_points; i++)
    {
      gsize j = i + 1 < n_points ? i + 1 : 0;
      double y0 = MIN (xy[2 * i + 1], xy[2 * j + 1]), y1 = MAX (xy[2 * i + 1], xy[2 * j + 1]);

      if (!isfinite (y0) || !isfinite (y1) || y1 < 0 || y0 > canvas->all.height)
        continue;
      canvas->per_row[(gint)MAX (y0, 0)]++;
      canvas->per_row[(gint)MIN (y1, canvas->all.height) + 1]--;
    }
  for (gint y = 0; y < canvas->all.height + 2; y++)
    {
      if (y > 0)
        canvas->per_row[y] += canvas->per_row[y - 1];
      sum += (double)canvas->per_row[y] * canvas->per_row[y];
    }
  memset (canvas->per_row, 0, ((gsize)canvas->all.height + 2) * sizeof (guint));
  canvas->crossings += sum;
  return check_effort (canvas, error);
}

static gboolean
draw_rings (const PelCellSet *self, const Cell *cell, Canvas *canvas, GError **error)
{
  const Ring *rings = &g_array_index (self->rings, Ring, 0);
  g_autofree gsize *ends = g_try_new (gsize, cell->n_rings + 1);
  gsize end = cell->first_ring + cell->n_rings;

  if (ends == NULL)
    return set_no_memory (error);
  for (gsize first = cell->first_ring, last; first < end; first = last)
    {
      const double *xy = &g_array_index (self->points, double, 2 * rings[first].first_point);
      gsize n = 0;

      for (last = first; last < end && (last == first || !rings[last].begins_part); last++)
        ends[last - first] = n += rings[last].n_points;
      if (n < 3)
        continue;
      if (!check_crossings (canvas, xy, n, error))
        return FALSE;
      if (!pel_raster_rings (xy, ends, last - first, PEL_FILL_EVEN_ODD, &canvas->all, paint_span,
                             canvas))
        return set_no_memory (error);
    }
  return TRUE;
}

/* Runs go down the columns, so each row of a run is a span of one pixel, and a run of whole columns
 * a span of many. */
static gboolean
draw_runs (const PelCellSet *self, const Cell *cell, Canvas *canvas, GError **error)
{
  guint64 width = (guint64)canvas->all.width, height = (guint64)canvas->all.height;

  for (gsize i = 0; i < cell->n_runs; i++)
    {
      PelCellRun run = g_array_index (self->runs, PelCellRun, cell->first_run + i);

      if (run.start > width * height || run.length > width * height - run.start)
        {
          g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
                       _ ("it names pixels beyond the image’s %u x %u; it belongs to an image of "
                          "another size"),
                       (guint)width, (guint)height);
          return FALSE;
        }
      if (!check_effort (canvas, error))
        return FALSE;
      for (guint64 at = run.start, stop = run.start + run.length; at < stop;)
        {
          guint64 x = at / height, y = at % height;

          if (y == 0 && stop - at >= height)
            {
              guint64 columns = (stop - at) / height;

              for (guint64 row = 0; row < height; row++)
                paint_span ((gint)row, (gint)x, (gint)(x + columns), canvas);
              at += columns * height;
              continue;
            }
          paint_span ((gint)y, (gint)x, (gint)x + 1, canvas);
          at++;
        }
    }
  return TRUE;
}

/* The numbers of the cells: their own where all wish different ones. */
static gboolean
wishes_differ (const GPtrArray *cells)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *cell = cells->pdata[i];

      if (cell->label == 0 || !g_hash_table_add (seen, GUINT_TO_POINTER (cell->label)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
draw_cells (const PelCellSet *self,
            const GPtrArray *cells,
            Canvas *canvas,
            PelCellDrawing *drawing,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree guint64 *claimed = g_new0 (guint64, cells->len + 1);
  g_autofree guint32 *labels = g_new0 (guint32, cells->len + 1);
  gboolean own = wishes_differ (cells);

  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *cell = cells->pdata[i];

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      canvas->label = labels[i] = own ? cell->label : i + 1;
      canvas->n_claimed = 0;
      if (!draw_rings (self, cell, canvas, error) || !draw_runs (self, cell, canvas, error) ||
          !check_effort (canvas, error))
        return FALSE;
      claimed[i] = canvas->n_claimed;
    }
  for (guint i = 0; i < cells->len; i++)
    {
      const Cell *cell = cells->pdata[i];
      gpointer lost = g_hash_table_lookup (canvas->hidden, GUINT_TO_POINTER (labels[i]));

      if (claimed[i] <= GPOINTER_TO_SIZE (lost))
        drawing->n_outside++;
      else
        {
          drawing->n_drawn++;
          if (cell->class_name != NULL)
            g_hash_table_insert (drawing->classes, GUINT_TO_POINTER (labels[i]),
                                 g_strdup (cell->class_name));
        }
    }
  drawing->n_overlapping = canvas->n_overlapping;
  return TRUE;
}

static PelLabels *
draw_outlines (const PelCellSet *self,
               const GPtrArray *cells,
               guint width,
               guint height,
               PelCellDrawing *drawing,
               GCancellable *cancellable,
               GError **error)
{
  Canvas canvas = { .all = { 0, 0, (gint)width, (gint)height },
                    .most = MAX_COVER * ((guint64)width * height + 100000) };
  g_autoptr (PelLabelMap) map = pel_label_map_new (width, height, error);
  g_autoptr (GHashTable) hidden = g_hash_table_new (NULL, NULL);
  g_autofree guint32 *row = g_try_new (guint32, width);
  g_autofree guint *per_row = g_try_new0 (guint, (gsize)height + 2);

  if (map == NULL)
    return NULL;
  if (row == NULL || per_row == NULL)
    {
      set_no_memory (error);
      return NULL;
    }
  canvas.map = map;
  canvas.hidden = hidden;
  canvas.row = row;
  canvas.per_row = per_row;
  if (!draw_cells (self, cells, &canvas, drawing, cancellable, error))
    return NULL;
  pel_label_map_compact (map, NULL);
  return pel_label_map_snapshot (map);
}

static gboolean
check_size (const PelCellImage *described, guint width, guint height, GError **error)
{
  if ((described->width == 0 || described->width == width) &&
      (described->height == 0 || described->height == height))
    return TRUE;
  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_SHAPE,
               /* Translators: width and height in the file, then those of the image */
               _ ("it is of an image of %u x %u pixels, but this one has %u x %u; choose the file "
                  "that belongs to it"),
               described->width, described->height, width, height);
  return FALSE;
}

PelLabels *
pel_cell_set_draw (const PelCellSet *self,
                   guint image,
                   guint page,
                   guint width,
                   guint height,
                   PelCellDrawing *drawing,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (PelCellDrawing) unasked = { 0 };
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();

  g_return_val_if_fail (self != NULL && image < self->images->len, NULL);

  if (drawing == NULL)
    drawing = &unasked;
  *drawing = (PelCellDrawing){ 0 };
  drawing->classes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (!check_size (image_at (self, image), width, height, error))
    return NULL;
  for (guint i = 0; i < self->cells->len; i++)
    {
      Cell *cell = &g_array_index (self->cells, Cell, i);

      if (cell->image != image || (page != 0 && cell->page != 0 && cell->page != page))
        continue;
      if (cell->labels != NULL)
        return pel_labels_ref (cell->labels);
      g_ptr_array_add (cells, cell);
    }
  return draw_outlines (self, cells, width, height, drawing, cancellable, error);
}
