import { toast } from "sonner";
import { Offline, Refused } from "./api";

export type Act = { label: string; onClick: () => void };

export function say(message: string, options: { undo?: () => void; act?: Act } = {}) {
  const act = options.act ?? (options.undo && { label: "Undo", onClick: options.undo });
  toast(message, { action: act, duration: act ? 6_000 : 3_000 });
}

export function reasonOf(error: unknown): string {
  if (error instanceof Refused || error instanceof Offline) return error.message;
  return "Something went wrong here. Load the page again.";
}

export function sayRefused(error: unknown) {
  if (error instanceof DOMException && error.name === "AbortError") return;
  if (error instanceof Refused && error.status === 401) return;
  const reason = reasonOf(error);
  toast(reason, { id: reason, duration: 8_000 });
}
