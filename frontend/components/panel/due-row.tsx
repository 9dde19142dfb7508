"use client";
import type { Due, PatchScope } from "@tend/contracts";
import { clsx } from "clsx";
import { Calendar } from "lucide-react";
import { useRef, useState } from "react";
import { useViewer } from "@/components/providers";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { isLate, sayDue, sayExactly, sayZone } from "@/lib/dates/wording";
import { DueEditor } from "./due-editor";
import { Chip, PanelRow } from "./panel-row";
import type { RowEditProps } from "./row-edit";

const isSame = (a: Due | null, b: Due | null) =>
  a?.date === b?.date && (a?.time ?? null) === (b?.time ?? null) && (a?.timeZone ?? null) === (b?.timeZone ?? null);

/** Saved when the popover closes; Escape leaves the due as it was. */
export function DueRow({ task, onEdit }: RowEditProps) {
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  const [scope, setScope] = useState<PatchScope>("this");
  const draft = useRef<Due | null>(task.due);
  const { due } = task;
  const change = (isNowOpen: boolean) => {
    if (isNowOpen) draft.current = due;
    else save(draft.current);
    setOpen(isNowOpen);
  };
  const save = (next: Due | null) => {
    if (isSame(next, due)) return;
    const stopsRepeating = !next && task.recurrence;
    const patch = stopsRepeating ? { due: null, recurrence: null } : { due: next };
    const what = next ? `Due ${sayDue(next, viewer)}` : "No date";
    onEdit(patch, what, stopsRepeating ? "later" : task.seriesId ? scope : undefined);
  };
  const done = (next: Due | null) => {
    draft.current = next;
    change(false);
  };
  return (
    <PanelRow icon={Calendar} label="Due">
      <Popover open={isOpen} onOpenChange={change}>
        <PopoverTrigger asChild>
          <Chip
            isEmpty={!due}
            title={due ? sayExactly(due, viewer) : undefined}
            className={clsx("tabular-nums", due && task.status === "open" && isLate(due, viewer) && "text-urgent")}
          >
            {due ? sayDue(due, viewer) : "Add a date"}
          </Chip>
        </PopoverTrigger>
        <PopoverContent
          aria-label="Due"
          className="w-68 p-0!"
          onEscapeKeyDown={() => {
            draft.current = due;
          }}
        >
          <DueEditor
            due={due}
            onDraft={(next) => {
              draft.current = next;
            }}
            onDone={done}
            scope={task.seriesId ? scope : undefined}
            onScope={setScope}
          />
        </PopoverContent>
      </Popover>
      {due?.time && due.timeZone && <span className="text-faint">{sayZone(due.timeZone)}</span>}
    </PanelRow>
  );
}
