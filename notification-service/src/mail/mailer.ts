import type { Dapr } from "@tend/service-kit";
import type { MailAddress, NotificationConfig } from "../config.ts";
import { createSendgridMailer } from "./sendgrid-mailer.ts";
import { createSmtpMailer } from "./smtp-mailer.ts";

export type Message = {
  from: MailAddress;
  to: MailAddress;
  subject: string;
  html: string;
  text: string;
  /** With the angle brackets. */
  messageId: string;
  headers: Record<string, string>;
};
export type Mailer = {
  /** The provider's id of the mail. Throws RefusedMail when trying again is useless, anything else when it may help. */
  send(message: Message): Promise<string | null>;
  close(): void;
};

export class RefusedMail extends Error {
  override readonly name = "RefusedMail";
}

/** By the secret that exists, SMTP first; null without either. */
export async function createMailer(dapr: Pick<Dapr, "getSecret">, config: NotificationConfig): Promise<Mailer | null> {
  const [smtp, sendgrid] = await Promise.all([dapr.getSecret("smtp-secret"), dapr.getSecret("sendgrid-secret")]);
  if (smtp) return createSmtpMailer(smtp);
  return sendgrid ? createSendgridMailer(sendgrid, config.sendgridUrl) : null;
}
