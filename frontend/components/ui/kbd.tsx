import type { ReactNode } from "react";

export const Kbd = ({ children }: { children: ReactNode }) => (
  <kbd className="rounded-[4px] border border-line px-[.35rem] py-[.2rem] font-sans text-xs leading-none font-medium text-faint">
    {children}
  </kbd>
);
