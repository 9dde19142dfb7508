import { verifierOf } from "./password-verifier.ts";
import { asAdmin, limits } from "./roles.ts";
import { credentials, type Secrets } from "./secrets.ts";

/** Of people who look after events that did not get through. Where it has no secret, they use the services' own roles. */
export const eventsRole = "events";

/** After the migrations: it may see the outbox and give back what is parked there, know since when a restore counts, note which dead letters were sent again, and nothing else. */
export async function prepareEventsRole(adminUrl: string, secrets: Secrets): Promise<void> {
  const address = secrets[credentials(eventsRole)];
  if (!address) return;
  const settings = Object.entries(limits).map(([name, value]) => `alter role ${eventsRole} set ${name} = '${value}';`);
  const verifier = verifierOf(decodeURIComponent(new URL(address).password));
  await asAdmin(adminUrl, async (client) => {
    await client.query(`
      do $$ begin
        if not exists (select from pg_roles where rolname = '${eventsRole}') then create role ${eventsRole} login; end if;
      end $$;
      alter role ${eventsRole} login password '${verifier}';
      alter role ${eventsRole} set search_path = todo, dapr;
      ${settings.join("\n")}
      grant usage on schema todo, dapr to ${eventsRole};
      grant select on todo.feed_epochs to ${eventsRole};
      grant select, update (parked_at, error) on todo.outbox to ${eventsRole};
      grant select, insert on dapr.resent_letters to ${eventsRole};`);
  });
}
