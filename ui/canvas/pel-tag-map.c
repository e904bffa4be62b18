/* SPDX-License-Identifier: MIT */
#include "ui/canvas/pel-tag-map.h"

#include <math.h>

/* With more rows they are laid out by regions of about so many. */
#define MAX_WHOLE 1500
#define ROWS_PER_REGION 48
/* What one call lays out: so many tags, or so many rows where most have none. */
#define MAX_TAGS_AT_ONCE 1500
#define MAX_ROWS_AT_ONCE 12000

typedef struct
{
  gboolean is_laid_out;
  GArray *tags; /* (nullable): PelPlacedTag */
} Region;

struct PelTagMap
{
  gint max_side;
  /* Regions are squares of the image. */
  double side;
  guint n_x, n_y;
  Region *regions;
  guint *first; /* of a region's rows in @rows; one more than there are regions */
  guint *rows;
  PelTagBoard *board; /* NULL until begun */
  guint n_rows;
};

/* Numbers of regions; the last ones are within. */
typedef struct
{
  guint x0, y0, x1, y1;
} Range;

static guint
region_of (const PelTagMap *self, double at, guint n)
{
  return (guint)CLAMP (floor (at / self->side), 0, n - 1.0);
}

static guint
region_of_row (const PelTagMap *self, const PelCellTable *table, guint row)
{
  const PelRect *bounds = pel_cell_table_get_bounds (table, row);

  return region_of (self, bounds->y + bounds->height / 2.0, self->n_y) * self->n_x +
         region_of (self, bounds->x + bounds->width / 2.0, self->n_x);
}

PelTagMap *
pel_tag_map_new (const PelCellTable *table)
{
  PelTagMap *self = g_new0 (PelTagMap, 1);
  double width = 1, height = 1;
  guint n_regions;

  self->n_rows = pel_cell_table_get_n_cells (table);
  for (guint i = 0; i < self->n_rows; i++)
    {
      const PelRect *bounds = pel_cell_table_get_bounds (table, i);

      self->max_side = MAX (self->max_side, MAX (bounds->width, bounds->height));
      width = MAX (width, (double)bounds->x + bounds->width);
      height = MAX (height, (double)bounds->y + bounds->height);
    }
  self->side = self->n_rows <= MAX_WHOLE
                   ? MAX (width, height)
                   : MAX (sqrt (width * height * ROWS_PER_REGION / self->n_rows), 8);
  self->n_x = (guint)ceil (width / self->side);
  self->n_y = (guint)ceil (height / self->side);
  n_regions = self->n_x * self->n_y;
  self->regions = g_new0 (Region, n_regions);
  self->first = g_new0 (guint, (gsize)n_regions + 1);
  self->rows = g_new (guint, MAX (self->n_rows, 1));
  for (guint i = 0; i < self->n_rows; i++)
    self->first[region_of_row (self, table, i) + 1]++;
  for (guint i = 0; i < n_regions; i++)
    self->first[i + 1] += self->first[i];
  /* From behind, so that the rows of a region keep their order, and its end becomes its begin. */
  for (guint i = self->n_rows; i-- > 0;)
    self->rows[--self->first[region_of_row (self, table, i) + 1]] = i;
  for (guint i = 0; i < n_regions; i++)
    self->first[i] = self->first[i + 1];
  self->first[n_regions] = self->n_rows;
  return self;
}

static void
forget (PelTagMap *self)
{
  for (guint i = 0; i < self->n_x * self->n_y; i++)
    {
      g_clear_pointer (&self->regions[i].tags, g_array_unref);
      self->regions[i].is_laid_out = FALSE;
    }
  g_clear_pointer (&self->board, pel_tag_board_free);
}

void
pel_tag_map_free (PelTagMap *self)
{
  forget (self);
  g_free (self->regions);
  g_free (self->first);
  g_free (self->rows);
  g_free (self);
}

gint
pel_tag_map_get_max_side (const PelTagMap *self)
{
  return self->max_side;
}

void
pel_tag_map_begin (PelTagMap *self, double width, double height, double gap, double typical)
{
  forget (self);
  self->board = pel_tag_board_new (width, height, gap, typical, self->n_rows);
}

gboolean
pel_placed_tag_needs_leader (const PelPlacedTag *self)
{
  const PelTag *tag = &self->tag;

  return tag->has_leader || tag->anchor_x < tag->x - 2 || tag->anchor_x > tag->x + tag->width + 2 ||
         tag->anchor_y < tag->y - 2 || tag->anchor_y > tag->y + tag->height + 2;
}

