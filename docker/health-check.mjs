// Of a container: is what runs in it ready to work? Plain fetch, since the images have no curl.
const port = process.env.APP_PORT ?? process.env.PORT;
const path = process.env.HEALTH_PATH ?? "/health/ready";
const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(4_000) }).catch(() => null);
process.exitCode = answer?.ok ? 0 : 1;
