/* SPDX-License-Identifier: MIT */
#include "engine/core/pel-random.h"

#include <math.h>

#define N_ROUNDS 10

void
pel_philox4x32 (const guint32 counter[4], const guint32 key[2], guint32 out[4])
{
  guint32 c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  guint32 k0 = key[0], k1 = key[1];

  for (int round = 0; round < N_ROUNDS; round++)
    {
      guint64 p0 = (guint64)0xD2511F53u * c0;
      guint64 p1 = (guint64)0xCD9E8D57u * c2;

      c0 = (guint32)(p1 >> 32) ^ c1 ^ k0;
      c1 = (guint32)p1;
      c2 = (guint32)(p0 >> 32) ^ c3 ^ k1;
      c3 = (guint32)p0;
      /* The key moves by the golden ratio and by sqrt (3) - 1, as 32-bit fractions. */
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

void
pel_random_init (PelRandom *self, guint64 seed, guint64 stream)
{
  *self = (PelRandom){ .key = seed, .stream = stream, .used = 4 };
}

guint32
pel_random_u32 (PelRandom *self)
{
  if (self->used >= 4)
    {
      guint32 counter[4] = { (guint32)self->counter, (guint32)(self->counter >> 32),
                             (guint32)self->stream, (guint32)(self->stream >> 32) };
      guint32 key[2] = { (guint32)self->key, (guint32)(self->key >> 32) };

      pel_philox4x32 (counter, key, self->block);
      self->counter++;
      self->used = 0;
    }
  return self->block[self->used++];
}

guint32
pel_random_below (PelRandom *self, guint32 n)
{
  guint32 reject, value;

  g_return_val_if_fail (n > 0, 0);

  /* The lowest 2^32 mod n values are drawn again, so that every remainder is equally likely. */
  reject = (0u - n) % n;
  do
    value = pel_random_u32 (self);
  while (value < reject);
  return value % n;
}

double
pel_random_uniform (PelRandom *self)
{
  guint64 high = pel_random_u32 (self) >> 5;
  guint64 low = pel_random_u32 (self) >> 6;

  return (double)(high << 26 | low) * 0x1p-53;
}

double
pel_random_range (PelRandom *self, double low, double high)
{
  return low + (high - low) * pel_random_uniform (self);
}

double
pel_random_normal (PelRandom *self)
{
  double radius, angle;

  if (self->has_spare)
    {
      self->has_spare = FALSE;
      return self->spare;
    }
  /* 1 - u lies in (0, 1], where the logarithm is finite. */
  radius = sqrt (-2.0 * log (1.0 - pel_random_uniform (self)));
  angle = 2.0 * G_PI * pel_random_uniform (self);
  self->spare = radius * sin (angle);
  self->has_spare = TRUE;
  return radius * cos (angle);
}
