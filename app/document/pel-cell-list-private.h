/* SPDX-License-Identifier: MIT */
#pragma once

#include "app/document/pel-cell-list.h"
#include "app/document/pel-worker.h"

G_BEGIN_DECLS

/* One measurement, shared by a list, its cells, and whoever sorts them. What comes before @rules
 * never changes and may be read by any thread that holds a reference; the rest is the main
 * thread's. */
typedef struct
{
  PelCellTable *table;
  PelContourSet *contours;
  PelLabels *labels;
  GHashTable *infos;                /* label → PelCellInfo */
  gboolean has_classes;             /* whether @infos names any */
  PelRules *rules;                  /* nullable: classes of cells that @infos has none for */
  const char *names[PEL_RULES_MAX]; /* interned, of @rules */
} PelCellData;

PelCellData *pel_cell_data_ref (PelCellData *data);
void pel_cell_data_unref (PelCellData *data);
/* @rules: (nullable): copied */
void pel_cell_data_set_rules (PelCellData *data, const PelRules *rules);
/* The user's class of a cell; (nullable), interned. Any thread. */
const char *pel_cell_data_get_user_class (const PelCellData *data, guint row);
/* The same, else that of the first rule that holds. */
const char *pel_cell_data_get_class (const PelCellData *data, guint row);
double pel_cell_data_get_confidence (const PelCellData *data, guint row);

/* (transfer full) (nullable): what the list has at the moment */
PelCellData *pel_cell_list_ref_data (PelCellList *self);

PelCell *pel_cell_new (PelCellData *data, guint row) G_GNUC_WARN_UNUSED_RESULT;

PelCellList *pel_cell_list_new (void) G_GNUC_WARN_UNUSED_RESULT;
/* Where it is measured; NULL: never again. */
void pel_cell_list_set_worker (PelCellList *self, PelWorker *worker);
/* Either @mask, which is followed, or @labels. All may be NULL. */
void pel_cell_list_set_source (PelCellList *self,
                               PelMask *mask,
                               PelLabels *labels,
                               PelImage *image,
                               PelImage *probability,
                               double threshold);
/* The map that the labels come from, or where they follow a mask, that its accepted cells do. */
void pel_cell_list_set_map (PelCellList *self, PelImage *probability, double threshold);
/* Classes of the cells that the user gave none; (nullable). Emits `classes-changed`. */
void pel_cell_list_set_rules (PelCellList *self, const PelRules *rules);
/* How blur becomes uncertainty. */
void pel_cell_list_set_error_scale (PelCellList *self, const PelErrorScale *scale);
void pel_cell_list_set_image (PelCellList *self, PelImage *image);
/* Lets go of pixels; the numbers stay. */
void pel_cell_list_drop_image (PelCellList *self);
/* By whose definitions they are measured. */
PelDefinitions pel_cell_list_get_definitions (PelCellList *self);
void pel_cell_list_set_definitions (PelCellList *self, PelDefinitions definitions);
void pel_cell_list_set_scale (PelCellList *self, double um_x, double um_y);

G_END_DECLS
