"use client";
import type { Task } from "@tend/contracts";
import { useTasks, useViewer } from "@/components/providers";
import { buttonLook } from "@/components/ui/button";
import { Menu, MenuContent, MenuItem, MenuTrigger } from "@/components/ui/menu";
import { addDays } from "@/lib/dates/calendar";
import { nextMonday, sayWeekdayDate, today } from "@/lib/dates/wording";

/** Moves everything that is late to another day, each at its own time. */
export default function Reschedule({ tasks }: { tasks: Task[] }) {
  const actions = useTasks();
  const viewer = useViewer();
  const now = today(viewer);
  const days: [string, string][] = [
    ["Today", now],
    ["Tomorrow", addDays(now, 1)],
    ["Next week", nextMonday(now)],
  ];
  return (
    <Menu defaultOpen>
      <MenuTrigger className={buttonLook({ look: "link", size: "text" })}>Reschedule</MenuTrigger>
      <MenuContent align="end">
        {days.map(([name, date]) => (
          <MenuItem key={name} onSelect={() => void actions.reschedule(tasks, date)}>
            {name}
            <span className="ml-auto pl-6 text-xs text-faint">{sayWeekdayDate(date, viewer.locale)}</span>
          </MenuItem>
        ))}
      </MenuContent>
    </Menu>
  );
}
