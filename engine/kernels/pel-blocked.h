/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/* Kernels on blocked feature maps: channels in blocks of 16 lanes, (block, row, column, lane), so
 * that one pixel of a block is one cache line. Channels beyond the last real one are zero.
 *
 * Convolutions run by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray: "Fast algorithms
 * for convolutional neural networks", CVPR 2016): a plane is cut into tiles of 4x4 outputs, each
 * with the 6x6 inputs that it needs; both sides are transformed to 36 values, whose products are
 * 36 independent matrix products. Tiles are numbered row by row. */

#define PEL_LANES 16
#define PEL_WINOGRAD_OUT 4
#define PEL_WINOGRAD_POINTS 36
/* Tiles are multiplied in multiples of this many. */
#define PEL_TILE_GROUP 4

/**
 * PelBlockedKernels:
 * @name: the instruction set, `c`, `avx2` or `avx512`
 * @winograd_input: transforms the inputs of @n tiles from tile @first on of one plane of one
 *   block (@h rows, @w columns), each value times @scale plus @shift first (16 each; `NULL`: as it
 *   is) and zero outside the plane. Point k of tile first + i goes to v + k·point + i·16
 * @winograd_gradient: the adjoint of the output's transform: 4x4 values of each tile of a plane
 *   to 36, laid out as winograd_input does
 * @winograd_output: from 36 points (m + k·point + i·16) to 4x4 outputs plus @bias and clipped at
 *   0 from below, into the plane; adds to sums[0..15] their sum and to sums[16..31] the sum of
 *   their squares
 * @winograd_output_gradient: likewise without bias and clipping; where @r is given adds the sum of
 *   the outputs, and of their products with @r (a plane alike), to @sums
 * @winograd_weight: transforms plain 3x3 weights of 16 outputs, @output values apart, and @n inputs
 *   (a multiple of 16), 9 values apart: lanes are outputs, and point k of input i goes to
 *   u + k·point + i·16
 * @winograd_weight_flipped: for the way back: @n outputs, @output values apart, of 16 inputs, 9
 *   values apart, with the taps in reverse order: lanes are inputs, and point k of output i goes to
 *   u + k·point + i·16
 * @winograd_weight_gradient: the adjoint of winograd_weight: 36 points of each input, outputs in
 *   lanes, to plain 3x3 gradients
 * @corners_split: from plain 2x2 weights of @n inputs, @input values apart, and 16 outputs, of
 * which each has its four corners as neighbours: corner q of input c goes to u + q·corner + c·16,
 * lanes are outputs
 * @corners_turn: from those of 16 inputs, @input values apart, and @n outputs (a multiple of 16):
 *   corner q of output o goes to u + q·corner + o·16, lanes are inputs
 * @corners_join: the reverse of corners_split
 * @product: m[ob][t][16] = Σ over c of v[cb][t][c] · u[ob][c][16] for @n_cb blocks of inputs,
 *   @n_ob blocks of outputs and @n_tiles tiles (a multiple of 4); v_block, u_block and m_block are
 *   the steps from block to block; adds to m where @accumulate
 * @outer_product: du[ob][c][16] += Σ over t of v[cb][t][c] · g[ob][t][16], for @n_tiles tiles (any
 *   number)
 * @affine: dst = src·scale + shift for @n pixels of a block
 * @norm_relu_backward: r becomes a·d + b·r + c where r > 0 and 0 elsewhere, for @n pixels; adds the
 *   sum to sums[0..15]
 * @max_pool: one row of @n pooled pixels from two rows, each value times scale plus shift
 * @max_pool_backward: adds one row of @n derivatives to the place of each maximum (the first in
 *   reading order) in two rows
 * @sums_with: adds Σ d and Σ d·r over @n pixels to @sums
 * @add: dst += src for @n pixels of a block
 * @add_bias: dst[i·step] = src[i] + bias for @n pixels, @step in pixels
 * @direct_forward: one row of a 3x3 convolution from @n_in plain planes: rows[c][v] points at row
 *   v - 1 of plane c, at the column left of the first; weight[(c·9 + tap)·16 + lane]; bias and
 *   clipping at 0; adds to sums as winograd_output
 * @direct_weight_gradient: adds to dw[tap·16 + lane] of one plane, of one row of @n derivatives
 * @head_forward: score[i] += Σ over lanes of x[i]·weight, @n pixels of one block
 * @head_backward: d[i] (+)= Σ over @n_out of score gradients ds[o][i] · weight[o·16 + lane];
 *   adds Σ ds[o][i]·r[i] to products[o·16 + lane]
 *
 * All pointers to blocked data are 64-byte aligned; plain weights need not be. Results depend on
 * the instruction set in the last bits, not on how often or by whom they are called.
 */
