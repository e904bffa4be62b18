/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-model-comparison.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/document/pel-quality-job.h"
#include "ui/pages/pel-model-details.h"
#include "ui/widgets/pel-plot.h"
#include "ui/window/pel-format.h"

/* Curves that a plot can tell apart. */
#define MAX_CURVES 4
/* The longest name in its legend. */
#define LEGEND_LETTERS 10

typedef struct
{
  PelScores scores;
  gboolean held_out;
} Tested;

struct _PelModelComparison
{
  GtkWidget parent_instance;

  PelWorkspace *workspace;
  GPtrArray *models;      /* of PelModelEntry */
  GHashTable *tested;     /* PelModelEntry → Tested; a file written again is another entry */
  PelQualityJob *job;     /* the test under way, or NULL */
  PelModelEntry *subject; /* whose test it is */

  GtkWidget *box;
  GtkWidget *plot_box;
  GtkGrid *table;
  GtkLabel *remark;
  GtkButton *test;
  GtkWidget *progress;
};

G_DEFINE_FINAL_TYPE (PelModelComparison, pel_model_comparison, GTK_TYPE_WIDGET)

/* What a row of the table tells of a model: something that is known of it, or a score of the test
 * that all of them took. The larger or the smaller figure is the better one. */
typedef struct
{
  const char *title;
  double (*get) (PelModelEntry *entry); /* NULL for a score, and where there is no figure */
  gssize score;                         /* where in PelScores; -1 for none */
  char *(*format) (PelModelEntry *entry, double value);
  int better; /* 1 the larger, -1 the smaller, 0 neither */
} Row;

static double
get_images (PelModelEntry *entry)
{
  return pel_model_entry_get_info (entry)->images;
}

static double
get_cells (PelModelEntry *entry)
{
  return pel_model_entry_get_info (entry)->cells;
}

static double
get_width (PelModelEntry *entry)
{
  return pel_model_entry_get_base_channels (entry);
}

static char *
format_count (PelModelEntry *entry, double value)
{
  return g_strdup_printf ("%.0f", value);
}

static char *
format_time (PelModelEntry *entry, double value)
{
  return pel_format_duration (value);
}

static char *
format_score (PelModelEntry *entry, double value)
{
  return isfinite (value) ? g_strdup_printf ("%.2f", value) : g_strdup ("–");
}

static char *
format_percent (PelModelEntry *entry, double value)
{
  return isfinite (value) ? g_strdup_printf ("%.1f %%", value) : g_strdup ("–");
}

static char *
format_date (PelModelEntry *entry, double value)
{
  return pel_model_describe_date (entry, TRUE);
}

#define SCORE(name) G_STRUCT_OFFSET (PelScores, name)

static const Row rows[] = {
  { N_ ("Date"), NULL, -1, format_date, 0 },
  { N_ ("Images"), get_images, -1, format_count, 0 },
  { N_ ("Cells"), get_cells, -1, format_count, 0 },
  { N_ ("Training time"), pel_model_entry_get_seconds, -1, format_time, 0 },
  { N_ ("Base channels"), get_width, -1, format_count, 0 },
  { N_ ("AP while training"), pel_model_entry_get_best_ap50, -1, format_score, 1 },
  { N_ ("Dice while training"), pel_model_entry_get_best_dice, -1, format_score, 1 },
  { N_ ("Average precision"), NULL, SCORE (ap50), format_score, 1 },
  { N_ ("Average precision, strict"), NULL, SCORE (ap75), format_score, 1 },
  { N_ ("Precision"), NULL, SCORE (precision_50), format_score, 1 },
  { N_ ("Recall"), NULL, SCORE (recall_50), format_score, 1 },
  { N_ ("Dice"), NULL, SCORE (dice), format_score, 1 },
  { N_ ("Error of the diameter"), NULL, SCORE (diameter_mape), format_percent, -1 },
};

static PelModelEntry *
get_model (PelModelComparison *self, guint index)
{
  return g_ptr_array_index (self->models, index);
}

/* NaN where there is no figure, or none yet. */
static double
get_value (PelModelComparison *self, const Row *row, PelModelEntry *entry)
{
  const Tested *tested = g_hash_table_lookup (self->tested, entry);

  if (row->get != NULL)
    return row->get (entry);
  return row->score >= 0 && tested != NULL
             ? *(const double *)G_STRUCT_MEMBER_P (&tested->scores, row->score)
             : (double)NAN;
}

/* The table */

