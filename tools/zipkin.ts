/** `npm run zipkin`: a Zipkin for `ZIPKIN_URL=http://127.0.0.1:9411/api/v2/spans npm run stack`, until Ctrl-C. Needs Java and Maven. */
import { parseArgs } from "node:util";
import { Fault, tell as tellFault } from "./bootstrap/fault.mjs";
import { isFree } from "./launcher/free-port.ts";
import { Shutdown } from "./launcher/shutdown.ts";
import { wholeNumber } from "./launcher/whole-number.ts";
import { startZipkin } from "./stack/zipkin.ts";

const shutdown = new Shutdown(5_000);
const leave = async (code: number) => {
  await shutdown.run();
  process.exit(code);
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(0));
if (process.connected) process.on("disconnect", () => leave(0));
try {
  const { values } = parseArgs({ options: { port: { type: "string", default: "9411" } } });
  const port = wholeNumber("port", values.port, 65_535);
  if (!(await isFree(port))) throw new Fault(`Port ${port} is in use: npm run zipkin -- --port ${port + 1}`);
  const zipkin = await startZipkin({ port, tell: console.log, signal: shutdown.signal });
  shutdown.add(() => zipkin.stop(3_000));
  console.log(
    `Zipkin is ready at http://localhost:${port}. Ctrl-C stops it. In another terminal:\n  ZIPKIN_URL=http://127.0.0.1:${port}/api/v2/spans npm run stack`,
  );
} catch (error) {
  if (!shutdown.signal.aborted) tellFault(error);
  await leave(1);
}
