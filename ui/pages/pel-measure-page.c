/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-measure-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/pages/pel-cell-view.h"
#include "ui/pages/pel-cell-doors.h"
#include "ui/pages/pel-export.h"
#include "ui/pages/pel-rule-panel.h"
#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-histogram.h"
#include "ui/widgets/pel-number-field.h"
#include "ui/window/pel-scale-dialog.h"

/* The rows of the drop-down "Cells". */
enum
{
  SOURCE_PAINTED,
  SOURCE_PREDICTED,
};

struct _PelMeasurePage
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  PelImageDocument *document;
  PelCellList *cells;
  gboolean updating;
  gboolean painted; /* the image had cells of the user's when last looked at */
  guint question_source, cells_source;

  GtkWidget *content;
  GtkWidget *scale_section;
  GtkLabel *scale_source;
  GtkLabel *scale_question;
  GtkSpinButton *um_per_px;
  GtkLabel *scale_unit;
  GtkCheckButton *square_pixels;
  GtkWidget *height_row;
  GtkSpinButton *um_height;
  GtkWidget *oblong_note;
  GtkDropDown *kind;
  GtkWidget *definitions_box;
  GtkDropDown *definitions;
  GtkLabel *definitions_text;
  GtkDropDown *unit;
  GtkSwitch *show_diameters;
  GtkDropDown *source;
  GtkLabel *summary;
  PelCellView *cell_view;
  PelHistogram *histogram;
  PelRulePanel *rules;
  GtkEditable *group;
};

G_DEFINE_FINAL_TYPE (PelMeasurePage, pel_measure_page, GTK_TYPE_WIDGET)

static const PelQuantityId kind_quantities[] = {
  [PEL_DIAMETER_EQUIVALENT] = PEL_QUANTITY_EQUIVALENT_DIAMETER,
  [PEL_DIAMETER_MAX_FERET] = PEL_QUANTITY_MAX_FERET,
  [PEL_DIAMETER_MIN_FERET] = PEL_QUANTITY_MIN_FERET,
  [PEL_DIAMETER_MAJOR_AXIS] = PEL_QUANTITY_MAJOR_AXIS,
  [PEL_DIAMETER_MINOR_AXIS] = PEL_QUANTITY_MINOR_AXIS,
};

static PelQuantityId
get_quantity (PelMeasurePage *self)
{
  PelDiameterKind kind =
      pel_display_get_diameter_kind (pel_workspace_get_display (self->workspace));

  return kind_quantities[MIN ((guint)kind, G_N_ELEMENTS (kind_quantities) - 1)];
}

static gboolean
is_in_um (PelMeasurePage *self)
{
  return self->document != NULL && pel_image_document_get_um_x (self->document) > 0.0 &&
         pel_display_get_unit (pel_workspace_get_display (self->workspace)) == PEL_LENGTH_UNIT_UM;
}

/* Scale */

static void
show_height (PelMeasurePage *self)
{
  gboolean is_square = gtk_check_button_get_active (self->square_pixels);

  gtk_widget_set_visible (self->height_row, !is_square);
  gtk_label_set_text (self->scale_unit, is_square ? _ ("µm per px") : _ ("µm wide"));
}

static void
update_scale (PelMeasurePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  double um_x, um_y;
  gboolean is_oblong;
  const char *source;
  g_autofree char *text = NULL;

  gtk_widget_set_sensitive (self->scale_section, self->document != NULL && project != NULL &&
                                                     !pel_project_get_read_only (project));
  if (self->document == NULL)
    return;
  um_x = pel_image_document_get_um_x (self->document);
  um_y = pel_image_document_get_um_y (self->document);
  source = pel_image_document_get_calibration (self->document);
  if (um_x <= 0.0)
    text = g_strdup (_ ("No scale is known: lengths are in pixels."));
  else
    {
      g_autofree char *x = pel_format_number (um_x, 4);
      g_autofree char *y = pel_format_number (um_y, 4);

      if (pel_image_document_has_oblong_pixels (self->document))
        /* Translators: the width and height of a pixel, and where that is known from. */
        text = g_strdup_printf (_ ("%s × %s µm per pixel (%s)"), x, y, source);
      else
        /* Translators: the size of a pixel, and where that is known from. */
        text = g_strdup_printf (_ ("%s µm per pixel (%s)"), x, source);
    }
  gtk_label_set_text (self->scale_source, text);
  is_oblong = pel_image_document_has_oblong_pixels (self->document);
  self->updating = TRUE;
  gtk_spin_button_set_value (self->um_per_px, um_x);
  gtk_spin_button_set_value (self->um_height, um_y);
  gtk_check_button_set_active (self->square_pixels, !is_oblong);
  self->updating = FALSE;
  gtk_widget_set_visible (self->oblong_note, is_oblong);
  show_height (self);
}

