import { Counter, gauge, type Jobs, type Metrics } from "@tend/service-kit";

/** `given-up`: refused for good, or tried for the last time. */
export type MailOutcome = "sent" | "tried-again" | "given-up";

export const countMails = (metrics: Metrics) =>
  new Counter<"outcome">({
    name: "tend_mails_total",
    help: "Attempts to send a mail, by what came of them",
    labelNames: ["outcome"],
    registers: [metrics],
  });

export const measureMail = (metrics: Metrics, jobs: Pick<Jobs, "oldest">) =>
  gauge(metrics, "tend_mail_age_seconds", "Age of the oldest mail that is not yet sent", () =>
    jobs.oldest("send-mail"),
  );
