"use client";
import { clsx } from "clsx";
import { Monitor, Moon, Sun } from "lucide-react";
import { useEffect, useState } from "react";
import { chooseTheme, chosenTheme, type Theme } from "@/lib/theme";

const themes = [
  { value: "system", name: "As the device", icon: Monitor },
  { value: "light", name: "Light", icon: Sun },
  { value: "dark", name: "Dark", icon: Moon },
] as const;

export function ThemeSettings() {
  const [theme, setTheme] = useState<Theme | null>(null);
  useEffect(() => setTheme(chosenTheme()), []);
  const choose = (value: Theme) => {
    chooseTheme(value);
    setTheme(value);
  };
  return (
    <fieldset className="flex w-fit gap-0.5 rounded-s bg-sunken p-0.5 phone:w-full">
      <legend className="sr-only">Theme</legend>
      {themes.map(({ value, name, icon: Icon }) => (
        <label
          key={value}
          className={clsx(
            "flex h-8 flex-1 cursor-pointer items-center justify-center gap-2 rounded-[5px] px-3 text-sm whitespace-nowrap has-focus-visible:shadow-(--focus) phone:h-touch phone:px-1",
            value === theme ? "bg-surface font-medium shadow-[0_1px_2px_oklch(0%_0_0/.08)]" : "text-quiet",
          )}
        >
          <input
            type="radio"
            name="theme"
            checked={value === theme}
            onChange={() => choose(value)}
            className="sr-only"
          />
          <Icon className="size-4!" aria-hidden />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