typedef struct
{
  const char *name;
  void (*winograd_input) (const float *plane,
                          int h,
                          int w,
                          int first,
                          int n,
                          const float *scale,
                          const float *shift,
                          float *v,
                          size_t point);
  void (*winograd_gradient) (const float *plane,
                             int h,
                             int w,
                             int first,
                             int n,
                             float *v,
                             size_t point);
  void (*winograd_output) (const float *m,
                           size_t point,
                           float *plane,
                           int h,
                           int w,
                           int first,
                           int n,
                           const float *bias,
                           float sums[32]);
  void (*winograd_output_gradient) (const float *m,
                                    size_t point,
                                    float *plane,
                                    int h,
                                    int w,
                                    int first,
                                    int n,
                                    const float *r,
                                    float sums[32]);
  void (*winograd_weight) (const float *weight, size_t output, int n, float *u, size_t point);
  void (
      *winograd_weight_flipped) (const float *weight, size_t output, int n, float *u, size_t point);
  void (*winograd_weight_gradient) (const float *du,
                                    size_t point,
                                    float *weight,
                                    size_t output,
                                    int n);
  void (*corners_split) (const float *weight, size_t input, int n, float *u, size_t corner);
  void (*corners_turn) (const float *weight, size_t input, int n, float *u, size_t corner);
  void (*corners_join) (const float *du, size_t corner, int n, float *weight, size_t input);
  void (*product) (const float *v,
                   size_t v_block,
                   const float *u,
                   size_t u_block,
                   float *m,
                   size_t m_block,
                   int n_cb,
                   int n_ob,
                   int n_tiles,
                   int accumulate);
  void (*outer_product) (const float *v,
                         size_t v_block,
                         const float *g,
                         size_t g_block,
                         float *du,
                         size_t du_block,
                         int n_cb,
                         int n_ob,
                         int n_tiles);
  void (*affine) (float *dst, const float *src, size_t n, const float *scale, const float *shift);
  void (*norm_relu_backward) (const float *d,
                              float *r,
                              size_t n,
                              const float *a,
                              const float *b,
                              const float *c,
                              float sums[16]);
  void (*max_pool) (float *dst,
                    const float *row0,
                    const float *row1,
                    size_t n,
                    const float *scale,
                    const float *shift);
  void (*max_pool_backward) (float *d0,
                             float *d1,
                             const float *d_pool,
                             const float *row0,
                             const float *row1,
                             size_t n,
                             const float *scale,
                             const float *shift);
  void (*sums_with) (const float *d, const float *r, size_t n, float sums[32]);
  void (*add) (float *dst, const float *src, size_t n);
  void (*add_bias) (float *dst, const float *src, size_t n, size_t step, const float *bias);
  void (*direct_forward) (const float *const *rows,
                          int n_in,
                          const float *weight,
                          const float *bias,
                          float *dst,
                          int n,
                          float sums[32]);
  void (*direct_weight_gradient) (const float *const rows[3], const float *d, int n, float *dw);
  void (*head_forward) (const float *x, const float *weight, float *score, size_t n);
  void (*head_backward) (const float *const *ds,
                         int n_out,
                         const float *weight,
                         const float *r,
                         float *d,
                         size_t n,
                         float *products);
} PelBlockedKernels;

extern const PelBlockedKernels pel_blocked_kernels_c;
#ifdef PEL_HAVE_X86_KERNELS
extern const PelBlockedKernels pel_blocked_kernels_avx2;
extern const PelBlockedKernels pel_blocked_kernels_avx512;
#endif

/**
 * pel_blocked_kernels_select:
 * @flags: instruction sets that may be used, a set of `PelCpuFlags`
 *
 * Returns: the fastest table that needs nothing else
 */
const PelBlockedKernels *pel_blocked_kernels_select (unsigned flags);