/* The best figure of a row; NaN where there is no choice. */
static double
find_best (PelModelComparison *self, const Row *row)
{
  double best = NAN;
  guint n = 0;

  for (guint i = 0; row->better != 0 && i < self->models->len; i++)
    {
      double value = get_value (self, row, get_model (self, i));

      if (!isfinite (value))
        continue;
      n++;
      if (!(row->better * value <= row->better * best))
        best = value;
    }
  return n > 1 ? best : (double)NAN;
}

static void
add_label (PelModelComparison *self, int column, int row, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  if (column > 0)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), 13);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
    }
  gtk_widget_add_css_class (label, "pel-number");
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  if (row == 0)
    gtk_widget_set_tooltip_text (label, text);
  gtk_grid_attach (self->table, label, column, row, 1, 1);
}

static void
fill_row (PelModelComparison *self, const Row *row, int place)
{
  double best = find_best (self, row);

  add_label (self, 0, place, _ (row->title), "dim-label");
  for (guint i = 0; i < self->models->len; i++)
    {
      PelModelEntry *entry = get_model (self, i);
      double value = get_value (self, row, entry);
      g_autofree char *text = row->format (entry, value);
      gboolean is_best = isfinite (best) && row->better * (value - best) >= 0.0;
      g_autofree char *marked = is_best ? g_strconcat (text, " ★", NULL) : NULL;

      add_label (self, (int)i + 1, place, is_best ? marked : text, is_best ? "pel-best" : NULL);
    }
}

static void
fill_table (PelModelComparison *self)
{
  int place = 1;

  while (gtk_widget_get_first_child (GTK_WIDGET (self->table)) != NULL)
    gtk_grid_remove (self->table, gtk_widget_get_first_child (GTK_WIDGET (self->table)));
  for (guint i = 0; i < self->models->len; i++)
    add_label (self, (int)i + 1, 0, pel_model_entry_get_name (get_model (self, i)), "heading");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].score >= 0 && (i == 0 || rows[i - 1].score < 0))
        {
          GtkWidget *heading = gtk_label_new (_ ("On the same images"));

          gtk_label_set_xalign (GTK_LABEL (heading), 0.0f);
          gtk_widget_set_margin_top (heading, 8);
          gtk_widget_add_css_class (heading, "heading");
          gtk_grid_attach (self->table, heading, 0, place++, (int)self->models->len + 1, 1);
        }
      fill_row (self, &rows[i], place++);
    }
}

/* So that four of them fit into a legend. */
static char *
shorten_name (const char *name)
{
  g_autofree char *start = NULL;

  if (g_utf8_strlen (name, -1) <= LEGEND_LETTERS)
    return g_strdup (name);
  start = g_utf8_substring (name, 0, LEGEND_LETTERS - 1);
  return g_strconcat (start, "…", NULL);
}

static void
draw_curves (PelModelComparison *self)
{
  GtkWidget *old = gtk_widget_get_first_child (self->plot_box);
  /* Translators: training time in minutes. */
  GtkWidget *plot = pel_plot_new ("", _ ("min"));

  if (old != NULL)
    gtk_box_remove (GTK_BOX (self->plot_box), old);
  pel_plot_set_y_range (PEL_PLOT (plot), 0.0, 1.0);
  for (guint i = 0; i < MIN (self->models->len, MAX_CURVES); i++)
    {
      PelModelEntry *entry = get_model (self, i);
      g_autofree char *name = shorten_name (pel_model_entry_get_name (entry));
      guint n, series = pel_plot_add_series (PEL_PLOT (plot), name, PEL_PLOT_POINTS);
      const PelCurvePoint *points = pel_model_entry_get_curve (entry, &n);

      for (guint k = 0; k < n; k++)
        pel_plot_append (PEL_PLOT (plot), series, points[k].seconds / 60.0, points[k].val_ap50);
    }
  gtk_widget_set_hexpand (plot, TRUE);
  gtk_widget_set_vexpand (plot, TRUE);
  gtk_widget_set_size_request (plot, 260, 200);
  gtk_box_append (GTK_BOX (self->plot_box), plot);
}

/* The test */

static PelModelEntry *
find_untested (PelModelComparison *self)
{
  for (guint i = 0; i < self->models->len; i++)
    if (!g_hash_table_contains (self->tested, get_model (self, i)))
      return get_model (self, i);
  return NULL;
}

static void
set_remark (PelModelComparison *self, const char *text)
{
  gtk_label_set_text (self->remark, text);
  gtk_widget_set_visible (GTK_WIDGET (self->remark), *text != '\0');
}

