"use client";
import * as Radix from "@radix-ui/react-dialog";
import { clsx } from "clsx";
import { type ComponentProps, useRef } from "react";
import { focusOn } from "@/lib/focus";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogTitle = Radix.Title;
export const DialogDescription = Radix.Description;
export const DialogClose = Radix.Close;

/** A dialog in the middle, or a sheet from below on a phone. What had the focus before has it again after. */
export function DialogContent(props: Omit<ComponentProps<typeof Radix.Content>, "onCloseAutoFocus">) {
  const { className, children, onOpenAutoFocus, ...rest } = props;
  const opener = useRef<Element | null>(null);
  return (
    <Radix.Portal>
      <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-scrim" />
      <Radix.Content
        className={clsx(
          "fixed z-50 flex max-h-[85dvh] flex-col overflow-y-auto bg-surface shadow-(--shadow) outline-none",
          "top-[8dvh] left-1/2 w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 rounded-m border border-line not-phone:pop-in",
          "phone:inset-x-0 phone:top-auto phone:bottom-0 phone:w-full phone:translate-x-0 phone:rounded-b-none phone:rounded-t-l phone:pb-[env(safe-area-inset-bottom)] phone:sheet-in",
          className,
        )}
        onOpenAutoFocus={(event) => {
          opener.current = document.activeElement;
          onOpenAutoFocus?.(event);
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          focusOn(opener.current);
        }}
        {...rest}
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}
