/* SPDX-License-Identifier: MIT */
/* From a pointer event to the new frame's snapshot: strokes over images with thousands of cells.
 * One row per case: image side, brush, what was done, median and 99th percentile of the handlers
 * and the snapshot in milliseconds, and those of drawing the frame with the software renderer. It
 * is the main thread's own time, so that other programs do not count. Then rows of whole frames of
 * the window while it is panned, events, drawing and handing over to the display included: median
 * and 99th percentile by the clock on the wall, then by the main thread's own time; and rows of
 * both kinds while it is turned, a degree a frame. Sides may be given as arguments, and before them
 * --size=1440x900 for the canvas and --angle=30 for an image that lies so all the time; --turn
 * leaves out all but the last two rows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/image/pel-label-map.h"
#include "tests/ui/pel-ui-test.h"
#include "ui/canvas/pel-canvas-private.h"

/* Cells are discs on a grid: of 24 pixels, wider ones where an image would have more than 170 a
 * row. */
#define PITCH_MIN 24
#define MAX_PER_ROW 170
#define N_EVENTS 150
#define N_FRAMES 300

static int canvas_width = 1920, canvas_height = 1080;
static double canvas_angle = 0;
static gboolean only_turning = FALSE;

typedef struct
{
  double handled[N_EVENTS]; /* milliseconds */
  double drawn[N_EVENTS];
  guint n;
  guint n_drawn;
} Times;

/* Microseconds that this thread was running. */
static gint64
get_thread_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static guint8
texture (guint x, guint y)
{
  return (guint8)(96 + (x * 2654435761u ^ y * 2246822519u) % 64);
}

static PelLabels *
make_labels (guint side)
{
  g_autofree guint32 *row = g_new0 (guint32, side);
  PelLabelMap *map = pel_label_map_new (side, side, NULL);
  PelLabels *labels;
  const guint pitch = MAX (PITCH_MIN, side / MAX_PER_ROW);
  const double radius = pitch * 5 / 12.0;
  guint per_row = side / pitch;

  for (guint y = 0; y < side; y++)
    for (guint i = 0; i < per_row; i++)
      {
        double dy = y % pitch + 0.5 - pitch / 2.0;
        double half = sqrt (MAX (radius * radius - dy * dy, 0));
        gint middle = (gint)(i * pitch + pitch / 2);

        if (half >= 1)
          pel_label_map_fill_span (map, (gint)y, middle - (gint)half, middle + (gint)half,
                                   1 + i + y / pitch * per_row);
      }
  labels = pel_label_map_snapshot (map);
  pel_label_map_free (map);
  return labels;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  double d = *(const double *)a - *(const double *)b;

  return (d > 0) - (d < 0);
}

static double
quantile (double *values, guint n, double q)
{
  qsort (values, n, sizeof *values, compare);
  return values[MIN ((guint)(q * n), n - 1)];
}

static void
finish_frame (PelCanvas *canvas, GskRenderer *renderer, gint64 start, Times *times)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  gint64 middle;

  GTK_WIDGET_GET_CLASS (canvas)->snapshot (GTK_WIDGET (canvas), snapshot);
  middle = get_thread_time ();
  node = gtk_snapshot_free_to_node (snapshot);
  times->handled[times->n++] = (middle - start) / 1000.0;
  if (node)
    {
      g_object_unref (gsk_renderer_render_texture (
          renderer, node,
          &GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (GTK_WIDGET (canvas)),
                               (float)gtk_widget_get_height (GTK_WIDGET (canvas)))));
      times->drawn[times->n_drawn++] = (get_thread_time () - middle) / 1000.0;
    }
  g_clear_pointer (&node, gsk_render_node_unref);
}

static void
report (guint side, double brush, const char *what, Times *times)
{
  g_print ("%u,%g,%s,%.2f,%.2f,%.2f,%.2f\n", side, brush, what,
           quantile (times->handled, times->n, 0.5), quantile (times->handled, times->n, 0.99),
           quantile (times->drawn, times->n_drawn, 0.5),
           quantile (times->drawn, times->n_drawn, 0.99));
  times->n = 0;
  times->n_drawn = 0;
}

