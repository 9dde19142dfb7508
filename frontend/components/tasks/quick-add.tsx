"use client";
import { useQueryClient } from "@tanstack/react-query";
import type { QuickAdded } from "@tend/contracts";
import { Plus } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useTasks, useViewer } from "@/components/providers";
import { Kbd } from "@/components/ui/kbd";
import { addTask, type Understood, understand } from "@/lib/tasks/add-task";
import { reasonOf } from "@/lib/toasts";
import { MakeName } from "./make-name";
import { QuickWords } from "./quick-words";

const pause = 120;

/** What the server understood of the line, a moment after each key; asked again when `names` have been added. */
function useUnderstood(text: string, timeZone: string, names: number) {
  const [understood, setUnderstood] = useState<Understood | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: more names are understood now
  useEffect(() => {
    const line = text.trim();
    if (!line) return setUnderstood(null);
    const stopping = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await understand(text, timeZone, stopping.signal).catch(() => null);
      if (answer && !stopping.signal.aborted) setUnderstood({ text, answer });
    }, pause);
    return () => {
      clearTimeout(timer);
      stopping.abort();
    };
  }, [text, timeZone, names]);
  return understood;
}

const meaning: Record<QuickAdded["spans"][number]["kind"], string> = {
  due: "date",
  recurrence: "repeat",
  priority: "priority",
  project: "project",
  label: "label",
  reminder: "reminder",
};

function sayUnderstood(understood: Understood | null) {
  const spans = understood?.answer.spans ?? [];
  return spans.map((span) => `${meaning[span.kind]}: ${understood?.text.slice(span.start, span.end)}`).join(", ");
}

type QuickAddProps = { projectId: string; defaultDate?: string };

export function QuickAdd({ projectId, defaultDate }: QuickAddProps) {
  const client = useQueryClient();
  const actions = useTasks();
  const viewer = useViewer();
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState("");
  const [made, setMade] = useState(0);
  const understood = useUnderstood(text, viewer.timeZone, made);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  async function submit(event: FormEvent) {
    event.preventDefault();
    const line = text;
    if (!line.trim()) return;
    setText("");
    setRefusal("");
    try {
      await addTask(client, actions, viewer, { text: line, projectId, defaultDate, understood });
    } catch (error) {
      setText((present) => present || line);
      setRefusal(reasonOf(error));
    }
  }

  return (
    <form onSubmit={submit} className="mb-7">
      <div className="flex h-11 items-center phone:h-12 gap-3 rounded-m border border-line bg-surface px-3.5 transition-colors focus-within:border-accent">
        <Plus className="text-accent" aria-hidden />
        <QuickWords text={text} understood={understood} input={input}>
          <input
            ref={input}
            data-quick-add
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setRefusal("");
            }}
            onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
            aria-label="Add a task"
            aria-describedby={`${id}-words`}
            aria-invalid={refusal ? true : undefined}
            aria-keyshortcuts="q"
            placeholder="Add a task, such as “Water the plants every day at 9”"
            maxLength={500}
            autoComplete="off"
            enterKeyHint="done"
            className="relative size-full bg-transparent text-transparent caret-text outline-none text-ellipsis selection:text-transparent placeholder:text-faint focus-visible:shadow-none"
          />
        </QuickWords>
        {text && (
          <span className="phone:hidden" aria-hidden>
            <Kbd>↵</Kbd>
          </span>
        )}
      </div>
      <span id={`${id}-words`} aria-live="polite" className="sr-only">
        {sayUnderstood(understood)}
      </span>
      <MakeName
        text={text}
        understood={understood}
        onMade={() => {
          setMade(made + 1);
          input.current?.focus();
        }}
      />
      <p role="alert" className="px-3.5 pt-1.5 text-sm text-urgent empty:hidden">
        {refusal}
      </p>
    </form>
  );
}