/* What is typed in: the height is the width unless it is told. */
static void
read_scale (PelMeasurePage *self, double *um_x, double *um_y)
{
  *um_x = gtk_spin_button_get_value (self->um_per_px);
  *um_y = gtk_check_button_get_active (self->square_pixels)
              ? *um_x
              : gtk_spin_button_get_value (self->um_height);
}

static void
on_scale_typed (PelMeasurePage *self)
{
  double um_x, um_y;

  if (self->updating || self->document == NULL)
    return;
  read_scale (self, &um_x, &um_y);
  pel_image_document_set_calibration (self->document, um_x, um_y);
}

static void
on_square (PelMeasurePage *self)
{
  show_height (self);
  on_scale_typed (self);
}

static void
on_group_typed (PelMeasurePage *self)
{
  if (!self->updating && self->document != NULL)
    pel_image_document_set_group (self->document, gtk_editable_get_text (self->group));
}

static void
on_apply_all (PelMeasurePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  double um_x, um_y;
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;
  g_autofree char *text = NULL;

  if (project == NULL)
    return;
  pel_number_field_read (self->um_per_px);
  pel_number_field_read (self->um_height);
  read_scale (self, &um_x, &um_y);
  pel_project_set_calibration (project, um_x, um_y);
  x = pel_format_number (um_x, 4);
  y = pel_format_number (um_y, 4);
  if (!(um_x > 0.0))
    text = g_strdup (_ ("Every image now has the scale its file tells"));
  else if (um_x == um_y)
    text = g_strdup_printf (_ ("Every image now has %s µm per pixel"), x);
  else
    /* Translators: the width and height of a pixel. */
    text = g_strdup_printf (_ ("Every image now has %s × %s µm per pixel"), x, y);
  pel_workspace_toast (self->workspace, text);
}

/* Definitions */

static void
update_definitions (PelMeasurePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  PelDefinitions definitions =
      project != NULL ? pel_project_get_definitions (project) : PEL_DEFINITIONS_PELLICLE;

  gtk_widget_set_sensitive (self->definitions_box,
                            project != NULL && !pel_project_get_read_only (project));
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->definitions, (guint)definitions);
  self->updating = FALSE;
  gtk_label_set_text (self->definitions_text, pel_definitions_describe (definitions));
  gtk_widget_set_visible (GTK_WIDGET (self->definitions_text),
                          definitions != PEL_DEFINITIONS_PELLICLE);
}

static void
on_definitions_chosen (PelMeasurePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  if (self->updating || project == NULL)
    return;
  pel_project_set_definitions (project,
                               (PelDefinitions)gtk_drop_down_get_selected (self->definitions));
  update_definitions (self);
}

/* Cells */

