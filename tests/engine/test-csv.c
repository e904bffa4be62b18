/* SPDX-License-Identifier: MIT */
#include "engine/io/pel-csv.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>

static void
test_cells (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (PelCsv) csv = pel_csv_new_for_string (text);

  pel_csv_add_string (csv, "plain");
  pel_csv_add_string (csv, "a,b");
  pel_csv_add_string (csv, "say \"hi\"");
  pel_csv_add_string (csv, "two\nlines");
  pel_csv_add_string (csv, " lead");
  pel_csv_add_string (csv, NULL);
  pel_csv_add_string (csv, "größe µm 細胞");
  pel_csv_end_row (csv);
  pel_csv_add_int (csv, G_MININT64);
  pel_csv_add_int (csv, G_MAXINT64);
  pel_csv_add_int (csv, 0);
  pel_csv_add_number (csv, 1.0);
  pel_csv_add_number (csv, -0.0);
  pel_csv_add_number (csv, 0.1);
  pel_csv_add_number (csv, NAN);
  pel_csv_add_number (csv, -INFINITY);
  pel_csv_add_empty (csv);
  pel_csv_add_number (csv, 1e100);
  pel_csv_end_row (csv);
  g_assert_true (pel_csv_finish (csv, NULL));
  g_assert_cmpstr (text->str, ==,
                   "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\" lead\",,größe µm 細胞\n"
                   "-9223372036854775808,9223372036854775807,0,1,0,0.1,,,,1e+100\n");
}

/* Every number reads back as itself, and none is longer than it must be. */
static void
test_numbers (void)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_assert_cmpstr (pel_csv_format_number (buffer, 0.65), ==, "0.65");
  g_assert_cmpstr (pel_csv_format_number (buffer, 1.0 / 3.0), ==, "0.3333333333333333");
  g_assert_cmpstr (pel_csv_format_number (buffer, 123456789.0), ==, "123456789");
  g_assert_cmpstr (pel_csv_format_number (buffer, 0.1 + 0.2), ==, "0.30000000000000004");
  for (guint i = 0; i < 20000; i++)
    {
      double value = ldexp (g_test_rand_double () - 0.5, g_test_rand_int_range (-300, 300));
      g_assert_cmpfloat (g_ascii_strtod (pel_csv_format_number (buffer, value), NULL), ==, value);
    }
}

/* The fast way to nine digits writes what printf and the shortest number that reads back do. */
static void
check_nine (double value)
{
  char fast[G_ASCII_DTOSTR_BUF_SIZE], slow[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (slow, sizeof slow, "%.9g", value);
  pel_csv_format_number (slow, g_ascii_strtod (slow, NULL));
  g_assert_cmpstr (pel_csv_format_nine (fast, value), ==, slow);
}

static void
test_nine (void)
{
  static const double values[] = { 0.0,
                                   -0.0,
                                   1.0,
                                   -1.0,
                                   0.5,
                                   9.0,
                                   10.0,
                                   100.0,
                                   99999999.95,
                                   999999999.5,
                                   999999999.4999999,
                                   1e9,
                                   1e14,
                                   1e15,
                                   999999999999999.0,
                                   1e-4,
                                   1e-5,
                                   0.000099999999995,
                                   0.00009999999999,
                                   0.1,
                                   0.3,
                                   123456789.0,
                                   1.234567885,
                                   1.234567895,
                                   2.0000000005,
                                   4.0000000005,
                                   1e22,
                                   1e300,
                                   5e-324,
                                   1.7976931348623157e308,
                                   12345678912345678.0 };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (double sign = -1; sign < 2; sign += 2)
      {
        check_nine (sign * values[i]);
        check_nine (sign * nextafter (values[i], INFINITY));
        check_nine (sign * nextafter (values[i], 0));
      }
  for (guint i = 0; i < 100000; i++)
    {
      double plain = ldexp (g_test_rand_double () - 0.5, g_test_rand_int_range (-20, 52));
      /* Near a half of the ninth digit, where both ways must round alike. */
      double half = (g_test_rand_int_range (100000000, 999999999) + 0.5) *
                    pow (10, g_test_rand_int_range (-12, 6));

      check_nine (plain);
      check_nine (half);
      check_nine (nextafter (half, 0));
      check_nine (nextafter (half, INFINITY));
      check_nine (g_test_rand_int_range (0, 1000000) / 64.0);
    }
}

static void
test_locale (void)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  const char *comma = setlocale (LC_NUMERIC, "de_DE.UTF-8");

  g_assert_cmpstr (pel_csv_format_number (buffer, 1.5), ==, "1.5");
  setlocale (LC_NUMERIC, "C");
  if (comma == NULL)
    g_test_skip ("no locale with a decimal comma is installed");
}

static void
test_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("pel-csv-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "table.csv", NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *content = NULL;
  PelCsv *csv = pel_csv_new (path, &error);

  g_assert_no_error (error);
  for (gint i = 0; i < 50000; i++)
    {
      pel_csv_add_int (csv, i);
      pel_csv_add_string (csv, "x");
      pel_csv_end_row (csv);
      g_string_append_printf (expected, "%d,x\n", i);
    }
  /* Nothing is there before the end. */
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (pel_csv_finish (csv, &error));
  g_assert_no_error (error);
  pel_csv_free (csv);
  g_assert_true (g_file_get_contents (path, &content, NULL, &error));
  g_assert_true (g_str_equal (content, expected->str));

  /* A writer that is dropped leaves the old file. */
  csv = pel_csv_new (path, &error);
  pel_csv_add_string (csv, "other");
  pel_csv_end_row (csv);
  pel_csv_free (csv);
  g_autofree char *again = NULL;
  g_assert_true (g_file_get_contents (path, &again, NULL, &error));
  g_assert_true (g_str_equal (again, expected->str));
  g_remove (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);

  g_assert_null (pel_csv_new (path, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/cells", test_cells);
  g_test_add_func ("/csv/numbers", test_numbers);
  g_test_add_func ("/csv/nine", test_nine);
  g_test_add_func ("/csv/locale", test_locale);
  g_test_add_func ("/csv/file", test_file);
  return g_test_run ();
}
