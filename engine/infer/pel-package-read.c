/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-package-read.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/core/pel-error.h"
#include "engine/infer/pel-package-card.h"
#include "engine/io/pel-npy-tensor.h"
#include "engine/io/pel-yaml.h"
#include "engine/io/pel-zip-reader.h"
#include "engine/nn/pel-flow-loss.h"
#include "engine/nn/pel-model-file.h"

#define MAX_CARD ((gsize)1 << 20)
#define MAX_WEIGHTS ((gsize)1 << 30)
#define MAX_TENSOR ((gsize)256 << 20)
#define MAX_ENTRIES 10000
/* Of a test picture. */
#define MAX_PIXELS ((gsize)4096 * 4096)
/* Other programs have other percentiles by a hair, and other rounding. */
#define FAR_APART 0.05
#define MOST_FAR_APART 0.001

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE, why);
  return FALSE;
}

/* ---- the archive ---- */

/* The whole of the entry at which the archive stands. */
static GBytes *
read_data (PelZipReader *archive, gsize most, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (pel_zip_reader_read (archive, most, bytes))
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  if (bytes->len > most)
    refuse (error, _ ("it unpacks to more than a model needs, so it was not read"));
  else
    pel_zip_reader_refuse (archive, _ ("the archive is damaged; download or export it anew"),
                           error);
  return NULL;
}

/* Whether an entry is the one called @name, in the archive's top folder. */
static gboolean
is_called (const char *path, const char *name)
{
  if (path == NULL)
    return FALSE;
  if (g_str_has_prefix (path, "./"))
    path += 2;
  return strcmp (path, name) == 0;
}

/* (transfer full) (nullable): the first entry of one of the names, an array ended by NULL. */
static GBytes *
read_entry (PelZipReader *archive, const char *const *names, gsize most, GError **error)
{
  g_autofree char *missing = g_strdup_printf (
      /* Translators: the name of a file. */
      _ ("it is no archive that holds “%s”; take a BioImage.IO package with all its files"),
      names[0]);
  const char *path;

  for (guint i = 0; i < MAX_ENTRIES && pel_zip_reader_next (archive, &path) == PEL_ZIP_STEP_ENTRY;
       i++)
    for (guint k = 0; names[k] != NULL; k++)
      if (is_called (path, names[k]))
        return read_data (archive, most, error);
  pel_zip_reader_refuse (archive, missing, error);
  return NULL;
}

static GBytes *
read_file (GBytes *package,
           const char *const *names,
           gsize most,
           GCancellable *cancellable,
           GError **error)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (package, &length);
  g_autoptr (PelZipReader) archive = pel_zip_reader_new (data, length, cancellable);

  if (archive != NULL)
    return read_entry (archive, names, most, error);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    refuse (error, _ ("it cannot be read as a zip archive; download or export it anew"));
  return NULL;
}

/* The same for a file of the card, whose hash must be right where one is told. */
static GBytes *
read_card_file (GBytes *package,
                const PelPackageFile *file,
                gsize most,
                GCancellable *cancellable,
                GError **error)
{
  const char *const names[] = { file->name, NULL };
  g_autoptr (GBytes) bytes = read_file (package, names, most, cancellable, error);
  g_autofree char *hash = NULL;

  if (bytes == NULL)
    return NULL;
  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (file->sha256 != NULL && strcmp (hash, file->sha256) != 0)
    {
      g_set_error (error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_BAD_FILE,
                   /* Translators: the name of a file in an archive. */
                   _ ("“%s” in it is not the file that its description tells of: the hash differs; "
                      "download it anew"),
                   file->name);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

static gboolean
read_card (GBytes *package, PelPackageCard *card, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "rdf.yaml", "bioimageio.yaml", "model.yaml", NULL };
  g_autoptr (GBytes) bytes = read_file (package, names, MAX_CARD, cancellable, error);
  g_autoptr (JsonNode) root = NULL;
  gsize length;
  const guint8 *data;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  root = pel_yaml_parse (data != NULL ? data : (const guint8 *)"", length, error);
  return root != NULL && pel_package_card_init (card, root, error);
}

/* ---- its test ---- */

static gboolean
read_tensor (GBytes *package,
             const PelPackageFile *file,
             PelTensor *tensor,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GBytes) bytes = read_card_file (package, file, MAX_TENSOR, cancellable, error);
  gsize length;
  const guint8 *data;

  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &length);
  if (data != NULL && pel_npy_to_tensor (tensor, data, length, error))
    return TRUE;
  if (data == NULL)
    refuse (error, _ ("it is empty"));
  g_prefix_error (error, "%s: ", file->name);
  return FALSE;
}

