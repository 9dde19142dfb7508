"use client";
import Link from "next/link";
import { type ComponentProps, useState } from "react";
import { isInDoubt } from "@/lib/reach";
import { useGo } from "@/lib/use-go";

type NearLinkProps = Omit<ComponentProps<typeof Link>, "prefetch" | "href"> & { href: string };

/** A page's code is fetched when the pointer or the focus comes near, not with the first page. */
export function NearLink(props: NearLinkProps) {
  const go = useGo();
  const [isNear, setNear] = useState(false);
  const near = () => setNear(true);
  return (
    <Link
      {...props}
      prefetch={isNear}
      onPointerEnter={near}
      onPointerDown={near}
      onFocus={near}
      onNavigate={(event) => {
        if (!isInDoubt()) return;
        event.preventDefault();
        void go(props.href);
      }}
    />
  );
}
