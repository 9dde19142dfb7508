"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Me, MePatch } from "@tend/contracts";
import { useId, useMemo, useState } from "react";
import { type UseFormRegisterReturn, useForm } from "react-hook-form";
import { zoneNames } from "@/components/panel/zone-select";
import { Button } from "@/components/ui/button";
import { Field, Select } from "@/components/ui/field";
import { changeMe } from "@/lib/account";
import { Refused } from "@/lib/api";
import { format } from "@/lib/dates/calendar";
import { meQuery } from "@/lib/queries";
import { reasonOf, say } from "@/lib/toasts";

type Values = Required<Pick<Me, "name" | "timeZone" | "locale" | "allDayTime">>;
const fields = ["name", "timeZone", "locale", "allDayTime"] as const;
const locales = [
  "en-GB",
  "en-US",
  "en",
  "de",
  "de-AT",
  "de-CH",
  "fr",
  "es",
  "it",
  "nl",
  "pl",
  "pt",
  "pt-BR",
  "sv",
  "da",
  "nb",
  "fi",
  "cs",
  "tr",
  "uk",
  "ja",
  "ko",
  "zh-CN",
  "th",
  "hi",
  "ar",
  "he",
];

function sayLocale(locale: string) {
  const example = format(locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
    timeZone: "UTC",
  });
  const name = new Intl.DisplayNames(["en"], { type: "language" }).of(locale) ?? locale;
  return `${name} · ${example.format(Date.UTC(2026, 2, 3, 17, 30))}`;
}

export function ProfileSettings() {
  const { data: me } = useQuery(meQuery);
  return me ? <ProfileForm key={me.version} me={me} /> : null;
}

function ProfileForm({ me }: { me: Me }) {
  const client = useQueryClient();
  const values: Values = { name: me.name, timeZone: me.timeZone, locale: me.locale, allDayTime: me.allDayTime };
  const { register, handleSubmit, setError, formState } = useForm<Values>({ defaultValues: values });
  const [refusal, setRefusal] = useState("");
  const zones = useMemo(() => zoneNames(me.timeZone), [me.timeZone]);
  const save = handleSubmit(async (next) => {
    setRefusal("");
    const patch: MePatch = Object.fromEntries(
      fields.filter((field) => next[field] !== values[field]).map((field) => [field, next[field]]),
    );
    try {
      await changeMe(client, patch);
      say("Saved");
    } catch (error) {
      const placed = error instanceof Refused ? fields.filter((field) => error.field(field)) : [];
      for (const field of placed) setError(field, { message: (error as Refused).field(field) });
      if (placed.length === 0) setRefusal(reasonOf(error));
    }
  });
  const { errors, isDirty, isSubmitting } = formState;
  return (
    <form onSubmit={save} className="grid grid-cols-2 gap-4 phone:grid-cols-1" noValidate>
      <Field
        label="Name"
        autoComplete="name"
        maxLength={100}
        error={errors.name?.message}
        {...register("name", { validate: (name) => name.trim() !== "" || "A name is needed." })}
      />
      <Field label="E-mail" value={me.email} readOnly hint="This is what you sign in with." />
      <Choice
        label="Time zone"
        options={zones.map((zone) => [zone, zone.replaceAll("_", " ")])}
        error={errors.timeZone?.message}
        {...register("timeZone")}
      />
      <Choice
        label="Dates and times as in"
        options={[...new Set([me.locale, ...locales])].map((locale) => [locale, sayLocale(locale)])}
        error={errors.locale?.message}
        {...register("locale")}
      />
      <Field
        label="All-day reminders count from"
        type="time"
        className="max-w-40"
        error={errors.allDayTime?.message}
        {...register("allDayTime", { required: "A time is needed." })}
      />
      <div className="col-span-full flex items-center gap-4">
        <Button type="submit" look="primary" disabled={!isDirty || isSubmitting}>
          Save
        </Button>
        <p role="alert" className="text-sm text-urgent">
          {refusal}
        </p>
      </div>
    </form>
  );
}

type ChoiceProps = UseFormRegisterReturn & { label: string; options: [string, string][]; error?: string };

function Choice({ label, options, error, ...props }: ChoiceProps) {
  const id = useId();
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <Select
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-note` : undefined}
        {...props}
      >
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </Select>
      {error && (
        <p id={`${id}-note`} className="text-xs text-urgent">
          {error}
        </p>
      )}
    </div>
  );
}
