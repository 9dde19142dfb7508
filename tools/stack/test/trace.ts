/**
 * `node tools/stack/test/trace.ts`: one click on the stack, followed in a real Zipkin through sidecars and Kafka to its mail.
 * `--picture <file>` takes Zipkin's own picture of it. Needs what `npm run stack` needs; exit code 1 if a part is missing from the trace.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort } from "../../launcher/free-port.ts";
import { newPlace, startTend, stopTend, untilReady } from "../../launcher/test/tend.ts";
import { startMailServer } from "../../mail-server.ts";
import { startZipkin } from "../zipkin.ts";
import { clickForMail } from "./trace/click.ts";
import { takePicture } from "./trace/picture.ts";
import { missingFrom, readTrace, tree, type ZipkinSpan } from "./trace/spans.ts";

const { values } = parseArgs({ options: { picture: { type: "string" } } });
const say = (line: string) => console.log(line);

const place = await newPlace();
const mails: string[] = [];
const mailServer = await startMailServer(({ raw }) => void mails.push(raw));
const port = await freePort();
const zipkin = await startZipkin({ port, tell: say, signal: new AbortController().signal });
const base = `http://127.0.0.1:${port}`;
const env = { ZIPKIN_URL: `${base}/api/v2/spans`, SMTP_URL: mailServer.url, MAIL_FROM: "Tend <tend@trace.example>" };
const stack = startTend(place, { command: "stack", env });
try {
  await untilReady(stack);
  const { traceId, title } = await clickForMail(place.base);
  say(`Clicked: trace ${traceId}. Its mail comes in some seconds.`);
  await until(() => mails.some((raw) => raw.includes(title)), 180, "the mail has not come");
  const spans = await wholeTrace(traceId);
  say(`\n${tree(spans)}\n`);
  if (values.picture) await takePicture({ zipkin: base, traceId, file: values.picture });
  say(`All parts are in one trace of ${spans.length} spans.`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await stopTend(stack);
  await zipkin.stop(3_000);
  await mailServer.close();
  await place.remove();
}

/** Spans are sent some seconds after they end. */
async function wholeTrace(traceId: string): Promise<ZipkinSpan[]> {
  let spans: ZipkinSpan[] = [];
  const isWhole = async () => {
    spans = await readTrace(base, traceId);
    return missingFrom(spans).length === 0;
  };
  await until(isWhole, 120, "").catch(() => {
    throw new Error(`Not in the trace: ${missingFrom(spans).join("; ")}. What is in it:\n${tree(spans)}`);
  });
  return spans;
}

async function until(isSo: () => boolean | Promise<boolean>, seconds: number, what: string): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; !(await isSo()); await sleep(250))
    if (Date.now() > end) throw new Error(`after ${seconds} s ${what}`);
}
