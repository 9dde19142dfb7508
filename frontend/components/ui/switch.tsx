"use client";
import { Switch as Radix } from "radix-ui";
import type { ComponentProps } from "react";

export function Switch(props: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      className="relative h-5 w-9 flex-none rounded-full bg-faint transition-colors after:absolute after:-inset-3 disabled:opacity-45 data-[state=checked]:bg-accent"
      {...props}
    >
      <Radix.Thumb className="block size-4 translate-x-0.5 rounded-full bg-surface transition-transform data-[state=checked]:translate-x-4.5" />
    </Radix.Root>
  );
}
