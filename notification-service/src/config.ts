import { type Env, readSettings } from "@tend/service-kit";
import { z } from "zod";

/** `Tend <tend@example.org>` or a bare address. */
const Sender = z
  .string()
  .regex(
    /^[^\p{Cc}<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/u,
    "must be an address such as Tend <tend@example.org>",
  );
const Settings = z.object({
  MAIL_FROM: Sender.optional(),
  /** For SendGrid's other regions, such as https://api.eu.sendgrid.com. */
  SENDGRID_URL: z.url({ protocol: /^https?$/ }).default("https://api.sendgrid.com"),
});

export type MailAddress = { name: string; address: string };
export type NotificationConfig = {
  mailFrom: MailAddress;
  /** Of our Message-IDs. */
  mailDomain: string;
  sendgridUrl: string;
};

export function readNotificationConfig(env: Env, publicUrl: string): NotificationConfig {
  const { MAIL_FROM, SENDGRID_URL } = readSettings(Settings, env);
  const mailFrom = toAddress(MAIL_FROM ?? `Tend <tend@${new URL(publicUrl).hostname}>`);
  return {
    mailFrom,
    mailDomain: mailFrom.address.split("@")[1] ?? "localhost",
    sendgridUrl: SENDGRID_URL.replace(/\/*$/, "/"),
  };
}

function toAddress(text: string): MailAddress {
  const [, name = "", address = text] = /^(.*)<(.+)>$/.exec(text) ?? [];
  return { name: name.trim().replace(/^"|"$/g, ""), address: address.trim() };
}
