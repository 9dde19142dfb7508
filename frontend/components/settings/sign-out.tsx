"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { auth, leaveForSignIn } from "@/lib/api";
import { sayRefused } from "@/lib/toasts";

export function SignOut() {
  const [isLeaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    try {
      await auth("/sign-out", { method: "POST", body: {} });
      leaveForSignIn();
    } catch (error) {
      setLeaving(false);
      sayRefused(error);
    }
  };
  return (
    <Button onClick={() => void leave()} disabled={isLeaving}>
      Sign out
    </Button>
  );
}