/* A hand that goes fast and slow over the whole window. */
static void
stroke (PelCanvas *canvas, GskRenderer *renderer, Times *times)
{
  double w = canvas->view.width;
  double h = canvas->view.height;

  pel_canvas_pointer_press (canvas, w / 2, h / 2, GDK_BUTTON_PRIMARY, 1, 0);
  for (guint i = 0; i < N_EVENTS; i++)
    {
      double t = i / (double)N_EVENTS * 2 * G_PI;
      gint64 start = get_thread_time ();

      pel_canvas_pointer_motion (canvas, w / 2 + 0.42 * w * sin (3 * t) * sin (t / 2),
                                 h / 2 + 0.42 * h * sin (2 * t) * sin (t / 2), 1, 0);
      finish_frame (canvas, renderer, start, times);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  pel_canvas_pointer_release (canvas, w / 2, h / 2, GDK_BUTTON_PRIMARY, 1, 0);
}

static void
pan (PelCanvas *canvas, GskRenderer *renderer, Times *times)
{
  for (guint i = 0; i < N_EVENTS; i++)
    {
      gint64 start = get_thread_time ();

      pel_canvas_scroll_by (canvas, 9 * sin (i / 20.0), 7 * cos (i / 30.0));
      finish_frame (canvas, renderer, start, times);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

/* Nothing else happens in between: tiles would be made for angles at which a slow machine rests. */
static void
turn (PelCanvas *canvas, GskRenderer *renderer, Times *times)
{
  for (guint i = 0; i < N_EVENTS; i++)
    {
      gint64 start = get_thread_time ();

      /* As a drag does. */
      pel_canvas_hold_tiles (canvas);
      pel_canvas_set_angle (canvas, canvas_angle + 1 + i, NULL);
      finish_frame (canvas, renderer, start, times);
    }
  pel_canvas_set_angle (canvas, canvas_angle, NULL);
}

typedef struct
{
  PelCanvas *canvas;
  double step; /* widget pixels a frame; 0 turns instead */
  guint n;
  gint64 begun, begun_thread;
  double wall[N_FRAMES], thread[N_FRAMES];
} Panning;

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Panning *panning = data;
  const double t = panning->n / (double)N_FRAMES * 2 * G_PI;

  if (panning->step > 0)
    pel_canvas_scroll_by (panning->canvas, panning->step * cos (t), panning->step * sin (t));
  else
    {
      pel_canvas_hold_tiles (panning->canvas);
      pel_canvas_set_angle (panning->canvas, canvas_angle + 1 + panning->n, NULL);
    }
  return G_SOURCE_CONTINUE;
}

static void
on_before_paint (GdkFrameClock *clock, Panning *panning)
{
  panning->begun = g_get_monotonic_time ();
  panning->begun_thread = get_thread_time ();
}

static void
on_after_paint (GdkFrameClock *clock, Panning *panning)
{
  if (panning->n == N_FRAMES || panning->begun == 0)
    return;
  panning->wall[panning->n] = (g_get_monotonic_time () - panning->begun) / 1000.0;
  panning->thread[panning->n++] = (get_thread_time () - panning->begun_thread) / 1000.0;
}

/* Along a circle, so that everything comes into view that is within its size. */
static void
pan_window (guint side, PelCanvas *canvas, double step)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (canvas));
  Panning *panning = g_new0 (Panning, 1);
  gulong before, after;
  guint tick;

  panning->canvas = canvas;
  panning->step = step;
  before = g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), panning);
  after = g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), panning);
  tick = gtk_widget_add_tick_callback (GTK_WIDGET (canvas), on_tick, panning, NULL);
  while (panning->n < N_FRAMES)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_remove_tick_callback (GTK_WIDGET (canvas), tick);
  g_signal_handler_disconnect (clock, before);
  g_signal_handler_disconnect (clock, after);
  if (step > 0)
    g_print ("%u,0,frames-pan-%g", side, step);
  else
    g_print ("%u,0,frames-turn", side);
  g_print (",%.2f,%.2f,%.2f,%.2f\n", quantile (panning->wall, N_FRAMES, 0.5),
           quantile (panning->wall, N_FRAMES, 0.99), quantile (panning->thread, N_FRAMES, 0.5),
           quantile (panning->thread, N_FRAMES, 0.99));
  g_free (panning);
}

