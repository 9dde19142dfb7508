"use client";
import { useQueryClient } from "@tanstack/react-query";
import type { ChangeEvent } from "@tend/contracts";
import { useEffect } from "react";
import { keys } from "../queries";
import { ChangeApplier } from "./apply";
import { listen, type Signal } from "./stream";

const hiddenLong = 60_000;
const renewSessionEvery = 6 * 3_600_000;

/** Keeps what is on the page true: the shared stream, what was missed while it was away, and the session's renewal. */
export function useRealtime(cursor: string) {
  const client = useQueryClient();
  useEffect(() => {
    const applier = new ChangeApplier(client, cursor);
    const stale = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey });
    const onSignal = (signal: Signal) => {
      if (signal.kind === "change") applier.take(signal.event as ChangeEvent, signal.cursor);
      else if (signal.kind === "lost") void applier.loadAgain().catch(() => {});
      else if (signal.kind === "opened") void applier.catchUp();
      if (signal.kind !== "change") stale(keys.notifications);
      if (signal.kind === "notification") stale(["receipts"]);
    };
    let hiddenSince = 0;
    const onVisible = () => {
      if (document.visibilityState === "hidden") hiddenSince = Date.now();
      else if (Date.now() - hiddenSince > hiddenLong) onSignal({ kind: "opened" });
    };
    const onOnline = () => onSignal({ kind: "opened" });
    const renew = setInterval(() => void fetch("/api/auth/get-session").catch(() => {}), renewSessionEvery);
    const stop = listen(onSignal, () => applier.cursor);
    document.addEventListener("visibilitychange", onVisible);
    addEventListener("online", onOnline);
    void fetch("/api/auth/get-session").catch(() => {});
    return () => {
      stop();
      clearInterval(renew);
      document.removeEventListener("visibilitychange", onVisible);
      removeEventListener("online", onOnline);
    };
  }, [client, cursor]);
}
