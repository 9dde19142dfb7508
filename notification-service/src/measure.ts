import { Counter, gauge, type Jobs, type Metrics } from "@tend/service-kit";

/** `given-up`: refused for good, or tried for the last time. */
const outcomes = ["sent", "tried-again", "given-up"] as const;
export type MailOutcome = (typeof outcomes)[number];

/** Zero is said from the start: the first mail that fails is an increase. */
export function countMails(metrics: Metrics) {
  const mails = new Counter<"outcome">({
    name: "tend_mails_total",
    help: "Attempts to send a mail, by what came of them",
    labelNames: ["outcome"],
    registers: [metrics],
  });
  for (const outcome of outcomes) mails.inc({ outcome }, 0);
  return mails;
}

export const measureMail = (metrics: Metrics, jobs: Pick<Jobs, "oldest">) =>
  gauge(metrics, "tend_mail_age_seconds", "Age of the oldest mail that is not yet sent", () =>
    jobs.oldest("send-mail"),
  );
