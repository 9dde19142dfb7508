import type { QueryClient } from "@tanstack/react-query";
import type { Me, MePatch } from "@tend/contracts";
import { api } from "./api";
import { keys } from "./queries";

/** The account's zone decides what day each list is about: lists are loaded again with it. */
export async function changeMe(client: QueryClient, patch: MePatch): Promise<Me> {
  const me = await api<Me>("/me", { method: "PATCH", body: patch });
  client.setQueryData(keys.me, me);
  if (patch.timeZone) await client.invalidateQueries({ queryKey: keys.lists });
  void client.invalidateQueries({ queryKey: keys.counts });
  return me;
}
