import type { TestApp } from "./app.ts";
import type { Example } from "./examples.ts";
import type { Operation } from "./operations.ts";

export type Answer = { status: number; headers: Record<string, unknown>; text: string; json: () => unknown };
type Request = { example: Example; headers: Record<string, string> };

const perRequest = ["x-request-id", "date", "keep-alive"];

/** One request as the example says. Of a stream only the beginning is read. */
export async function send(
  backend: TestApp,
  { method, path }: Operation,
  { example, headers }: Request,
): Promise<Answer> {
  const answer = await backend.inject({
    ...{ method, headers, payload: example.body, payloadAsStream: example.isStream ?? false },
    url: `${path.replace("{id}", encodeURIComponent(example.id ?? ""))}?${example.query ?? ""}`,
  });
  const text = example.isStream ? await beginningOf(answer.stream()) : answer.body;
  const kept = Object.entries(answer.headers).filter(([name]) => !perRequest.includes(name));
  return { status: answer.statusCode, headers: Object.fromEntries(kept), text, json: () => JSON.parse(text) };
}

async function beginningOf(stream: AsyncIterable<Buffer>): Promise<string> {
  for await (const chunk of stream) return chunk.toString();
  return "";
}
