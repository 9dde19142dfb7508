"use client";
import type { Due, PatchScope } from "@tend/contracts";
import { Ban, CalendarArrowDown, Sun, Sunrise, X } from "lucide-react";
import { useId, useState } from "react";
import { useViewer } from "@/components/providers";
import { Input } from "@/components/ui/field";
import { addDays } from "@/lib/dates/calendar";
import { nextMonday, sayWeekday, today } from "@/lib/dates/wording";
import { MonthCalendar } from "./month-calendar";
import { ScopeChoice } from "./scope-choice";
import { ZoneSelect } from "./zone-select";

type DueEditorProps = {
  due: Due | null;
  onDraft: (due: Due | null) => void;
  onDone: (due: Due | null) => void;
  scope?: PatchScope;
  onScope: (scope: PatchScope) => void;
};

const preset =
  "flex h-8 w-full items-center gap-2.5 rounded-s px-2 hover:bg-hover phone:h-touch [&_.lucide]:text-quiet";

export function DueEditor({ due, onDraft, onDone, scope, onScope }: DueEditorProps) {
  const viewer = useViewer();
  const now = today(viewer);
  const id = useId();
  const [draft, setDraft] = useState<Due | null>(due);
  const put = (next: Due) => {
    setDraft(next);
    onDraft(next);
  };
  const onDay = (date: string): Due => ({ time: null, timeZone: null, ...draft, date });
  const presets = [
    { name: "Today", date: now, icon: Sun },
    { name: "Tomorrow", date: addDays(now, 1), icon: Sunrise },
    { name: "Next week", date: nextMonday(now), icon: CalendarArrowDown },
  ];
  return (
    <div className="text-sm">
      <div className="grid border-b border-line p-1">
        {presets.map(({ name, date, icon: Icon }) => (
          <button key={name} type="button" className={preset} onClick={() => onDone(onDay(date))}>
            <Icon className="size-4!" aria-hidden />
            {name}
            <span className="ml-auto text-xs text-faint">{sayWeekday(date, viewer.locale)}</span>
          </button>
        ))}
        {due && (
          <button type="button" className={preset} onClick={() => onDone(null)}>
            <Ban className="size-4!" aria-hidden />
            No date
          </button>
        )}
      </div>
      <MonthCalendar value={draft?.date ?? null} today={now} onPick={(date) => put(onDay(date))} />
      <div className="grid grid-cols-[6.75rem_minmax(0,1fr)] items-center gap-2 border-t border-line p-2">
        <label className="sr-only" htmlFor={`${id}-time`}>
          Time
        </label>
        <span className="relative">
          <Input
            id={`${id}-time`}
            type="time"
            value={draft?.time ?? ""}
            onChange={(event) => put({ ...onDay(draft?.date ?? now), time: event.target.value || null })}
            className="h-8! pr-6! pl-2! text-sm! tabular-nums [&::-webkit-calendar-picker-indicator]:hidden"
          />
          {draft?.time && (
            <button
              type="button"
              aria-label="No time"
              onClick={() => put({ ...draft, time: null, timeZone: null })}
              className="absolute inset-y-0 right-0.5 my-auto grid size-6 place-items-center rounded-s text-faint hover:bg-hover hover:text-text phone:after:absolute phone:after:-inset-2"
            >
              <X className="size-3.5!" />
            </button>
          )}
        </span>
        <ZoneSelect
          value={draft?.timeZone ?? null}
          disabled={!draft?.time}
          onChange={(timeZone) => put({ ...onDay(draft?.date ?? now), timeZone })}
        />
      </div>
      {scope && (
        <div className="px-2 pb-2">
          <ScopeChoice value={scope} onChange={onScope} choices={["this", "later"]} />
        </div>
      )}
    </div>
  );
}
