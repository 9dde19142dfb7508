"use client";
import * as Radix from "@radix-ui/react-dialog";
import { clsx } from "clsx";
import type { ComponentProps } from "react";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogTitle = Radix.Title;
export const DialogDescription = Radix.Description;
export const DialogClose = Radix.Close;

/** A dialog in the middle, or a sheet from below on a phone. */
export function DialogContent({ className, children, ...props }: ComponentProps<typeof Radix.Content>) {
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
        {...props}
      >
        {children}
      </Radix.Content>
    </Radix.Portal>
  );
}