static void
measure (guint side)
{
  static const double brushes[] = { 20, 200 };
  g_autoptr (PelImage) image = pel_test_image_new (side, side, texture);
  g_autoptr (PelLabels) labels = make_labels (side);
  PelTestDocument *document = pel_test_document_new (image, labels);
  GtkWidget *window = gtk_window_new ();
  PelCanvas *canvas = PEL_CANVAS (pel_canvas_new ());
  PelDisplay *display = pel_canvas_get_display (canvas);
  GskRenderer *renderer = gsk_cairo_renderer_new ();
  Times *times = g_new0 (Times, 1);

  gtk_widget_set_size_request (GTK_WIDGET (canvas), canvas_width, canvas_height);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (canvas));
  pel_canvas_set_document (canvas, pel_test_document_get (document));
  pel_canvas_set_tool_id (canvas, "brush");
  pel_display_set_protect (display, FALSE);
  gtk_window_present (GTK_WINDOW (window));
  gsk_renderer_realize (renderer, NULL, NULL);
  pel_test_iterate (1500);
  pel_canvas_set_angle (canvas, canvas_angle, NULL);
  pel_test_settle (canvas);

  for (guint z = 0; z < 2; z++)
    {
      if (z == 1)
        pel_canvas_zoom_at (canvas, 2, NULL);
      pel_test_settle (canvas);
      for (guint b = 0; b < G_N_ELEMENTS (brushes) && !only_turning; b++)
        {
          pel_display_set_brush_size (display, brushes[b]);
          stroke (canvas, renderer, times);
          report (side, brushes[b], z == 0 ? "stroke-fit" : "stroke-200%", times);
        }
    }
  /* As with the middle button held: nothing is bright for being under the pointer. */
  pel_canvas_pointer_leave (canvas);
  if (!only_turning)
    {
      pan (canvas, renderer, times);
      report (side, 0, "pan-200%", times);
      pan_window (side, canvas, 9);
      pan_window (side, canvas, 60);
    }
  pel_test_settle (canvas);
  turn (canvas, renderer, times);
  report (side, 0, "turn-200%", times);
  pel_test_settle (canvas);
  pan_window (side, canvas, 0);

  gsk_renderer_unrealize (renderer);
  g_object_unref (renderer);
  gtk_window_destroy (GTK_WINDOW (window));
  pel_test_iterate (100);
  pel_test_document_free (document);
  g_free (times);
}

int
main (int argc, char *argv[])
{
  static const guint sides[] = { 1024, 4096, 20000 };

  gtk_test_init (&argc, &argv, NULL);
  while (argc > 1 && g_str_has_prefix (argv[1], "--"))
    {
      if (g_str_equal (argv[1], "--turn"))
        only_turning = TRUE;
      else if (sscanf (argv[1], "--size=%dx%d", &canvas_width, &canvas_height) != 2 &&
               sscanf (argv[1], "--angle=%lf", &canvas_angle) != 1)
        g_error ("Unknown option %s", argv[1]);
      argc--;
      argv++;
    }
  g_print ("side,brush,action,handle_median_ms,handle_p99_ms,draw_median_ms,draw_p99_ms\n");
  if (argc > 1)
    for (int i = 1; i < argc; i++)
      measure ((guint)CLAMP (strtol (argv[i], NULL, 10), 64, 32768));
  else
    for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
      measure (sides[i]);
  return 0;
}
