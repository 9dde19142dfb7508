"use client";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { NearLink } from "./near-link";

export const navItemLook =
  "flex h-8 items-center gap-2.5 rounded-s px-2 text-quiet hover:bg-hover aria-[current]:bg-surface aria-[current]:font-[550] aria-[current]:text-text aria-[current]:shadow-[0_1px_2px_oklch(0%_0_0/.06)] [&[aria-current]_.lucide]:text-accent";

type NavItemProps = { href: string; icon: ReactNode; label: string; count?: number };

export function NavItem({ href, icon, label, count }: NavItemProps) {
  const isCurrent = usePathname() === href;
  return (
    <NearLink href={href} aria-current={isCurrent ? "page" : undefined} className={navItemLook}>
      {icon}
      <span className="truncate">{label}</span>
      <Count value={count} />
    </NearLink>
  );
}

export function Count({ value }: { value?: number }) {
  if (!value) return null;
  const text = value >= 1000 ? "999+" : String(value);
  return (
    <span className="ml-auto text-xs font-normal text-faint tabular-nums">
      {text}
      <span className="sr-only"> open</span>
    </span>
  );
}
