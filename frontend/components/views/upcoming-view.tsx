"use client";
import { useQuery } from "@tanstack/react-query";
import type { Task } from "@tend/contracts";
import { useViewer } from "@/components/providers";
import { PageHeader } from "@/components/shell/page-header";
import { QuickAdd } from "@/components/tasks/quick-add";
import { useRowOf } from "@/components/tasks/row-of";
import { Section } from "@/components/tasks/section";
import { Empty, ListRefused, MoreWhenSeen, RowSkeletons, useTaskList } from "@/components/tasks/task-list";
import { addDays, daysBetween } from "@/lib/dates/calendar";
import { sayLongDate, sayShortDate, sayWeekday, seen, today, type Viewer } from "@/lib/dates/wording";
import { meQuery } from "@/lib/queries";
import { upcomingList } from "@/lib/tasks/list-filter";

function byDay(tasks: Task[], viewer: Viewer): [string, Task[]][] {
  const days = new Map<string, Task[]>();
  for (const task of tasks) {
    if (!task.due) continue;
    const { date } = seen(task.due, viewer);
    days.set(date, [...(days.get(date) ?? []), task]);
  }
  return [...days];
}

function heading(date: string, viewer: Viewer): { title: string; note: string } {
  const distance = daysBetween(today(viewer), date);
  if (distance === 1) return { title: "Tomorrow", note: sayLongDate(date, viewer.locale) };
  if (distance < 7) return { title: sayWeekday(date, viewer.locale, "long"), note: sayShortDate(date, viewer) };
  return { title: sayShortDate(date, viewer), note: sayWeekday(date, viewer.locale, "long") };
}

export function UpcomingView() {
  const viewer = useViewer();
  const { data: me } = useQuery(meQuery);
  const date = today(viewer);
  const list = useTaskList(upcomingList(date, viewer.timeZone));
  const rowOf = useRowOf("day");
  return (
    <>
      <PageHeader title="Upcoming" />
      {me && <QuickAdd projectId={me.inboxProjectId} defaultDate={addDays(date, 1)} />}
      {list.isPending && <RowSkeletons />}
      {list.isError && list.tasks.length === 0 && <ListRefused list={list} />}
      {list.isSuccess && list.tasks.length === 0 && (
        <Empty title="Nothing ahead">Tasks with a date after today gather here, day by day.</Empty>
      )}
      {byDay(list.tasks, viewer).map(([day, tasks]) => (
        <div key={day} className="[contain-intrinsic-size:auto_8rem] [content-visibility:auto]">
          <Section {...heading(day, viewer)}>
            <ul aria-label={sayLongDate(day, viewer.locale)}>{tasks.map((task) => rowOf(task))}</ul>
          </Section>
        </div>
      ))}
      <MoreWhenSeen list={list} />
    </>
  );
}
