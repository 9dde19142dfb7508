"use client";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { Understood } from "@/lib/tasks/add-task";
import { marked } from "@/lib/tasks/marked";

type QuickWordsProps = {
  text: string;
  understood: Understood | null;
  input: RefObject<HTMLInputElement | null>;
  children: ReactNode;
};

/** The line's words, washed where they were understood, lie under an input whose own text is clear. */
export function QuickWords({ text, understood, input, children }: QuickWordsProps) {
  const words = useRef<HTMLDivElement>(null);
  const follow = () => {
    if (words.current && input.current) words.current.scrollLeft = input.current.scrollLeft;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words must stand under the input after every change
  useLayoutEffect(follow, [text, understood]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the input for as long as it is there
  useEffect(() => {
    const element = input.current;
    element?.addEventListener("scroll", follow);
    return () => element?.removeEventListener("scroll", follow);
  }, []);
  return (
    <div className="quick-words relative h-full min-w-0 flex-1">
      <div ref={words} aria-hidden className="absolute inset-0 flex items-center overflow-hidden">
        <span className="whitespace-pre">
          {marked(text, understood).map((part) =>
            part.isUnderstood ? <mark key={part.start}>{part.text}</mark> : <span key={part.start}>{part.text}</span>,
          )}
        </span>
      </div>
      {children}
    </div>
  );
}
