"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { AccessToken } from "@tend/contracts";
import { useState } from "react";
import { useViewer } from "@/components/providers";
import { Button } from "@/components/ui/button";
import { api } from "@/lib/api";
import { sayMoment, sayMomentExactly } from "@/lib/dates/wording";
import { keys, tokensQuery } from "@/lib/queries";
import { reasonOf, say, sayRefused } from "@/lib/toasts";
import { NewToken } from "./new-token";

export function TokenSettings() {
  const client = useQueryClient();
  const { data: tokens, error } = useQuery(tokensQuery);
  const [isAdding, setAdding] = useState(false);
  const revoke = async (token: AccessToken) => {
    try {
      await api(`/tokens/${token.id}`, { method: "DELETE" });
      client.setQueryData<AccessToken[]>(keys.tokens, (items) => items?.filter((item) => item.id !== token.id));
      say(`“${token.name}” is revoked`);
    } catch (refusal) {
      sayRefused(refusal);
    }
  };
  return (
    <div className="grid gap-3 text-sm">
      {error && !tokens && (
        <p role="alert" className="text-quiet">
          {reasonOf(error)}
        </p>
      )}
      {tokens && tokens.length > 0 && (
        <ul>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={() => void revoke(token)} />
          ))}
        </ul>
      )}
      {isAdding ? (
        <NewToken onDone={() => setAdding(false)} />
      ) : (
        <div>
          <Button onClick={() => setAdding(true)}>New token</Button>
        </div>
      )}
    </div>
  );
}

function TokenRow({ token, onRevoke }: { token: AccessToken; onRevoke: () => void }) {
  const viewer = useViewer();
  const { name, scopes, lastUsedAt, expiresAt } = token;
  const facts = [
    scopes.includes("write") ? "reads and writes" : "reads",
    lastUsedAt ? `used ${sayMoment(lastUsedAt, viewer)}` : "never used",
    expiresAt && `until ${sayMomentExactly(expiresAt, viewer).split(",")[0]}`,
  ];
  return (
    <li className="task-row relative flex min-h-12 items-center gap-3">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        <span className="text-xs text-faint">{facts.filter(Boolean).join(" · ")}</span>
      </span>
      <Button look="danger" className="-mr-3" onClick={onRevoke} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
    </li>
  );
}
