import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Message, RefusedMail } from "../src/mail/message.ts";
import { createSendgridMailer } from "../src/mail/sendgrid-mailer.ts";

type Taken = { authorization: string | undefined; body: unknown };
const taken: Taken[] = [];
let status = 202;
const provider = createServer(async (request, response) => {
  taken.push({ authorization: request.headers.authorization, body: await json(request) });
  response
    .writeHead(status, { "x-message-id": "provider-1", "content-type": "application/json" })
    .end(status === 202 ? "" : '{"errors":[]}');
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((resolve) => provider.close(resolve)));

const message: Message = {
  from: { name: "Tend", address: "tend@example.org" },
  to: { name: "Ada", address: "ada@example.net" },
  subject: "Reminder: Water plants",
  html: "<p>Water plants</p>",
  text: "Water plants",
  messageId: "<1@example.org>",
  headers: { "Auto-Submitted": "auto-generated" },
};

describe("SendGrid", () => {
  it("is given the Message-ID and both parts, and tells its own id", async () => {
    const mailer = createSendgridMailer("SG.key", url);
    expect(await mailer.send(message)).toBe("provider-1");
    expect(taken[0]).toMatchObject({
      authorization: "Bearer SG.key",
      body: {
        subject: message.subject,
        personalizations: [{ to: [{ email: "ada@example.net", name: "Ada" }] }],
        headers: { "Message-ID": "<1@example.org>", "Auto-Submitted": "auto-generated" },
        content: [{ type: "text/plain" }, { type: "text/html" }],
      },
    });
  });

  it.each([
    [400, true],
    [413, true],
    [401, false],
    [429, false],
    [503, false],
  ])("answering %d is for good: %s", async (answered, isForGood) => {
    status = answered;
    const fault = await createSendgridMailer("SG.key", url)
      .send(message)
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect(fault instanceof RefusedMail).toBe(isForGood);
  });
});
