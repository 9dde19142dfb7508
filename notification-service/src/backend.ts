import { Contact, ReminderCheck } from "@tend/contracts";
import type { Dapr, Logger } from "@tend/service-kit";
import { createContactCache } from "./contact-cache.ts";

export type Backend = {
  /** From the cache for up to ten minutes; null when the account is gone. */
  getContact(accountId: string): Promise<Contact | null>;
  forgetContact(accountId: string): Promise<void>;
  stillApplies(reminderId: string, fireAt: string): Promise<boolean>;
  /** Tells the account's open pages to load notifications again. */
  signal(accountId: string): Promise<void>;
};

const appId = "todo-backend";

export function createBackend(dapr: Dapr, log: Logger): Backend {
  const cache = createContactCache(dapr.state, log);
  async function ask(path: string, query?: Record<string, string>) {
    const answer = await dapr.invoke(appId, "GET", path, { ...(query ? { query } : {}) });
    if (answer.status !== 200 && answer.status !== 404)
      throw new Error(`the backend answered ${answer.status} to ${path}`);
    return answer;
  }
  return {
    async getContact(accountId) {
      const place = await cache.look(accountId);
      if (place?.contact) return place.contact;
      const { status, body } = await ask(`/api/internal/users/${accountId}/contact`);
      if (status === 404) return null;
      const contact = Contact.parse(body);
      if (place) await cache.keep(accountId, contact, place.etag);
      return contact;
    },
    forgetContact: (accountId) => cache.forget(accountId),
    async stillApplies(reminderId, fireAt) {
      const { status, body } = await ask(`/api/internal/reminders/${reminderId}`, { fireAt });
      return status === 200 && ReminderCheck.parse(body).applies;
    },
    async signal(accountId) {
      const path = `/api/internal/users/${accountId}/signals`;
      await dapr.invoke(appId, "POST", path, { body: { kind: "notification" }, timeoutMs: 2_000 });
    },
  };
}
