import { Contact } from "@tend/contracts";
import type { Logger, StateStore } from "@tend/service-kit";

/** Where an account's contact is kept, or may be put as long as nobody has forgotten it since. */
export type Place = { contact: Contact | null; etag: string };
export type ContactCache = {
  /** Null when the cache fails: that only costs the call that it would have saved. */
  look(accountId: string): Promise<Place | null>;
  /** Does nothing when the contact was forgotten, or kept by someone else, since `etag` was read. */
  keep(accountId: string, contact: Contact, etag: string): Promise<void>;
  forget(accountId: string): Promise<void>;
};

const ttlSeconds = 600;
const empty = {};
const keyOf = (accountId: string) => `contact:${accountId}`;

/**
 * In Dapr state. An account that is not cached has an empty place, never none: what was asked for before an account changed
 * can then not be put in after the change was heard of, for the place has another ETag by then.
 */
export function createContactCache(state: StateStore, log: Logger): ContactCache {
  const spared = <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      log.warn({ err: error }, "the contact cache failed");
      return null;
    });
  async function find(key: string) {
    const found = await state.get(key);
    if (found) return found;
    await state.save(key, empty, { ttlSeconds });
    return state.get(key);
  }
  return {
    async look(accountId) {
      const found = await spared(find(keyOf(accountId)));
      if (!found?.etag) return null;
      return { contact: Contact.safeParse(found.value).data ?? null, etag: found.etag };
    },
    async keep(accountId, contact, etag) {
      await spared(state.save(keyOf(accountId), contact, { etag, ttlSeconds }));
    },
    async forget(accountId) {
      await state.save(keyOf(accountId), empty, { ttlSeconds });
    },
  };
}
