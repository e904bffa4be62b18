/* SPDX-License-Identifier: MIT */
#include "app/document/pel-model-entry.h"

#include <math.h>
#include <string.h>
#include <gio/gio.h>

#include "app/document/pel-model-entry-private.h"
#include "engine/train/pel-model.h"
#include "engine/train/pel-trainer.h"

struct _PelModelEntry
{
  GObject parent_instance;

  char *name;
  PelModelFacts *facts;
  GObject *identity;
};

G_DEFINE_FINAL_TYPE (PelModelEntry, pel_model_entry, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_PATH,
  PROP_CREATED,
  PROP_TASK,
  PROP_RESUMABLE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

char *
pel_model_name_from_path (const char *path)
{
  char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, ".safetensors"))
    name[strlen (name) - strlen (".safetensors")] = '\0';
  return name;
}

void
pel_model_facts_free (PelModelFacts *facts)
{
  g_free (facts->path);
  g_free (facts->created);
  g_free (facts->task);
  g_free (facts->problem);
  g_array_unref (facts->curve);
  g_free (facts);
}

static void
read_curve (PelModelFacts *facts, const PelModel *model)
{
  guint n_rows;
  const PelHistoryRow *rows = pel_model_get_history (model, &n_rows);
  double best = -1;

  for (guint i = 0; i < n_rows; i++)
    {
      PelCurvePoint point = { .step = rows[i].step,
                              .epoch = rows[i].epoch,
                              .seconds = rows[i].seconds,
                              .loss = rows[i].loss,
                              .val_loss = rows[i].val_loss,
                              .val_dice = rows[i].val_dice,
                              .val_ap50 = rows[i].val_ap50 };

      point.is_best = isfinite (point.val_dice) && point.val_dice > best;
      if (point.is_best)
        best = point.val_dice;
      g_array_append_val (facts->curve, point);
    }
}

static char *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? g_date_time_format_iso8601 (time) : g_strdup ("");
}

PelModelFacts *
pel_model_facts_read (const char *path)
{
  PelModelFacts *facts = g_new0 (PelModelFacts, 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, "time::modified,time::modified-usec,standard::size", 0, NULL, NULL);
  g_autofree char *resume = pel_trainer_resume_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (PelModel) model = NULL;

  facts->path = g_strdup (path);
  facts->curve = g_array_new (FALSE, FALSE, sizeof (PelCurvePoint));
  facts->resumable = g_file_test (resume, G_FILE_TEST_IS_REGULAR);
  if (info != NULL)
    {
      facts->time = (gint64)g_file_info_get_attribute_uint64 (info, "time::modified") * 1000000 +
                    g_file_info_get_attribute_uint32 (info, "time::modified-usec");
      facts->size = g_file_info_get_size (info);
    }
  model = pel_model_load (path, &error);
  if (model == NULL)
    {
      facts->problem = g_strdup (error->message);
      facts->created = format_time (facts->time / 1000000);
      facts->task = g_strdup ("");
      return facts;
    }
  facts->created =
      format_time (pel_model_get_info (model)->created > 0 ? pel_model_get_info (model)->created
                                                           : facts->time / 1000000);
  facts->task = g_strdup (pel_task_to_string (pel_model_get_task (model)));
  facts->separator = pel_model_get_config (model)->separator;
  facts->base_channels = pel_model_get_config (model)->base_channels;
  facts->depth = pel_model_get_config (model)->depth;
  facts->um_per_px = pel_model_get_info (model)->um_per_px;
  facts->info = *pel_model_get_info (model);
  read_curve (facts, model);
  return facts;
}

