import { setTimeout as sleep } from "node:timers/promises";
import { type MailServer, startMailServer } from "../mail-server.ts";
import type { Random } from "./random.ts";

export type Mail = {
  /** Without the angle brackets. */
  messageId: string;
  to: string;
  subject: string;
  /** When the sink had all of it; milliseconds since 1970. */
  receivedAt: number;
};
export type MailSink = MailServer & { mails: Mail[] };

/** Keeps what it gets, and takes its time before each "250", so that a crash finds mails in flight. */
export async function startMailSink(random: Random, onMail?: (mail: Mail) => void): Promise<MailSink> {
  const mails: Mail[] = [];
  const server = await startMailServer(async ({ to, raw }) => {
    const mail = { ...readHeaders(raw), to: to.join(", "), receivedAt: Date.now() };
    mails.push(mail);
    onMail?.(mail);
    await sleep(random.int(1, 40));
  });
  return { ...server, mails };
}

function readHeaders(message: string): Pick<Mail, "messageId" | "subject"> {
  const [head = ""] = message.split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? "";
  return { messageId: header("message-id").replace(/^<|>$/g, ""), subject: header("subject") };
}
