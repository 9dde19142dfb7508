"use client";
import type { Recurrence } from "@tend/contracts";
import { clsx } from "clsx";
import { useViewer } from "@/components/providers";
import { Input, Select } from "@/components/ui/field";
import { firstWeekday } from "@/lib/dates/calendar";
import { monthName, ordinal, weekdayName } from "@/lib/rules/names";
import { type Frequency, type Rule, ruleFor } from "@/lib/rules/rule";
import { FormLine, small } from "./form-line";
import { RuleEnds } from "./rule-ends";

type RuleFormProps = {
  rule: Rule;
  from: Recurrence["from"];
  date: string;
  onChange: (rule: Rule, from: Recurrence["from"]) => void;
};
type PartProps = { rule: Rule; onChange: (rule: Rule) => void };

const units: Record<Frequency, string> = { DAILY: "day", WEEKLY: "week", MONTHLY: "month", YEARLY: "year" };

export function RuleForm({ rule, from, date, onChange }: RuleFormProps) {
  const change = (next: Rule) => onChange(next, from);
  const { interval, ends } = rule;
  return (
    <>
      <FormLine>
        <span>Every</span>
        <Input
          type="number"
          min={1}
          max={999}
          value={interval}
          aria-label="Interval"
          onChange={(event) =>
            change({ ...rule, interval: Math.min(999, Math.max(1, event.target.valueAsNumber || 1)) })
          }
          className={clsx(small, "w-16!")}
        />
        <Select
          aria-label="Unit"
          value={rule.frequency}
          onChange={(event) => change(ruleFor(event.target.value as Frequency, date, { interval, ends }))}
          className={small}
        >
          {Object.entries(units).map(([value, unit]) => (
            <option key={value} value={value}>
              {interval === 1 ? unit : `${unit}s`}
            </option>
          ))}
        </Select>
      </FormLine>
      {rule.frequency === "WEEKLY" && <Weekdays rule={rule} onChange={change} />}
      {rule.frequency === "MONTHLY" && <MonthDay rule={rule} date={date} onChange={change} />}
      {rule.frequency === "YEARLY" && <YearDay rule={rule} onChange={change} />}
      <RuleEnds rule={rule} date={date} onChange={change} />
      <FormLine>
        <span className="w-14">Counted</span>
        <Select
          aria-label="Counted from"
          value={from}
          onChange={(event) => onChange(rule, event.target.value as Recurrence["from"])}
          className={small}
        >
          <option value="due">from the due date</option>
          <option value="completion">from the day it is done</option>
        </Select>
      </FormLine>
    </>
  );
}

function Weekdays({ rule, onChange }: PartProps) {
  const { locale } = useViewer();
  if (rule.frequency !== "WEEKLY") return null;
  const first = firstWeekday(locale);
  const toggle = (day: number) => {
    const has = rule.weekdays.includes(day);
    const weekdays = has
      ? rule.weekdays.filter((other) => other !== day)
      : [...rule.weekdays, day].sort((a, b) => a - b);
    if (weekdays.length > 0) onChange({ ...rule, weekdays });
  };
  return (
    <fieldset className="flex justify-between">
      <legend className="sr-only">On weekdays</legend>
      {Array.from({ length: 7 }, (_, day) => (day + first) % 7).map((day) => (
        <button
          key={day}
          type="button"
          aria-label={weekdayName(day, locale, "long")}
          aria-pressed={rule.weekdays.includes(day)}
          onClick={() => toggle(day)}
          className={clsx(
            "grid size-8 place-items-center rounded-full! text-xs phone:size-10",
            rule.weekdays.includes(day) ? "bg-accent font-medium text-on-accent" : "bg-sunken hover:bg-line",
          )}
        >
          {weekdayName(day, locale).slice(0, 2)}
        </button>
      ))}
    </fieldset>
  );
}

function MonthDay({ rule, date, onChange }: PartProps & { date: string }) {
  const { locale } = useViewer();
  if (rule.frequency !== "MONTHLY") return null;
  const { by } = rule;
  const dayOfMonth = by.kind === "day" && by.day > 0 ? by.day : Number(date.slice(8));
  const kind = by.kind === "nth" ? "nth" : by.day === -1 ? "last" : "day";
  const weekday = by.kind === "nth" ? by.weekday : (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  const choose = (value: string) => {
    if (value === "nth")
      onChange({ ...rule, by: { kind: "nth", nth: Math.min(5, Math.ceil(Number(date.slice(8)) / 7)), weekday } });
    else onChange({ ...rule, by: { kind: "day", day: value === "last" ? -1 : dayOfMonth } });
  };
  return (
    <FormLine>
      <Select aria-label="On" value={kind} onChange={(event) => choose(event.target.value)} className={small}>
        <option value="day">on day</option>
        <option value="last">on the last day</option>
        <option value="nth">on the</option>
      </Select>
      {kind === "day" && (
        <NumberSelect
          label="Day"
          value={dayOfMonth}
          of={31}
          say={ordinal}
          onChange={(day) => onChange({ ...rule, by: { kind: "day", day } })}
        />
      )}
      {by.kind === "nth" && (
        <>
          <Select
            aria-label="Which"
            value={by.nth}
            onChange={(event) => onChange({ ...rule, by: { ...by, nth: Number(event.target.value) } })}
            className={small}
          >
            {[1, 2, 3, 4, 5, -1].map((nth) => (
              <option key={nth} value={nth}>
                {nth === -1 ? "last" : ordinal(nth)}
              </option>
            ))}
          </Select>
          <NumberSelect
            label="Weekday"
            value={by.weekday + 1}
            of={7}
            say={(day) => weekdayName(day - 1, locale)}
            onChange={(day) => onChange({ ...rule, by: { ...by, weekday: day - 1 } })}
          />
        </>
      )}
    </FormLine>
  );
}

function YearDay({ rule, onChange }: PartProps) {
  const { locale } = useViewer();
  if (rule.frequency !== "YEARLY") return null;
  return (
    <FormLine>
      <span className="w-14">On</span>
      <NumberSelect label="Day" value={rule.day} of={31} say={ordinal} onChange={(day) => onChange({ ...rule, day })} />
      <NumberSelect
        label="Month"
        value={rule.month}
        of={12}
        say={(month) => monthName(month, locale)}
        onChange={(month) => onChange({ ...rule, month })}
      />
    </FormLine>
  );
}

type NumberSelectProps = {
  label: string;
  value: number;
  of: number;
  say: (value: number) => string;
  onChange: (value: number) => void;
};

function NumberSelect({ label, value, of, say, onChange }: NumberSelectProps) {
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(Number(event.target.value))}
      className={small}
    >
      {Array.from({ length: of }, (_, index) => index + 1).map((number) => (
        <option key={number} value={number}>
          {say(number)}
        </option>
      ))}
    </Select>
  );
}