/* The picture as the network takes it: the channels are the network's own already. */
static gboolean
prepare (PelModel *model, PelTensor *picture, GError **error)
{
  PelNormalisation plain = *pel_model_get_normalisation (model);
  const PelShape *s = &picture->shape;
  const PelRect all = { 0, 0, (gint)s->w, (gint)s->h };
  gsize plane = (gsize)s->h * s->w;
  PelImageScale scale;
  PelImage *image = pel_image_new (s->w, s->h, s->c, PEL_SAMPLE_F32, error);
  gboolean good = image != NULL;

  plain.polarity = PEL_POLARITY_KEEP;
  plain.channel = plain.in_channels == 1 ? 0 : PEL_CHANNEL_LUMINANCE;
  for (guint c = 0; good && c < s->c; c++)
    memcpy (pel_image_get_writable_plane (image, c), picture->data + c * plane,
            plane * sizeof (float));
  good = good && pel_normalisation_measure (&plain, image, &scale, error);
  for (guint c = 0; good && c < s->c; c++)
    pel_normalisation_read (&plain, image, &scale, c, &all, picture->data + c * plane);
  pel_image_unref (image);
  return good;
}

/* Which result of the file is the model's output @i. */
static guint
find_result (const char *roles, guint n_results, guint n_outputs, guint i)
{
  g_auto (GStrv) names = g_strsplit (roles != NULL ? roles : "", ",", -1);

  for (guint k = 0; roles != NULL && names[k] != NULL && k < n_results; k++)
    if (strcmp (g_strstrip (names[k]), i == 0 ? "cell" : "border") == 0)
      return k;
  /* As usual: background and cell of which ours has the one. */
  return n_outputs == 1 && n_results == 2 ? 1 : MIN (i, n_results - 1);
}

/* Whether an array of results holds probabilities; others are scores. */
static gboolean
are_probabilities (const PelTensor *results)
{
  gsize n = 0;

  if (!pel_shape_count (results->shape, &n))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!(results->data[i] >= 0.0f && results->data[i] <= 1.0f))
      return FALSE;
  return TRUE;
}

static void
compare (const PelTensor *scores,
         const PelTensor *results,
         const char *roles,
         gboolean has_flows,
         double *most,
         double *share)
{
  gsize plane = (gsize)scores->shape.h * scores->shape.w, n_far = 0;
  gboolean plain = has_flows || are_probabilities (results);

  *most = 0;
  for (guint o = 0; o < scores->shape.c; o++)
    {
      const float *ours = scores->data + o * plane;
      guint place = has_flows ? o : find_result (roles, results->shape.c, scores->shape.c, o);
      const float *theirs = results->data + place * plane;

      for (gsize i = 0; i < plane; i++)
        {
          float told = plain ? theirs[i] : pel_output_read (theirs[i], o, has_flows);
          double difference = fabs ((double)(pel_output_read (ours[i], o, has_flows) - told));

          /* What is no number is as far apart as can be. */
          difference = isfinite (difference) ? difference : 1.0;
          *most = MAX (*most, difference);
          n_far += difference > FAR_APART;
        }
    }
  *share = (double)n_far / ((double)plane * scores->shape.c);
}

static gboolean
check_shapes (PelModel *model, const PelTensor *picture, const PelTensor *results, GError **error)
{
  const PelUnetConfig *config = pel_unet_get_config (pel_model_get_unet (model));
  const PelShape *a = &picture->shape, *b = &results->shape;
  guint unit = 1u << config->depth;

  return (a->n == 1 && b->n == 1 && a->c == config->in_channels && b->c >= config->out_channels &&
          a->h == b->h && a->w == b->w && a->h % unit == 0 && a->w % unit == 0 &&
          (gsize)a->h * a->w <= MAX_PIXELS) ||
         refuse (error, _ ("its test picture does not fit its network; the package is damaged"));
}

/* The engine on the package's own picture. */
static gboolean
run_test (PelModel *model,
          const PelTensor *picture,
          const PelTensor *results,
          const char *roles,
          PelPool *pool,
          GPtrArray *notes,
          GError **error)
{
  PelUnet *unet = pel_model_get_unet (model);
  PelTensor scores = { 0 };
  PelShape shape = picture->shape;
  double most, share;

  shape.c = pel_unet_get_config (unet)->out_channels;
  if (!pel_tensor_init (&scores, shape, error))
    return FALSE;
  if (!pel_unet_plan (unet, picture->shape, PEL_PHASE_PREDICT, pool, error))
    {
      pel_tensor_clear (&scores);
      return FALSE;
    }
  pel_unet_set_cancellable (unet, NULL);
  pel_unet_forward (unet, picture, &scores);
  pel_unet_unplan (unet);
  compare (&scores, results, roles, pel_train_config_has_flows (pel_model_get_config (model)),
           &most, &share);
  pel_tensor_clear (&scores);
  if (share > MOST_FAR_APART)
    {
      g_set_error (
          error, PEL_ENGINE_ERROR, PEL_ENGINE_ERROR_UNSUPPORTED,
          /* Translators: a percentage. */
          _ ("of its own test picture Pellicle makes something else: %.1f %% of the pixels "
             "differ; it was prepared or computed in a way that its description does not "
             "tell"),
          share * 100);
      return FALSE;
    }
  if (notes != NULL)
    g_ptr_array_add (notes,
                     g_strdup_printf (
                         /* Translators: a small number. */
                         _ ("On the package’s own test picture probabilities are as it says, "
                            "to within %.2g."),
                         most));
  return TRUE;
}

