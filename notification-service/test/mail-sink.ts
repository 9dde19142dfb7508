import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export type Mail = { to: string[]; raw: string; headers: Record<string, string>; text: string; html: string };
export type Refusal = { code: number; message: string };
export type MailSink = {
  port: number;
  mails: Mail[];
  /** What the server says to a recipient or after the data; null takes it. */
  answer: (stage: "rcpt" | "data") => Refusal | null;
  /** Waited for before the answer to the data. */
  pause: Promise<void>;
  close(): Promise<void>;
};

/** A real SMTP server that keeps what it is sent. */
export async function startMailSink(): Promise<MailSink> {
  const sink: Omit<MailSink, "port" | "close"> = { mails: [], answer: () => null, pause: Promise.resolve() };
  const refusal = (stage: "rcpt" | "data") => {
    const answer = sink.answer(stage);
    return answer && Object.assign(new Error(answer.message), { responseCode: answer.code });
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: (_address, _session, done) => done(refusal("rcpt")),
    onData(stream, session, done) {
      text(stream).then(async (raw) => {
        await sink.pause;
        const fault = refusal("data");
        if (!fault)
          sink.mails.push(
            parse(
              raw,
              session.envelope.rcptTo.map(({ address }) => address),
            ),
          );
        done(fault);
      }, done);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(sink, { port, close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
}

function parse(raw: string, to: string[]): Mail {
  const [head = ""] = raw.split("\r\n\r\n", 1);
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name.toLowerCase(), decodeWords(value.join(": "))];
    }),
  );
  return { to, raw: decodeQuoted(raw), headers, text: partOf(raw, "text/plain"), html: partOf(raw, "text/html") };
}

function partOf(raw: string, type: string): string {
  const part =
    raw.split(/\r\n----_NmP[^\r\n]*\r\n/).find((one) => one.toLowerCase().startsWith(`content-type: ${type}`)) ?? "";
  const [head = "", ...body] = part.split("\r\n\r\n");
  const content = body.join("\r\n\r\n");
  if (/base64/i.test(head)) return Buffer.from(content, "base64").toString();
  return /quoted-printable/i.test(head) ? decodeQuoted(content) : content;
}

const bytes = (hex: string) => Buffer.from(hex.replaceAll("=", ""), "hex").toString();
const decodeQuoted = (content: string) => content.replace(/=\r\n/g, "").replace(/(=[0-9A-F]{2})+/g, bytes);
const decodeWords = (value: string) =>
  value
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/(=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) =>
      Buffer.concat([...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(decodeWord)).toString(),
    );
const decodeWord = ([, kind, content = ""]: RegExpMatchArray) =>
  kind?.toLowerCase() === "b"
    ? Buffer.from(content, "base64")
    : Buffer.from(
        content
          .replaceAll("_", " ")
          .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
        "latin1",
      );
