/* SPDX-License-Identifier: MIT */
#pragma once

#include "engine/measure/pel-measure.h"

/**
 * PelRule:
 * @name: the class of the cells that it holds for
 * @quantity: what is looked at
 * @um: whether @limit is in µm or µm²
 * @above: whether the value must be above the limit, else below it
 * @limit: the limit
 */
typedef struct
{
  char *name;
  PelQuantityId quantity;
  gboolean um;
  gboolean above;
  double limit;
} PelRule;

/**
 * PelRules:
 *
 * Classes of cells by limits on what is measured: a cell belongs to the first rule that holds
 * for it. One owner.
 */
typedef struct PelRules PelRules;

#define PEL_RULES_MAX 16

PelRules *pel_rules_new (void) G_GNUC_WARN_UNUSED_RESULT;
PelRules *pel_rules_copy (const PelRules *self) G_GNUC_WARN_UNUSED_RESULT;
void pel_rules_free (PelRules *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PelRules, pel_rules_free)

guint pel_rules_get_n (const PelRules *self);
/* (transfer none) */
const PelRule *pel_rules_get (const PelRules *self, guint index);
/* Adds a copy at the end; nothing beyond %PEL_RULES_MAX. */
void pel_rules_add (PelRules *self, const PelRule *rule);
void pel_rules_set (PelRules *self, guint index, const PelRule *rule);
void pel_rules_remove (PelRules *self, guint index);

/**
 * pel_rules_parse:
 * @self: rules; new ones are added
 * @text: a rule a line, such as `stretched: stretch > 2` or `large: area_um2 > 300`: a name, and a
 *   quantity or a column of the CSV with its limit
 * @error: return location for a `GError`
 *
 * Returns: %FALSE with `PEL_ENGINE_ERROR_BAD_ARGUMENT`, which says what is wrong
 */
gboolean pel_rules_parse (PelRules *self, const char *text, GError **error);

/* (transfer full): the text that pel_rules_parse() reads */
char *pel_rules_to_text (const PelRules *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pel_rules_classify:
 * @self: rules
 * @table: cells
 * @row: one of them
 *
 * Returns: the first rule that holds for the cell, or -1; one in µm never holds without a scale
 */
gint pel_rules_classify (const PelRules *self, const PelCellTable *table, guint row);

/* (nullable): the name of the class */
const char *pel_rules_get_class (const PelRules *self, const PelCellTable *table, guint row);

/**
 * PelClassCounts:
 * @n_cells: all cells
 * @n_at_border: those that touch the border, which are in no class here
 * @n: for each rule the cells of its class
 *
 * How many cells are of each class; the others are the rest of @n_cells without @n_at_border.
 */
typedef struct
{
  guint n_cells, n_at_border;
  guint n[PEL_RULES_MAX];
} PelClassCounts;

/* The class that the user gave a cell by its label; (nullable). */
typedef const char *(*PelClassFunc) (guint32 label, gpointer user_data);

/**
 * pel_rules_count:
 * @self: rules
 * @table: cells
 * @get_class: (nullable): the user's own classes, which go before the rules
 * @user_data: for @get_class
 * @counts: (inout): what the cells are added to
 *
 * Counts the cells as the column `class` of the CSV has them: a cell with a class of the user's
 * counts for the rule of that name, or for none. Cells that touch the border may be cut, so they
 * count for no class.
 */
void pel_rules_count (const PelRules *self,
                      const PelCellTable *table,
                      PelClassFunc get_class,
                      gpointer user_data,
                      PelClassCounts *counts);

/* A class's share of the cells that do not touch the border; not a number where there are none. */
double pel_class_counts_get_fraction (const PelClassCounts *self, guint rule);
