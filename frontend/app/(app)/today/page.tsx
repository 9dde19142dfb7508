import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { TodayView } from "@/components/views/today-view";
import { today } from "@/lib/dates/wording";
import { listState } from "@/lib/server-api";
import { overdueList, todayList } from "@/lib/tasks/list-filter";

export const metadata: Metadata = { title: "Today" };

export default async function TodayPage() {
  const state = await listState(({ locale, timeZone }) => {
    const date = today({ locale, timeZone, now: Date.now() });
    return [overdueList(date, timeZone), todayList(date, timeZone)];
  });
  return (
    <HydrationBoundary state={state}>
      <TodayView />
    </HydrationBoundary>
  );
}
