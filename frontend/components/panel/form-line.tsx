import type { ReactNode } from "react";

/** A control of a form in a popover. */
export const small = "h-8! px-2! text-sm! phone:h-touch!";

export const FormLine = ({ children }: { children: ReactNode }) => (
  <div className="flex items-center gap-2">{children}</div>
);
