"use client";
import Link from "next/link";
import { type ComponentProps, useState } from "react";

/** A page's code is fetched when the pointer or the focus comes near, not with the first page. */
export function NearLink(props: Omit<ComponentProps<typeof Link>, "prefetch">) {
  const [isNear, setNear] = useState(false);
  const near = () => setNear(true);
  return <Link {...props} prefetch={isNear} onPointerEnter={near} onPointerDown={near} onFocus={near} />;
}
