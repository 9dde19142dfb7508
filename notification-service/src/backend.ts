import { Contact, ReminderCheck } from "@tend/contracts";
import type { Dapr, Logger } from "@tend/service-kit";

export type Backend = {
  /** From the cache for up to ten minutes; null when the account is gone. */
  getContact(accountId: string): Promise<Contact | null>;
  forgetContact(accountId: string): Promise<void>;
  stillApplies(reminderId: string, fireAt: string): Promise<boolean>;
  /** Tells the account's open pages to load notifications again. */
  signal(accountId: string): Promise<void>;
};

const appId = "todo-backend";
const ttlSeconds = 600;
const keyOf = (accountId: string) => `contact:${accountId}`;

export function createBackend(dapr: Dapr, log: Logger): Backend {
  /** A cache that fails only costs the call that it would have saved. */
  const spared = <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      log.warn({ err: error }, "the contact cache failed");
      return null;
    });
  async function ask(path: string, query?: Record<string, string>) {
    const answer = await dapr.invoke(appId, "GET", path, { ...(query ? { query } : {}) });
    if (answer.status !== 200 && answer.status !== 404)
      throw new Error(`the backend answered ${answer.status} to ${path}`);
    return answer;
  }
  return {
    async getContact(accountId) {
      const cached = Contact.safeParse((await spared(dapr.state.get(keyOf(accountId))))?.value);
      if (cached.success) return cached.data;
      const { status, body } = await ask(`/api/internal/users/${accountId}/contact`);
      if (status === 404) return null;
      const contact = Contact.parse(body);
      await spared(dapr.state.save(keyOf(accountId), contact, { ttlSeconds }));
      return contact;
    },
    forgetContact: async (accountId) => void (await dapr.state.delete(keyOf(accountId))),
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
