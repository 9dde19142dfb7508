"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Due, Recurrence } from "@tend/contracts";
import { Ban, SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useViewer } from "@/components/providers";
import { Refused } from "@/lib/api";
import { weekday } from "@/lib/dates/calendar";
import { sayWeekdayDate } from "@/lib/dates/wording";
import { previewQuery } from "@/lib/queries";
import { ordinal, weekdayName } from "@/lib/rules/names";
import { parseRule, type Rule, ruleFor, unending, writeRule } from "@/lib/rules/rule";
import { RuleForm } from "./rule-form";
import { RulePreview } from "./rule-preview";

type RepeatEditorProps = {
  recurrence: Recurrence | null;
  due: Due;
  onDraft: (recurrence: Recurrence) => void;
  onDone: (recurrence: Recurrence | null) => void;
};

const item =
  "flex h-8 w-full items-center gap-2.5 rounded-s px-2 text-left hover:bg-hover phone:h-touch [&_.lucide]:text-quiet";

function presetsFor({ date }: Due, locale: string): [string, string, Rule][] {
  const day = weekday(date);
  return [
    ["Every day", "", ruleFor("DAILY", date, unending)],
    ["Every workday", "", { ...unending, frequency: "WEEKLY", weekdays: [0, 1, 2, 3, 4] }],
    ["Every week", weekdayName(day, locale), ruleFor("WEEKLY", date, unending)],
    ["Every month", `the ${ordinal(Number(date.slice(8)))}`, ruleFor("MONTHLY", date, unending)],
    ["Every year", sayWeekdayDate(date, locale).replace(/^\S+ /, ""), ruleFor("YEARLY", date, unending)],
  ];
}

export function RepeatEditor({ recurrence, due, onDraft, onDone }: RepeatEditorProps) {
  const { locale } = useViewer();
  const [isCustom, setCustom] = useState(recurrence !== null);
  if (isCustom) return <CustomRule recurrence={recurrence} due={due} onDraft={onDraft} onDone={onDone} />;
  return (
    <div className="-m-1 grid">
      {presetsFor(due, locale).map(([name, note, rule]) => (
        <button
          key={name}
          type="button"
          className={item}
          onClick={() => onDone({ rrule: writeRule(rule), from: recurrence?.from ?? "due" })}
        >
          {name}
          <span className="ml-auto text-xs text-faint">{note}</span>
        </button>
      ))}
      <button type="button" className={item} onClick={() => setCustom(true)}>
        <SlidersHorizontal className="size-4!" aria-hidden /> In another way
      </button>
    </div>
  );
}

function CustomRule({ recurrence, due, onDraft, onDone }: RepeatEditorProps) {
  const known = recurrence ? parseRule(recurrence.rrule, due.date) : ruleFor("WEEKLY", due.date, unending);
  const [rule, setRule] = useState<Rule>(known ?? ruleFor("DAILY", due.date, unending));
  const [from, setFrom] = useState(recurrence?.from ?? "due");
  const [isTouched, setTouched] = useState(known !== null);
  const shown: Recurrence = isTouched ? { rrule: writeRule(rule), from } : recurrence!;
  const { data: preview, error } = useQuery({ ...previewQuery(shown, due, 6), placeholderData: keepPreviousData });
  const change = (next: Rule, nextFrom: Recurrence["from"]) => {
    setRule(next);
    setFrom(nextFrom);
    setTouched(true);
    onDraft({ rrule: writeRule(next), from: nextFrom });
  };
  return (
    <div className="grid gap-3 p-1">
      <RuleForm rule={rule} from={from} date={due.date} onChange={change} />
      {error instanceof Refused ? (
        <p role="alert" className="text-urgent">
          {error.errors[0]?.message ?? error.message}
        </p>
      ) : (
        <div className="grid gap-2">
          <p className="font-medium" aria-live="polite">
            {preview?.text}
          </p>
          <RulePreview preview={preview} due={due} />
        </div>
      )}
      <div className="flex justify-between">
        {recurrence ? (
          <button
            type="button"
            className="flex items-center gap-1.5 rounded-s text-quiet hover:text-text phone:min-h-touch"
            onClick={() => onDone(null)}
          >
            <Ban className="size-4!" aria-hidden /> Stop repeating
          </button>
        ) : (
          <span />
        )}
        <button
          type="button"
          className="rounded-s px-1 font-medium text-accent phone:min-h-touch"
          disabled={error !== null}
          onClick={() => onDone(shown)}
        >
          Done
        </button>
      </div>
    </div>
  );
}
