import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type MailServer, startMailServer } from "../../tools/mail-server.ts";

/** Writes each mail into `folder`, where the journeys (other processes) read it. */
export function startMailSink(folder: string): Promise<MailServer> {
  let count = 0;
  return startMailServer((mail) => {
    const name = `${String(count++).padStart(6, "0")}.json`;
    writeFileSync(join(folder, name), JSON.stringify({ ...mail, receivedAt: new Date().toISOString() }));
  });
}
