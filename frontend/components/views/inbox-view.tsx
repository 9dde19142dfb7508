"use client";
import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "@/components/shell/page-header";
import { QuickAdd } from "@/components/tasks/quick-add";
import { Empty, TaskList } from "@/components/tasks/task-list";
import { meQuery } from "@/lib/queries";
import { projectList } from "@/lib/tasks/list-filter";

export function InboxView() {
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  return (
    <>
      <PageHeader title="Inbox" />
      <QuickAdd projectId={me.inboxProjectId} />
      <TaskList
        filter={projectList(me.inboxProjectId)}
        kind="project"
        label="Inbox"
        empty={<Empty title="The inbox is empty">Whatever comes to mind goes here first.</Empty>}
      />
    </>
  );
}
