import type { QueryClient } from "@tanstack/react-query";
import type { NotificationPage } from "@tend/contracts";
import { api } from "./api";
import { keys } from "./queries";
import { sayRefused } from "./toasts";

async function mark(client: QueryClient, isMeant: (id: string) => boolean, path: string) {
  const readAt = new Date().toISOString();
  await client.cancelQueries({ queryKey: keys.notifications });
  client.setQueryData<NotificationPage>(keys.notifications, (page) => {
    if (!page) return page;
    const meant = page.items.filter((item) => !item.readAt && isMeant(item.id)).length;
    const items = page.items.map((item) => (!item.readAt && isMeant(item.id) ? { ...item, readAt } : item));
    return { ...page, items, unread: path.endsWith("read-all") ? 0 : Math.max(0, page.unread - meant) };
  });
  try {
    await api(path, { method: "POST" });
  } catch (error) {
    sayRefused(error);
  }
  void client.invalidateQueries({ queryKey: keys.notifications });
}

export const markRead = (client: QueryClient, id: string) =>
  mark(client, (item) => item === id, `/notifications/${id}/read`);
export const markAllRead = (client: QueryClient) => mark(client, () => true, "/notifications/read-all");
