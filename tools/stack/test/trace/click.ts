/** Makes an account and a task that reminds in some seconds, as a browser would; the trace of that request, by its W3C header. */
export async function clickForMail(base: string): Promise<{ traceId: string; title: string }> {
  const headers = { "content-type": "application/json", origin: base };
  const account = { name: "Trace", email: "trace@trace.example", password: "correct horse battery" };
  const signedUp = await post(`${base}/api/auth/sign-up/email`, headers, account);
  const cookie = signedUp.headers
    .getSetCookie()
    .map((pair) => pair.split(";")[0])
    .join("; ");
  const traceId = crypto.randomUUID().replaceAll("-", "");
  const spanId = traceId.slice(0, 16);
  const title = `Water the plants ${spanId.slice(0, 6)}`;
  const fireAt = Math.ceil(Date.now() / 1_000) * 1_000 + 3_000;
  // A due has minutes; the seconds between are the reminder's.
  const due = new Date(Math.ceil((fireAt + 60_000) / 60_000) * 60_000);
  const task = {
    title,
    due: { date: due.toISOString().slice(0, 10), time: due.toISOString().slice(11, 16), timeZone: "UTC" },
    reminders: [{ before: `PT${(due.getTime() - fireAt) / 1_000}S` }],
  };
  await post(`${base}/api/v1/tasks`, { ...headers, cookie, traceparent: `00-${traceId}-${spanId}-01` }, task);
  return { traceId, title };
}

async function post(url: string, headers: Record<string, string>, body: unknown): Promise<Response> {
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response;
}
