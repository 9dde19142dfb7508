"use client";
import type { PatchScope } from "@tend/contracts";
import { clsx } from "clsx";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTasks } from "@/components/providers";
import { Check } from "@/components/tasks/check";
import type { RowEditProps } from "./row-edit";
import { ScopeChoice } from "./scope-choice";

const sameText = "col-start-1 row-start-1 px-1 py-0.5 [overflow-wrap:anywhere] whitespace-pre-wrap";

export function TitleEditor({ task, onEdit }: RowEditProps) {
  const actions = useTasks();
  const [draft, setDraft] = useState<string | null>(null);
  const [scope, setScope] = useState<PatchScope>("later");
  const isDiscarded = useRef(false);
  const text = draft ?? task.title;
  const isDone = task.status !== "open";
  const save = () => {
    const title = text.trim();
    if (!isDiscarded.current && title && title !== task.title) onEdit({ title }, "Renamed", scope);
    isDiscarded.current = false;
    setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    isDiscarded.current = event.key === "Escape";
    event.currentTarget.blur();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: leaving the whole group, choice included, saves
    <div
      className="-mb-0.5 grid gap-2"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && draft !== null && save()}
    >
      <div className="flex items-start gap-3 text-lg leading-snug font-[640] tracking-[-.01em]">
        <span className="mt-1">
          <Check
            title={task.title}
            priority={task.priority}
            isDone={isDone}
            disabled={task.status === "trashed"}
            onToggle={() => void actions.toggle(task)}
          />
        </span>
        <div className="-mx-1 grid min-w-0 flex-1">
          <span aria-hidden className={clsx(sameText, "invisible")}>
            {text}{" "}
          </span>
          <textarea
            value={text}
            rows={1}
            maxLength={500}
            aria-label="Title"
            onChange={(event) => setDraft(event.target.value.replaceAll("\n", " "))}
            onFocus={() => setDraft((present) => present ?? task.title)}
            onKeyDown={onKeyDown}
            className={clsx(
              sameText,
              "resize-none overflow-hidden rounded-s bg-transparent",
              isDone && "text-faint line-through decoration-1",
            )}
          />
        </div>
      </div>
      {task.seriesId && draft !== null && draft !== task.title && <ScopeChoice value={scope} onChange={setScope} />}
    </div>
  );
}
