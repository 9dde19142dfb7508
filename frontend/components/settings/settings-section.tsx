import { type ReactNode, useId } from "react";

export function SettingsSection({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mb-9">
      <div className="mb-4 border-b border-line pb-1.5">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {note && <p className="mt-0.5 text-xs text-faint">{note}</p>}
      </div>
      {children}
    </section>
  );
}
