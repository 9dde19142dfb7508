import type { Priority } from "@tend/contracts";
import { clsx } from "clsx";
import { Check as CheckMark } from "lucide-react";

const ring: Record<Priority, string> = {
  none: "border-faint",
  low: "border-faint",
  medium: "border-medium",
  high: "border-high",
  urgent: "border-urgent",
};

type CheckProps = { title: string; priority: Priority; isDone: boolean; onToggle: () => void; disabled?: boolean };

/** The round check; its ring is the priority. What can be touched is larger than what is seen. */
export function Check({ title, priority, isDone, onToggle, disabled }: CheckProps) {
  return (
    <button
      type="button"
      data-check
      disabled={disabled}
      onClick={onToggle}
      aria-label={`${isDone ? "Reopen" : "Complete"}: ${title}`}
      className={clsx(
        "relative z-1 grid size-4.5 flex-none place-items-center rounded-full! border-[1.75px] transition-colors after:absolute after:-inset-2.5 phone:after:-inset-3.5",
        isDone
          ? "border-accent bg-accent text-on-accent"
          : clsx(ring[priority], "text-transparent not-disabled:hover:bg-accent-wash not-disabled:hover:text-accent"),
      )}
    >
      <CheckMark className={clsx("size-[.7rem]! stroke-[3.25]! p-0!", isDone && "check-in")} />
    </button>
  );
}
