import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { TrashView } from "@/components/views/trash-view";
import { listState } from "@/lib/server-api";
import { trashList } from "@/lib/tasks/list-filter";

export const metadata: Metadata = { title: "Trash" };

export default async function TrashPage() {
  return (
    <HydrationBoundary state={await listState(() => [trashList])}>
      <TrashView />
    </HydrationBoundary>
  );
}
