"use client";
import { useQuery } from "@tanstack/react-query";
import type { Task } from "@tend/contracts";
import { lazy } from "react";
import { useViewer } from "@/components/providers";
import { PageHeader } from "@/components/shell/page-header";
import { QuickAdd } from "@/components/tasks/quick-add";
import { Section } from "@/components/tasks/section";
import { Empty, ListRefused, RowSkeletons, TaskRows, useTaskList } from "@/components/tasks/task-list";
import { Button } from "@/components/ui/button";
import { WhenWanted } from "@/components/ui/when-wanted";
import { sayLongDate, today } from "@/lib/dates/wording";
import { meQuery } from "@/lib/queries";
import { overdueList, todayList } from "@/lib/tasks/list-filter";
import { ZoneOffer } from "./zone-offer";

const loadReschedule = () => import("./reschedule");
const Reschedule = lazy(loadReschedule);

function RescheduleWhenWanted({ tasks }: { tasks: Task[] }) {
  return (
    <WhenWanted
      load={loadReschedule}
      standIn={(props) => (
        <Button look="link" size="text" aria-haspopup="menu" {...props}>
          Reschedule
        </Button>
      )}
    >
      <Reschedule tasks={tasks} />
    </WhenWanted>
  );
}

export function TodayView() {
  const viewer = useViewer();
  const { data: me } = useQuery(meQuery);
  const date = today(viewer);
  const overdue = useTaskList(overdueList(date, viewer.timeZone));
  const due = useTaskList(todayList(date, viewer.timeZone));
  const open = due.tasks.length;
  const isEmpty = open === 0 && overdue.tasks.length === 0;
  return (
    <>
      <PageHeader title="Today" note={sayLongDate(date, viewer.locale)} />
      <ZoneOffer />
      {me && <QuickAdd projectId={me.inboxProjectId} defaultDate={date} />}
      {overdue.tasks.length > 0 && (
        <Section
          title="Overdue"
          count={overdue.tasks.length}
          isLate
          action={<RescheduleWhenWanted tasks={overdue.tasks.filter((task) => task.status === "open")} />}
        >
          <TaskRows list={overdue} kind="list" label="Overdue" />
        </Section>
      )}
      {due.isPending || overdue.isPending ? (
        <RowSkeletons />
      ) : due.isError && open === 0 ? (
        <ListRefused list={due} />
      ) : isEmpty ? (
        <Empty title="Nothing is due today">What you add here is for today, unless you name another day.</Empty>
      ) : (
        <Section title="Today" count={open}>
          {open === 0 ? (
            <p className="px-2 py-3 text-sm text-quiet">Nothing else is due today.</p>
          ) : (
            <TaskRows list={due} kind="day" label="Today" />
          )}
        </Section>
      )}
    </>
  );
}
