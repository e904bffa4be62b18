/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-rules.h"

/**
 * pel_group_text:
 * @values: (array length=n): one for each image or cell
 * @group: (array length=n): the index of its group
 * @n: how many
 * @names: (array zero-terminated=1): the groups
 * @by_image: whether a value is an image's median, else a cell's
 * @n_left_out: cells at the border that do not count
 * @unit: (nullable): of the values
 *
 * Medians, counts, and the test of Mann and Whitney of each group against the first, with its
 * effect and what it rests on. Says what was found, never what it means.
 *
 * Returns: (transfer full): the text, translated
 */
char *pel_group_text (const double *values,
                      const guint8 *group,
                      guint n,
                      const char *const *names,
                      gboolean by_image,
                      guint n_left_out,
                      const char *unit) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): number, median and quartiles of some values. @unit: (nullable): theirs */
char *pel_spread_text (const double *values, guint n, guint n_left_out, const char *unit)
    G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_class_text:
 * @rules: the classes
 * @counts: (array length=n): how many cells of each image are of each class
 * @group: (array length=n): the index of each image's group
 * @n: number of images
 * @names: (array zero-terminated=1): the groups
 * @by_image: whether the fractions of images are compared between groups, too
 *
 * How many cells of each group are of each class, and their share, with the spread of the images'
 * own shares.
 *
 * Returns: (transfer full): the text, translated
 */
char *pel_class_text (const PelRules *rules,
                      const PelClassCounts *counts,
                      const guint8 *group,
                      guint n,
                      const char *const *names,
                      gboolean by_image) G_GNUC_WARN_UNUSED_RESULT;
