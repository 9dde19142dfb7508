"use client";
import type { Due, TaskPatch } from "@tend/contracts";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useViewer } from "@/components/providers";
import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { sayBefore } from "@/lib/dates/reminders";
import { today } from "@/lib/dates/wording";
import { small } from "./form-line";

export type NewReminder = NonNullable<TaskPatch["reminders"]>[number];

const timed = ["PT0S", "PT10M", "PT30M", "PT1H", "P1D"];
const allDay = ["PT0S", "P1D", "P2D", "P1W"];
const units: Record<string, (count: number) => string> = {
  minutes: (count) => `PT${count}M`,
  hours: (count) => `PT${count}H`,
  days: (count) => `P${count}D`,
  weeks: (count) => `P${count}W`,
};

const item = "flex h-8 w-full items-center rounded-s px-2 text-left hover:bg-hover phone:h-touch";

export function ReminderEditor({ due, onAdd }: { due: Due | null; onAdd: (reminder: NewReminder) => void }) {
  return (
    <div className="-m-1 grid">
      {due &&
        (due.time ? timed : allDay).map((before) => (
          <button key={before} type="button" className={item} onClick={() => onAdd({ before })}>
            {sayBefore(before)}
          </button>
        ))}
      {due && <Custom onAdd={onAdd} />}
      <AtTime due={due} onAdd={onAdd} />
    </div>
  );
}

function Custom({ onAdd }: { onAdd: (reminder: NewReminder) => void }) {
  const [count, setCount] = useState(15);
  const [unit, setUnit] = useState("minutes");
  const add = () => onAdd({ before: units[unit]!(count) });
  return (
    <div className="mt-1 flex items-center gap-1.5 border-t border-line px-2 pt-2">
      <Input
        type="number"
        min={0}
        max={9999}
        value={count}
        aria-label="How long before"
        onChange={(event) => setCount(Math.min(9999, Math.max(0, event.target.valueAsNumber || 0)))}
        className={`${small} w-16!`}
      />
      <Select aria-label="Unit" value={unit} onChange={(event) => setUnit(event.target.value)} className={small}>
        {Object.keys(units).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Button onClick={add} aria-label={`Add: ${count} ${unit} before`} look="quiet" size="icon">
        <Plus className="size-4!" />
      </Button>
    </div>
  );
}

function AtTime({ due, onAdd }: { due: Due | null; onAdd: (reminder: NewReminder) => void }) {
  const viewer = useViewer();
  const [date, setDate] = useState(due?.date ?? today(viewer));
  const [time, setTime] = useState("09:00");
  return (
    <div className="flex items-center gap-1.5 px-2 pt-2 pb-1">
      <Input
        type="date"
        aria-label="On the day"
        value={date}
        onChange={(event) => setDate(event.target.value)}
        className={`${small} min-w-0 flex-1 px-2! text-xs! [&::-webkit-calendar-picker-indicator]:hidden`}
      />
      <Input
        type="time"
        aria-label="At the time"
        value={time}
        onChange={(event) => setTime(event.target.value)}
        className={`${small} w-20! px-2! text-xs! [&::-webkit-calendar-picker-indicator]:hidden`}
      />
      <Button
        disabled={!date || !time}
        onClick={() => onAdd({ at: { date, time, timeZone: null } })}
        aria-label="Add: at that time"
      >
        Add
      </Button>
    </div>
  );
}
