/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/image/pel-image.h"

/* How images look, without regard to what is painted in them: to tell kinds of images apart, such
 * as fluorescence from stained tissue, where nobody said which is which. */

/**
 * PelLook:
 * @background: where the median lies between the dark and the bright end of the image, 0 to 1
 * @colour: mean difference between the largest and the smallest of red, green and blue, as a share
 *   of the brightest luminance; 0 for grey images
 * @texture: mean difference between neighbours in a row, of values scaled to 0..1
 * @contrast: standard deviation of those values
 * @hues: share of the spread of red, green and blue that lies beside its main axis; 0 for grey
 *   images and for those of one hue from dark to bright, such as a fluorescent dye shown in green; 1
 *   where the axis goes from one hue to another
 *
 * A few figures that do not depend on exposure or size.
 */
typedef struct
{
  double background;
  double colour;
  double texture;
  double contrast;
  double hues;
} PelLook;

/**
 * pel_look_measure:
 * @image: an image
 * @look: (out): how it looks; zeros where it holds no finite value
 *
 * Looks at 64 rows of the image at most.
 */
void pel_look_measure (PelImage *image, PelLook *look);

/**
 * pel_look_get_hues:
 * @image: an image
 *
 * Only the figure @hues of #PelLook, for less time.
 *
 * Returns: 0 to 1
 */
double pel_look_get_hues (PelImage *image);

/**
 * pel_look_weigh:
 * @looks: (array length=n): how images look
 * @n: how many
 * @balance: 0 counts all images alike, 1 all kinds alike; between, the power of it
 * @weights: (array length=n) (out): for each image, at least 1
 *
 * Weighs images of rare looks more: with the density of an image's surroundings (a Gaussian kernel
 * over the first four figures), the weight is (the greatest density / its own) to the power of
 * @balance. No number of kinds needs to be known, and images that are nearly alike share a weight.
 * The time goes with the square of @n, of which at most 2000 are looked at for the density.
 */
void pel_look_weigh (const PelLook *looks, guint n, double balance, double *weights);
