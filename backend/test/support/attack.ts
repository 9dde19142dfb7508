import { Problem } from "@tend/contracts";
import type { TestApp } from "./app.ts";
import { type Belongings, makeBelongings } from "./belongings.ts";
import { type Example, examples } from "./examples.ts";
import type { Operation } from "./operations.ts";
import { answerForServices } from "./other-services.ts";

/** A request in which one thing is not as in the example. */
export type Attack = { id?: string; query?: string; json?: string | Buffer; headers?: Record<string, string> };
export type Fault = { operation: string; what: string; fault: string };

export const exampleOf = (operation: Operation, mine: Belongings): Example => {
  const make = examples[operation.name];
  if (!make) throw new Error(`${operation.name} has no example: add one to support/examples.ts`);
  return make(mine);
};

/** Sends attacks and notes every answer that is not in the agreed form, refusal or not. */
export function attacker(backend: TestApp) {
  const faults: Fault[] = [];
  const everybody: Belongings[] = [];
  answerForServices(backend.sidecar, () => everybody);
  const newOwner = async () => {
    const belongings = await makeBelongings(backend, await backend.signUp());
    everybody.push(belongings);
    return belongings;
  };
  const attack = async (operation: Operation, mine: Belongings, { what, ...request }: Attack & { what: unknown }) => {
    const example = exampleOf(operation, mine);
    const { status, type, text } = await send(backend, operation, { mine, example, request });
    const fault = faultOf(status, type, text, example);
    if (fault) faults.push({ operation: operation.name, what: (JSON.stringify(what) ?? "").slice(0, 300), fault });
    return status;
  };
  /** All of them by one owner, or by a new one whenever the session or the password is gone. */
  const attackAll = async (operation: Operation, attacks: ((mine: Belongings) => Attack & { what: unknown })[]) => {
    let mine = await newOwner();
    const endsSessions = operation.name.startsWith("postAuth");
    for (const [index, make] of attacks.entries()) {
      // Each of these costs the hash of a password.
      if (endsSessions && index % 4 !== 0) continue;
      const status = await attack(operation, mine, make(mine));
      if (endsSessions && status < 300) mine = await newOwner();
    }
    return mine;
  };
  return { attack, attackAll, newOwner, takeFaults: () => faults.splice(0) };
}

type Sent = { mine: Belongings; example: Example; request: Attack };

async function send(backend: TestApp, { method, path, scope }: Operation, { mine, example, request }: Sent) {
  const body = request.json ?? (example.body && JSON.stringify(example.body));
  const answer = await backend.inject({
    method,
    url: `${path.replace("{id}", request.id ?? example.id ?? "")}?${request.query ?? example.query ?? ""}`,
    headers: {
      ...mine.account[example.needsSession || scope === "none" ? "cookieHeaders" : "tokenHeaders"],
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { payload: body }),
    payloadAsStream: example.isStream ?? false,
  });
  const { statusCode: status } = answer;
  const type = String(answer.headers["content-type"] ?? "");
  if (!example.isStream) return { status, type, text: answer.body };
  if (status >= 300) return { status, type, text: Buffer.concat(await answer.stream().toArray()).toString() };
  answer.stream().destroy();
  return { status, type: "application/json", text: "null" };
}

/** Of what is no JSON or no URL no field can be named. */
const isAboutWhole = (detail: string) => /JSON|UTF-8|url|Content-Length|content type/i.test(detail);

/** What is wrong with an answer; null: nothing. */
function faultOf(status: number, type: string, text: string, { answer }: Example): string | null {
  if (status >= 500) return `${status} ${text}`;
  if (status === 204 || status === 304) return text === "" ? null : `a body with ${status}`;
  try {
    const body: unknown = JSON.parse(text);
    if (status < 400) {
      answer?.parse(body);
      return type.startsWith("application/json") ? null : `type ${type}`;
    }
    const { code, errors, detail, ...problem } = Problem.parse(body);
    if (code === "invalid" && !errors?.length && !isAboutWhole(detail)) return `no field is named: ${text}`;
    return type.startsWith("application/problem+json") && problem.status === status ? null : `type ${type}: ${text}`;
  } catch (error) {
    return `${status} ${error} ${text.slice(0, 2_000)}`;
  }
}
