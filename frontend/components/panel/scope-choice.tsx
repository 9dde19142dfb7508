"use client";
import type { PatchScope } from "@tend/contracts";
import { clsx } from "clsx";
import { useId } from "react";

const names: Record<PatchScope, string> = { this: "This one", later: "From here on", all: "All" };

type ScopeChoiceProps = { value: PatchScope; onChange: (scope: PatchScope) => void; choices?: PatchScope[] };

/** For a task that repeats: which occurrences an edit is for. */
export function ScopeChoice({ value, onChange, choices = ["this", "later", "all"] }: ScopeChoiceProps) {
  const name = useId();
  return (
    <fieldset className="flex items-center gap-0.5 rounded-s bg-sunken p-0.5 text-xs">
      <legend className="sr-only">Applies to</legend>
      {choices.map((choice) => (
        <label
          key={choice}
          className={clsx(
            "grid h-6 flex-1 cursor-pointer place-items-center rounded-[4px] px-2 whitespace-nowrap has-focus-visible:shadow-(--focus) phone:h-9",
            choice === value ? "bg-surface font-medium shadow-[0_1px_2px_oklch(0%_0_0/.08)]" : "text-quiet",
          )}
        >
          <input
            type="radio"
            name={name}
            checked={choice === value}
            onChange={() => onChange(choice)}
            className="sr-only"
          />
          {names[choice]}
        </label>
      ))}
    </fieldset>
  );
}
