import type { Contact } from "@tend/contracts";
import type { MailAddress } from "../config.ts";
import type { PendingDelivery } from "../modules/deliveries/deliveries.repository.ts";
import { describeDue } from "./describe-due.ts";
import type { Message } from "./message.ts";

export type Sender = { from: MailAddress /** Of the Message-ID. */; domain: string; publicUrl: string };
export type Letter = {
  heading: string;
  title: string;
  when: string | null;
  /** What the list of mails shows beside the subject. */
  preview: string;
  link: string;
  settingsLink: string;
};

/** The same delivery always gives the same Message-ID, so that a mail sent twice can be told by its readers' programs. */
export async function composeMail(
  delivery: PendingDelivery,
  contact: Contact,
  { from, domain, publicUrl }: Sender,
): Promise<Message> {
  const title = oneLine(delivery.title, 500) || "Untitled task";
  const heading = delivery.kind === "reminder.due" ? "Reminder" : "New task";
  const when = delivery.due && describeDue(delivery.due, contact);
  const letter: Letter = {
    heading,
    title,
    when,
    preview: oneLine(when ?? title, 140),
    link: `${publicUrl}/today${delivery.taskId ? `?task=${delivery.taskId}` : ""}`,
    settingsLink: `${publicUrl}/settings`,
  };
  const { renderLetter } = await import("./letter.ts");
  return {
    from,
    to: { name: oneLine(contact.name, 100), address: contact.email },
    // What looks like an encoded word would be decoded by the reader's program, line breaks and all.
    subject: `${heading}: ${oneLine(title, 150).replaceAll("=?", "= ?")}`,
    ...(await renderLetter(letter)),
    messageId: `<${delivery.id}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
  };
}

/**
 * No control characters, no line breaks, no marks that turn the direction of what follows; cut between characters as people see them.
 */
export function oneLine(text: string, max: number): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/g, "")
    .trim();
  if (clean.length <= max) return clean;
  let short = "";
  for (const { segment } of new Intl.Segmenter().segment(clean)) {
    if (short.length + segment.length > max - 1) break;
    short += segment;
  }
  return `${short.trimEnd()}…`;
}
