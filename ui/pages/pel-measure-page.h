/* SPDX-License-Identifier: MIT */
#pragma once

#include <gtk/gtk.h>

#include "ui/window/pel-workspace.h"

G_BEGIN_DECLS

/**
 * PelMeasurePage:
 *
 * The inspector while measuring: the scale, the table of the cells, the spread of their diameters,
 * and the exports.
 */
#define PEL_TYPE_MEASURE_PAGE (pel_measure_page_get_type ())
G_DECLARE_FINAL_TYPE (PelMeasurePage, pel_measure_page, PEL, MEASURE_PAGE, GtkWidget)

GtkWidget *pel_measure_page_new (void) G_GNUC_WARN_UNUSED_RESULT;
void pel_measure_page_set_workspace (PelMeasurePage *self, PelWorkspace *workspace);

/* Ask where to, then write in the background. */
void pel_measure_page_export_csv (PelMeasurePage *self);
void pel_measure_page_export_labels (PelMeasurePage *self);
void pel_measure_page_export_report (PelMeasurePage *self);

G_END_DECLS
