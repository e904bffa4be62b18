/* SPDX-License-Identifier: MIT */
#include "engine/measure/pel-rules.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

struct PelRules
{
  GArray *rules; /* PelRule */
};

static void
clear_rule (gpointer data)
{
  g_clear_pointer (&((PelRule *)data)->name, g_free);
}

PelRules *
pel_rules_new (void)
{
  PelRules *self = g_new (PelRules, 1);

  self->rules = g_array_new (FALSE, FALSE, sizeof (PelRule));
  g_array_set_clear_func (self->rules, clear_rule);
  return self;
}

PelRules *
pel_rules_copy (const PelRules *self)
{
  PelRules *copy = pel_rules_new ();

  for (guint i = 0; i < self->rules->len; i++)
    pel_rules_add (copy, &g_array_index (self->rules, PelRule, i));
  return copy;
}

void
pel_rules_free (PelRules *self)
{
  if (!self)
    return;
  g_array_unref (self->rules);
  g_free (self);
}

guint
pel_rules_get_n (const PelRules *self)
{
  return self->rules->len;
}

const PelRule *
pel_rules_get (const PelRules *self, guint index)
{
  g_return_val_if_fail (index < self->rules->len, NULL);
  return &g_array_index (self->rules, PelRule, index);
}

/* A name is one line, and what comes before the first colon of it. */
static char *
make_name (const char *name)
{
  char *good = g_strdelimit (g_strdup (name ? name : ""), ":\r\n\t", ' ');

  g_strstrip (good);
  return good;
}

void
pel_rules_add (PelRules *self, const PelRule *rule)
{
  PelRule copy = *rule;

  if (self->rules->len >= PEL_RULES_MAX)
    return;
  copy.name = make_name (rule->name);
  g_array_append_val (self->rules, copy);
}

void
pel_rules_set (PelRules *self, guint index, const PelRule *rule)
{
  g_return_if_fail (index < self->rules->len);

  PelRule *old = &g_array_index (self->rules, PelRule, index);
  char *name = make_name (rule->name);
  g_free (old->name);
  *old = *rule;
  old->name = name;
}

void
pel_rules_remove (PelRules *self, guint index)
{
  g_return_if_fail (index < self->rules->len);
  g_array_remove_index (self->rules, index);
}

/* A quantity by its name or by that of a column. */
static gboolean
find_quantity (const char *name, PelRule *rule)
{
  guint n;
  const PelQuantity *quantities = pel_quantities_get (&n);

  for (guint i = 0; i < n; i++)
    {
      rule->quantity = quantities[i].id;
      rule->um = g_strcmp0 (quantities[i].column_um, name) == 0;
      if (rule->um || strcmp (quantities[i].column, name) == 0 ||
          strcmp (quantities[i].name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
parse_rule (const char *line, PelRule *rule, GError **error)
{
  const char *colon = strchr (line, ':');
  const char *sign = colon ? strpbrk (colon, "<>") : NULL;
  g_autofree char *name = colon ? g_strndup (line, (gsize)(colon - line)) : NULL;
  g_autofree char *quantity = sign ? g_strndup (colon + 1, (gsize)(sign - colon - 1)) : NULL;
  char *end;

  if (!sign || g_strstrip (name)[0] == '\0')
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   /* Translators: do not translate what is in quotation marks */
                   _ ("the rule “%s” is not of the form “stretched: stretch > 2”"), line);
      return FALSE;
    }
  if (!find_quantity (g_strstrip (quantity), rule))
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   _ ("the rule “%s” names no measurement; use a column of the table"), line);
      return FALSE;
    }
  rule->above = *sign == '>';
  rule->limit = g_ascii_strtod (sign + 1, &end);
  if (end == sign + 1 || end[strspn (end, " \t\r")] != '\0' || !isfinite (rule->limit))
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                   _ ("the limit of the rule “%s” is not a number"), line);
      return FALSE;
    }
  rule->name = g_steal_pointer (&name);
  return TRUE;
}

gboolean
pel_rules_parse (PelRules *self, const char *text, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    {
      PelRule rule = { NULL };

      if (g_strstrip (lines[i])[0] == '\0')
        continue;
      if (!parse_rule (lines[i], &rule, error))
        return FALSE;
      if (self->rules->len >= PEL_RULES_MAX)
        {
          g_free (rule.name);
          g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_ARGUMENT,
                       _ ("there are more than %d rules"), PEL_RULES_MAX);
          return FALSE;
        }
      pel_rules_add (self, &rule);
      g_free (rule.name);
    }
  return TRUE;
}

char *
pel_rules_to_text (const PelRules *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->rules->len; i++)
    {
      const PelRule *rule = &g_array_index (self->rules, PelRule, i);
      const PelQuantity *quantity = pel_quantity_get (rule->quantity);
      char digits[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (
          text, "%s: %s %c %s\n", rule->name,
          rule->um && quantity->column_um ? quantity->column_um : quantity->column,
          rule->above ? '>' : '<', g_ascii_formatd (digits, sizeof digits, "%.9g", rule->limit));
    }
  return g_string_free (text, FALSE);
}

gint
pel_rules_classify (const PelRules *self, const PelCellTable *table, guint row)
{
  for (guint i = 0; i < self->rules->len; i++)
    {
      const PelRule *rule = &g_array_index (self->rules, PelRule, i);
      double value = rule->um ? pel_cell_table_get_um (table, row, rule->quantity)
                              : pel_cell_table_get (table, row, rule->quantity);

      if (rule->above ? value > rule->limit : value < rule->limit)
        return (gint)i;
    }
  return -1;
}

const char *
pel_rules_get_class (const PelRules *self, const PelCellTable *table, guint row)
{
  gint rule = pel_rules_classify (self, table, row);

  return rule >= 0 ? g_array_index (self->rules, PelRule, rule).name : NULL;
}

static gint
find_rule (const PelRules *self, const char *name)
{
  for (guint i = 0; i < self->rules->len; i++)
    if (strcmp (g_array_index (self->rules, PelRule, i).name, name) == 0)
      return (gint)i;
  return -1;
}

void
pel_rules_count (const PelRules *self,
                 const PelCellTable *table,
                 PelClassFunc get_class,
                 gpointer user_data,
                 PelClassCounts *counts)
{
  guint n = pel_cell_table_get_n_cells (table);

  counts->n_cells += n;
  for (guint row = 0; row < n; row++)
    {
      const char *name;
      gint rule;

      if (pel_cell_table_get (table, row, PEL_QUANTITY_TOUCHES_BORDER) != 0)
        {
          counts->n_at_border++;
          continue;
        }
      name = get_class ? get_class (pel_cell_table_get_label (table, row), user_data) : NULL;
      rule = name ? find_rule (self, name) : pel_rules_classify (self, table, row);
      if (rule >= 0)
        counts->n[rule]++;
    }
}

double
pel_class_counts_get_fraction (const PelClassCounts *self, guint rule)
{
  guint n = self->n_cells - self->n_at_border;

  g_return_val_if_fail (rule < PEL_RULES_MAX, (double)NAN);
  return n > 0 ? (double)self->n[rule] / n : (double)NAN;
}
