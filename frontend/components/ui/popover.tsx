"use client";
import { clsx } from "clsx";
import { Popover as Radix } from "radix-ui";
import type { ComponentProps } from "react";

export const Popover = Radix.Root;
export const PopoverTrigger = Radix.Trigger;
export const PopoverAnchor = Radix.Anchor;
export const PopoverClose = Radix.Close;

export function PopoverContent({ className, align = "start", ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={6}
        collisionPadding={12}
        className={clsx(
          "pop-in z-60 max-h-(--radix-popover-content-available-height) overflow-y-auto rounded-m border border-line bg-surface p-2 text-sm shadow-(--shadow) outline-none",
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}