static void
update_histogram (PelMeasurePage *self)
{
  PelQuantityId id = get_quantity (self);
  gboolean in_um = is_in_um (self);
  g_autofree char *heading = pel_quantity_get_heading (id, in_um);
  g_autofree double *values = NULL;
  g_autofree char *text = NULL;
  const PelCellTable *table = self->cells != NULL ? pel_cell_list_get_table (self->cells) : NULL;
  guint n = table != NULL ? pel_cell_table_get_n_cells (table) : 0;

  values = g_new (double, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    values[i] = in_um ? pel_cell_table_get_um (table, i, id) : pel_cell_table_get (table, i, id);
  pel_histogram_set_values (self->histogram, heading, values, n);
  gtk_widget_set_visible (GTK_WIDGET (self->histogram), n > 1);
  if (n == 0 && self->cells != NULL && pel_cell_list_get_updating (self->cells))
    text = g_strdup (_ ("Measuring…"));
  else if (n == 0)
    text = g_strdup (gtk_drop_down_get_selected (self->source) == SOURCE_PAINTED
                         ? _ ("Nothing is painted in this image.")
                         : _ ("Nothing is predicted in this image."));
  else
    {
      g_autofree char *median = pel_format_number (pel_histogram_get_median (self->histogram), 3);
      g_autofree char *length = g_strdup_printf (in_um ? _ ("%s µm") : _ ("%s px"), median);

      /* Translators: how many cells, and the median of their diameters with its unit. */
      text = g_strdup_printf (ngettext ("%u cell, diameter %s", "%u cells, median diameter %s", n),
                              n, length);
    }
  gtk_label_set_text (self->summary, text);
}

static gboolean
is_predicted (PelMeasurePage *self)
{
  return self->document != NULL && self->cells != NULL &&
         self->cells == pel_image_document_get_prediction_cells (self->document);
}

/* Points in the histogram to the cell that was chosen. */
static void
update_mark (PelMeasurePage *self)
{
  PelDisplay *display = pel_workspace_get_display (self->workspace);
  const guint32 *labels;
  guint n;
  int row = -1;
  double value = NAN;

  labels = is_predicted (self) ? pel_display_get_predicted_selection (display, &n)
                               : pel_display_get_selection (display, &n);
  if (n == 1 && self->cells != NULL)
    row = pel_cell_list_find (self->cells, labels[0]);
  if (row >= 0)
    {
      g_autoptr (PelCell) cell = g_list_model_get_item (G_LIST_MODEL (self->cells), (guint)row);
      PelQuantityId id = get_quantity (self);

      value = is_in_um (self) ? pel_cell_get_value_um (cell, id) : pel_cell_get_value (cell, id);
    }
  pel_histogram_set_mark (self->histogram, value);
}

/* What is hard to believe about the scale, and images that have another one or none. */
static void
update_question (PelMeasurePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);
  double um_x = self->document != NULL ? pel_image_document_get_um_x (self->document) : 0;
  double um_y = self->document != NULL ? pel_image_document_get_um_y (self->document) : 0;
  double median = is_in_um (self) && get_quantity (self) == PEL_QUANTITY_EQUIVALENT_DIAMETER
                      ? pel_histogram_get_median (self->histogram)
                      : 0;
  guint n_images = project != NULL ? pel_project_get_n_images (project) : 0, n_without = 0;
  g_autofree char *text = pel_scale_question (um_x, um_y, isfinite (median) ? median : 0);

  for (guint i = 0; i < n_images; i++)
    n_without += !(pel_image_document_get_um_x (pel_project_get_image (project, i)) > 0);
  if (text == NULL && n_without > 0 && n_without < n_images)
    text = g_strdup_printf (ngettext ("%u image of this project has no scale: its lengths stay in "
                                      "pixels.",
                                      "%u images of this project have no scale: their lengths "
                                      "stay in pixels.",
                                      n_without),
                            n_without);
  gtk_widget_set_visible (GTK_WIDGET (self->scale_question), text != NULL);
  gtk_label_set_text (self->scale_question, text != NULL ? text : "");
}

static gboolean
on_question_due (gpointer data)
{
  PelMeasurePage *self = data;

  self->question_source = 0;
  update_question (self);
  return G_SOURCE_REMOVE;
}

/* Some image has another scale: once for all that are set in one go. */
static void
on_project_calibrated (PelMeasurePage *self)
{
  if (self->question_source == 0)
    self->question_source = g_idle_add (on_question_due, self);
}

static void
on_cells_changed (PelMeasurePage *self)
{
  update_histogram (self);
  update_mark (self);
  update_question (self);
}

static gboolean
on_cells_due (gpointer data)
{
  PelMeasurePage *self = data;

  self->cells_source = 0;
  on_cells_changed (self);
  return G_SOURCE_REMOVE;
}

/* New numbers are told more than once, to more than this, and a hundred thousand take a while. */
static void
queue_cells_changed (PelMeasurePage *self)
{
  if (self->cells_source == 0)
    self->cells_source = g_idle_add_full (GDK_PRIORITY_REDRAW - 5, on_cells_due, self, NULL);
}

static void
watch_cells (PelMeasurePage *self, PelCellList *cells)
{
  if (self->cells != cells)
    {
      if (self->cells != NULL)
        g_signal_handlers_disconnect_by_data (self->cells, self);
      g_set_object (&self->cells, cells);
      if (cells != NULL)
        {
          g_signal_connect_object (cells, "items-changed", G_CALLBACK (queue_cells_changed), self,
                                   G_CONNECT_SWAPPED);
          g_signal_connect_object (cells, "notify::updating", G_CALLBACK (queue_cells_changed),
                                   self, G_CONNECT_SWAPPED);
        }
    }
  pel_cell_view_set_cells (self->cell_view, cells, is_predicted (self), is_in_um (self));
  pel_rule_panel_set_cells (self->rules, cells, is_in_um (self));
  on_cells_changed (self);
}