static void
update (PelModelComparison *self)
{
  gboolean testing = self->job != NULL;

  gtk_widget_set_visible (self->progress, testing);
  gtk_widget_set_visible (GTK_WIDGET (self->test), testing || find_untested (self) != NULL);
  gtk_button_set_label (self->test,
                        testing ? _ ("_Stop the Test") : _ ("_Test on the Same Images"));
  if (testing)
    {
      /* Translators: %s is the name of a model. */
      g_autofree char *text =
          g_strdup_printf (_ ("Testing “%s”"), pel_model_entry_get_name (self->subject));

      set_remark (self, text);
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                     CLAMP (pel_job_get_fraction (PEL_JOB (self->job)), 0.0, 1.0));
    }
}

static void
drop_job (PelModelComparison *self)
{
  g_autoptr (PelQualityJob) job = g_steal_pointer (&self->job);

  g_clear_object (&self->subject);
  if (job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (job, self);
  pel_job_cancel (PEL_JOB (job));
}

static void
describe_test (PelModelComparison *self, const Tested *tested)
{
  g_autofree char *text = g_strdup_printf (
      tested->held_out
          ? ngettext ("On %u image that is held out now, with %u cells. A model that has "
                      "learnt from it looks better than it is.",
                      "On %u images that are held out now, with %u cells. A model that has learnt "
                      "from them looks better than it is.",
                      tested->scores.n_images)
          : ngettext ("On %u complete image, with %u cells. None is held out, so these figures "
                      "flatter a model that learned from it.",
                      "On %u complete images, with %u cells. None is held out, so these figures "
                      "flatter a model that learned from them.",
                      tested->scores.n_images),
      tested->scores.n_images, tested->scores.n_truth);

  set_remark (self, text);
}

static void
on_finished (PelModelComparison *self)
{
  g_autoptr (PelQualityJob) job = g_steal_pointer (&self->job);
  g_autoptr (PelModelEntry) subject = g_steal_pointer (&self->subject);
  PelJobState state = pel_job_get_state (PEL_JOB (job));
  Tested tested = { .held_out = pel_quality_job_get_held_out (job) };

  if (pel_quality_job_get_scores (job, &tested.scores))
    {
      /* Its name belongs to the job. */
      tested.scores.name = NULL;
      g_hash_table_insert (self->tested, g_object_ref (subject),
                           g_memdup2 (&tested, sizeof tested));
      describe_test (self, &tested);
      fill_table (self);
      pel_model_comparison_test (self);
    }
  else
    set_remark (self, state == PEL_JOB_STATE_FAILED ? pel_job_get_error (PEL_JOB (job))->message
                                                    : _ ("The test was stopped."));
  update (self);
}

void
pel_model_comparison_test (PelModelComparison *self)
{
  PelModelEntry *next;
  PelProject *project;

  g_return_if_fail (PEL_IS_MODEL_COMPARISON (self));

  next = find_untested (self);
  project = pel_workspace_get_project (self->workspace);
  if (self->job != NULL || next == NULL || project == NULL)
    return;
  self->subject = g_object_ref (next);
  self->job = pel_quality_job_new (project, pel_model_entry_get_path (next));
  g_signal_connect_object (self->job, "notify::fraction", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->job, "finished", G_CALLBACK (on_finished), self,
                           G_CONNECT_SWAPPED);
  pel_job_runner_submit (pel_workspace_get_runner (self->workspace), PEL_JOB (self->job));
  /* It may have failed at once. */
  if (self->job != NULL)
    update (self);
}

void
pel_model_comparison_stop (PelModelComparison *self)
{
  g_return_if_fail (PEL_IS_MODEL_COMPARISON (self));

  if (self->job != NULL)
    pel_job_cancel (PEL_JOB (self->job));
}

static void
on_test_clicked (PelModelComparison *self)
{
  if (self->job != NULL)
    pel_model_comparison_stop (self);
  else
    pel_model_comparison_test (self);
}

/* Life */

static void
pel_model_comparison_dispose (GObject *object)
{
  PelModelComparison *self = PEL_MODEL_COMPARISON (object);

  drop_job (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (pel_model_comparison_parent_class)->dispose (object);
}

static void
pel_model_comparison_finalize (GObject *object)
{
  PelModelComparison *self = PEL_MODEL_COMPARISON (object);

  g_ptr_array_unref (self->models);
  g_hash_table_unref (self->tested);
  G_OBJECT_CLASS (pel_model_comparison_parent_class)->finalize (object);
}

static void
pel_model_comparison_class_init (PelModelComparisonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pel_model_comparison_dispose;
  G_OBJECT_CLASS (klass)->finalize = pel_model_comparison_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_side (PelModelComparison *self)
{
  GtkWidget *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *heading = gtk_label_new (_ ("AP on held-out images"));

  self->plot_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_label_set_xalign (GTK_LABEL (heading), 0.0f);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (GTK_BOX (side), heading);
  self->remark = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_wrap (self->remark, TRUE);
  gtk_label_set_xalign (self->remark, 0.0f);
  gtk_label_set_max_width_chars (self->remark, 46);
  gtk_widget_add_css_class (GTK_WIDGET (self->remark), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->remark), "dim-label");
  gtk_widget_set_visible (GTK_WIDGET (self->remark), FALSE);
  self->progress = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the test"), -1);
  self->test = GTK_BUTTON (gtk_button_new_with_mnemonic (""));
  gtk_widget_set_halign (GTK_WIDGET (self->test), GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->test),
                               _ ("Lets each model find the cells of the held-out images, and "
                                  "compares them with your masks"));
  g_signal_connect_swapped (self->test, "clicked", G_CALLBACK (on_test_clicked), self);
  gtk_box_append (GTK_BOX (side), self->plot_box);
  gtk_box_append (GTK_BOX (side), GTK_WIDGET (self->remark));
  gtk_box_append (GTK_BOX (side), self->progress);
  gtk_box_append (GTK_BOX (side), GTK_WIDGET (self->test));
  gtk_widget_set_hexpand (side, TRUE);
  return side;
}

static void
pel_model_comparison_init (PelModelComparison *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->models = g_ptr_array_new_with_free_func (g_object_unref);
  self->tested = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), make_side (self));
  self->table = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_column_spacing (self->table, 20);
  gtk_grid_set_row_spacing (self->table, 3);
  gtk_widget_set_valign (GTK_WIDGET (self->table), GTK_ALIGN_START);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->table));
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scroller), 440);
  gtk_box_append (GTK_BOX (self->box), scroller);
}

