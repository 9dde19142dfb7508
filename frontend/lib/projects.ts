import type { QueryClient } from "@tanstack/react-query";
import type { Colour, Label, Project } from "@tend/contracts";
import { api } from "./api";
import { newId } from "./ids";
import { keys } from "./queries";
import { say, sayRefused } from "./toasts";

const colours: Colour[] = ["green", "blue", "orange", "purple", "teal", "pink", "red", "grey"];

const stamp = () => ({ version: 0, createdAt: new Date().toISOString(), updatedAt: new Date().toISOString() });

/** Paints the change of a cached list, sends it, and takes it back when refused. The refusal is thrown on. */
async function paint<T, R>(
  client: QueryClient,
  key: readonly unknown[],
  edit: (items: T[]) => T[],
  send: () => Promise<R>,
) {
  await client.cancelQueries({ queryKey: key });
  const before = client.getQueryData<T[]>(key);
  client.setQueryData<T[]>(key, (items = []) => edit(items));
  try {
    const answer = await send();
    void client.invalidateQueries({ queryKey: key });
    return answer;
  } catch (error) {
    client.setQueryData(key, before);
    throw error;
  }
}

export function addProject(client: QueryClient, name: string): Promise<Project> {
  const count = client.getQueryData<Project[]>(keys.projects)?.length ?? 0;
  const body = { id: newId(), name, colour: colours[(count - 1 + colours.length) % colours.length] ?? "grey" };
  const project: Project = { ...body, isInbox: false, ...stamp() };
  return paint<Project, Project>(
    client,
    keys.projects,
    (items) => [...items, project],
    () => api("/projects", { method: "POST", body }),
  );
}

export function editProject(client: QueryClient, id: string, patch: { name?: string; colour?: Colour }) {
  return paint<Project, Project>(
    client,
    keys.projects,
    (items) => items.map((item) => (item.id === id ? { ...item, ...patch } : item)),
    () => api(`/projects/${id}`, { method: "PATCH", body: patch }),
  );
}

export async function deleteProject(client: QueryClient, project: Project): Promise<boolean> {
  try {
    await paint<Project, void>(
      client,
      keys.projects,
      (items) => items.filter((item) => item.id !== project.id),
      () => api(`/projects/${project.id}`, { method: "DELETE" }),
    );
    void client.invalidateQueries({ queryKey: keys.lists });
    void client.invalidateQueries({ queryKey: keys.counts });
    say(`“${project.name}” is deleted; its tasks are in the inbox`);
    return true;
  } catch (error) {
    sayRefused(error);
    return false;
  }
}

export function addLabel(client: QueryClient, name: string): Promise<Label> {
  const body = { id: newId(), name, colour: "grey" as const };
  return paint<Label, Label>(
    client,
    keys.labels,
    (items) => [...items, { ...body, ...stamp() }],
    () => api("/labels", { method: "POST", body }),
  );
}
