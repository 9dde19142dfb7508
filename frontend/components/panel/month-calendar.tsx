"use client";
import { clsx } from "clsx";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useViewer } from "@/components/providers";
import { buttonLook } from "@/components/ui/button";
import { addDays, addMonths, firstWeekday, weekday } from "@/lib/dates/calendar";
import { sayLongDate, sayMonth } from "@/lib/dates/wording";
import { weekdayName } from "@/lib/rules/names";

type MonthCalendarProps = { value: string | null; today: string; onPick: (date: string) => void };

function weeksOf(month: string, first: number): string[][] {
  const start = `${month}-01`;
  const lead = (weekday(start) - first + 7) % 7;
  return Array.from({ length: 6 }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => addDays(start, week * 7 + day - lead)),
  );
}

const steps: Record<string, (date: string) => string> = {
  ArrowLeft: (date) => addDays(date, -1),
  ArrowRight: (date) => addDays(date, 1),
  ArrowUp: (date) => addDays(date, -7),
  ArrowDown: (date) => addDays(date, 7),
  PageUp: (date) => addMonths(date, -1),
  PageDown: (date) => addMonths(date, 1),
};

export function MonthCalendar({ value, today, onPick }: MonthCalendarProps) {
  const { locale } = useViewer();
  const [at, setAt] = useState(value ?? today);
  const grid = useRef<HTMLTableElement>(null);
  const isByKey = useRef(false);
  const first = firstWeekday(locale);
  const month = at.slice(0, 7);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus follows the day that the keys went to
  useEffect(() => {
    if (isByKey.current) grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
    isByKey.current = false;
  }, [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    isByKey.current = true;
    setAt(step(at));
  };
  const turn = buttonLook({ look: "quiet", size: "icon" });
  return (
    <div className="p-2">
      <div className="flex items-center justify-between pb-1 pl-2">
        <span className="font-medium" aria-live="polite">
          {sayMonth(at, locale)}
        </span>
        <span className="flex">
          <button type="button" aria-label="Previous month" className={turn} onClick={() => setAt(addMonths(at, -1))}>
            <ChevronLeft className="size-4!" />
          </button>
          <button type="button" aria-label="Next month" className={turn} onClick={() => setAt(addMonths(at, 1))}>
            <ChevronRight className="size-4!" />
          </button>
        </span>
      </div>
      <table
        ref={grid}
        aria-label={sayMonth(at, locale)}
        className="w-full table-fixed text-center"
        onKeyDown={onKeyDown}
      >
        <thead className="text-xs text-faint">
          <tr>
            {Array.from({ length: 7 }, (_, day) => (day + first) % 7).map((day) => (
              <th key={day} scope="col" className="h-6 font-normal" abbr={weekdayName(day, locale, "long")}>
                {weekdayName(day, locale, "short").slice(0, 2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month, first).map((week) => (
            <tr key={week[0]}>
              {week.map((date) => (
                <td key={date} className="p-0">
                  <button
                    type="button"
                    tabIndex={date === at ? 0 : -1}
                    aria-label={sayLongDate(date, locale)}
                    aria-current={date === today ? "date" : undefined}
                    aria-pressed={date === value}
                    onClick={() => {
                      setAt(date);
                      onPick(date);
                    }}
                    className={clsx(
                      "mx-auto grid size-7.5 place-items-center rounded-full! tabular-nums",
                      date === value
                        ? "bg-accent font-medium text-on-accent"
                        : clsx(
                            "hover:bg-hover",
                            date === today && "font-semibold text-accent",
                            !date.startsWith(month) && "text-faint",
                          ),
                    )}
                  >
                    {Number(date.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
