import { appIds, schemas } from "../launcher/apps.ts";
import { eventsRole } from "../launcher/events-role.ts";
import { credentials } from "../launcher/secrets.ts";

export type SecretName = {
  name: string;
  keys: string[];
  /** Absent where that part is not used. */
  optional?: true;
};

/** Who signs in at PostgreSQL: services, sidecars, and people by `npm run cluster:events`. */
export const databaseRoles = [...schemas.map(({ role }) => role), eventsRole];

/** The Secrets that people make (`npm run cluster:setup`); all others are made by operators. */
export const secretNames: readonly SecretName[] = [
  { name: "jwt-secret", keys: ["jwt-secret"] },
  { name: "smtp-secret", keys: ["smtp-secret"], optional: true },
  { name: "sendgrid-secret", keys: ["sendgrid-secret"], optional: true },
  // Of PostgreSQL in the cluster: who owns the database.
  { name: "postgres-owner", keys: ["username", "password"] },
  // Of the migrate job: an account with CREATEROLE and the database.
  { name: "postgres-admin", keys: ["database-url"] },
  ...databaseRoles.map((role) => ({ name: credentials(role), keys: [credentials(role)] })),
  // What an app shows its sidecar, and the sidecar its app.
  ...appIds.flatMap((appId) => [
    { name: `dapr-api-token-${appId}`, keys: ["token"] },
    { name: `dapr-app-token-${appId}`, keys: ["token"] },
  ]),
  // The authority of a managed PostgreSQL, and who may write to the bucket of the backups.
  { name: "postgres-ca", keys: ["ca.crt"], optional: true },
  { name: "backup-store", keys: ["access-key-id", "secret-access-key"], optional: true },
  // The certificate of the front door.
  { name: "tend-tls", keys: ["tls.crt", "tls.key"], optional: true },
];
