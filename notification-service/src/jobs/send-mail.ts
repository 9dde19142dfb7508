import { setTimeout as sleep } from "node:timers/promises";
import { isTransientDatabaseError, type JobRun, type JobTask } from "@tend/service-kit";
import type { Context } from "../context.ts";
import { composeMail } from "../mail/compose-mail.ts";
import { RefusedMail } from "../mail/message.ts";
import type { countMails, MailOutcome } from "../measure.ts";
import {
  beginAttempt,
  giveUp,
  markSent,
  noteFault,
  type PendingDelivery,
} from "../modules/deliveries/deliveries.repository.ts";
import { reasonNotWanted } from "../modules/deliveries/is-wanted.ts";
import { readPayload } from "./payload.ts";

type Services = Pick<Context, "pool" | "backend" | "mailer" | "mail" | "config"> & {
  mails: ReturnType<typeof countMails>;
};

/**
 * Check, send, mark: a crash between the server's answer and the mark sends that mail again, with the same Message-ID.
 * A fault that may pass is tried again by the job queue, with a growing pause, for about a day.
 */
export function sendMail(context: Services): JobTask {
  const count = (outcome: MailOutcome) => context.mails.inc({ outcome });
  return async (payload, run) => {
    const delivery = await beginAttempt(context.pool, readPayload(payload));
    if (!delivery) return;
    try {
      if (await attempt(context, delivery, run)) count("sent");
    } catch (error) {
      const fault = describe(error);
      if (error instanceof RefusedMail || run.isLastAttempt) {
        await giveUp(context.pool, delivery.id, "failed", fault);
        count("given-up");
        run.log.warn({ delivery: delivery.id, fault }, "mail given up");
        return;
      }
      await noteFault(context.pool, delivery.id, fault);
      count("tried-again");
      throw error;
    }
  };
}

/** True when the mail is out, false when it is not wanted any more. */
async function attempt(
  { pool, backend, mailer, mail, config }: Services,
  delivery: PendingDelivery,
  { log, signal }: JobRun,
): Promise<boolean> {
  const notWanted = (why: string | null) => giveUp(pool, delivery.id, "superseded", why).then(() => false);
  const reason = mailer ? await reasonNotWanted(delivery, backend) : "no mail server is set any more";
  if (!mailer || reason) return notWanted(reason);
  const contact = await backend.getContact(delivery.accountId);
  if (!contact) return notWanted("the account is gone");
  const message = await composeMail(delivery, contact, {
    from: mail.mailFrom,
    domain: mail.mailDomain,
    publicUrl: config.publicUrl,
  });
  const providerId = await mailer.send(message);
  await insist(() => markSent(pool, delivery.id, providerId), signal);
  log.info({ delivery: delivery.id, provider_id: providerId }, "mail sent");
  return true;
}

/** The mail is out: a database that is away for a moment must not send it again. */
async function insist(write: () => Promise<void>, signal: AbortSignal) {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isTransientDatabaseError(error)) throw error;
      await sleep(250, undefined, { signal });
    }
  }
}

/** One line, short enough to show beside the notification. */
function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").slice(0, 300);
}
