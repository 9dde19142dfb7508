"use client";
import type { Due, Preview } from "@tend/contracts";
import { useViewer } from "@/components/providers";
import { sayClock, sayDayOfMonth, sayExactly, seen, today, type Viewer } from "@/lib/dates/wording";

/** The time, or the year of a date in another one. */
function sayUnder(date: string, time: string | null, viewer: Viewer): string {
  const year = date.slice(0, 4);
  if (year !== today(viewer).slice(0, 4)) return year;
  return time ? sayClock(time, viewer.locale) : "";
}

/** The five dates that come after the present one. */
export function RulePreview({ preview, due }: { preview: Preview | undefined; due: Due }) {
  const viewer = useViewer();
  const following = preview?.occurrences.filter((next) => next.date !== due.date || next.time !== due.time).slice(0, 5);
  return (
    <div className="rounded-m bg-sunken px-3.5 py-3">
      {following?.length === 0 ? "This is the last one" : "Then"}
      <ol
        aria-label="Next dates"
        className="mt-2 grid min-h-9 grid-cols-5 gap-2 text-xs text-quiet tabular-nums empty:hidden"
      >
        {following?.map((next) => {
          const { date, time } = seen(next, viewer);
          return (
            <li key={`${date}${time}`} title={sayExactly(next, viewer)}>
              <b className="block text-sm font-[550] whitespace-nowrap text-text">{sayDayOfMonth(date, viewer)}</b>
              {sayUnder(date, time, viewer)}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
