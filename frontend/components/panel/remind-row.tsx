"use client";
import { useQuery } from "@tanstack/react-query";
import type { Reminder } from "@tend/contracts";
import { Bell, X } from "lucide-react";
import { useState } from "react";
import { useViewer } from "@/components/providers";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { reminderInstant, sayBefore, sayReminderTime } from "@/lib/dates/reminders";
import { sayMomentExactly, seen } from "@/lib/dates/wording";
import { meQuery } from "@/lib/queries";
import { Chip, chipLook, PanelRow } from "./panel-row";
import { type NewReminder, ReminderEditor } from "./reminder-editor";
import type { RowEditProps } from "./row-edit";

export function RemindRow({ task, onEdit }: RowEditProps) {
  const [isOpen, setOpen] = useState(false);
  const add = (reminder: NewReminder) => {
    setOpen(false);
    const what = "before" in reminder ? sayBefore(reminder.before) : "at that time";
    onEdit({ reminders: [...task.reminders, reminder] }, `Reminder ${what.toLowerCase()}`);
  };
  const remove = (id: string) =>
    onEdit({ reminders: task.reminders.filter((reminder) => reminder.id !== id) }, "Reminder removed");
  return (
    <PanelRow icon={Bell} label="Remind">
      {task.reminders.map((reminder) => (
        <ReminderChip key={reminder.id} reminder={reminder} task={task} onRemove={() => remove(reminder.id)} />
      ))}
      {task.reminders.length < 20 && (
        <Popover open={isOpen} onOpenChange={setOpen}>
          <PopoverTrigger asChild>
            <Chip isEmpty aria-label="Add a reminder">
              Add
            </Chip>
          </PopoverTrigger>
          <PopoverContent aria-label="Add a reminder" className="w-72">
            <ReminderEditor due={task.due} onAdd={add} />
          </PopoverContent>
        </Popover>
      )}
    </PanelRow>
  );
}

type ReminderChipProps = { reminder: Reminder; task: RowEditProps["task"]; onRemove: () => void };

function ReminderChip({ reminder, task, onRemove }: ReminderChipProps) {
  const viewer = useViewer();
  const { data: me } = useQuery(meQuery);
  const at = reminderInstant(reminder, task.due, viewer, me?.allDayTime ?? "09:00");
  const dueDate = task.due ? seen(task.due, viewer).date : null;
  const time = at === null ? "needs a date" : sayReminderTime(at, dueDate, viewer);
  const words = "before" in reminder ? `${sayBefore(reminder.before)} · ${time}` : time;
  return (
    <span
      className={`${chipLook} group relative tabular-nums`}
      title={at === null ? undefined : sayMomentExactly(new Date(at).toISOString(), viewer)}
    >
      {words}
      <button
        type="button"
        aria-label={`Remove the reminder ${words}`}
        onClick={onRemove}
        className="absolute inset-y-0 right-0 grid w-6 place-items-center rounded-s bg-line text-quiet opacity-0 group-hover:opacity-100 hover:text-text focus-visible:opacity-100 pointer-coarse:relative pointer-coarse:-mr-2 pointer-coarse:bg-transparent pointer-coarse:opacity-100 pointer-coarse:after:absolute pointer-coarse:after:-inset-2"
      >
        <X className="size-3.5!" />
      </button>
    </span>
  );
}
