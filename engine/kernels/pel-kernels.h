/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/**
 * PelAdamStep:
 * @keep: what weights are multiplied by
 * @decay: how much of a weight is added to its gradient
 * @beta1: how much of the mean is kept
 * @fresh1: 1 - beta1
 * @beta2: how much of the square is kept
 * @fresh2: 1 - beta2
 * @eps: added to the root
 * @rate: the step's size, with the mean's correction in it
 * @root: the correction of the square's root
 *
 * One step's numbers, the same for all weights: with slope = g + decay·w, mean = beta1·mean +
 * fresh1·slope, square = beta2·square + fresh2·slope², w = keep·w - rate·mean / (root·√square +
 * eps).
 */
typedef struct
{
  float keep, decay;
  float beta1, fresh1, beta2, fresh2, eps;
  float rate, root;
} PelAdamStep;

/**
 * PelKernels:
 * @name: the instruction set, `c`, `avx2` or `avx512`
 * @affine: dst = src·scale + shift
 * @bias_relu: dst = max (src + bias, 0); adds the sum of dst and of its squares to @sums
 * @norm_sums: adds Σ dy and Σ dy·(r - mean)·inv_std to @sums
 * @norm_relu_backward: r becomes a·dy + b·(r - mean) + c where r > 0, and 0 elsewhere; returns
 *   its sum
 * @max_pool: dst[i] = the largest of row0[2i], row0[2i+1], row1[2i], row1[2i+1], each times scale
 *   plus shift
 * @max_pool_backward: adds d_pool[i] to d0[2i], d0[2i+1], d1[2i] or d1[2i+1]: to the first in
 *   that order whose value is the largest
 * @interleave: dst[2i] = even[i] + bias, dst[2i+1] = odd[i] + bias
 * @deinterleave: even[i] = src[2i], odd[i] = src[2i+1]
 * @add_scaled: dst += src·scale
 * @dot: returns Σ a·b
 * @sum: returns Σ a
 * @adam: one step of Adam on @n weights: see #PelAdamStep
 * @momentum: one step of gradient descent with momentum: velocity = factor·velocity + (g +
 * decay·w), then w -= rate·velocity
 * @loss_sums: with p = 1 / (1 + exp (-score)) and weights w (`NULL`: 1) adds to @sums Σ w·(cross
 *   entropy of score and target), Σ w·p·target, Σ w·p and Σ w·target; where @kept is given it
 *   receives the smaller of p and 1 - p, negative where that is 1 - p
 * @loss_gradient: @d, which holds what loss_sums() kept, becomes w·(entropy·(p - target) + p·(1 -
 * p)· (dice - dice_slope·target))
 *
 * The inner loops that are not matrix products, over @n values in a row (@n outputs for pooling
 * and de-/interleaving). One table for each instruction set, compiled from one body. Sums are
 * taken in double precision. Nothing needs to be aligned. Values whose weight is 0 may be anything.
 */
typedef struct
{
  const char *name;
  void (*affine) (float *dst, const float *src, size_t n, float scale, float shift);
  void (*bias_relu) (float *dst, const float *src, size_t n, float bias, double sums[2]);
  void (*norm_sums) (const float *dy,
                     const float *r,
                     size_t n,
                     float mean,
                     float inv_std,
                     double sums[2]);
  double (*norm_relu_backward) (const float *dy,
                                float *r,
                                size_t n,
                                float mean,
                                float a,
                                float b,
                                float c);
  void (*max_pool) (float *dst,
                    const float *row0,
                    const float *row1,
                    size_t n,
                    float scale,
                    float shift);
  void (*max_pool_backward) (float *d0,
                             float *d1,
                             const float *d_pool,
                             const float *row0,
                             const float *row1,
                             size_t n,
                             float scale,
                             float shift);
  void (*interleave) (float *dst, const float *even, const float *odd, size_t n, float bias);
  void (*deinterleave) (float *even, float *odd, const float *src, size_t n);
  void (*add_scaled) (float *dst, const float *src, size_t n, float scale);
  double (*dot) (const float *a, const float *b, size_t n);
  double (*sum) (const float *a, size_t n);
  void (*adam) (const PelAdamStep *step,
                float *w,
                const float *g,
                float *mean,
                float *square,
                size_t n);
  void (*momentum) (float *w,
                    const float *g,
                    float *velocity,
                    size_t n,
                    float rate,
                    float factor,
                    float decay);
  void (*loss_sums) (const float *score,
                     const float *target,
                     const float *weight,
                     float *kept,
                     size_t n,
                     double sums[4]);
  void (*loss_gradient) (float *d,
                         const float *target,
                         const float *weight,
                         size_t n,
                         float entropy,
                         float dice,
                         float dice_slope);
} PelKernels;

extern const PelKernels pel_kernels_c;
#ifdef PEL_HAVE_X86_KERNELS
extern const PelKernels pel_kernels_avx2;
extern const PelKernels pel_kernels_avx512;
#endif

/**
 * pel_kernels_select:
 * @flags: instruction sets that may be used, a set of `PelCpuFlags`
 *
 * Returns: the fastest table that needs nothing else
 */
const PelKernels *pel_kernels_select (unsigned flags);
