import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import type { Random } from "./random.ts";

export type Mail = {
  /** Without the angle brackets. */
  messageId: string;
  to: string;
  subject: string;
  /** When the sink had all of it; milliseconds since 1970. */
  receivedAt: number;
};
export type MailSink = { url: string; mails: Mail[]; close(): Promise<void> };

/** A mail server that keeps what it gets. It takes its time before each "250", so that a crash finds mails in flight. */
export async function startMailSink(random: Random): Promise<MailSink> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join(", ");
        mails.push({ ...readHeaders(Buffer.concat(chunks).toString("utf8")), to, receivedAt: Date.now() });
        sleep(random.int(1, 40)).then(() => done());
      });
    },
  });
  // Senders are killed in the middle of a conversation: that is what this is for.
  server.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
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
