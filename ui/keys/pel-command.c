/* SPDX-License-Identifier: MIT */
#include "ui/keys/pel-command.h"

#include <glib/gi18n-lib.h>

#define WINDOW PEL_COMMAND_WINDOW
#define ANYWHERE PEL_COMMAND_ANYWHERE
#define CANVAS PEL_COMMAND_CANVAS
#define FIXED PEL_COMMAND_FIXED

/* The one place where keys are given; everything else asks the key map. */
static const PelCommand commands[] = {
#define GROUP PEL_COMMANDS_PROJECT
  { "open", N_ ("Open a project or folder"), GROUP, WINDOW, "win.open", "<Control>o" },
  { "new-project", N_ ("New project"), GROUP, WINDOW, "win.new-project", "<Control>n" },
  { "import", N_ ("Import images"), GROUP, WINDOW, "win.import", "<Control>i" },
  { "import-cells", N_ ("Import cells from other programs"), GROUP, WINDOW, "win.import-cells",
    "<Shift><Control>i" },
  { "save", N_ ("Save now"), GROUP, WINDOW, "win.save", "<Control>s" },
  { "close", N_ ("Close the window"), GROUP, WINDOW, "win.close", "<Control>w" },
  { "quit", N_ ("Quit"), GROUP, WINDOW, "app.quit", "<Control>q" },
#undef GROUP
#define GROUP PEL_COMMANDS_IMAGES
  { "previous-image", N_ ("Previous image"), GROUP, CANVAS, "win.previous-image", "a Page_Up" },
  { "next-image", N_ ("Next image"), GROUP, CANVAS, "win.next-image", "d Page_Down" },
  { "previous-unlabelled", N_ ("Previous unlabelled image"), GROUP, CANVAS,
    "win.previous-unlabelled", "<Shift>a <Shift>Page_Up" },
  { "next-unlabelled", N_ ("Next unlabelled image"), GROUP, CANVAS, "win.next-unlabelled",
    "<Shift>d <Shift>Page_Down" },
#undef GROUP
#define GROUP PEL_COMMANDS_WINDOW
  { "mode-annotate", N_ ("Annotate"), GROUP, WINDOW, "win.mode::annotate", "<Alt>1" },
  { "mode-train", N_ ("Train"), GROUP, WINDOW, "win.mode::train", "<Alt>2" },
  { "mode-review", N_ ("Review"), GROUP, WINDOW, "win.mode::review", "<Alt>3" },
  { "mode-measure", N_ ("Measure"), GROUP, WINDOW, "win.mode::measure", "<Alt>4" },
  { "show-list", N_ ("Image list"), GROUP, WINDOW, "win.show-list", "F9" },
  { "show-inspector", N_ ("Inspector"), GROUP, WINDOW, "win.show-inspector", "<Shift>F9" },
  { "next-part", N_ ("Next part of the window"), GROUP, ANYWHERE, "win.next-part",
    "F6 <Control>Tab" },
  { "previous-part", N_ ("Previous part of the window"), GROUP, ANYWHERE, "win.previous-part",
    "<Shift>F6 <Shift><Control>Tab" },
  { "shortcuts", N_ ("These shortcuts"), GROUP, WINDOW, "win.show-help-overlay",
    "F1 question <Control>question" },
  { "keys", N_ ("Change keys"), GROUP, WINDOW, "win.keys", "<Control>comma" },
  { "main-menu", N_ ("Menu"), GROUP, FIXED, NULL, "F10" },
#undef GROUP
#define GROUP PEL_COMMANDS_EDITING
  { "undo", N_ ("Undo"), GROUP, WINDOW, "win.undo", "<Control>z" },
  { "redo", N_ ("Redo"), GROUP, WINDOW, "win.redo", "<Shift><Control>z <Control>y" },
  { "history", N_ ("Editing steps of the image"), GROUP, WINDOW, "win.history", "<Control>h" },
  { "delete-selected", N_ ("Delete the chosen cells; in the review, reject the cell in question"),
    GROUP, CANVAS, "win.delete-selected", "Delete BackSpace" },
  { "fill-holes", N_ ("Fill the holes of cells"), GROUP, CANVAS, "win.fill-holes", "<Shift>f" },
  { "smooth-cells", N_ ("Smooth outlines"), GROUP, CANVAS, "win.smooth-cells", "<Shift>r" },
  { "grow-cells", N_ ("Grow cells by 1 px"), GROUP, CANVAS, "win.grow-cells(1)", "<Shift>g" },
  { "shrink-cells", N_ ("Shrink cells by 1 px"), GROUP, CANVAS, "win.shrink-cells(1)", "<Shift>t" },
  { "resize-cells", N_ ("Grow or shrink cells by a number of pixels"), GROUP, CANVAS,
    "win.resize-cells", "<Shift>b" },
  { "change-number", N_ ("Change the number of a cell"), GROUP, CANVAS, "win.change-number",
    "<Shift>n" },
  { "keep-largest", N_ ("Keep the largest piece"), GROUP, CANVAS, "win.keep-largest", "<Shift>l" },
  { "relabel", N_ ("Number the cells without gaps"), GROUP, CANVAS, "win.relabel", "" },
  { "new-cell", N_ ("New cell"), GROUP, CANVAS, NULL, "n" },
  { "protect", N_ ("Protect other cells"), GROUP, CANVAS, "win.protect", "k" },
  { "brush-smaller", N_ ("Smaller brush"), GROUP, CANVAS, NULL, "bracketleft" },
  { "brush-larger", N_ ("Larger brush"), GROUP, CANVAS, NULL, "bracketright" },
  { "context-menu", N_ ("Menu of the cell under the pointer"), GROUP, FIXED, NULL,
    "Menu <Shift>F10" },
  { "escape", N_ ("Leave what was begun"), GROUP, FIXED, NULL, "Escape" },
#undef GROUP
#define GROUP PEL_COMMANDS_OUTLINE
  { "outline-walk", N_ ("Corner before or after"), GROUP, FIXED, NULL, "Home End" },
  { "outline-move", N_ ("Move the corner; with Shift farther"), GROUP, FIXED, NULL,
    "Left Right Up Down" },
  { "outline-add", N_ ("New corner after it"), GROUP, FIXED, NULL, "Insert" },
  { "outline-remove", N_ ("Remove the corner"), GROUP, FIXED, NULL, "Delete" },
  { "outline-take", N_ ("Take the outline"), GROUP, FIXED, NULL, "Return" },
#undef GROUP
#define GROUP PEL_COMMANDS_TOOLS
  { "tool-select", N_ ("Select"), GROUP, CANVAS, NULL, "v" },
  { "tool-brush", N_ ("Brush"), GROUP, CANVAS, NULL, "b" },
  { "tool-eraser", N_ ("Eraser"), GROUP, CANVAS, NULL, "e" },
  { "tool-lasso", N_ ("Lasso"), GROUP, CANVAS, NULL, "l" },
  { "tool-polygon", N_ ("Polygon"), GROUP, CANVAS, NULL, "p" },
  { "tool-fill", N_ ("Fill"), GROUP, CANVAS, NULL, "f" },
  { "tool-wand", N_ ("Wand"), GROUP, CANVAS, NULL, "w" },
  { "tool-smart-edge", N_ ("Smart edge"), GROUP, CANVAS, NULL, "t" },
  { "tool-smart-fill", N_ ("Smart fill"), GROUP, CANVAS, NULL, "q" },
  { "tool-split", N_ ("Split"), GROUP, CANVAS, NULL, "s" },
  { "tool-merge", N_ ("Merge"), GROUP, CANVAS, NULL, "m" },
  { "tool-pick", N_ ("Pick cell"), GROUP, CANVAS, NULL, "i" },
  { "tool-measure", N_ ("Measure line"), GROUP, CANVAS, NULL, "r" },
  { "tool-region", N_ ("Complete region"), GROUP, CANVAS, NULL, "z" },
  { "tool-pan", N_ ("Move view"), GROUP, CANVAS, NULL, "h" },
  { "hold-pan", N_ ("Move the view while held"), GROUP, CANVAS, NULL, "space" },
  { "hold-turn", N_ ("Turn the view while held; with Ctrl by steps"), GROUP, CANVAS, NULL,
    "<Shift>space" },
  { "cross-hair", N_ ("Cross-hair moved by the arrow keys"), GROUP, CANVAS, NULL, "x" },
  { "cross-hair-lock", N_ ("The arrow keys draw with the cross-hair, until pressed again"), GROUP,
    CANVAS, NULL, "<Shift>x" },
  { "cross-hair-button", N_ ("With the cross-hair: left button (with Shift, the right one)"), GROUP,
    FIXED, NULL, "space" },
  { "cross-hair-add",
    N_ ("With the cross-hair: left button with Shift (all three keys: with Ctrl)"), GROUP, FIXED,
    NULL, "<Control>space" },
#undef GROUP
#define GROUP PEL_COMMANDS_VIEW
  { "zoom-fit", N_ ("Fit the image into the view"), GROUP, CANVAS, "win.zoom-fit", "0" },
  { "zoom-full", N_ ("One image pixel per screen pixel"), GROUP, CANVAS, "win.zoom-full", "1" },
  { "zoom-in", N_ ("Zoom in"), GROUP, CANVAS, "win.zoom-in", "plus equal" },
  { "zoom-out", N_ ("Zoom out"), GROUP, CANVAS, "win.zoom-out", "minus" },
  { "turn-left", N_ ("Turn the view left by 15°"), GROUP, CANVAS, "win.turn-left", "4" },
  { "turn-right", N_ ("Turn the view right by 15°"), GROUP, CANVAS, "win.turn-right", "6" },
  { "turn-upright", N_ ("Set the view upright"), GROUP, CANVAS, "win.turn-upright", "5" },
  { "pan-left", N_ ("Look farther left"), GROUP, CANVAS, NULL, "Left" },
  { "pan-right", N_ ("Look farther right"), GROUP, CANVAS, NULL, "Right" },
  { "pan-up", N_ ("Look farther up"), GROUP, CANVAS, NULL, "Up" },
  { "pan-down", N_ ("Look farther down"), GROUP, CANVAS, NULL, "Down" },
#undef GROUP
#define GROUP PEL_COMMANDS_PICTURE
  { "show-outlines", N_ ("Outlines"), GROUP, CANVAS, "win.show-outlines", "o" },
  { "show-fill", N_ ("Fill"), GROUP, CANVAS, "win.show-fill", "g" },
  { "only-selected", N_ ("Only the chosen cells"), GROUP, CANVAS, "win.only-selected", "<Shift>v" },
  { "hide-cells", N_ ("Hide the cells while held"), GROUP, CANVAS, NULL, "Tab" },
  { "fill-less", N_ ("Fill less dense"), GROUP, CANVAS, NULL, "<Shift>comma less" },
  { "fill-more", N_ ("Fill denser"), GROUP, CANVAS, NULL, "<Shift>period greater" },
  { "auto-levels", N_ ("Auto contrast"), GROUP, CANVAS, NULL, "c" },
#undef GROUP
#define GROUP PEL_COMMANDS_STACK
  { "next-plane", N_ ("Next plane of a stack, or page"), GROUP, CANVAS, "win.next-plane",
    "<Control>Page_Down" },
  { "previous-plane", N_ ("Plane or page before"), GROUP, CANVAS, "win.previous-plane",
    "<Control>Page_Up" },
  { "next-time", N_ ("Next point in time"), GROUP, CANVAS, "win.next-time",
    "<Shift><Control>Page_Down" },
  { "previous-time", N_ ("Point in time before"), GROUP, CANVAS, "win.previous-time",
    "<Shift><Control>Page_Up" },
  { "next-channel", N_ ("Next channel"), GROUP, CANVAS, "win.next-channel", "y" },
  { "previous-channel", N_ ("Channel before"), GROUP, CANVAS, "win.previous-channel", "<Shift>y" },
#undef GROUP
#define GROUP PEL_COMMANDS_MODEL
  { "train", N_ ("Start, pause or resume training"), GROUP, WINDOW, "win.train", "<Control>t" },
  { "train-more", N_ ("Train 10 more minutes"), GROUP, WINDOW, "win.train-more",
    "<Shift><Control>t" },
  { "models", N_ ("All models"), GROUP, WINDOW, "win.models", "<Control>m" },
  { "show-preview", N_ ("Live preview of the training"), GROUP, WINDOW, "win.show-preview",
    "<Control>l" },
  { "show-uncertainty", N_ ("Where the model is unsure"), GROUP, WINDOW, "win.show-uncertainty",
    "<Control>u" },
  { "predict", N_ ("Predict this image"), GROUP, WINDOW, "win.predict", "<Control>p" },
  { "predict-chosen", N_ ("Predict the images chosen in the list"), GROUP, WINDOW,
    "win.predict-chosen", "<Control><Alt>p" },
  { "predict-all", N_ ("Predict all images"), GROUP, WINDOW, "win.predict-all",
    "<Shift><Control>p" },
  { "review-next", N_ ("Next cell of the review queue"), GROUP, CANVAS, "win.review-next",
    "period" },
  { "review-previous", N_ ("Previous cell of the review queue"), GROUP, CANVAS,
    "win.review-previous", "comma" },
  { "next-uncertain", N_ ("Image that would teach most"), GROUP, CANVAS, "win.next-uncertain",
    "u" },
  { "accept-selected", N_ ("Accept the chosen predicted cells, or the cell in question"), GROUP,
    CANVAS, "win.accept-selected", "Return" },
  { "accept-all", N_ ("Accept all predicted cells"), GROUP, CANVAS, "win.accept-all",
    "<Shift>Return" },
#undef GROUP
#define GROUP PEL_COMMANDS_RESULTS
  { "export-csv", N_ ("Export measurements"), GROUP, WINDOW, "win.export-csv", "<Control>e" },
  { "export-report", N_ ("Export a report"), GROUP, WINDOW, "win.export-report",
    "<Control><Alt>e" },
  { "export-labels", N_ ("Export cells for other programs"), GROUP, WINDOW, "win.export-labels",
    "<Shift><Control>e" },
#undef GROUP
};