GtkWidget *
pel_model_comparison_new (PelWorkspace *workspace)
{
  PelModelComparison *self = g_object_new (PEL_TYPE_MODEL_COMPARISON, NULL);

  self->workspace = g_object_ref (workspace);
  update (self);
  return GTK_WIDGET (self);
}

void
pel_model_comparison_set_models (PelModelComparison *self, GPtrArray *models)
{
  gboolean same;

  g_return_if_fail (PEL_IS_MODEL_COMPARISON (self));
  g_return_if_fail (models != NULL);

  same = models->len == self->models->len;
  for (guint i = 0; same && i < models->len; i++)
    same = g_ptr_array_index (models, i) == get_model (self, i);
  if (same)
    return;
  drop_job (self);
  g_ptr_array_set_size (self->models, 0);
  for (guint i = 0; i < models->len; i++)
    g_ptr_array_add (self->models, g_object_ref (g_ptr_array_index (models, i)));
  set_remark (self, "");
  draw_curves (self);
  fill_table (self);
  update (self);
}

gboolean
pel_model_comparison_get_testing (PelModelComparison *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_COMPARISON (self), FALSE);

  return self->job != NULL;
}

guint
pel_model_comparison_get_n_tested (PelModelComparison *self)
{
  guint n = 0;

  g_return_val_if_fail (PEL_IS_MODEL_COMPARISON (self), 0);

  for (guint i = 0; i < self->models->len; i++)
    n += g_hash_table_contains (self->tested, get_model (self, i));
  return n;
}

const char *
pel_model_comparison_get_text (PelModelComparison *self, guint row, guint model)
{
  GtkWidget *label;
  int place = (int)row + 1;

  g_return_val_if_fail (PEL_IS_MODEL_COMPARISON (self), NULL);

  if (row >= G_N_ELEMENTS (rows) || model >= self->models->len)
    return NULL;
  /* Below the heading of the test. */
  if (rows[row].score >= 0)
    place++;
  label = gtk_grid_get_child_at (self->table, (int)model + 1, place);
  return GTK_IS_LABEL (label) ? gtk_label_get_text (GTK_LABEL (label)) : NULL;
}

const char *
pel_model_comparison_get_remark (PelModelComparison *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_COMPARISON (self), NULL);

  return gtk_label_get_text (self->remark);
}
