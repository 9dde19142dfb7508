"use client";
import { clsx } from "clsx";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps } from "react";

/** Not modal: a modal one hides the page from screen readers, but not from the Tab key. */
export const Menu = (props: ComponentProps<typeof Radix.Root>) => <Radix.Root modal={false} {...props} />;
export const MenuTrigger = Radix.Trigger;
export const MenuRadioGroup = Radix.RadioGroup;

const item =
  "flex h-8 w-full cursor-pointer select-none items-center gap-2.5 rounded-s px-2 text-left outline-none data-highlighted:bg-hover data-disabled:opacity-50 phone:h-touch";

export function MenuContent({ className, align = "start", ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align={align}
        sideOffset={4}
        collisionPadding={12}
        className={clsx(
          "pop-in z-60 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-m border border-line bg-surface p-1 text-sm shadow-(--shadow)",
          className,
        )}
        {...props}
      />
    </Radix.Portal>
  );
}

export function MenuItem({ className, ...props }: ComponentProps<typeof Radix.Item>) {
  return <Radix.Item className={clsx(item, className)} {...props} />;
}

export function MenuRadioItem({ className, ...props }: ComponentProps<typeof Radix.RadioItem>) {
  return (
    <Radix.RadioItem
      className={clsx(item, "data-[state=checked]:font-medium data-[state=checked]:text-accent", className)}
      {...props}
    />
  );
}

export function MenuLine() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}
