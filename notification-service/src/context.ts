import type { Jobs, ServiceContext } from "@tend/service-kit";
import { type Backend, createBackend } from "./backend.ts";
import { type NotificationConfig, readNotificationConfig } from "./config.ts";
import { createMailer } from "./mail/create-mailer.ts";
import type { Mailer } from "./mail/message.ts";
import { createSignals, type Signals } from "./signals.ts";

export type Context = ServiceContext & {
  mail: NotificationConfig;
  /** Null where no mail server is set: then there are no e-mail deliveries at all. */
  mailer: Mailer | null;
  backend: Backend;
  signals: Signals;
};
/** What handlers work with besides their transaction. */
export type HandlerContext = {
  canMail: boolean;
  jobs: Pick<Jobs, "add">;
  signals: Signals;
  backend: Backend;
  now: () => Date;
};

export async function createContext(base: ServiceContext): Promise<Context> {
  const mail = readNotificationConfig(base.env, base.config.publicUrl);
  const backend = createBackend(base.dapr, base.log);
  return {
    ...base,
    mail,
    mailer: await createMailer(base.dapr, mail),
    backend,
    signals: createSignals(backend, base.log),
  };
}
