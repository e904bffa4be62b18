/* SPDX-License-Identifier: MIT */

/* Included once by each pel-kernels-<set>.c, which defines TABLE and is compiled with the flags
 * of its instruction set. Vectors are eight values wide everywhere and the compiler splits them
 * as the set needs, so that sums have the same order in all of them. */

#include "engine/kernels/pel-kernels.h"

#include <string.h>

typedef float F8 __attribute__ ((vector_size (32)));
typedef int I8 __attribute__ ((vector_size (32)));
typedef double D8 __attribute__ ((vector_size (64)));

#define LOAD(v, p) memcpy (&(v), (p), sizeof (v))
#define STORE(p, v) memcpy ((p), &(v), sizeof (v))
#define WIDEN(v) __builtin_convertvector(v, D8)
/* Where the mask is all ones a, elsewhere b. */
#define CHOOSE(mask, a, b) ((F8)(((mask) & (I8)(a)) | (~(mask) & (I8)(b))))
#define ADD_UP(v)                                                                                  \
  ((((v)[0] + (v)[4]) + ((v)[2] + (v)[6])) + (((v)[1] + (v)[5]) + ((v)[3] + (v)[7])))

static void
affine (float *dst, const float *src, size_t n, float scale, float shift)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = src[i] * scale + shift;
}

static void
bias_relu (float *dst, const float *src, size_t n, float bias, double sums[2])
{
  D8 sum = { 0 }, squares = { 0 };
  double tail_sum = 0, tail_squares = 0;
  size_t i = 0;

  for (; i + 8 <= n; i += 8)
    {
      F8 v;
      D8 wide;

      LOAD (v, src + i);
      v += bias;
      /* Written so that a NaN stays one and the loss shows it. */
      v = CHOOSE (v < 0.0f, (F8){ 0 }, v);
      STORE (dst + i, v);
      wide = WIDEN (v);
      sum += wide;
      squares += wide * wide;
    }
  for (; i < n; i++)
    {
      float v = src[i] + bias;

      v = v < 0.0f ? 0.0f : v;
      dst[i] = v;
      tail_sum += (double)v;
      tail_squares += (double)v * (double)v;
    }
  sums[0] += ADD_UP (sum) + tail_sum;
  sums[1] += ADD_UP (squares) + tail_squares;
}

static void
norm_sums (const float *dy, const float *r, size_t n, float mean, float inv_std, double sums[2])
{
  D8 sum = { 0 }, products = { 0 };
  double tail_sum = 0, tail_products = 0;
  size_t i = 0;

  for (; i + 8 <= n; i += 8)
    {
      F8 d, x;
      D8 wide;

      LOAD (d, dy + i);
      LOAD (x, r + i);
      x -= mean;
      wide = WIDEN (d);
      sum += wide;
      products += wide * WIDEN (x);
    }
  for (; i < n; i++)
    {
      float x = r[i] - mean;

      tail_sum += (double)dy[i];
      tail_products += (double)dy[i] * (double)x;
    }
  sums[0] += ADD_UP (sum) + tail_sum;
  sums[1] += (ADD_UP (products) + tail_products) * (double)inv_std;
}

static double
norm_relu_backward (float *dy, const float *r, size_t n, float mean, float a, float b, float c)
{
  D8 sum = { 0 };
  double tail = 0;
  size_t i = 0;

  for (; i + 8 <= n; i += 8)
    {
      F8 d, x;

      LOAD (d, dy + i);
      LOAD (x, r + i);
      d = a * d + (b * (x - mean) + c);
      d = CHOOSE (x > 0.0f, d, (F8){ 0 });
      STORE (dy + i, d);
      sum += WIDEN (d);
    }
  for (; i < n; i++)
    {
      float d = a * dy[i] + (b * (r[i] - mean) + c);

      dy[i] = r[i] > 0.0f ? d : 0.0f;
      tail += (double)dy[i];
    }
  return ADD_UP (sum) + tail;
}

static void
max_pool (float *dst, const float *row0, const float *row1, size_t n, float scale, float shift)
{
  for (size_t i = 0; i < n; i++)
    {
      float a = row0[2 * i] * scale + shift;
      float b = row0[2 * i + 1] * scale + shift;
      float c = row1[2 * i] * scale + shift;
      float d = row1[2 * i + 1] * scale + shift;

      a = b > a ? b : a;
      c = d > c ? d : c;
      dst[i] = c > a ? c : a;
    }
}

static void
max_pool_backward (float *d0,
                   float *d1,
                   const float *d_pool,
                   const float *row0,
                   const float *row1,
                   size_t n,
                   float scale,
                   float shift)
{
  for (size_t i = 0; i < n; i++)
    {
      float a = row0[2 * i] * scale + shift;
      float b = row0[2 * i + 1] * scale + shift;
      float c = row1[2 * i] * scale + shift;
      float d = row1[2 * i + 1] * scale + shift;
      int b_wins = b > a;
      int d_wins = d > c;
      float upper = b_wins ? b : a;
      float lower = d_wins ? d : c;
      int lower_wins = lower > upper;
      float g = d_pool[i];

      d0[2 * i] += !lower_wins && !b_wins ? g : 0.0f;
      d0[2 * i + 1] += !lower_wins && b_wins ? g : 0.0f;
      d1[2 * i] += lower_wins && !d_wins ? g : 0.0f;
      d1[2 * i + 1] += lower_wins && d_wins ? g : 0.0f;
    }
}

static void
interleave (float *dst, const float *even, const float *odd, size_t n, float bias)
{
  for (size_t i = 0; i < n; i++)
    {
      dst[2 * i] = even[i] + bias;
      dst[2 * i + 1] = odd[i] + bias;
    }
}

static void
deinterleave (float *even, float *odd, const float *src, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      even[i] = src[2 * i];
      odd[i] = src[2 * i + 1];
    }
}

static void
add_scaled (float *dst, const float *src, size_t n, float scale)
{
  for (size_t i = 0; i < n; i++)
    dst[i] += src[i] * scale;
}

static double
dot (const float *a, const float *b, size_t n)
{
  D8 sum = { 0 };
  double tail = 0;
  size_t i = 0;

  for (; i + 8 <= n; i += 8)
    {
      F8 x, y;

      LOAD (x, a + i);
      LOAD (y, b + i);
      sum += WIDEN (x) * WIDEN (y);
    }
  for (; i < n; i++)
    tail += (double)a[i] * (double)b[i];
  return ADD_UP (sum) + tail;
}

static double
sum (const float *a, size_t n)
{
  D8 total = { 0 };
  double tail = 0;
  size_t i = 0;

  for (; i + 8 <= n; i += 8)
    {
      F8 x;

      LOAD (x, a + i);
      total += WIDEN (x);
    }
  for (; i < n; i++)
    tail += (double)a[i];
  return ADD_UP (total) + tail;
}

const PelKernels TABLE = {
  .name = TABLE_NAME,
  .affine = affine,
  .bias_relu = bias_relu,
  .norm_sums = norm_sums,
  .norm_relu_backward = norm_relu_backward,
  .max_pool = max_pool,
  .max_pool_backward = max_pool_backward,
  .interleave = interleave,
  .deinterleave = deinterleave,
  .add_scaled = add_scaled,
  .dot = dot,
  .sum = sum,
};
