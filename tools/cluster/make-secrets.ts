import { Fault } from "../bootstrap/fault.mjs";
import { credentials, newSecret } from "../launcher/secrets.ts";
import type { Place } from "./places.ts";
import { createSecret, type Data, listSecrets } from "./put-secret.ts";
import { databaseRoles, secretNames } from "./secrets.ts";
import type { Shell } from "./shell.ts";

type Given = { databaseUrl: string | undefined; smtpUrl: string | undefined; sendgridKey: string | undefined };
type Values = Record<string, Data>;

const inCluster = "tend-postgres-rw:5432/tend?sslmode=verify-full&sslrootcert=/etc/tend/postgres/ca.crt";

/** New random values for every secret that people make here. */
export function makeValues(place: Place, { databaseUrl, smtpUrl, sendgridKey }: Given): Values {
  const values: Values = { "jwt-secret": { "jwt-secret": newSecret() } };
  const owner = newSecret();
  if (place.hasPostgres) values["postgres-owner"] = { username: "tend", password: owner };
  const admin = new URL(place.hasPostgres ? `postgres://tend:${owner}@${inCluster}` : (databaseUrl ?? missing()));
  values["postgres-admin"] = { "database-url": admin.href };
  for (const role of databaseRoles) {
    const address = new URL(admin);
    address.username = role;
    address.password = newSecret();
    values[credentials(role)] = { [credentials(role)]: address.href };
  }
  for (const { name } of secretNames) if (/^dapr-(?:api|app)-token-/.test(name)) values[name] = { token: newSecret() };
  if (smtpUrl) values["smtp-secret"] = { "smtp-secret": smtpUrl };
  if (sendgridKey) values["sendgrid-secret"] = { "sendgrid-secret": sendgridKey };
  return values;
}

function missing(): never {
  throw new Fault(
    "A managed PostgreSQL needs its address: DATABASE_URL=postgres://user:password@host:5432/tend npm run cluster:setup -- --place prod-managed",
  );
}

// The owner's password is in the database already where anything of the database is there: another one would open nothing. A role gets
// the password that its secret says.
const isOfOwner = (name: string) => name === "postgres-owner" || name === "postgres-admin";

/** Makes those Secrets that are not there. What is there is never read and never changed. */
export async function makeSecrets(shell: Shell, values: Values): Promise<void> {
  const present = await listSecrets(shell);
  const hasDatabase = [...present].some((name) => isOfOwner(name) || name.startsWith(credentials("")));
  for (const [name, data] of Object.entries(values)) {
    if (present.has(name)) continue;
    if (isOfOwner(name) && hasDatabase)
      throw new Fault(
        `The secret ${name} is missing, and others of the database are there: restore it from your copy (docs/operations.md).`,
      );
    await createSecret(shell, name, data);
  }
}
