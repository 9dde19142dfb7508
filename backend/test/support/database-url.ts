/** A PostgreSQL 18 server's superuser; each test makes databases of its own there. */
export function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error("TEST_DATABASE_URL is missing: the address of a PostgreSQL 18 server, as superuser");
  return url;
}

/** The address of one database, with the search path that the service's role has. */
export function databaseUrl(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  url.searchParams.set("options", "-c search_path=todo");
  return url.href;
}
