/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-training-form.h"

#include <glib/gi18n-lib.h>

#include "ui/widgets/pel-number-field.h"

/* Minutes that suit a preset on a laptop's processor. */
static const double preset_minutes[] = {
  [PEL_PRESET_QUICK] = 5.0,
  [PEL_PRESET_BALANCED] = 20.0,
  [PEL_PRESET_THOROUGH] = 60.0,
  [PEL_PRESET_SEED] = 1440.0,
};

/* The order of the rows in the drop-downs. */
static const PelOptimizerKind optimizers[] = {
  PEL_OPTIMIZER_ADAMW,
  PEL_OPTIMIZER_ADAM,
  PEL_OPTIMIZER_SGD,
};

void
pel_training_form_load_preset (PelTrainingForm *form)
{
  guint preset = gtk_drop_down_get_selected (form->preset);
  PelTrainConfig config;

  if (preset >= G_N_ELEMENTS (preset_minutes))
    return;
  pel_train_config_init_preset (&config, (PelPreset)preset);
  gtk_spin_button_set_value (form->minutes, preset_minutes[preset]);
  gtk_drop_down_set_selected (form->task, config.task == PEL_TASK_MASK ? 1 : 0);
  gtk_drop_down_set_selected (form->separator, (guint)config.separator);
  gtk_spin_button_set_value (form->base_channels, config.base_channels);
  gtk_spin_button_set_value (form->depth, config.depth);
  gtk_spin_button_set_value (form->patch, config.patch);
  gtk_spin_button_set_value (form->batch, config.batch);
  gtk_spin_button_set_value (form->rate, config.learning_rate);
  gtk_drop_down_set_selected (form->loss, (guint)config.loss);
  for (guint i = 0; i < G_N_ELEMENTS (optimizers); i++)
    if (optimizers[i] == config.optimizer)
      gtk_drop_down_set_selected (form->optimizer, i);
  gtk_spin_button_set_value (form->seed, (double)config.seed);
  pel_augment_choice_set_preset (form->augment, config.preset);
}

void
pel_training_form_set_init (PelTrainingForm *form, PelModelEntry *init)
{
  GtkWidget *shape[] = { GTK_WIDGET (form->task), GTK_WIDGET (form->separator),
                         GTK_WIDGET (form->base_channels), GTK_WIDGET (form->depth) };

  for (guint i = 0; i < G_N_ELEMENTS (shape); i++)
    gtk_widget_set_sensitive (shape[i], init == NULL);
  if (init == NULL || pel_model_entry_get_problem (init) != NULL)
    return;
  gtk_drop_down_set_selected (form->task,
                              g_str_equal (pel_model_entry_get_task (init), "mask") ? 1 : 0);
  gtk_drop_down_set_selected (form->separator, (guint)pel_model_entry_get_separator (init));
  gtk_spin_button_set_value (form->base_channels, pel_model_entry_get_base_channels (init));
  gtk_spin_button_set_value (form->depth, pel_model_entry_get_depth (init));
}

/* In a plain mask nothing is told apart. */
static void
show_separator (GtkDropDown *task, GParamSpec *pspec, GtkDropDown *separator)
{
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (separator)),
                          gtk_drop_down_get_selected (task) != 1);
}

void
pel_training_form_connect (PelTrainingForm *form, GCallback changed, gpointer object)
{
  gpointer choices[] = { form->preset, form->task, form->separator, form->loss, form->optimizer };
  gpointer numbers[] = { form->base_channels, form->depth, form->patch,
                         form->batch,         form->rate,  form->seed };

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++)
    g_signal_connect_object (choices[i], "notify::selected", changed, object, G_CONNECT_SWAPPED);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_signal_connect_object (numbers[i], "value-changed", changed, object, G_CONNECT_SWAPPED);
  g_signal_connect_object (form->augment, "changed", changed, object, G_CONNECT_SWAPPED);
  g_signal_connect_object (form->task, "notify::selected", G_CALLBACK (show_separator),
                           form->separator, 0);
  show_separator (form->task, NULL, form->separator);
}

gboolean
pel_training_form_read (PelTrainingForm *form, PelTrainConfig *config, GError **error)
{
  PelPreset preset = (PelPreset)gtk_drop_down_get_selected (form->preset);
  guint optimizer = gtk_drop_down_get_selected (form->optimizer);
  guint epochs;

  pel_train_config_init_preset (config, preset);
  config->task = gtk_drop_down_get_selected (form->task) == 1 ? PEL_TASK_MASK : PEL_TASK_CELLS;
  config->separator = (PelSeparator)gtk_drop_down_get_selected (form->separator);
  config->base_channels = (guint)pel_number_field_read (form->base_channels);
  config->depth = (guint)pel_number_field_read (form->depth);
  config->patch = (guint)pel_number_field_read (form->patch);
  config->batch = (guint)pel_number_field_read (form->batch);
  config->learning_rate = pel_number_field_read (form->rate);
  config->loss = (PelLossKind)gtk_drop_down_get_selected (form->loss);
  config->optimizer = optimizers[MIN (optimizer, G_N_ELEMENTS (optimizers) - 1)];
  config->seed = (guint64)pel_number_field_read (form->seed);
  config->augment = *pel_augment_choice_get_config (form->augment);
  epochs = config->epochs;
  pel_train_config_set_time_limit (config, 60.0 * pel_number_field_read (form->minutes));
  /* The published run ends with its last epoch even where there is time left. */
  if (preset == PEL_PRESET_SEED)
    config->epochs = epochs;
  return pel_train_config_check (config, error);
}

gboolean
pel_training_form_write_auto (GtkSpinButton *button, gpointer data)
{
  if (gtk_spin_button_get_value (button) != 0.0)
    return FALSE;
  /* Translators: in a number field: the program chooses the value. */
  gtk_editable_set_text (GTK_EDITABLE (button), _ ("auto"));
  return TRUE;
}

int
pel_training_form_read_auto (GtkSpinButton *button, double *value, gpointer data)
{
  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (button)), _ ("auto")) != 0)
    return FALSE;
  *value = 0.0;
  return TRUE;
}
