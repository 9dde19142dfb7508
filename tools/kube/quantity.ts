import { asText, type Json } from "./manifest.ts";

const factors: Record<string, number> = {
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Kubernetes' "250m" or "512Mi" as a number; undefined for what is none. */
export function quantity(value: Json | undefined): number | undefined {
  const [, number, unit = ""] = /^([0-9.]+)([a-zA-Z]*)$/.exec(asText(value)) ?? [];
  const factor = factors[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
