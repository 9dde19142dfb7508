import { clsx } from "clsx";
import { type ReactNode, useId } from "react";

type SectionProps = {
  title: string;
  count?: number;
  note?: string;
  isLate?: boolean;
  action?: ReactNode;
  children: ReactNode;
};

export function Section({ title, count, note, isLate, action, children }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mb-7">
      <div className="flex items-baseline gap-2 border-b border-line px-2 pb-1.5 text-sm">
        <h2 id={id} className={clsx("font-semibold", isLate && "text-urgent")}>
          {title}
        </h2>
        {note && <span className="text-xs text-faint">{note}</span>}
        {count !== undefined && <span className="text-xs text-faint tabular-nums">{count}</span>}
        {action && <span className="ml-auto">{action}</span>}
      </div>
      {children}
    </section>
  );
}
