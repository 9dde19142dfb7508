import type { Facts } from "./check/facts.ts";
import type { Account } from "./load/record.ts";

/** Facts of these accounts, where others live in the same product. Lists that checks only look things up in stay whole. */
export function onlyOf(accounts: readonly Account[], facts: Facts): Facts {
  const ids = new Set(accounts.map(({ id }) => id));
  const emails = new Set(accounts.map(({ email }) => email));
  const isOwn = ({ accountId }: { accountId: string }) => ids.has(accountId);
  const events = facts.events.filter(isOwn);
  const happened = new Set(events.map(({ id }) => id));
  const ofThem = ({ eventId }: { eventId: string }) => happened.has(eventId);
  return {
    ...facts,
    events,
    tasks: facts.tasks.filter(isOwn),
    messages: facts.messages.filter(ofThem),
    deadLetters: facts.deadLetters.filter(ofThem),
    audit: facts.audit.filter(isOwn),
    notifications: facts.notifications.filter(isOwn),
    mails: facts.mails.filter(({ to }) => emails.has(to)),
  };
}
