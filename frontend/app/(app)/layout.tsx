import { HydrationBoundary } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { CacheProvider, ViewerProvider } from "@/components/providers";
import { Shell } from "@/components/shell/shell";
import { shellState } from "@/lib/server-api";

export default async function AppLayout({ children }: { children: ReactNode }) {
  const { state, cursor } = await shellState();
  return (
    <CacheProvider>
      <HydrationBoundary state={state}>
        <ViewerProvider now={Date.now()}>
          <Shell cursor={cursor}>{children}</Shell>
        </ViewerProvider>
      </HydrationBoundary>
    </CacheProvider>
  );
}
