import type { ReactNode } from "react";
import { Bell } from "@/components/notifications/bell";

type PageHeaderProps = { title: ReactNode; note?: ReactNode; children?: ReactNode };

export function PageHeader({ title, note, children }: PageHeaderProps) {
  return (
    <header className="mb-5 flex min-h-[2.3125rem] items-baseline gap-3">
      <h1 className="min-w-0 truncate text-xl font-[680] tracking-[-.02em]">{title}</h1>
      {note && <p className="truncate text-sm text-faint">{note}</p>}
      <div className="ml-auto flex items-center gap-0.5 self-center text-quiet phone:-my-2 phone:-mr-2">
        {children}
        <span className="hidden phone:block">
          <Bell />
        </span>
      </div>
    </header>
  );
}
