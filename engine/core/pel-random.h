/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

/**
 * PelRandom:
 * @key: the seed
 * @stream: which of the seed's streams
 * @counter: how many blocks of four values were made
 * @block: the block in use
 * @used: how many of its values were handed out
 * @has_spare: whether @spare holds the second value of a pair of normal ones
 * @spare: that value
 *
 * A counter-based generator, Philox4x32-10 (Salmon, Moraes, Dror and Shaw: "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011). The state is this plain struct: copy it to save it.
 * Two streams of one seed never overlap, so work that is keyed by (seed, what it is) gives the
 * same numbers in any order and on any thread. One thread at a time.
 */
typedef struct
{
  guint64 key;
  guint64 stream;
  guint64 counter;
  guint32 block[4];
  guint used;
  gboolean has_spare;
  double spare;
} PelRandom;

/**
 * pel_random_init:
 * @self: (out caller-allocates): a generator
 * @seed: the key
 * @stream: which of the key's 2⁶⁴ streams
 */
void pel_random_init (PelRandom *self, guint64 seed, guint64 stream);

/**
 * pel_random_u32:
 * @self: a generator
 *
 * Returns: 32 random bits
 */
guint32 pel_random_u32 (PelRandom *self);

/**
 * pel_random_below:
 * @self: a generator
 * @n: a bound, at least 1
 *
 * Returns: a whole number from 0 to @n - 1, all equally likely
 */
guint32 pel_random_below (PelRandom *self, guint32 n);

/**
 * pel_random_uniform:
 * @self: a generator
 *
 * Returns: a number in [0, 1), a multiple of 2⁻⁵³
 */
double pel_random_uniform (PelRandom *self);

/**
 * pel_random_range:
 * @self: a generator
 * @low: lower end
 * @high: upper end
 *
 * Returns: a number in [@low, @high)
 */
double pel_random_range (PelRandom *self, double low, double high);

/**
 * pel_random_normal:
 * @self: a generator
 *
 * Returns: a number of the normal distribution with mean 0 and deviation 1 (Box and Muller's
 *   method)
 */
double pel_random_normal (PelRandom *self);

/**
 * pel_philox4x32:
 * @counter: four words of the counter
 * @key: two words of the key
 * @out: (out): four random words
 *
 * The bare function, ten rounds.
 */
void pel_philox4x32 (const guint32 counter[4], const guint32 key[2], guint32 out[4]);
