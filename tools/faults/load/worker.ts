import type { Due } from "@tend/contracts";
import type { Random } from "../random.ts";
import type { Answer, Api, Request } from "./api.ts";
import { newTask, priorities, soonDue } from "./new-task.ts";
import { type Account, type Acknowledged, fieldsOf, type KnownTask, type LoadRecord, type TaskBody } from "./record.ts";

export type WorkerOptions = { name: string; api: Api; account: Account; random: Random; record: LoadRecord };
type Closed = { task: TaskBody; nextDue: Due | null };

/** A client that alone writes its tasks, one request after the other, so that it always knows what must be there. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #tasks: KnownTask[] = [];
  readonly #series = new Set<string>();
  #made = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** One request (or one pair of equal requests); resolves when it is answered for good. */
  async step(): Promise<void> {
    const { random } = this.#options;
    const open = this.#tasks.filter(({ fields, isWithdrawn }) => fields.status === "open" && !isWithdrawn);
    const closed = this.#tasks.filter(({ fields }) => fields.status === "done" || fields.status === "skipped");
    const trashed = this.#tasks.filter(({ fields }) => fields.status === "trashed");
    const kind = random.next();
    if (open.length < 4 || kind < 0.29) return this.#create();
    if (kind < 0.5) return this.#close(this.#preferRecurring(open), "complete");
    if (kind < 0.56) return this.#skipOne(open);
    if (kind < 0.71) return this.#edit(random.pick(open));
    if (kind < 0.8 && closed.length > 0) return this.#reopen(random.pick(closed.slice(-6)));
    if (kind < 0.84) return this.#delete(this.#preferRecurring(open));
    if (kind < 0.87 && trashed.length > 0) return this.#restore(random.pick(trashed));
    return this.#lookForNext();
  }

  #preferRecurring(open: KnownTask[]): KnownTask {
    const recurring = open.filter(({ seriesId }) => seriesId !== null);
    return this.#options.random.pick(recurring.length > 0 && this.#options.random.chance(0.6) ? recurring : open);
  }

  async #create(): Promise<void> {
    const { random, account, name } = this.#options;
    const body = newTask(random, account, `${name} task ${++this.#made}`);
    const path = "/api/v1/tasks";
    if (random.chance(0.08)) {
      // The server chooses the id; the key makes the repetition safe.
      const { id, ...rest } = body;
      const request = { method: "POST", path, body: rest, headers: { "idempotency-key": id } } as const;
      return this.#created(await this.#ask(request, [200, 201]));
    }
    const request = { method: "POST", path, body } as const;
    const [answer] = await this.#maybeTwice(request, [200, 201], 0.1);
    if (answer && (answer.body as TaskBody).id !== body.id) this.#surprise(request, answer, "another id");
    this.#created(answer);
  }

  #created(answer: Answer | undefined): void {
    if (!answer) return;
    const task = this.#adopt(answer.body as TaskBody, true);
    this.#acknowledge(task, answer, "task.created.v1", answer.body as TaskBody);
    // Of a repetition the answer is the present state, which is the first one: nobody else writes it.
    if ((answer.body as TaskBody).version !== 1)
      this.#surprise({ method: "POST", path: "/api/v1/tasks" }, answer, "a version that is not 1");
  }

  async #close(task: KnownTask, verb: "complete" | "skip"): Promise<void> {
    const { random } = this.#options;
    const headers: Record<string, string> = random.chance(0.1) ? { "idempotency-key": random.uuid() } : {};
    const request = { method: "POST", path: `/api/v1/tasks/${task.id}/${verb}`, headers } as const;
    const [answer, again] = await this.#maybeTwice(request, [200], Object.keys(headers).length > 0 ? 0 : 0.15);
    if (!answer) return;
    const { task: body, nextDue } = answer.body as Closed;
    if (again && JSON.stringify((again.body as Closed).nextDue) !== JSON.stringify(nextDue))
      this.#surprise(request, again, "another nextDue than its twin");
    task.fields = fieldsOf(body);
    this.#acknowledge(task, answer, verb === "complete" ? "task.completed.v1" : "task.skipped.v1", body, nextDue);
    if (task.seriesId && nextDue) this.#series.add(task.seriesId);
  }

  async #skipOne(open: KnownTask[]): Promise<void> {
    const recurring = open.filter(({ seriesId }) => seriesId !== null);
    if (recurring.length > 0) await this.#close(this.#options.random.pick(recurring), "skip");
  }

  async #edit(task: KnownTask): Promise<void> {
    const { random, account } = this.#options;
    const scope = task.seriesId === null || random.chance(0.7) ? "this" : "later";
    const patch: Record<string, unknown> = { notes: `Edited ${random.uuid()}` };
    if (random.chance(0.4)) patch.title = `${task.fields.title.replace(/ \(.*/, "")} (edit ${random.int(1, 9_999)})`;
    if (random.chance(0.4)) patch.priority = random.pick(priorities);
    if (task.seriesId === null && random.chance(0.4)) Object.assign(patch, soonDue(random, account));
    const request = { method: "PATCH", path: `/api/v1/tasks/${task.id}?scope=${scope}`, body: patch } as const;
    const answer = await this.#ask(request, [200]);
    if (!answer) return;
    const body = answer.body as TaskBody;
    for (const [field, value] of Object.entries(patch))
      if (field !== "reminders" && JSON.stringify(Reflect.get(body, field)) !== JSON.stringify(value))
        this.#surprise(request, answer, `another ${field} than was sent`);
    task.fields = fieldsOf(body);
    this.#acknowledge(task, answer, "task.updated.v1", body);
    if (scope === "later") this.#handOn(task, patch);
  }

  /** A change of the later occurrences reaches those that exist. */
  #handOn({ seriesId, occurrenceNumber, id }: KnownTask, patch: Record<string, unknown>): void {
    for (const other of this.#tasks) {
      if (other.seriesId !== seriesId || other.id === id || other.isWithdrawn) continue;
      if ((other.occurrenceNumber ?? 0) <= (occurrenceNumber ?? 0)) continue;
      other.fields = { ...other.fields, ...patch };
      other.isTouched = true;
    }
  }

  async #reopen(task: KnownTask): Promise<void> {
    const request = { method: "POST", path: `/api/v1/tasks/${task.id}/reopen` } as const;
    const answer = await this.#ask(request, [200]);
    if (!answer) return;
    const { task: body, keptSuccessor } = answer.body as { task: TaskBody; keptSuccessor: string | null };
    task.fields = fieldsOf(body);
    this.#acknowledge(task, answer, "task.reopened.v1", body);
    if (keptSuccessor === null) this.#takeBack(task);
  }

  /** The next occurrence goes with the reason for it, unless somebody has changed it. */
  #takeBack(task: KnownTask): void {
    for (const other of this.#tasks) {
      const isLater = other.seriesId === task.seriesId && (other.occurrenceNumber ?? 0) > (task.occurrenceNumber ?? 0);
      if (task.seriesId && isLater && other.fields.status === "open" && !other.isTouched) other.isWithdrawn = true;
    }
  }

  async #delete(task: KnownTask): Promise<void> {
    const path = `/api/v1/tasks/${task.id}`;
    const [answer] = await this.#maybeTwice({ method: "DELETE", path }, [204], 0.1);
    const read = answer && (await this.#ask({ method: "GET", path }, [200]));
    if (!answer || !read) return;
    const body = read.body as TaskBody & { nextDue: Due | null };
    task.fields = fieldsOf(body);
    this.#acknowledge(task, answer, "task.deleted.v1", body, body.nextDue);
    if (task.seriesId && body.nextDue) this.#series.add(task.seriesId);
  }

  async #restore(task: KnownTask): Promise<void> {
    const answer = await this.#ask({ method: "POST", path: `/api/v1/tasks/${task.id}/restore` }, [200]);
    if (!answer) return;
    task.fields = fieldsOf(answer.body as TaskBody);
    this.#acknowledge(task, answer, "task.restored.v1", answer.body as TaskBody);
    if (task.fields.status === "open") this.#takeBack(task);
  }

  /** The next occurrences come by themselves; a client sees them in its list. */
  async #lookForNext(): Promise<void> {
    const { random } = this.#options;
    if (this.#series.size === 0) return;
    const seriesId = random.pick([...this.#series]);
    const answer = await this.#ask({ method: "GET", path: `/api/v1/tasks?seriesId=${seriesId}&status=open` }, [200]);
    if (!answer) return;
    const { items } = answer.body as { items: TaskBody[] };
    const known = new Map(this.#tasks.map((task) => [task.id, task]));
    for (const item of items) {
      const task = known.get(item.id);
      if (!task) this.#adopt(item, false);
      else if (task.isWithdrawn) Object.assign(task, { isWithdrawn: false, isTouched: false, fields: fieldsOf(item) });
    }
    if (items.length > 0) this.#series.delete(seriesId);
  }

  #adopt(body: TaskBody, isCreated: boolean): KnownTask {
    const { id, seriesId, occurrenceNumber } = body;
    const { record, account } = this.#options;
    const task: KnownTask = {
      id,
      accountId: account.id,
      seriesId,
      occurrenceNumber,
      isCreated,
      isWithdrawn: false,
      isTouched: isCreated,
      fields: fieldsOf(body),
      acknowledged: [],
    };
    if (record.tasks.has(id)) record.surprises.push(`task ${id} was handed out twice`);
    record.tasks.set(id, task);
    this.#tasks.push(task);
    return task;
  }

  #acknowledge(
    task: KnownTask,
    answer: Answer,
    type: Acknowledged["type"],
    body: TaskBody,
    nextDue?: Due | null,
  ): void {
    const { sentAt, answeredAt, attempts } = answer;
    task.isTouched = true;
    task.acknowledged.push({
      type,
      version: body.version,
      sentAt,
      answeredAt,
      attempts,
      ...(nextDue === undefined ? {} : { nextDue }),
    });
  }

  async #maybeTwice(request: Request, expected: number[], chance: number): Promise<(Answer | undefined)[]> {
    if (!this.#options.random.chance(chance)) return [await this.#ask(request, expected)];
    this.#options.record.doubled++;
    return Promise.all([this.#ask(request, expected), this.#ask(request, expected)]);
  }

  async #ask(request: Request, expected: number[]): Promise<Answer | undefined> {
    const answer = await this.#options.api.ask(request);
    if (expected.includes(answer.status)) return answer;
    this.#surprise(request, answer, `${answer.status}`);
    return undefined;
  }

  #surprise({ method, path, body }: Request, answer: Answer, what: string): void {
    const { record, name } = this.#options;
    const sent = body === undefined ? "" : ` ${JSON.stringify(body)}`;
    record.surprises.push(
      `${name}: ${method} ${path}${sent} was answered with ${what} after ${answer.attempts} attempts: ${JSON.stringify(answer.body)?.slice(0, 400)}`,
    );
  }
}
