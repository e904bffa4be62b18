/* SPDX-License-Identifier: MIT */
#include "ui/pages/pel-start-page.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define MAX_RECENT 5

struct _PelStartPage
{
  GtkWidget parent_instance;

  guint n_recent;

  GtkWidget *content;
  GtkWidget *recent_box;
  GtkListBox *recent;
};

G_DEFINE_FINAL_TYPE (PelStartPage, pel_start_page, GTK_TYPE_WIDGET)

static int
compare_visited (gconstpointer a, gconstpointer b)
{
  GDateTime *x = gtk_recent_info_get_visited (*(GtkRecentInfo *const *)a);
  GDateTime *y = gtk_recent_info_get_visited (*(GtkRecentInfo *const *)b);

  return -g_date_time_compare (x, y);
}

/* The folder's place for people: below the home folder as "~/…". */
static char *
describe_place (const char *path)
{
  const char *home = g_get_home_dir ();
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_str_equal (folder, home))
    return g_strdup ("~");
  if (g_str_has_prefix (folder, home) && folder[strlen (home)] == '/')
    return g_strconcat ("~", folder + strlen (home), NULL);
  return g_steal_pointer (&folder);
}

static void
add_recent (PelStartPage *self, GtkRecentInfo *info)
{
  g_autoptr (GFile) file = g_file_new_for_uri (gtk_recent_info_get_uri (info));
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *place = describe_place (path);
  g_autofree char *title = g_markup_escape_text (gtk_recent_info_get_display_name (info), -1);
  g_autofree char *subtitle = g_markup_escape_text (place, -1);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("folder-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-path");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", path);
  gtk_list_box_append (self->recent, row);
}

static void
update_recent (PelStartPage *self)
{
  GtkWidget *child;
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  g_autoptr (GPtrArray) ours =
      g_ptr_array_new_with_free_func ((GDestroyNotify)gtk_recent_info_unref);

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->recent))) != NULL)
    gtk_list_box_remove (self->recent, child);
  for (GList *l = items; l != NULL; l = l->next)
    {
      GtkRecentInfo *info = l->data;

      if (gtk_recent_info_has_group (info, PEL_RECENT_GROUP) && gtk_recent_info_is_local (info) &&
          gtk_recent_info_exists (info))
        g_ptr_array_add (ours, gtk_recent_info_ref (info));
    }
  g_list_free_full (items, (GDestroyNotify)gtk_recent_info_unref);
  g_ptr_array_sort (ours, compare_visited);
  self->n_recent = MIN (ours->len, MAX_RECENT);
  for (guint i = 0; i < self->n_recent; i++)
    add_recent (self, g_ptr_array_index (ours, i));
  gtk_widget_set_visible (self->recent_box, self->n_recent > 0);
}

static void
pel_start_page_dispose (GObject *object)
{
  g_clear_pointer (&PEL_START_PAGE (object)->content, gtk_widget_unparent);
  G_OBJECT_CLASS (pel_start_page_parent_class)->dispose (object);
}

static void
pel_start_page_class_init (PelStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pel_start_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/pellicle/Pellicle/ui/pel-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PelStartPage, content);
  gtk_widget_class_bind_template_child (widget_class, PelStartPage, recent_box);
  gtk_widget_class_bind_template_child (widget_class, PelStartPage, recent);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
pel_start_page_init (PelStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_recent (self);
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (update_recent),
                           self, G_CONNECT_SWAPPED);
}

GtkWidget *
pel_start_page_new (void)
{
  return g_object_new (PEL_TYPE_START_PAGE, NULL);
}

guint
pel_start_page_get_n_recent (PelStartPage *self)
{
  g_return_val_if_fail (PEL_IS_START_PAGE (self), 0);

  return self->n_recent;
}

void
pel_start_page_remember (GFile *folder, const char *name)
{
  g_autofree char *uri = g_file_get_uri (folder);
  char *groups[] = { (char *)PEL_RECENT_GROUP, NULL };
  GtkRecentData data = {
    .display_name = (char *)name,
    .mime_type = (char *)"inode/directory",
    .app_name = (char *)"Pellicle",
    .app_exec = (char *)"pellicle %f",
    .groups = groups,
  };

  gtk_recent_manager_add_full (gtk_recent_manager_get_default (), uri, &data);
}
