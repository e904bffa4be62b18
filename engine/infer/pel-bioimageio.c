/* SPDX-License-Identifier: MIT */
#include "engine/infer/pel-bioimageio.h"

#include <string.h>

#include "engine/infer/pel-onnx.h"
#include "engine/infer/pel-test-picture.h"
#include "engine/io/pel-npy-floats.h"
#include "engine/io/pel-zip-writer.h"

#define COVER_SIDE 400

/* The entries, in the order in which they stand in the archive. */
enum
{
  ENTRY_RDF,
  ENTRY_README,
  ENTRY_COVER,
  ENTRY_INPUT,
  ENTRY_OUTPUT,
  N_ENTRIES,
};

static const char *const names[N_ENTRIES] = { "rdf.yaml", "README.md", "cover.png",
                                              "test-input.npy", "test-output.npy" };
static const char weights_name[] = "weights.onnx";

typedef struct
{
  GByteArray *entries[N_ENTRIES];
  char *hashes[N_ENTRIES];
  char *weights_hash;
  guint64 weights_length;
} Package;

static void
package_clear (Package *self)
{
  for (guint i = 0; i < N_ENTRIES; i++)
    {
      g_clear_pointer (&self->entries[i], g_byte_array_unref);
      g_free (self->hashes[i]);
    }
  g_free (self->weights_hash);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Package, package_clear)

static void
take_entry (Package *self, guint entry, GByteArray *bytes)
{
  self->entries[entry] = bytes;
  self->hashes[entry] = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes->data, bytes->len);
}

static void
take_text (Package *self, guint entry, char *text)
{
  take_entry (self, entry, g_byte_array_new_take ((guint8 *)text, strlen (text)));
}

/* ---- weights: once to know their hash, once to write them ---- */

typedef struct
{
  GChecksum *checksum;
  PelZipWriter *archive;
  guint64 length;
  GCancellable *cancellable;
} Weights;

static gboolean
hash_weights (const void *bytes, gsize length, gpointer data, GError **error)
{
  Weights *weights = data;

  g_checksum_update (weights->checksum, bytes, (gssize)length);
  weights->length += length;
  return !g_cancellable_set_error_if_cancelled (weights->cancellable, error);
}

static gboolean
write_weights (const void *bytes, gsize length, gpointer data, GError **error)
{
  Weights *weights = data;

  return !g_cancellable_set_error_if_cancelled (weights->cancellable, error) &&
         pel_zip_writer_append (weights->archive, bytes, length, error);
}

static gboolean
measure_weights (Package *self,
                 PelModel *model,
                 guint opset,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Weights weights = { .checksum = checksum, .cancellable = cancellable };

  if (!pel_onnx_write_to (model, opset, hash_weights, &weights, error))
    return FALSE;
  self->weights_hash = g_strdup (g_checksum_get_string (checksum));
  self->weights_length = weights.length;
  return TRUE;
}

/* ---- the rest ---- */

static gboolean
draw_picture (Package *self, PelModel *model, PelPool *pool, GError **error)
{
  g_auto (PelTestPicture) picture = { 0 };
  guint least, step, halo;

  pel_model_card_get_sizes (model, &least, &step, &halo);
  /* Not square, so that nobody mistakes one axis for the other. */
  if (!pel_test_picture_init (&picture, model, least + step, least, pool, error))
    return FALSE;
  take_entry (self, ENTRY_INPUT, pel_npy_from_tensor (&picture.raw));
  take_entry (self, ENTRY_OUTPUT, pel_npy_from_tensor (&picture.probabilities));
  take_entry (self, ENTRY_COVER, pel_test_picture_to_png (&picture, COVER_SIDE));
  return TRUE;
}

static PelCardFile
get_file (const Package *self, guint entry)
{
  return (PelCardFile){ .name = names[entry], .sha256 = self->hashes[entry] };
}

static void
describe (Package *self, PelModel *model, const PelModelCard *card, guint opset)
{
  take_text (self, ENTRY_README, pel_model_card_to_readme (card, model));
  PelCardFiles files = { .weights = { .name = weights_name, .sha256 = self->weights_hash },
                         .input = get_file (self, ENTRY_INPUT),
                         .output = get_file (self, ENTRY_OUTPUT),
                         .readme = get_file (self, ENTRY_README),
                         .cover = get_file (self, ENTRY_COVER),
                         .opset = opset };
  take_text (self, ENTRY_RDF, pel_model_card_to_rdf (card, model, &files));
}

gboolean
pel_bioimageio_write (PelModel *model,
                      const PelModelCard *card,
                      const char *path,
                      guint opset,
                      PelPool *pool,
                      GCancellable *cancellable,
                      GError **error)
{
  g_return_val_if_fail (model != NULL && card != NULL && path != NULL && pool != NULL, FALSE);

  g_auto (Package) package = { 0 };

  if (!pel_model_card_check (card, error) || !draw_picture (&package, model, pool, error) ||
      !measure_weights (&package, model, opset, cancellable, error))
    return FALSE;
  describe (&package, model, card, opset);
  g_autoptr (PelZipWriter) archive = pel_zip_writer_new (path, error);
  if (archive == NULL)
    return FALSE;
  for (guint i = 0; i < N_ENTRIES; i++)
    if (!pel_zip_writer_add (archive, names[i], package.entries[i]->data, package.entries[i]->len,
                             error))
      return FALSE;
  /* Weights hardly get smaller. */
  Weights weights = { .archive = archive, .cancellable = cancellable };
  return pel_zip_writer_begin (archive, weights_name, package.weights_length, FALSE, error) &&
         pel_onnx_write_to (model, opset, write_weights, &weights, error) &&
         pel_zip_writer_finish (archive, error);
}
