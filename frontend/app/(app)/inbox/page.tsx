import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { InboxView } from "@/components/views/inbox-view";
import { listState } from "@/lib/server-api";
import { projectList } from "@/lib/tasks/list-filter";

export const metadata: Metadata = { title: "Inbox" };

export default async function InboxPage() {
  return (
    <HydrationBoundary state={await listState((me) => [projectList(me.inboxProjectId)])}>
      <InboxView />
    </HydrationBoundary>
  );
}
