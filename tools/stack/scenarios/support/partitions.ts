import { Admin } from "@platformatic/kafka";
import { topics } from "@tend/contracts";
import { readConsumers } from "../../../engine/consumers.ts";
import { behindBy, type Extent, readCommitted, readExtents, toBroker } from "../../../engine/kafka-log.ts";
import { brokerAddress } from "./stack.ts";

const consumers = readConsumers();
const groups = [...new Set(consumers.map(({ group }) => group))];

async function asking<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Admin(toBroker(brokerAddress()));
  try {
    return await ask(admin);
  } finally {
    await admin.close();
  }
}

/** Where each partition of the events' topics ends now. */
export const partitionsNow = (): Promise<Extent[]> => asking((admin) => readExtents(admin, [...topics]));

/** Which groups have not yet taken all that was published up to those ends, and of which partitions. */
export const notTaken = (ends: Extent[]): Promise<string[]> =>
  asking(async (admin) => {
    const taken = await readCommitted(admin, groups);
    return consumers.flatMap(({ group, topic }) =>
      ends
        .filter((end) => end.topic === topic && behindBy(end, taken, group) > 0n)
        .map(({ partition }) => `${group}: ${topic}/${partition}`),
    );
  });
