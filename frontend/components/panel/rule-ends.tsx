"use client";
import { clsx } from "clsx";
import { Input, Select } from "@/components/ui/field";
import { addMonths } from "@/lib/dates/calendar";
import type { Rule } from "@/lib/rules/rule";
import { FormLine, small } from "./form-line";

type RuleEndsProps = { rule: Rule; date: string; onChange: (rule: Rule) => void };

export function RuleEnds({ rule, date, onChange }: RuleEndsProps) {
  const { ends } = rule;
  const choose = (kind: string) => {
    if (kind === "until") onChange({ ...rule, ends: { kind, date: addMonths(date, 3) } });
    else if (kind === "count") onChange({ ...rule, ends: { kind, count: 10 } });
    else onChange({ ...rule, ends: { kind: "never" } });
  };
  return (
    <FormLine>
      <span className="w-14">Ends</span>
      <Select aria-label="Ends" value={ends.kind} onChange={(event) => choose(event.target.value)} className={small}>
        <option value="never">never</option>
        <option value="until">on a day</option>
        <option value="count">after</option>
      </Select>
      {ends.kind === "until" && (
        <Input
          type="date"
          aria-label="Last day"
          value={ends.date}
          min={date}
          onChange={(event) => event.target.value && onChange({ ...rule, ends: { ...ends, date: event.target.value } })}
          className={small}
        />
      )}
      {ends.kind === "count" && (
        <>
          <Input
            type="number"
            min={1}
            max={9999}
            aria-label="How many times"
            value={ends.count}
            onChange={(event) =>
              onChange({ ...rule, ends: { ...ends, count: Math.max(1, event.target.valueAsNumber || 1) } })
            }
            className={clsx(small, "w-18!")}
          />
          <span>times</span>
        </>
      )}
    </FormLine>
  );
}
