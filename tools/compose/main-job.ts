import { setTimeout as sleep } from "node:timers/promises";
import { type Api, createApi, newTraffic } from "../faults/load/api.ts";
import { signUp } from "../faults/load/sign-up.ts";
import { createRandom, type Random } from "../faults/random.ts";

type Task = { id: string; seriesId: string | null; status: string };
type Page<T> = { items: T[]; nextCursor: string | null };

/** One person who uses Tend through the front door, and waits out what is restarting. */
export class Person {
  readonly #api: Api;
  readonly #random: Random;
  /** Tasks whose creation was answered with success. */
  readonly accepted: string[] = [];

  private constructor(api: Api, random: Random) {
    this.#api = api;
    this.#random = random;
  }

  static async signUp(base: string): Promise<Person> {
    const random = createRandom(`${process.pid} ${Date.now()}`);
    const { token } = await signUp(base, `person-${random.uuid().slice(-12)}`, random, newTraffic());
    return new Person(createApi(base, { authorization: `Bearer ${token}` }, newTraffic()), random);
  }

  /** Recurring task → its reminder in the bell → completed → the next occurrence → history. */
  async doMainJob(title: string): Promise<void> {
    const task = await this.#createDueSoon(title);
    await this.#until(`the reminder of ${title}`, async () => {
      const { items } = await this.#get<Page<{ kind: string; taskId: string }>>("/notifications");
      return items.some(({ kind, taskId }) => kind === "reminder.due" && taskId === task.id);
    });
    const { nextDue } = await this.#ask<{ nextDue: unknown }>("POST", `/tasks/${task.id}/complete`, undefined, 200);
    if (!nextDue) throw new Error(`${title} has no next due`);
    await this.#until(`the next occurrence of ${title}`, async () => {
      const { items } = await this.#get<Page<Task>>("/tasks?sort=-created&limit=200");
      return items.some(({ id, seriesId }) => seriesId === task.seriesId && id !== task.id);
    });
    const { items } = await this.#get<Page<{ type: string }>>(`/tasks/${task.id}/history`);
    const types = items.map(({ type }) => type);
    if (!types.includes("task.created.v1") || !types.includes("task.completed.v1"))
      throw new Error(`the history of ${title} says ${types.join(", ")}`);
  }

  /** Makes tasks one after the other until the work is done, or has failed. */
  async whileWriting(work: () => Promise<void>, pauseMs = 400): Promise<void> {
    const stopping = new AbortController();
    const working = work().finally(() => stopping.abort());
    const ended = await Promise.allSettled([working, this.#write(pauseMs, stopping.signal)]);
    for (const one of ended) if (one.status === "rejected") throw one.reason;
  }

  async #write(pauseMs: number, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      const { id } = await this.#create({ title: `written ${this.accepted.length}` });
      this.accepted.push(id);
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
    }
  }

  /** All that was accepted is there, and has passed through the broker into the trail. */
  async checkNothingIsLost(): Promise<void> {
    for (const id of this.accepted) await this.#get(`/tasks/${id}`);
    await this.#until("the trail of everything written", async () => {
      const seen = await this.#trailOfCreated();
      return this.accepted.every((id) => seen.has(id));
    });
  }

  async #trailOfCreated(): Promise<Set<string>> {
    const seen = new Set<string>();
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const page: Page<{ type: string; subject: string | null }> = await this.#get(`/audit?limit=200${query}`);
      for (const { type, subject } of page.items) if (type === "task.created.v1" && subject) seen.add(subject);
      cursor = page.nextCursor;
    }
    return seen;
  }

  #createDueSoon(title: string): Promise<Task> {
    const now = Temporal.Now.zonedDateTimeISO("UTC");
    const due = now.add({ seconds: 70 }).round({ smallestUnit: "minute", roundingMode: "floor" });
    const seconds = Math.round(due.since(now).total("seconds")) - 4;
    return this.#create({
      title,
      due: {
        date: due.toPlainDate().toString(),
        time: due.toPlainTime().toString({ smallestUnit: "minute" }),
        timeZone: "UTC",
      },
      recurrence: { rrule: "FREQ=DAILY", from: "due" },
      reminders: [{ before: `PT${seconds}S` }],
    });
  }

  #create(fields: object): Promise<Task> {
    return this.#ask("POST", "/tasks", { id: this.#random.uuid(), ...fields }, 201);
  }
  #get<T>(path: string): Promise<T> {
    return this.#ask("GET", path, undefined, 200);
  }

  async #ask<T>(method: "GET" | "POST", path: string, body: unknown, expected: number): Promise<T> {
    const answer = await this.#api.ask({ method, path: `/api/v1${path}`, body });
    // A repeated creation, whose first answer got lost, is a 200.
    if (answer.status !== expected && !(expected === 201 && answer.status === 200))
      throw new Error(`${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  async #until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(250)) if (await isSo()) return;
    throw new Error(`${what} did not come`);
  }
}
