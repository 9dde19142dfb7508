"use client";
import { useMemo } from "react";
import { useViewer } from "@/components/providers";
import { Select } from "@/components/ui/field";

export function zoneNames(...also: (string | null)[]): string[] {
  const names = new Set(Intl.supportedValuesOf("timeZone"));
  for (const name of also) if (name) names.add(name);
  return [...names].sort();
}

type ZoneSelectProps = { value: string | null; disabled?: boolean; onChange: (zone: string | null) => void };

/** No zone: the time is the same on every clock, wherever one is. */
export function ZoneSelect({ value, disabled, onChange }: ZoneSelectProps) {
  const { timeZone } = useViewer();
  const names = useMemo(() => zoneNames(value, timeZone), [value, timeZone]);
  return (
    <Select
      aria-label="Time zone"
      value={value ?? ""}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value || null)}
      className="h-8! text-sm! disabled:opacity-50"
    >
      <option value="">Wherever I am</option>
      {names.map((name) => (
        <option key={name} value={name}>
          {name.replaceAll("_", " ")}
        </option>
      ))}
    </Select>
  );
}
