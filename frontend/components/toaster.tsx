"use client";
import { Toaster as Sonner } from "sonner";

/** Above the column's left edge; above the tabs on a phone. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-left"
      offset={{ left: "calc(var(--spacing-sidebar) + 2.5rem)", bottom: "1.25rem" }}
      mobileOffset={{ left: "1rem", right: "1rem", bottom: "calc(5rem + env(safe-area-inset-bottom))" }}
      gap={8}
      visibleToasts={2}
      expand
      hotkey={[]}
      toastOptions={{ unstyled: true, classNames: { toast: "toast" } }}
    />
  );
}
