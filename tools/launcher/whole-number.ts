import { Fault } from "../bootstrap/fault.mjs";

/** What was typed for an option: a whole number from 1 on. */
export function wholeNumber(option: string, typed: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(typed);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  const upTo = most === Number.MAX_SAFE_INTEGER ? "on" : `to ${most}`;
  throw new Fault(`--${option} is a whole number from 1 ${upTo}, and not "${typed}".`);
}
