"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Label } from "@tend/contracts";
import { Check, Plus, Tag } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import { Input } from "@/components/ui/field";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import { addLabel } from "@/lib/projects";
import { labelsQuery } from "@/lib/queries";
import { reasonOf } from "@/lib/toasts";
import { Chip, PanelRow } from "./panel-row";
import type { RowEditProps } from "./row-edit";

export function LabelsRow({ task, onEdit }: RowEditProps) {
  const { data: labels = [] } = useQuery(labelsQuery);
  const own = labels.filter((label) => task.labelIds.includes(label.id));
  const toggle = ({ id, name }: Label) => {
    const has = task.labelIds.includes(id);
    const labelIds = has ? task.labelIds.filter((other) => other !== id) : [...task.labelIds, id];
    onEdit({ labelIds }, has ? `Label ${name} removed` : `Labelled ${name}`);
  };
  return (
    <PanelRow icon={Tag} label="Labels">
      <Popover>
        {own.map((label) => (
          <PopoverTrigger key={label.id} asChild>
            <Chip>{label.name}</Chip>
          </PopoverTrigger>
        ))}
        <PopoverTrigger asChild>
          <Chip isEmpty>Add</Chip>
        </PopoverTrigger>
        <PopoverContent aria-label="Labels" className="w-60 p-1!">
          <LabelPicker labels={labels} chosen={task.labelIds} onToggle={toggle} />
        </PopoverContent>
      </Popover>
    </PanelRow>
  );
}

type LabelPickerProps = { labels: Label[]; chosen: string[]; onToggle: (label: Label) => void };
const item = "flex h-8 w-full items-center gap-2 rounded-s px-2 text-left hover:bg-hover phone:h-touch";

function LabelPicker({ labels, chosen, onToggle }: LabelPickerProps) {
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState("");
  const name = text.trim();
  const found = labels.filter((label) => label.name.toLowerCase().includes(name.toLowerCase()));
  const exact = labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
  const create = async () => {
    setRefusal("");
    try {
      onToggle(await addLabel(client, name));
      setText("");
    } catch (error) {
      setRefusal(reasonOf(error));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !name) return;
    event.preventDefault();
    if (exact) onToggle(exact);
    else void create();
  };
  return (
    <>
      <Input
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-label="Find or make a label"
        placeholder="Find or make a label"
        maxLength={60}
        className="mb-1 h-8! text-sm!"
      />
      <p role="alert" className="px-2 py-1 text-xs text-urgent empty:hidden">
        {refusal}
      </p>
      <ul className="max-h-56 overflow-y-auto">
        {found.map((label) => (
          <li key={label.id}>
            <button
              type="button"
              aria-pressed={chosen.includes(label.id)}
              className={item}
              onClick={() => onToggle(label)}
            >
              <span className="truncate">{label.name}</span>
              {chosen.includes(label.id) && <Check className="ml-auto size-4! text-accent" aria-hidden />}
            </button>
          </li>
        ))}
      </ul>
      {name && !exact && (
        <button type="button" className={item} onClick={() => void create()}>
          <Plus className="size-4! text-accent" aria-hidden /> Make “<span className="truncate">{name}</span>”
        </button>
      )}
      {labels.length === 0 && !name && (
        <p className="px-2 py-1.5 text-xs text-faint">Type the name of the first label.</p>
      )}
    </>
  );
}
