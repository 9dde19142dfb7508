import "server-only";
import { dehydrate, QueryClient } from "@tanstack/react-query";
import type { Counts, Label, Me, NotificationPage, Page, Project, Task } from "@tend/contracts";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { keys, paths } from "./queries";
import type { ListFilter } from "./tasks/list-filter";

/** A visitor who is not signed in is no failure of the backend: the sidecar's circuit breaker is not to count it as one. */
const refusalHeader = "tend-refusal";

/** Calls the backend through the sidecar with the visitor's own cookie. A renewed cookie is the browser's to ask for. */
async function invoke(path: string): Promise<Response> {
  const sidecar = process.env.DAPR_HTTP_ENDPOINT;
  if (!sidecar) throw new Error("DAPR_HTTP_ENDPOINT is not set: the UI reads through its sidecar.");
  const cookie = (await cookies()).toString();
  const headers = { accept: "application/json", cookie, "dapr-api-token": process.env.DAPR_API_TOKEN ?? "" };
  const response = await fetch(`${sidecar}/v1.0/invoke/todo-backend/method${path}`, {
    headers: { ...headers, [refusalHeader]: "1" },
    cache: "no-store",
    signal: AbortSignal.timeout(10_000),
  });
  const status = Number(response.headers.get(refusalHeader)) || response.status;
  return status === response.status ? response : new Response(response.body, { status });
}

export async function read<T>(path: string): Promise<T> {
  const response = await invoke(`/api/v1${path}`);
  if (response.status === 401) redirect("/sign-in");
  if (response.status === 404) notFound();
  if (!response.ok) throw new Error(`The backend answered ${response.status} to ${path.split("?")[0]}.`);
  return (await response.json()) as T;
}

export const getMe = cache(() => read<Me>("/me"));

export async function isSignedIn(): Promise<boolean> {
  if ((await cookies()).getAll().length === 0) return false;
  const response = await invoke("/api/auth/get-session?disableRefresh=true").catch(() => null);
  return response?.ok === true && (await response.json()) !== null;
}

/** Pages that the browser goes to by itself have its cache already: only a document is given data. */
const isDocument = async () => (await headers()).get("sec-fetch-dest") !== "empty";

/** Data of the shell; the feed's cursor is read first, so that nothing falls between it and the lists. */
export async function shellState() {
  const client = new QueryClient();
  const [me, changes] = await Promise.all([getMe(), read<{ nextCursor: string }>("/changes")]);
  client.setQueryData(keys.me, me);
  await Promise.all([
    read<Page<Project>>(paths.projects).then((page) => client.setQueryData(keys.projects, page.items)),
    read<Page<Label>>(paths.labels).then((page) => client.setQueryData(keys.labels, page.items)),
    read<Counts>("/counts").then((counts) => client.setQueryData(keys.counts, counts)),
    read<NotificationPage>(paths.notifications)
      .then((page) => client.setQueryData(keys.notifications, page))
      .catch(refusedQuietly),
  ]);
  return { state: dehydrate(client), cursor: changes.nextCursor };
}

/** Notifications are another service's: while it is away the page still comes. A redirect is not a failure. */
function refusedQuietly(error: unknown) {
  if (error instanceof Error && "digest" in error) throw error;
}

export async function listState(filters: (me: Me) => ListFilter[]) {
  const client = new QueryClient();
  if (!(await isDocument())) return dehydrate(client);
  const wanted = filters(await getMe());
  await Promise.all(
    wanted.map(async (filter) => {
      const page = await read<Page<Task>>(paths.list(filter, null));
      client.setQueryData(keys.list(filter), { pages: [page], pageParams: [null] });
    }),
  );
  return dehydrate(client);
}
