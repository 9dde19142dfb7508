"use client";
import { type ReactNode, Suspense, useState } from "react";

type Standing = { onClick: () => void; onPointerEnter: () => void; onFocus: () => void };
type WhenWantedProps = { load: () => Promise<unknown>; standIn: (props: Standing) => ReactNode; children: ReactNode };

/** A menu whose code is loaded when the pointer comes near: `children` is lazy and opens as soon as it is there. */
export function WhenWanted({ load, standIn, children }: WhenWantedProps) {
  const [isWanted, setWanted] = useState(false);
  const near = () => void load();
  const standing = standIn({ onClick: () => setWanted(true), onPointerEnter: near, onFocus: near });
  return isWanted ? <Suspense fallback={standing}>{children}</Suspense> : standing;
}
