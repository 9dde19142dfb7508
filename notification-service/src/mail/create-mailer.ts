import type { Dapr } from "@tend/service-kit";
import type { NotificationConfig } from "../config.ts";
import type { Mailer } from "./message.ts";
import { createSendgridMailer } from "./sendgrid-mailer.ts";
import { createSmtpMailer } from "./smtp-mailer.ts";

/** By the secret that exists, SMTP first; null without either. */
export async function createMailer(dapr: Pick<Dapr, "getSecret">, config: NotificationConfig): Promise<Mailer | null> {
  const [smtp, sendgrid] = await Promise.all([dapr.getSecret("smtp-secret"), dapr.getSecret("sendgrid-secret")]);
  if (smtp) return createSmtpMailer(smtp);
  return sendgrid ? createSendgridMailer(sendgrid, config.sendgridUrl) : null;
}