static gboolean
check_test (GBytes *package,
            const PelPackageCard *card,
            PelModel *model,
            const char *roles,
            PelPool *pool,
            GPtrArray *notes,
            GCancellable *cancellable,
            GError **error)
{
  PelTensor picture = { 0 }, results = { 0 };
  gboolean good;

  if (card->input.name == NULL || card->output.name == NULL)
    {
      if (notes != NULL)
        g_ptr_array_add (notes, g_strdup (_ ("The package has no test picture, so what Pellicle "
                                             "makes of it could not be compared.")));
      return TRUE;
    }
  good = read_tensor (package, &card->input, &picture, cancellable, error) &&
         read_tensor (package, &card->output, &results, cancellable, error) &&
         check_shapes (model, &picture, &results, error) && prepare (model, &picture, error) &&
         run_test (model, &picture, &results, roles, pool, notes, error);
  pel_tensor_clear (&picture);
  pel_tensor_clear (&results);
  return good;
}

/* ---- the model ---- */

static void
add_facts (PelModel *model, const PelPackageCard *card)
{
  PelModelInfo info = *pel_model_get_info (model);

  /* What Pellicle wrote tells more exactly itself. */
  if (info.um_per_px > 0 || !(card->um_per_px > 0))
    return;
  info.um_per_px = card->um_per_px;
  pel_model_set_info (model, &info);
}

static void
tell_limits (const PelPackageCard *card, GPtrArray *notes)
{
  if (notes != NULL && card->scaling == PEL_SCALING_PERCENTILES && !card->is_limited)
    g_ptr_array_add (notes, g_strdup (_ ("Pellicle limits prepared grey values to -1 and 2, which "
                                         "the package does not.")));
}

PelModel *
pel_package_read (GBytes *package,
                  const char *outputs,
                  GPtrArray *notes,
                  PelPool *pool,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (package != NULL && pool != NULL, NULL);

  g_auto (PelPackageCard) card = { 0 };
  PelOnnxReadOptions options = PEL_ONNX_READ_OPTIONS_DEFAULT;
  g_autoptr (GBytes) weights = NULL;
  g_autoptr (PelModel) model = NULL;

  if (!read_card (package, &card, cancellable, error))
    return NULL;
  weights = read_card_file (package, &card.weights, MAX_WEIGHTS, cancellable, error);
  if (weights == NULL)
    return NULL;
  options.outputs = outputs != NULL ? outputs : card.roles;
  options.scaling = card.scaling;
  options.low_percentile = card.low_percentile;
  options.high_percentile = card.high_percentile;
  options.grey_factor = card.factor;
  options.grey_offset = card.offset;
  options.is_told = TRUE;
  model = pel_onnx_read (weights, &options, notes, error);
  if (model == NULL)
    return NULL;
  g_clear_pointer (&weights, g_bytes_unref);
  if (!check_test (package, &card, model, options.outputs, pool, notes, cancellable, error))
    return NULL;
  tell_limits (&card, notes);
  add_facts (model, &card);
  return g_steal_pointer (&model);
}

PelModel *
pel_package_load (const char *path,
                  const char *outputs,
                  GPtrArray *notes,
                  PelPool *pool,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GBytes) package = pel_model_file_read (path, 1, error);

  return package != NULL ? pel_package_read (package, outputs, notes, pool, cancellable, error)
                         : NULL;
}

gboolean
pel_package_is_candidate (const char *path)
{
  gsize n = strlen (path);

  return n > 4 && g_ascii_strcasecmp (path + n - 4, ".zip") == 0;
}

PelModel *
pel_model_import (const char *path,
                  const PelOnnxReadOptions *options,
                  GPtrArray *notes,
                  PelPool *pool,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (path != NULL && pool != NULL, NULL);

  if (pel_package_is_candidate (path))
    return pel_package_load (path, options != NULL ? options->outputs : NULL, notes, pool,
                             cancellable, error);
  if (pel_onnx_is_candidate (path))
    return pel_onnx_load (path, options, notes, error);
  if (options != NULL && options->is_insisted)
    {
      pel_onnx_set_told_error (error);
      return NULL;
    }
  return pel_model_load (path, error);
}
