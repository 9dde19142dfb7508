"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Due, Recurrence, TaskPatch } from "@tend/contracts";
import { RefreshCw } from "lucide-react";
import { useRef, useState } from "react";
import { useViewer } from "@/components/providers";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { today } from "@/lib/dates/wording";
import { previewQuery } from "@/lib/queries";
import { sayRule } from "@/lib/rules/wording";
import { Chip, PanelRow } from "./panel-row";
import { RepeatEditor } from "./repeat-editor";
import type { RowEditProps } from "./row-edit";
import { RulePreview } from "./rule-preview";

/** Saved when the popover closes; Escape leaves the rule as it was. */
export function RepeatRow({ task, onEdit }: RowEditProps) {
  const viewer = useViewer();
  const [isOpen, setOpen] = useState(false);
  const { recurrence } = task;
  const due: Due = task.due ?? { date: today(viewer), time: null, timeZone: null };
  const draft = useRef<Recurrence | null>(recurrence);
  const { data: preview } = useQuery({
    ...previewQuery(recurrence ?? { rrule: "FREQ=DAILY", from: "due" }, due, 6),
    enabled: recurrence !== null,
    placeholderData: keepPreviousData,
  });
  const save = (next: Recurrence | null) => {
    if (next?.rrule === recurrence?.rrule && next?.from === recurrence?.from) return;
    const patch: TaskPatch = task.due || !next ? { recurrence: next } : { recurrence: next, due };
    onEdit(patch, next ? `Repeats: ${sayRule(next.rrule, viewer.locale)}` : "Repeats no more");
  };
  const change = (isNowOpen: boolean) => {
    if (isNowOpen) draft.current = recurrence;
    else save(draft.current);
    setOpen(isNowOpen);
  };
  const keep = (next: Recurrence | null) => {
    draft.current = next;
  };
  return (
    <PanelRow icon={RefreshCw} label="Repeats" below={recurrence && <RulePreview preview={preview} due={due} />}>
      <Popover open={isOpen} onOpenChange={change}>
        <PopoverTrigger asChild>
          <Chip isEmpty={!recurrence}>
            {recurrence ? (preview?.text ?? sayRule(recurrence.rrule, viewer.locale)) : "Set"}
          </Chip>
        </PopoverTrigger>
        <PopoverContent aria-label="Repeats" className="w-88" onEscapeKeyDown={() => keep(recurrence)}>
          <RepeatEditor
            recurrence={recurrence}
            due={due}
            onDraft={keep}
            onDone={(next) => {
              keep(next);
              change(false);
            }}
          />
        </PopoverContent>
      </Popover>
    </PanelRow>
  );
}
