import type { EventDefinition, SeriesSnapshot, Task } from "@tend/contracts";
import { v7 as uuidv7 } from "uuid";
import type { z } from "zod";
import type { Caller } from "./fake-sidecar.ts";

export const newId = () => uuidv7();
export const now = () => new Date().toISOString();

export function cloudEvent<D extends EventDefinition>(
  definition: D,
  data: z.input<D["data"]>,
  over: Record<string, unknown> = {},
) {
  const envelope = {
    specversion: "1.0",
    id: newId(),
    type: definition.type,
    source: "todo-backend",
    time: now(),
    data,
  };
  return { ...envelope, datacontenttype: "application/json", ...over };
}

export function newTask(over: Partial<Task> = {}): Task {
  const at = now();
  return {
    id: newId(),
    projectId: newId(),
    sectionId: null,
    parentId: null,
    position: "a0",
    title: "Water plants",
    notes: "",
    status: "open",
    priority: "none",
    labelIds: [],
    assigneeId: null,
    due: null,
    dueAt: null,
    deadline: null,
    recurrence: null,
    seriesId: null,
    occurrence: null,
    occurrenceNumber: null,
    reminders: [],
    completedAt: null,
    nextDue: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
    ...over,
  };
}

export function newSeries(over: Partial<SeriesSnapshot> = {}): SeriesSnapshot {
  const due = { date: "2026-11-20", time: "09:00", timeZone: "Europe/Berlin" };
  return {
    id: newId(),
    version: 1,
    recurrence: { rrule: "FREQ=DAILY", from: "due" },
    anchor: due,
    anchorNumber: 1,
    occurrence: due,
    occurrenceNumber: 1,
    due,
    zone: "Europe/Berlin",
    ...over,
  };
}

export const deliver = (caller: Caller, route: string, event: unknown) =>
  caller.request("POST", route, { body: event, headers: { "content-type": "application/cloudevents+json" } });

export const deliverBulk = (caller: Caller, route: string, events: unknown[]) =>
  caller.request("POST", route, {
    body: { entries: events.map((event, index) => ({ entryId: String(index), event })) },
  });