static void
keep (Region *region, const PelTag *tag, guint row)
{
  PelPlacedTag placed = { .tag = *tag, .row = row };

  graphene_rect_init (&placed.place, (float)round (tag->x), (float)round (tag->y),
                      (float)tag->width, (float)tag->height);
  placed.reach = placed.place;
  if (pel_placed_tag_needs_leader (&placed))
    graphene_rect_union (&placed.reach,
                         &GRAPHENE_RECT_INIT ((float)tag->anchor_x, (float)tag->anchor_y, 0, 0),
                         &placed.reach);
  graphene_rect_inset (&placed.reach, -3, -3);
  if (region->tags == NULL)
    region->tags = g_array_new (FALSE, FALSE, sizeof (PelPlacedTag));
  g_array_append_val (region->tags, placed);
}

/* All of them compete for room as one. */
static void
lay_out (PelTagMap *self, GArray *tags, GArray *rows, GArray *regions)
{
  pel_tag_board_place (self->board, (PelTag *)(gpointer)tags->data, tags->len);
  for (guint i = 0; i < tags->len; i++)
    {
      const PelTag *tag = &g_array_index (tags, PelTag, i);

      if (tag->is_placed)
        keep (&self->regions[g_array_index (regions, guint, i)], tag,
              g_array_index (rows, guint, i));
    }
}

typedef struct
{
  guint region;
  gint distance;
} Turn;

static gint
compare_turns (gconstpointer a, gconstpointer b)
{
  const Turn *p = a, *q = b;

  if (p->distance != q->distance)
    return p->distance < q->distance ? -1 : 1;
  return (p->region > q->region) - (p->region < q->region);
}

/* What is not laid out yet, from the middle outwards. */
static GArray *
list_missing (const PelTagMap *self, const Range *range)
{
  GArray *turns = g_array_new (FALSE, FALSE, sizeof (Turn));

  for (guint y = range->y0; y <= range->y1; y++)
    for (guint x = range->x0; x <= range->x1; x++)
      {
        Turn turn = { y * self->n_x + x, ABS ((gint)(2 * x) - (gint)(range->x0 + range->x1)) +
                                             ABS ((gint)(2 * y) - (gint)(range->y0 + range->y1)) };

        if (!self->regions[turn.region].is_laid_out)
          g_array_append_val (turns, turn);
      }
  g_array_sort (turns, compare_turns);
  return turns;
}

static gboolean
lay_out_missing (PelTagMap *self, const Range *range, PelTagMapFunc func, gpointer data)
{
  g_autoptr (GArray) turns = list_missing (self, range);
  g_autoptr (GArray) tags = g_array_new (FALSE, FALSE, sizeof (PelTag));
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) regions = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_done = 0, n_rows = 0;

  while (n_done < turns->len && tags->len < MAX_TAGS_AT_ONCE && n_rows < MAX_ROWS_AT_ONCE)
    {
      guint region = g_array_index (turns, Turn, n_done++).region;

      for (guint i = self->first[region]; i < self->first[region + 1]; i++)
        {
          PelTag tag = { .is_placed = FALSE };

          n_rows++;
          if (!func (self->rows[i], &tag, data))
            continue;
          g_array_append_val (tags, tag);
          g_array_append_val (rows, self->rows[i]);
          g_array_append_val (regions, region);
        }
      self->regions[region].is_laid_out = TRUE;
    }
  lay_out (self, tags, rows, regions);
  return n_done == turns->len;
}

gboolean
pel_tag_map_show (PelTagMap *self,
                  const graphene_rect_t *area,
                  PelTagMapFunc func,
                  gpointer data,
                  GPtrArray *shown)
{
  /* A cell whose middle is out of view may still reach into it; one that is larger than the view
   * has no tag there. */
  double around = MIN (self->max_side / 2.0, (double)MAX (area->size.width, area->size.height) / 2);
  double x = (double)area->origin.x, y = (double)area->origin.y;
  Range range;
  gboolean complete;

  g_return_val_if_fail (self->board != NULL, TRUE);
  range = (Range){ region_of (self, x - around, self->n_x), region_of (self, y - around, self->n_y),
                   region_of (self, x + (double)area->size.width + around, self->n_x),
                   region_of (self, y + (double)area->size.height + around, self->n_y) };
  complete = lay_out_missing (self, &range, func, data);
  for (guint j = range.y0; j <= range.y1; j++)
    for (guint i = range.x0; i <= range.x1; i++)
      {
        GArray *tags = self->regions[j * self->n_x + i].tags;

        for (guint k = 0; tags != NULL && k < tags->len; k++)
          g_ptr_array_add (shown, &g_array_index (tags, PelPlacedTag, k));
      }
  return complete;
}