static const char *const groups[] = {
  N_ ("Project"),
  N_ ("Images (on the picture)"),
  N_ ("Window"),
  N_ ("Editing"),
  N_ ("An outline that is not taken yet (on the picture)"),
  N_ ("Tools (on the picture)"),
  N_ ("View"),
  N_ ("What is shown"),
  N_ ("Stacks"),
  N_ ("Model"),
  N_ ("Results"),
};

G_STATIC_ASSERT (G_N_ELEMENTS (groups) == PEL_N_COMMAND_GROUPS);

const PelCommand *
pel_commands_get (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

const PelCommand *
pel_command_find (const char *id)
{
  g_return_val_if_fail (id != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].id, id))
      return &commands[i];
  return NULL;
}

const PelCommand *
pel_command_find_action (const char *action)
{
  g_return_val_if_fail (action != NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].action, action) == 0)
      return &commands[i];
  return NULL;
}

const char *
pel_command_get_title (const PelCommand *command)
{
  return g_dgettext (GETTEXT_PACKAGE, command->title);
}

const char *
pel_command_group_get_title (PelCommandGroup group)
{
  g_return_val_if_fail (group < PEL_N_COMMAND_GROUPS, "");

  return g_dgettext (GETTEXT_PACKAGE, groups[group]);
}
