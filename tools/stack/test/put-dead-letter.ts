import { Admin, Consumer, Producer } from "@platformatic/kafka";
import { addressOfBroker, readExtents, toBroker } from "../../engine/kafka-log.ts";
import { readRecords } from "../../events/read-records.ts";
import { RunFile } from "../../launcher/run-file.ts";

/** Copies a `task.created.v1` that went through the running stack to the dead-letter topic, as daprd does, as an event of its own with that id. */
export async function putDeadLetter(dataFolder: string, id: string): Promise<void> {
  const run = RunFile.read(dataFolder);
  const options = toBroker((run && addressOfBroker(run)) ?? "");
  const [admin, consumer, producer] = [
    new Admin(options),
    new Consumer({ ...options, groupId: "test" }),
    new Producer(options),
  ];
  try {
    const extents = await readExtents(admin, ["task-events"]);
    const records = (await Promise.all(extents.map((extent) => readRecords(consumer, extent)))).flat();
    const created = records.find(({ value }) => JSON.parse(String(value)).type === "task.created.v1");
    if (!created?.key) throw new Error("no task.created.v1 went through the broker");
    const { partition, offset, key, value } = created;
    const headers = {
      __topic: "task-events",
      __partition: String(partition),
      __offset: String(offset),
      partitionKey: String(key),
    };
    await producer.send({
      acks: -1,
      messages: [
        {
          topic: "task-events-dead-letters",
          partition,
          key,
          value: Buffer.from(JSON.stringify({ ...JSON.parse(String(value)), id })),
          headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
        },
      ],
    });
  } finally {
    await Promise.all([admin.close(), consumer.close(), producer.close()]);
  }
}
