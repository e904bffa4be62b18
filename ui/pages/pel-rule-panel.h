/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelRulePanel:
 *
 * Classes of cells by limits on what is measured: a rule's limit is moved on the histogram of the
 * image's cells, and the cells on the picture have the colours of their classes at once.
 */
#define PEL_TYPE_RULE_PANEL (pel_rule_panel_get_type ())
G_DECLARE_FINAL_TYPE (PelRulePanel, pel_rule_panel, PEL, RULE_PANEL, GtkWidget)

void pel_rule_panel_set_workspace (PelRulePanel *self, PelWorkspace *workspace);
/* (nullable): the cells whose histogram is shown; @in_um: whether lengths are in µm */
void pel_rule_panel_set_cells (PelRulePanel *self, PelCellList *cells, gboolean in_um);
/* Reads the project's rules again. */
void pel_rule_panel_reload (PelRulePanel *self);

G_END_DECLS
