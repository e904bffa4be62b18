/* SPDX-License-Identifier: MIT */
#include "app/document/pel-measure-work.h"

/* An accepted cell whose edge in the map holds a smaller share of it than this is another cell by
 * now: it is measured from its label. */
#define LEAST_AGREEMENT 0.85

void
pel_measure_input_clear (PelMeasureInput *input)
{
  g_clear_pointer (&input->labels, pel_labels_unref);
  g_clear_pointer (&input->image, pel_image_unref);
  g_clear_pointer (&input->probability, pel_image_unref);
  g_clear_pointer (&input->infos, g_hash_table_unref);
}

const float *
pel_measure_input_get_probability (const PelMeasureInput *input)
{
  PelImage *probability = input->probability;

  if (probability == NULL || pel_image_get_sample_type (probability) != PEL_SAMPLE_F32 ||
      pel_image_get_width (probability) != pel_labels_get_width (input->labels) ||
      pel_image_get_height (probability) != pel_labels_get_height (input->labels))
    return NULL;
  return pel_image_get_plane (probability, 0);
}

static PelLabelOrigin
label_origin (PelCellOrigin origin)
{
  switch (origin)
    {
    case PEL_CELL_ORIGIN_MODEL:
      return PEL_LABEL_ORIGIN_MODEL;
    case PEL_CELL_ORIGIN_CORRECTED:
      return PEL_LABEL_ORIGIN_CORRECTED;
    case PEL_CELL_ORIGIN_HAND:
    default:
      return PEL_LABEL_ORIGIN_HAND;
    }
}

/* Origins by label, as far as the highest label of which something is known. */
static GByteArray *
list_origins (const PelMeasureInput *input)
{
  GByteArray *origins = g_byte_array_new ();
  GHashTableIter iter;
  gpointer key, value;
  guint32 highest = 0;

  g_hash_table_iter_init (&iter, input->infos);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      /* Labels beyond this are taken as the default rather than as a table of gigabytes. */
      if (GPOINTER_TO_UINT (key) < (1u << 24))
        highest = MAX (highest, GPOINTER_TO_UINT (key));
    }
  g_byte_array_set_size (origins, highest + 1);
  for (guint i = 0; i <= highest; i++)
    origins->data[i] = (guint8)label_origin (input->default_origin);
  g_hash_table_iter_init (&iter, input->infos);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const PelCellInfo *info = value;

      if (GPOINTER_TO_UINT (key) <= highest)
        origins->data[GPOINTER_TO_UINT (key)] = (guint8)label_origin (info->origin);
    }
  return origins;
}

PelCellTable *
pel_measure_input_run (const PelMeasureInput *input,
                       PelPool *pool,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (GByteArray) origins = list_origins (input);
  PelMeasureOptions options = PEL_MEASURE_OPTIONS_DEFAULT;
  PelImage *image = input->image;

  if (image != NULL && (pel_image_get_width (image) != pel_labels_get_width (input->labels) ||
                        pel_image_get_height (image) != pel_labels_get_height (input->labels)))
    image = NULL;
  options.um_x = input->um_x;
  options.um_y = input->um_y;
  options.threshold = (float)input->threshold;
  options.origins = origins->data;
  options.n_origins = origins->len;
  options.default_origin = label_origin (input->default_origin);
  options.error_scale = &input->error_scale;
  options.definitions = input->definitions;
  /* A mask's cells were accepted from some map, perhaps an older model's. */
  if (input->default_origin != PEL_CELL_ORIGIN_MODEL)
    options.least_agreement = LEAST_AGREEMENT;
  return pel_measure_cells (input->labels, image, pel_measure_input_get_probability (input),
                            &options, pool, cancellable, error);
}
