/* SPDX-License-Identifier: MIT */
#include "ui/window/pel-scale-dialog.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/widgets/pel-axis.h"
#include "ui/widgets/pel-number-field.h"

/* What light and electron microscopes give; beyond it a scale is questioned, not refused. */
#define LEAST_UM 0.01
#define LARGEST_UM 20.0
/* The smallest bacteria and the largest egg cells. */
#define LEAST_CELL_UM 0.2
#define LARGEST_CELL_UM 1000.0

typedef struct
{
  PelWorkspace *workspace;
  PelImageDocument *document;
  double dx, dy;
  GtkSpinButton *um;
  GtkLabel *result;
} Asked;

char *
pel_scale_question (double um_x, double um_y, double median_um)
{
  g_autofree char *number = NULL;

  if (!(um_x > 0 && um_y > 0))
    return NULL;
  if (um_x < LEAST_UM || um_x > LARGEST_UM)
    {
      number = pel_format_number (um_x, 3);
      /* Translators: %s is a number. */
      return g_strdup_printf (
          _ ("Microscopes give about 0.01 to 20 µm per pixel; this is %s. Is it "
             "right?"),
          number);
    }
  if (MAX (um_x, um_y) > 1.5 * MIN (um_x, um_y))
    return g_strdup (_ ("The pixels are much longer one way than the other. Is that right?"));
  if (median_um > 0 && (median_um < LEAST_CELL_UM || median_um > LARGEST_CELL_UM))
    {
      number = pel_format_number (median_um, 3);
      /* Translators: %s is a number. */
      return g_strdup_printf (_ ("With this scale half of the cells are wider than %s µm. Is it "
                                 "right?"),
                              number);
    }
  return NULL;
}

static void
asked_free (gpointer data, GClosure *closure)
{
  Asked *asked = data;

  g_object_unref (asked->workspace);
  g_object_unref (asked->document);
  g_free (asked);
}

/* What is typed counts from the first digit on, not only once it is taken. */
static double
get_typed (Asked *asked)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (asked->um));
  double low, high, um;
  char *end;

  gtk_spin_button_get_range (asked->um, &low, &high);
  um = g_strtod (text, &end);
  return end != text && *end == '\0' && um >= low && um <= high
             ? um
             : gtk_spin_button_get_value (asked->um);
}

static void
show_result (Asked *asked)
{
  double shape = pel_image_document_has_oblong_pixels (asked->document)
                     ? pel_image_document_get_um_y (asked->document) /
                           pel_image_document_get_um_x (asked->document)
                     : 1;
  double um = get_typed (asked) / hypot (asked->dx, asked->dy * shape);
  g_autofree char *number = pel_format_number (um, 4);
  g_autofree char *height = pel_format_number (um * shape, 4);
  g_autofree char *question = shape == 1 ? pel_scale_question (um, um, 0) : NULL;
  g_autofree char *text =
      shape == 1 ? g_strdup_printf (_ ("%s µm per pixel"), number)
                 /* Translators: the width and height of a pixel. */
                 : g_strdup_printf (_ ("%s × %s µm per pixel; their shape stays as it is"), number,
                                    height);
  g_autofree char *both =
      question != NULL ? g_strdup_printf ("%s\n%s", text, question) : g_strdup (text);

  gtk_label_set_text (asked->result, both);
}

static void
on_response (AdwMessageDialog *dialog, const char *response, Asked *asked)
{
  double um = pel_number_field_read (asked->um);
  PelProject *project = pel_workspace_get_project (asked->workspace);

  if (g_str_equal (response, "image"))
    pel_image_document_set_calibration_line (asked->document, um, asked->dx, asked->dy);
  else if (g_str_equal (response, "all") && project != NULL)
    for (guint i = 0; i < pel_project_get_n_images (project); i++)
      pel_image_document_set_calibration_line (pel_project_get_image (project, i), um, asked->dx,
                                               asked->dy);
}

void
pel_scale_dialog_show (GtkWindow *parent, PelWorkspace *workspace, double dx, double dy)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, _ ("How Long Is This Line?"), NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *unit = gtk_label_new (_ ("µm"));
  Asked *asked = g_new0 (Asked, 1);

  asked->workspace = g_object_ref (workspace);
  asked->document = g_object_ref (pel_workspace_get_document (workspace));
  asked->dx = dx;
  asked->dy = dy;
  asked->um = GTK_SPIN_BUTTON (pel_number_field_new (0.001, 1e6, 1));
  asked->result = GTK_LABEL (gtk_label_new (NULL));
  gtk_spin_button_set_digits (asked->um, 3);
  gtk_spin_button_set_value (asked->um, 100);
  gtk_widget_set_hexpand (GTK_WIDGET (asked->um), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (asked->um), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Length of the line in micrometres"), -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (asked->um),
                               _ ("What a scale bar or a stage micrometer says"));
  gtk_label_set_wrap (asked->result, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (asked->result), "dim-label");
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (asked->um));
  gtk_box_append (GTK_BOX (row), unit);
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (asked->result));
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _ ("It is %.1f pixels long on the picture. Its true length gives "
                                     "the size of a pixel."),
                                  hypot (dx, dy));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), box);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "all",
                                    _ ("_All Images"), "image", _ ("_This Image"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "image",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "image");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_swapped (asked->um, "changed", G_CALLBACK (show_result), asked);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_response), asked, asked_free,
                         G_CONNECT_DEFAULT);
  show_result (asked);
  gtk_window_present (GTK_WINDOW (dialog));
}
