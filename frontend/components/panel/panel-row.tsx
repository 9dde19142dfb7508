import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

type PanelRowProps = { icon: LucideIcon; label: string; below?: ReactNode; children: ReactNode };

/** One line of the panel. `below` is as wide as the panel. */
export function PanelRow({ icon: Icon, label, below, children }: PanelRowProps) {
  return (
    <fieldset aria-label={label} className="grid min-w-0 grid-cols-[6.5rem_minmax(0,1fr)] gap-y-0.5">
      <span aria-hidden className="flex min-h-8 items-center gap-2 self-start text-quiet phone:min-h-touch">
        <Icon className="size-4!" />
        {label}
      </span>
      <div className="flex min-h-8 min-w-0 flex-wrap items-center gap-x-2 gap-y-1 py-1 phone:min-h-touch">
        {children}
      </div>
      {below && <div className="col-span-2">{below}</div>}
    </fieldset>
  );
}

export const chipLook =
  "inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-s bg-sunken px-2 py-0.5 text-left not-disabled:hover:outline not-disabled:hover:-outline-offset-1 not-disabled:hover:outline-line phone:min-h-8";

/** What is set is a chip; what is not is a quiet word. */
export function Chip({ isEmpty, className, ...props }: ComponentProps<"button"> & { isEmpty?: boolean }) {
  return (
    <button
      type="button"
      className={clsx(
        isEmpty ? "rounded-s text-faint not-disabled:hover:text-text phone:min-h-9" : chipLook,
        className,
      )}
      {...props}
    />
  );
}
