"use client";
import type { PatchScope } from "@tend/contracts";
import { clsx } from "clsx";
import dynamic from "next/dynamic";
import { type KeyboardEvent, type MouseEvent, useRef, useState } from "react";
import { say } from "@/lib/toasts";
import type { RowEditProps } from "./row-edit";
import { ScopeChoice } from "./scope-choice";

const Markdown = dynamic(() => import("./markdown"), { ssr: false });
const sameText = "col-start-1 row-start-1 min-h-20 px-2 py-1.5 [overflow-wrap:anywhere] whitespace-pre-wrap";

/** Markdown to read, text to edit. */
export function NotesEditor({ task, onEdit }: RowEditProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [scope, setScope] = useState<PatchScope>("later");
  const isDiscarded = useRef(false);
  const put = async (notes: string) => {
    const isSaved = await onEdit({ notes }, notes ? "Notes saved" : "Notes removed", scope);
    // What could not be saved stays in the field.
    if (!isSaved) setDraft((present) => present ?? notes);
  };
  const leave = () => {
    const isChanged = draft !== null && draft !== task.notes;
    if (isChanged && isDiscarded.current)
      say("Notes left as they were", { act: { label: "Save mine", onClick: () => void put(draft) } });
    else if (isChanged) void put(draft);
    isDiscarded.current = false;
    setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    event.stopPropagation();
    if (event.key !== "Escape" && !(event.key === "Enter" && (event.metaKey || event.ctrlKey))) return;
    event.preventDefault();
    isDiscarded.current = event.key === "Escape";
    event.currentTarget.blur();
  };
  if (draft === null) return <NotesShown notes={task.notes} onStart={() => setDraft(task.notes)} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: leaving the whole group, choice included, saves
    <div className="-mx-2 grid gap-2" onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && leave()}>
      <div className="grid">
        <span aria-hidden className={clsx(sameText, "invisible")}>
          {draft}{" "}
        </span>
        <textarea
          // biome-ignore lint/a11y/noAutofocus: it appears because the visitor asked to write
          autoFocus
          onFocus={({ currentTarget: field }) => field.setSelectionRange(field.value.length, field.value.length)}
          value={draft}
          aria-label="Notes, in Markdown"
          placeholder="Notes. Markdown is understood."
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          className={clsx(
            sameText,
            "resize-none overflow-hidden rounded-s border border-line bg-transparent focus:border-accent focus-visible:shadow-none",
          )}
        />
      </div>
      {task.seriesId && draft !== task.notes && <ScopeChoice value={scope} onChange={setScope} />}
    </div>
  );
}

function NotesShown({ notes, onStart }: { notes: string; onStart: () => void }) {
  const onClick = (event: MouseEvent) => {
    const isSelecting = getSelection()?.isCollapsed === false;
    if (!isSelecting && !(event.target as HTMLElement).closest("a")) onStart();
  };
  if (!notes)
    return (
      <button
        type="button"
        onClick={onStart}
        className="w-fit rounded-s py-0.5 text-faint not-disabled:hover:text-text phone:min-h-touch"
      >
        Add notes
      </button>
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same for keys
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div onClick={onClick} className="group relative cursor-text text-quiet">
      <Markdown text={notes} />
      <button
        type="button"
        onClick={onStart}
        className="absolute -top-1 right-0 rounded-s bg-surface px-1.5 py-0.5 text-xs text-faint opacity-0 focus-visible:opacity-100"
      >
        Edit notes
      </button>
    </div>
  );
}
