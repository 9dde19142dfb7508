import type { Place } from "./tend.ts";

/** Someone with an account, who asks as a page does. */
export type Visitor = {
  post<T>(path: string, body: unknown): Promise<T>;
  get<T>(path: string): Promise<T>;
};

const email = "ada@example.org";
const password = "correct horse battery staple";

export const signUp = ({ base }: Place) => enter(base, "sign-up", { name: "Ada", email, password, timeZone: "UTC" });
export const signIn = ({ base }: Place) => enter(base, "sign-in", { email, password });

async function enter(base: string, how: string, body: object): Promise<Visitor> {
  const answer = await send(base, `/api/auth/${how}/email`, { method: "POST", body: JSON.stringify(body) });
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  const headers = { cookie: cookie.join("; ") };
  return {
    post: async (path, content) =>
      read(await send(base, path, { method: "POST", headers, body: JSON.stringify(content) })),
    get: async (path) => read(await send(base, path, { headers })),
  };
}

async function send(base: string, path: string, { headers, ...init }: RequestInit & { headers?: object }) {
  const types = init.body ? { "content-type": "application/json" } : {};
  const answer = await fetch(base + path, { ...init, headers: { origin: base, ...types, ...headers } });
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  return answer;
}

/** The caller knows what the API answers with. */
const read = async <T>(answer: Response) => (await answer.json()) as T;