static void
pel_model_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PelModelEntry *self = PEL_MODEL_ENTRY (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_PATH:
      g_value_set_string (value, self->facts->path);
      break;
    case PROP_CREATED:
      g_value_set_string (value, self->facts->created);
      break;
    case PROP_TASK:
      g_value_set_string (value, self->facts->task);
      break;
    case PROP_RESUMABLE:
      g_value_set_boolean (value, self->facts->resumable);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pel_model_entry_finalize (GObject *object)
{
  PelModelEntry *self = PEL_MODEL_ENTRY (object);

  g_free (self->name);
  pel_model_facts_free (self->facts);
  g_object_unref (self->identity);
  G_OBJECT_CLASS (pel_model_entry_parent_class)->finalize (object);
}

static void
pel_model_entry_class_init (PelModelEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pel_model_entry_get_property;
  object_class->finalize = pel_model_entry_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_PATH] = g_param_spec_string ("path", NULL, NULL, NULL, flags);
  props[PROP_CREATED] = g_param_spec_string ("created", NULL, NULL, NULL, flags);
  props[PROP_TASK] = g_param_spec_string ("task", NULL, NULL, NULL, flags);
  props[PROP_RESUMABLE] = g_param_spec_boolean ("resumable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
pel_model_entry_init (PelModelEntry *self)
{
}

PelModelEntry *
pel_model_entry_new (PelModelFacts *facts, PelModelEntry *before)
{
  PelModelEntry *self = g_object_new (PEL_TYPE_MODEL_ENTRY, NULL);

  self->facts = facts;
  self->name = pel_model_name_from_path (facts->path);
  self->identity =
      before != NULL ? g_object_ref (before->identity) : g_object_new (G_TYPE_OBJECT, NULL);
  return self;
}

PelModelEntry *
pel_model_entry_new_renamed (PelModelEntry *before, const char *path)
{
  PelModelFacts *facts = g_new (PelModelFacts, 1);

  *facts = *before->facts;
  facts->path = g_strdup (path);
  facts->created = g_strdup (before->facts->created);
  facts->task = g_strdup (before->facts->task);
  facts->problem = g_strdup (before->facts->problem);
  facts->curve = g_array_ref (before->facts->curve);
  return pel_model_entry_new (facts, before);
}

const PelModelFacts *
pel_model_entry_peek_facts (PelModelEntry *self)
{
  return self->facts;
}

const char *
pel_model_entry_get_name (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return self->name;
}

const char *
pel_model_entry_get_path (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return self->facts->path;
}

const char *
pel_model_entry_get_created (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return self->facts->created;
}

const char *
pel_model_entry_get_task (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return self->facts->task;
}

PelSeparator
pel_model_entry_get_separator (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), PEL_SEPARATOR_BORDER);

  return self->facts->separator;
}

guint
pel_model_entry_get_base_channels (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), 0);

  return self->facts->base_channels;
}

guint
pel_model_entry_get_depth (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), 0);

  return self->facts->depth;
}

const PelModelInfo *
pel_model_entry_get_info (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return &self->facts->info;
}

double
pel_model_entry_get_um_per_px (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), 0);

  return self->facts->um_per_px;
}

static double
best_of (PelModelEntry *self, gsize member)
{
  double best = NAN;

  for (guint i = 0; i < self->facts->curve->len; i++)
    {
      double value =
          G_STRUCT_MEMBER (double, &g_array_index (self->facts->curve, PelCurvePoint, i), member);

      if (isfinite (value) && !(value <= best))
        best = value;
    }
  return best;
}

double
pel_model_entry_get_best_dice (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NAN);

  return best_of (self, offsetof (PelCurvePoint, val_dice));
}

double
pel_model_entry_get_best_ap50 (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NAN);

  return best_of (self, offsetof (PelCurvePoint, val_ap50));
}

double
pel_model_entry_get_seconds (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), 0);

  guint n = self->facts->curve->len;

  return n > 0 ? g_array_index (self->facts->curve, PelCurvePoint, n - 1).seconds : 0;
}

gboolean
pel_model_entry_get_resumable (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), FALSE);

  return self->facts->resumable;
}

const PelCurvePoint *
pel_model_entry_get_curve (PelModelEntry *self, guint *n_points)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  *n_points = self->facts->curve->len;
  return (const PelCurvePoint *)self->facts->curve->data;
}

const char *
pel_model_entry_get_problem (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return self->facts->problem;
}

GObject *
pel_model_entry_get_identity (PelModelEntry *self)
{
  g_return_val_if_fail (PEL_IS_MODEL_ENTRY (self), NULL);

  return self->identity;
}

gboolean
pel_model_entry_is_same (PelModelEntry *self, PelModelEntry *other)
{
  g_return_val_if_fail (self == NULL || PEL_IS_MODEL_ENTRY (self), FALSE);
  g_return_val_if_fail (other == NULL || PEL_IS_MODEL_ENTRY (other), FALSE);

  if (self == NULL || other == NULL)
    return FALSE;
  return self->identity == other->identity || strcmp (self->facts->path, other->facts->path) == 0;
}
