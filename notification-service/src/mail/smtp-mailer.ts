import nodemailer from "nodemailer";
import { type Mailer, RefusedMail } from "./message.ts";

const timeoutMs = 15_000;

/** `url` such as smtps://user:password@mail.example.org, with nodemailer's options as its query. */
export function createSmtpMailer(url: string): Mailer {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 10,
    maxMessages: 1_000,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: 2 * timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ from, to, subject, html, text, messageId, headers }) {
      try {
        const { response } = await transport.sendMail({ from, to, subject, html, text, messageId, headers });
        return response?.slice(0, 200) ?? null;
      } catch (error) {
        throw isPermanent(error) ? new RefusedMail(error.message, { cause: error }) : error;
      }
    },
    close: () => transport.close(),
  };
}

/** 5xx for this mail or its recipient. A refused login is not: somebody may mend the settings. */
function isPermanent(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number };
  return (code === "EENVELOPE" || code === "EMESSAGE") && responseCode !== undefined && responseCode >= 500;
}