static void
update_source (PelMeasurePage *self)
{
  if (self->document == NULL)
    watch_cells (self, NULL);
  else if (gtk_drop_down_get_selected (self->source) == SOURCE_PREDICTED)
    watch_cells (self, pel_image_document_get_prediction_cells (self->document));
  else
    watch_cells (self, pel_image_document_get_cells (self->document));
}

/* Lists what there is: the user's cells, or else the predicted ones. */
static void
choose_source (PelMeasurePage *self)
{
  guint source = SOURCE_PAINTED;

  self->painted = self->document != NULL && pel_image_document_get_n_cells (self->document) > 0;
  if (self->document != NULL && pel_image_document_get_n_cells (self->document) == 0 &&
      pel_image_document_get_has_prediction (self->document))
    source = SOURCE_PREDICTED;
  gtk_drop_down_set_selected (self->source, source);
  update_source (self);
}

/* The first cells of an image, painted or accepted, are what is looked at from then on. */
static void
on_painted (PelMeasurePage *self)
{
  gboolean painted = pel_image_document_get_n_cells (self->document) > 0;

  if (painted != self->painted)
    choose_source (self);
}

static void
on_calibration_changed (PelMeasurePage *self)
{
  update_scale (self);
  update_source (self);
}

/* The one before is on its way out. */
static void
on_project_changed (PelMeasurePage *self)
{
  PelProject *project = pel_workspace_get_project (self->workspace);

  if (project != NULL)
    g_signal_connect_object (project, "calibration-changed", G_CALLBACK (on_project_calibrated),
                             self, G_CONNECT_SWAPPED);
}

static void
leave_document (PelMeasurePage *self)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
}

static void
on_document_changed (PelMeasurePage *self)
{
  PelImageDocument *document = pel_workspace_get_document (self->workspace);

  leave_document (self);
  g_set_object (&self->document, document);
  if (document != NULL)
    {
      g_signal_connect_object (document, "calibration-changed", G_CALLBACK (on_calibration_changed),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "image-changed", G_CALLBACK (on_calibration_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "notify::n-cells", G_CALLBACK (on_painted), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (document, "notify::has-prediction", G_CALLBACK (choose_source), self,
                               G_CONNECT_SWAPPED);
    }
  update_scale (self);
  update_definitions (self);
  self->updating = TRUE;
  gtk_editable_set_text (self->group,
                         document != NULL ? pel_image_document_get_group (document) : "");
  self->updating = FALSE;
  choose_source (self);
}

static gboolean
enum_to_row (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_uint (to, (guint)g_value_get_enum (from));
  return TRUE;
}

static gboolean
row_to_enum (GBinding *binding, const GValue *from, GValue *to, gpointer data)
{
  g_value_set_enum (to, (int)g_value_get_uint (from));
  return TRUE;
}

/* Life */

static void
pel_measure_page_dispose (GObject *object)
{
  PelMeasurePage *self = PEL_MEASURE_PAGE (object);

  leave_document (self);
  g_clear_handle_id (&self->question_source, g_source_remove);
  g_clear_handle_id (&self->cells_source, g_source_remove);
  if (self->cells != NULL)
    g_signal_handlers_disconnect_by_data (self->cells, self);
  g_clear_object (&self->cells);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (pel_workspace_get_display (self->workspace), self);
      g_signal_handlers_disconnect_by_data (self->workspace, self);
    }
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_measure_page_parent_class)->dispose (object);
}

