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
norm_relu_backward (const float *dy, float *r, size_t n, float mean, float a, float b, float c)
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
      STORE (r + i, d);
      sum += WIDEN (d);
    }
  for (; i < n; i++)
    {
      float d = a * dy[i] + (b * (r[i] - mean) + c);

      r[i] = r[i] > 0.0f ? d : 0.0f;
      tail += (double)r[i];
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

static void
adam (const PelAdamStep *step,
      float *restrict w,
      const float *restrict g,
      float *restrict mean,
      float *restrict square,
      size_t n)
{
  const PelAdamStep s = *step;

  for (size_t i = 0; i < n; i++)
    {
      float slope = g[i] + s.decay * w[i];

      mean[i] = s.beta1 * mean[i] + s.fresh1 * slope;
      square[i] = s.beta2 * square[i] + s.fresh2 * slope * slope;
      w[i] = s.keep * w[i] - s.rate * mean[i] / (__builtin_sqrtf (square[i]) * s.root + s.eps);
    }
}

static void
momentum (float *restrict w,
          const float *restrict g,
          float *restrict velocity,
          size_t n,
          float rate,
          float factor,
          float decay)
{
  for (size_t i = 0; i < n; i++)
    {
      velocity[i] = factor * velocity[i] + (g[i] + decay * w[i]);
      w[i] -= rate * velocity[i];
    }
}

typedef long long L8 __attribute__ ((vector_size (64)));

#define CHOOSE_WIDE(mask, a, b) ((D8)(((mask) & (L8)(a)) | (~(mask) & (L8)(b))))

/* exp (-a) for 0 <= a <= 104, to the last bits of a double: 2^-n times a Taylor series of what is
 * left, at most ln 2 / 2. Adding the large constant leaves n in the lowest bits. */
static inline D8
exp_minus (D8 a)
{
  static const double factors[] = {
    1.0 / 479001600,
    1.0 / 39916800,
    1.0 / 3628800,
    1.0 / 362880,
    1.0 / 40320,
    1.0 / 5040,
    1.0 / 720,
    1.0 / 120,
    1.0 / 24,
    1.0 / 6,
    0.5,
    1.0,
    1.0,
  };
  const double large = 6755399441055744.0; /* 1.5·2^52 */
  D8 n = a * 1.4426950408889634 + large;
  L8 power = (1023 - (L8)n) << 52;
  D8 r, sum = (D8){ 0 } + factors[0];

  n -= large;
  r = (n * 6.93147180369123816490e-01 - a) + n * 1.90821492927058770002e-10;
  for (size_t i = 1; i < sizeof factors / sizeof factors[0]; i++)
    sum = sum * r + factors[i];
  return sum * (D8)power;
}

/* log (1 + e) for 0 <= e <= 1: 2·artanh (e / (2 + e)). */
static inline D8
log_one_plus (D8 e)
{
  D8 s = e / (2.0 + e), square = s * s, sum = (D8){ 0 } + 1.0 / 33;

  for (int i = 31; i > 0; i -= 2)
    sum = sum * square + 1.0 / i;
  return 2.0 * s * sum;
}

/* Eight values. The smaller of p and 1 - p is kept, as it is where p is the smaller, negative where
 * not: so that neither is rounded away. */
static const float ones[8] = { 1, 1, 1, 1, 1, 1, 1, 1 };

static inline F8
load_some (const float *p, size_t count)
{
  F8 v = { 0 };

  if (count == 8)
    LOAD (v, p);
  else
    memcpy (&v, p, count * sizeof (float));
  return v;
}

static inline void
store_some (float *p, F8 v, size_t count)
{
  if (count == 8)
    STORE (p, v);
  else
    memcpy (p, &v, count * sizeof (float));
}

static inline __attribute__ ((always_inline)) F8
loss_sums_of_eight (F8 score, F8 target, F8 weight, D8 sums[4])
{
  D8 x = WIDEN (score), t = WIDEN (target), w = WIDEN (weight);
  L8 negative = x < 0.0;
  D8 a = CHOOSE_WIDE (negative, -x, x);
  D8 e = exp_minus (CHOOSE_WIDE (a > 104.0, (D8){ 0 } + 104.0, a));
  D8 small = e / (1.0 + e), p = CHOOSE_WIDE (negative, small, 1.0 - small);
  D8 entropy = CHOOSE_WIDE (negative, (D8){ 0 }, x) - x * t + log_one_plus (e);
  L8 counts = w != 0.0;

  /* A pixel that does not count may hold anything. */
  sums[0] += CHOOSE_WIDE (counts, w * entropy, (D8){ 0 });
  sums[1] += CHOOSE_WIDE (counts, w * p * t, (D8){ 0 });
  sums[2] += CHOOSE_WIDE (counts, w * p, (D8){ 0 });
  sums[3] += CHOOSE_WIDE (counts, w * t, (D8){ 0 });
  return __builtin_convertvector(CHOOSE_WIDE (negative, small, -small), F8);
}

static void
loss_sums (const float *score,
           const float *target,
           const float *weight,
           float *kept,
           size_t n,
           double sums[4])
{
  D8 wide[4] = { { 0 } };

  for (size_t i = 0; i < n; i += 8)
    {
      size_t count = n - i < 8 ? n - i : 8;
      F8 x = load_some (score + i, count), t = load_some (target + i, count), v;
      F8 w = load_some (weight != NULL ? weight + i : ones, count);

      v = loss_sums_of_eight (x, t, w, wide);
      if (kept != NULL)
        store_some (kept + i, v, count);
    }
  for (int k = 0; k < 4; k++)
    sums[k] += ADD_UP (wide[k]);
}

static inline F8
loss_gradient_of_eight (F8 v, F8 t, F8 w, float entropy, float dice, float dice_slope)
{
  /* The sign tells of which of the two values even where they are 0. */
  I8 upper = (I8)v < 0;
  F8 small = CHOOSE (upper, -v, v), base = CHOOSE (upper, (F8){ 0 } + 1.0f, (F8){ 0 });
  F8 slope = entropy * ((base - t) + v) + (small - small * small) * (dice - dice_slope * t);

  return CHOOSE (w != 0.0f, w * slope, (F8){ 0 });
}

static void
loss_gradient (float *d,
               const float *target,
               const float *weight,
               size_t n,
               float entropy,
               float dice,
               float dice_slope)
{
  for (size_t i = 0; i < n; i += 8)
    {
      size_t count = n - i < 8 ? n - i : 8;
      F8 v = load_some (d + i, count), t = load_some (target + i, count);
      F8 w = load_some (weight != NULL ? weight + i : ones, count);

      v = loss_gradient_of_eight (v, t, w, entropy, dice, dice_slope);
      store_some (d + i, v, count);
    }
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
  .adam = adam,
  .momentum = momentum,
  .loss_sums = loss_sums,
  .loss_gradient = loss_gradient,
};
