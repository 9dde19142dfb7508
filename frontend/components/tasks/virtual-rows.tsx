"use client";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import type { Task } from "@tend/contracts";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RowOf } from "./row-of";

const rowHeight = 40;

type VirtualRowsProps = {
  tasks: Task[];
  rowOf: RowOf;
  onEnd: () => void;
  label: string;
};

/** Only the rows in sight; the page's own scrolling moves them. */
export default function VirtualRows({ tasks, rowOf, onEnd, label }: VirtualRowsProps) {
  const ref = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop((ref.current?.getBoundingClientRect().top ?? 0) + scrollY);
    measure();
    addEventListener("resize", measure);
    return () => removeEventListener("resize", measure);
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: tasks.length,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => tasks[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = last > tasks.length - 40;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again only when the end has come near
  useEffect(() => {
    if (isNearEnd) onEnd();
  }, [isNearEnd, tasks.length]);
  const before = (items[0]?.start ?? top) - top;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <ul
      ref={ref}
      aria-label={label}
      className="[overflow-anchor:none]"
      style={{ paddingTop: before, paddingBottom: after }}
    >
      {items.map(({ index }) => {
        const task = tasks[index];
        return task && rowOf(task, { index, of: tasks.length, measure: virtualizer.measureElement });
      })}
    </ul>
  );
}