static void
pel_measure_page_class_init (PelMeasurePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_measure_page_dispose;
  g_type_ensure (PEL_TYPE_CELL_VIEW);
  g_type_ensure (PEL_TYPE_HISTOGRAM);
  g_type_ensure (PEL_TYPE_RULE_PANEL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/pellicle/Pellicle/ui/pel-measure-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, PelMeasurePage, name)
  BIND (content);
  BIND (scale_section);
  BIND (scale_source);
  BIND (um_per_px);
  BIND (scale_unit);
  BIND (square_pixels);
  BIND (height_row);
  BIND (um_height);
  BIND (oblong_note);
  BIND (kind);
  BIND (definitions_box);
  BIND (definitions);
  BIND (definitions_text);
  BIND (unit);
  BIND (show_diameters);
  BIND (source);
  BIND (summary);
  BIND (histogram);
  BIND (rules);
  BIND (group);
  BIND (scale_question);
#undef BIND
  gtk_widget_class_bind_template_child_full (widget_class, "cells", FALSE,
                                             G_STRUCT_OFFSET (PelMeasurePage, cell_view));
  gtk_widget_class_bind_template_callback (widget_class, on_apply_all);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_measure_page_init (PelMeasurePage *self)
{
  /* What is looked at most comes first, and the first six are shown; then whatever else is
   * measured. */
  static const PelQuantityId first[] = {
    PEL_QUANTITY_EQUIVALENT_DIAMETER,
    PEL_QUANTITY_MAX_FERET,
    PEL_QUANTITY_MIN_FERET,
    PEL_QUANTITY_STRETCH,
    PEL_QUANTITY_AREA,
    PEL_QUANTITY_CIRCULARITY,
    PEL_QUANTITY_SOLIDITY,
    PEL_QUANTITY_MAJOR_AXIS,
    PEL_QUANTITY_MINOR_AXIS,
    PEL_QUANTITY_MEAN_INTENSITY,
    PEL_QUANTITY_PIECES,
    PEL_QUANTITY_TOUCHES_BORDER,
    PEL_QUANTITY_EQUIVALENT_DIAMETER_ERR,
    PEL_QUANTITY_MAX_FERET_ERR,
    PEL_QUANTITY_MIN_FERET_ERR,
    PEL_QUANTITY_SKELETON_LENGTH,
    PEL_QUANTITY_MEAN_WIDTH,
    PEL_QUANTITY_MAX_WIDTH,
  };
  g_autoptr (GArray) columns = g_array_new (FALSE, FALSE, sizeof (PelQuantityId));
  const PelQuantity *quantities;
  guint n;

  gtk_widget_init_template (GTK_WIDGET (self));
  pel_cell_view_remember_columns (self->cell_view);
  quantities = pel_quantities_get (&n);
  g_array_append_vals (columns, first, G_N_ELEMENTS (first));
  for (guint i = 0; i < n; i++)
    {
      gboolean is_there = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (first); k++)
        is_there |= first[k] == quantities[i].id;
      if (!is_there)
        g_array_append_val (columns, quantities[i].id);
    }
  pel_cell_view_set_columns (self->cell_view, (const PelQuantityId *)(gconstpointer)columns->data,
                             columns->len, 6);
}

GtkWidget *
pel_measure_page_new (void)
{
  return g_object_new (PEL_TYPE_MEASURE_PAGE, NULL);
}

void
pel_measure_page_set_workspace (PelMeasurePage *self, PelWorkspace *workspace)
{
  const GBindingFlags both = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;
  PelDisplay *display;

  g_return_if_fail (PEL_IS_MEASURE_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  display = pel_workspace_get_display (workspace);
  pel_cell_view_set_workspace (self->cell_view, workspace);
  pel_rule_panel_set_workspace (self->rules, workspace);
  g_object_bind_property_full (display, "diameter-kind", self->kind, "selected", both, enum_to_row,
                               row_to_enum, NULL, NULL);
  g_object_bind_property_full (display, "unit", self->unit, "selected", both, enum_to_row,
                               row_to_enum, NULL, NULL);
  g_object_bind_property (display, "show-diameters", self->show_diameters, "active", both);
  g_signal_connect_object (display, "notify::diameter-kind", G_CALLBACK (on_cells_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (display, "notify::unit", G_CALLBACK (update_source), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (display, "selection-changed", G_CALLBACK (update_mark), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->um_height, "value-changed", G_CALLBACK (on_scale_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->square_pixels, "toggled", G_CALLBACK (on_square), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->um_per_px, "value-changed", G_CALLBACK (on_scale_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->group, "changed", G_CALLBACK (on_group_typed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->definitions, "notify::selected",
                           G_CALLBACK (on_definitions_chosen), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->source, "notify::selected", G_CALLBACK (update_source), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::document", G_CALLBACK (on_document_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (workspace, "notify::project", G_CALLBACK (on_project_changed), self,
                           G_CONNECT_SWAPPED);
  on_project_changed (self);
  on_document_changed (self);
}

void
pel_measure_page_export_csv (PelMeasurePage *self)
{
  g_return_if_fail (PEL_IS_MEASURE_PAGE (self));

  pel_export_csv (self->workspace, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
}

void
pel_measure_page_export_labels (PelMeasurePage *self)
{
  g_return_if_fail (PEL_IS_MEASURE_PAGE (self));

  pel_cell_doors_export (self->workspace, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
}

void
pel_measure_page_export_report (PelMeasurePage *self)
{
  g_return_if_fail (PEL_IS_MEASURE_PAGE (self));

  pel_export_report (self->workspace, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                     get_quantity (self));
}
