import { RawJson } from "./hostile-values.ts";

export type Path = (string | number)[];

/** A copy of the value with something else at this place; a list keeps only that item. */
export function placeAt(value: unknown, path: Path, inserted: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return inserted;
  if (typeof first === "number") return [placeAt(Array.isArray(value) ? value[0] : undefined, rest, inserted)];
  const object = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  return { ...object, [first]: placeAt(Reflect.get(object, first), rest, inserted) };
}

/** JSON in which each RawJson stands as it is. */
export function toJson(value: unknown): string {
  const raws: string[] = [];
  const text = JSON.stringify(value, (_key, part: unknown) =>
    part instanceof RawJson ? `\u0000raw${raws.push(part.text) - 1}\u0000` : part,
  );
  return (text ?? "").replace(/"\\u0000raw(\d+)\\u0000"/g, (_all, index: string) => raws[Number(index)] ?? "");
}
