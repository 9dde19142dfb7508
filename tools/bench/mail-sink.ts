import { type MailServer, startMailServer } from "../mail-server.ts";

/** `id`: the Message-ID; `at`: when it had come; milliseconds since 1970. */
export type MailSink = MailServer & { mails: { id: string; at: number }[] };

/** Takes everything at once. */
export async function startMailSink(): Promise<MailSink> {
  const mails: MailSink["mails"] = [];
  const server = await startMailServer(({ raw }) => {
    mails.push({ id: /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? "", at: Date.now() });
  });
  return { ...server, mails };
}
