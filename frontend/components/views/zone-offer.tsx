"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { changeMe } from "@/lib/account";
import { sayZone } from "@/lib/dates/wording";
import { meQuery } from "@/lib/queries";
import { say, sayRefused } from "@/lib/toasts";

const keptKey = "tend-zone-kept";

/** A traveller's offer: the account's "today" follows only when asked to. */
export function ZoneOffer() {
  const client = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const [here, setHere] = useState<string | null>(null);
  useEffect(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (localStorage.getItem(keptKey) !== zone) setHere(zone);
  }, []);
  if (!me || !here || here === me.timeZone) return null;
  const keep = () => {
    localStorage.setItem(keptKey, here);
    setHere(null);
  };
  const change = async () => {
    try {
      await changeMe(client, { timeZone: here });
      say(`Times are now for ${sayZone(here)}`);
    } catch (error) {
      sayRefused(error);
    }
  };
  return (
    <div
      role="status"
      className="fade-in mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-m bg-accent-wash px-3.5 py-2 text-sm"
    >
      <p className="mr-auto">
        You seem to be in {sayZone(here)}; days and times are for {sayZone(me.timeZone)}.
      </p>
      <Button look="link" size="text" onClick={() => void change()}>
        Use {sayZone(here)}
      </Button>
      <Button look="quiet" size="text" onClick={keep}>
        Keep
      </Button>
    </div>
  );
}
