import { z } from "zod";
import { Id, Instant } from "../primitives.ts";

/** Stands for every type that has no definition here: what a later version sends. */
export const otherTypes = "*";
/** Whoever asks for the other types takes any of them for "*". */
const typed = <Type extends string>(type: Type) =>
  (type === otherTypes ? z.string() : z.literal(type)) as z.ZodLiteral<Type>;

/** CloudEvents 1.0 as our producers send it; `subject` is the task's id where there is one. */
export function defineEvent<Type extends string, Data extends z.ZodType>(type: Type, topic: Topic, data: Data) {
  const envelope = z.object({
    specversion: z.literal("1.0"),
    id: Id,
    type: typed(type),
    source: z.string(),
    subject: z.string().optional(),
    time: Instant,
    datacontenttype: z.string().optional(),
    traceparent: z.string().optional(),
    /** Of the database that it was published from; a restore begins another. */
    epoch: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
    data,
  });
  return { type, topic, data, envelope };
}
export type EventDefinition = ReturnType<typeof defineEvent<string, z.ZodType>>;
export type Topic = "task-events" | "reminders" | "audit-logs";
export const topics: readonly Topic[] = ["task-events", "reminders", "audit-logs"];

/** Who did it: a person (through the UI or a token), or a service on their behalf. */
export const Actor = z.object({ kind: z.enum(["user", "token", "service"]), id: z.string() });
export type Actor = z.infer<typeof Actor>;
export const Changes = z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() }));
export type Changes = z.infer<typeof Changes>;
