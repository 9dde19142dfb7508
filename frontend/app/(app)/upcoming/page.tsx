import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { UpcomingView } from "@/components/views/upcoming-view";
import { today } from "@/lib/dates/wording";
import { listState } from "@/lib/server-api";
import { upcomingList } from "@/lib/tasks/list-filter";

export const metadata: Metadata = { title: "Upcoming" };

export default async function UpcomingPage() {
  const state = await listState(({ locale, timeZone }) => [
    upcomingList(today({ locale, timeZone, now: Date.now() }), timeZone),
  ]);
  return (
    <HydrationBoundary state={state}>
      <UpcomingView />
    </HydrationBoundary>
  );
}
