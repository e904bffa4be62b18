/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-arena.h"

#include "engine/core/pel-error.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <sys/mman.h>

#define ALIGNMENT 64
/* Blocks from this size on begin on a huge page, and ask the system for such pages: the network
 * reads many places of them at once, more than the processor remembers small pages for. */
#define LARGE ((gsize)4 << 20)
#define HUGE_PAGE ((gsize)2 << 20)

typedef struct
{
  gsize size, offset;
  guint first, last;
  guint number;
} Buffer;

struct PelArena
{
  GArray *buffers; /* Buffer, by number */
  char *block;
  gsize bytes;
  gboolean overflowed, committed;
};

static gboolean
round_up (gsize *size)
{
  if (*size > G_MAXSSIZE - ALIGNMENT)
    return FALSE;
  *size = (*size + ALIGNMENT - 1) & ~(gsize)(ALIGNMENT - 1);
  return TRUE;
}

static void
set_no_memory (GError **error, gsize bytes)
{
  g_autofree char *size = g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);

  g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_NO_MEMORY,
               /* Translators: %s is an amount of memory such as "2.1 GiB". */
               _ ("There is not enough memory for another %s; close other programs, or work with "
                  "smaller images or a smaller network."),
               size);
}

void *
pel_try_alloc (gsize n, gsize size, GError **error)
{
  gsize bytes;
  void *block;

  if (!g_size_checked_mul (&bytes, n, size) || !round_up (&bytes))
    {
      set_no_memory (error, G_MAXSIZE);
      return NULL;
    }
  if (posix_memalign (&block, bytes >= LARGE ? HUGE_PAGE : ALIGNMENT, MAX (bytes, ALIGNMENT)) != 0)
    {
      set_no_memory (error, bytes);
      return NULL;
    }
#ifdef MADV_HUGEPAGE
  /* A refusal costs only speed. */
  if (bytes >= LARGE)
    madvise (block, bytes & ~(HUGE_PAGE - 1), MADV_HUGEPAGE);
#endif
  return block;
}

void
pel_aligned_free (void *block)
{
  free (block);
}

PelArena *
pel_arena_new (void)
{
  PelArena *self = g_new0 (PelArena, 1);

  self->buffers = g_array_new (FALSE, FALSE, sizeof (Buffer));
  return self;
}

void
pel_arena_free (PelArena *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->buffers);
  pel_aligned_free (self->block);
  g_free (self);
}

guint
pel_arena_reserve (PelArena *self, gsize n, gsize size, guint first, guint last)
{
  Buffer buffer = { .first = first, .last = last, .number = self->buffers->len };

  g_return_val_if_fail (!self->committed, 0);
  g_return_val_if_fail (first <= last, 0);

  if (!g_size_checked_mul (&buffer.size, n, size) || !round_up (&buffer.size))
    {
      self->overflowed = TRUE;
      buffer.size = 0;
    }
  g_array_append_val (self->buffers, buffer);
  return buffer.number;
}

static int
compare_size (const void *a, const void *b)
{
  const Buffer *x = *(Buffer *const *)a;
  const Buffer *y = *(Buffer *const *)b;

  if (x->size != y->size)
    return x->size > y->size ? -1 : 1;
  return x->number < y->number ? -1 : 1;
}

static int
compare_offset (const void *a, const void *b)
{
  const Buffer *x = *(Buffer *const *)a;
  const Buffer *y = *(Buffer *const *)b;

  if (x->offset != y->offset)
    return x->offset < y->offset ? -1 : 1;
  return x->number < y->number ? -1 : 1;
}

gsize
pel_arena_measure (PelArena *self)
{
  guint n = self->buffers->len;
  g_autofree Buffer **by_size = g_new (Buffer *, n + 1);
  g_autofree Buffer **alive = g_new (Buffer *, n + 1);
  gsize bytes = 0;

  g_return_val_if_fail (!self->committed, 0);

  for (guint i = 0; i < n; i++)
    by_size[i] = &g_array_index (self->buffers, Buffer, i);
  qsort (by_size, n, sizeof (Buffer *), compare_size);

  for (guint i = 0; i < n && !self->overflowed; i++)
    {
      Buffer *buffer = by_size[i];
      guint n_alive = 0;
      gsize end;

      for (guint j = 0; j < i; j++)
        if (by_size[j]->first <= buffer->last && buffer->first <= by_size[j]->last)
          alive[n_alive++] = by_size[j];
      qsort (alive, n_alive, sizeof (Buffer *), compare_offset);

      buffer->offset = 0;
      for (guint j = 0; j < n_alive; j++)
        {
          if (alive[j]->offset >= buffer->offset &&
              alive[j]->offset - buffer->offset >= buffer->size)
            break;
          buffer->offset = MAX (buffer->offset, alive[j]->offset + alive[j]->size);
        }
      if (!g_size_checked_add (&end, buffer->offset, buffer->size))
        self->overflowed = TRUE;
      else
        bytes = MAX (bytes, end);
    }

  return self->overflowed ? G_MAXSIZE : bytes;
}

gboolean
pel_arena_commit (PelArena *self, GError **error)
{
  gsize bytes;

  g_return_val_if_fail (!self->committed, FALSE);

  bytes = pel_arena_measure (self);
  if (self->overflowed)
    {
      set_no_memory (error, G_MAXSIZE);
      return FALSE;
    }
  self->block = pel_try_alloc (bytes, 1, error);
  if (self->block == NULL)
    return FALSE;
  self->bytes = bytes;
  self->committed = TRUE;
  return TRUE;
}

void *
pel_arena_get (const PelArena *self, guint buffer)
{
  g_return_val_if_fail (self->committed, NULL);
  g_return_val_if_fail (buffer < self->buffers->len, NULL);
  return self->block + g_array_index (self->buffers, Buffer, buffer).offset;
}

gsize
pel_arena_get_bytes (const PelArena *self)
{
  return self->bytes;
}
