import type { ReactNode } from "react";

type MessagePageProps = { title: string; children: ReactNode; action: ReactNode; as?: "main" | "div" };

/** A page that has only something to say. */
export function MessagePage({ title, children, action, as: Element = "main" }: MessagePageProps) {
  return (
    <Element className="grid min-h-[70dvh] place-content-center justify-items-center gap-2 px-6 text-center">
      <h1 className="text-lg font-[640] tracking-[-.01em]">{title}</h1>
      <p className="max-w-96 text-sm text-quiet">{children}</p>
      <div className="mt-3">{action}</div>
    </Element>
  );
}
