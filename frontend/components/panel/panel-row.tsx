import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";

export function PanelRow({ icon: Icon, label, children }: { icon: LucideIcon; label: string; children: ReactNode }) {
  return (
    <>
      <dt className="flex min-h-8 items-center gap-2 self-start text-quiet phone:min-h-touch">
        <Icon className="size-4!" aria-hidden />
        {label}
      </dt>
      <dd className="min-w-0">
        <fieldset
          aria-label={label}
          className="flex min-h-8 min-w-0 flex-wrap items-center gap-x-2 gap-y-1 py-1 phone:min-h-touch"
        >
          {children}
        </fieldset>
      </dd>
    </>
  );
}

export const chipLook =
  "inline-flex min-h-6 max-w-full items-center gap-1.5 rounded-s bg-sunken px-2 py-0.5 text-left not-disabled:hover:bg-line phone:min-h-8";

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
