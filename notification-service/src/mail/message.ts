import type { MailAddress } from "../config.ts";

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
