"use client";
import { useQueryClient } from "@tanstack/react-query";
import type { Scope } from "@tend/contracts";
import { Check, Copy } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { api, Refused } from "@/lib/api";
import { copyText } from "@/lib/copy";
import { keys } from "@/lib/queries";
import { reasonOf } from "@/lib/toasts";

const day = 86_400_000;

export function NewToken({ onDone }: { onDone: () => void }) {
  const client = useQueryClient();
  const id = useId();
  const [name, setName] = useState("");
  const [access, setAccess] = useState("write");
  const [days, setDays] = useState("");
  const [refusal, setRefusal] = useState("");
  const [token, setToken] = useState<string | null>(null);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    const scopes: Scope[] = access === "write" ? ["read", "write"] : ["read"];
    const expiresAt = days ? new Date(Date.now() + Number(days) * day).toISOString() : undefined;
    try {
      const made = await api<{ token: string }>("/tokens", {
        method: "POST",
        body: { name: name.trim(), scopes, expiresAt },
      });
      setToken(made.token);
      void client.invalidateQueries({ queryKey: keys.tokens });
    } catch (error) {
      setRefusal((error instanceof Refused && error.field("name")) || reasonOf(error));
    }
  };
  if (token) return <MadeToken token={token} onDone={onDone} />;
  return (
    <form onSubmit={make} className="grid gap-4 rounded-m border border-line bg-surface p-4">
      <Field
        label="What is it for?"
        value={name}
        autoFocus
        maxLength={100}
        placeholder="Backup script"
        error={refusal}
        onChange={(event) => setName(event.target.value)}
      />
      <div className="grid grid-cols-2 gap-4">
        <div className="grid gap-1.5">
          <label htmlFor={`${id}-access`} className="font-medium">
            May
          </label>
          <Select id={`${id}-access`} value={access} onChange={(event) => setAccess(event.target.value)}>
            <option value="write">read and write</option>
            <option value="read">only read</option>
          </Select>
        </div>
        <div className="grid gap-1.5">
          <label htmlFor={`${id}-days`} className="font-medium">
            Works
          </label>
          <Select id={`${id}-days`} value={days} onChange={(event) => setDays(event.target.value)}>
            <option value="">until revoked</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
            <option value="365">a year</option>
          </Select>
        </div>
      </div>
      <div className="flex gap-2">
        <Button type="submit" look="primary" disabled={!name.trim()}>
          Make token
        </Button>
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function MadeToken({ token, onDone }: { token: string; onDone: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => void copyText(token).then(setCopied);
  return (
    <div role="status" className="grid gap-3 rounded-m border border-accent bg-accent-wash p-4">
      <p className="font-medium">Copy it now: it is shown this once.</p>
      <div className="flex gap-2">
        <input
          readOnly
          value={token}
          aria-label="The new token"
          onFocus={(event) => event.currentTarget.select()}
          className="h-8 min-w-0 flex-1 rounded-s border border-line bg-surface px-2 font-mono text-xs outline-none phone:h-touch"
        />
        <Button onClick={copy}>
          {isCopied ? <Check className="size-4!" aria-hidden /> : <Copy className="size-4!" aria-hidden />}
          {isCopied ? "Copied" : "Copy"}
        </Button>
      </div>
      <div>
        <Button onClick={onDone}>Done</Button>
      </div>
    </div>
  );
}
