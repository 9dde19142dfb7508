import type { Json, JsonRecord, Manifest } from "../manifest.ts";

type Change = (all: Manifest[]) => void;
/** What is wrong, how it came to be, and what has to be said of it. */
export type FaultRow = [what: string, change: Change, said: RegExp];

function holderOf(object: Manifest, path: string): { holder: JsonRecord; last: string } {
  // `~` stands for the slash of a name.
  const steps = path.split("/").map((step) => step.replaceAll("~", "/"));
  const last = steps.pop() ?? "";
  let holder: JsonRecord = object;
  for (const step of steps) {
    // Arrays are reached by index: an object in JavaScript as well.
    const next = holder[step];
    if (next === null || typeof next !== "object")
      throw new Error(`${object.kind} ${object.metadata.name} has no ${path}`);
    holder = next as JsonRecord;
  }
  return { holder, last };
}

const find = (all: Manifest[], kind: string, name: string): Manifest => {
  const found = all.find((one) => one.kind === kind && one.metadata.name.startsWith(name));
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

/** Sets a field of one object, by a path such as `spec/ports/0/port`. */
export const set =
  (kind: string, name: string, path: string, value: Json): Change =>
  (all) => {
    const { holder, last } = holderOf(find(all, kind, name), path);
    holder[last] = value;
  };

export const unset =
  (kind: string, name: string, path: string): Change =>
  (all) => {
    const { holder, last } = holderOf(find(all, kind, name), path);
    if (holder[last] === undefined) throw new Error(`${kind} ${name} has no ${path}`);
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else delete holder[last];
  };

export const drop =
  (kind: string, name: string): Change =>
  (all) => {
    all.splice(all.indexOf(find(all, kind, name)), 1);
  };

export const add =
  (object: Manifest): Change =>
  (all) => {
    all.push(structuredClone(object));
  };

export const copy =
  (kind: string, name: string, as: string): Change =>
  (all) => {
    const one = structuredClone(find(all, kind, name));
    one.metadata.name = as;
    all.push(one);
  };
