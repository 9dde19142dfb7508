"use client";
import { type KeyboardEvent, useId, useState } from "react";
import { inputLook } from "@/components/ui/field";
import { reasonOf } from "@/lib/toasts";

type NameInputProps = {
  label: string;
  initial?: string;
  /** Throws what was refused, which is then said below the name. */
  onSave: (name: string) => Promise<unknown>;
  onLeave: () => void;
};

/** A name edited in its place: Enter keeps it, Escape does not. */
export function NameInput({ label, initial = "", onSave, onLeave }: NameInputProps) {
  const [name, setName] = useState(initial);
  const [refusal, setRefusal] = useState("");
  const id = useId();
  const save = async () => {
    const wanted = name.trim();
    if (!wanted || wanted === initial) return onLeave();
    try {
      await onSave(wanted);
    } catch (error) {
      setRefusal(reasonOf(error));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") void save();
    if (event.key === "Escape") onLeave();
    event.stopPropagation();
  };
  return (
    <div className="py-0.5">
      <input
        // biome-ignore lint/a11y/noAutofocus: it appears because the visitor asked to type a name
        autoFocus
        value={name}
        aria-label={label}
        aria-invalid={refusal ? true : undefined}
        aria-describedby={refusal ? id : undefined}
        maxLength={100}
        placeholder="Name"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => (refusal ? onLeave() : void save())}
        className={`${inputLook} h-8! px-2! text-sm!`}
      />
      {refusal && (
        <p id={id} role="alert" className="px-2 pt-1 text-xs text-urgent">
          {refusal}
        </p>
      )}
    </div>
  );
}
