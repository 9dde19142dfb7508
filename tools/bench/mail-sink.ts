import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

export type MailSink = {
  url: string;
  /** `id`: the Message-ID; `at`: when it had come; milliseconds since 1970. */
  mails: { id: string; at: number }[];
  close(): Promise<void>;
};

/** A mail server that takes everything at once. */
export async function startMailSink(): Promise<MailSink> {
  const mails: MailSink["mails"] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS", "AUTH"], disableReverseLookup: true, logger: false },
    onData(stream, _session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
      stream.on("end", () => {
        mails.push({ id: /^message-id:\s*(\S+)/im.exec(text)?.[1] ?? "", at: Date.now() });
        done();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
