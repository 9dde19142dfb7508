import { setTimeout as sleep } from "node:timers/promises";
import { createServer, defineService, runMain } from "../src/index.ts";

const service = defineService({
  appId: "tiny",
  schema: "kit",
  migrations: process.env.MIGRATIONS ?? import.meta.dirname,
  async build(context) {
    const app = createServer(context);
    app.get("/slow", async () => {
      process.send?.("begun");
      await sleep(300);
      return { done: true };
    });
    return app;
  },
});
await runMain(service);
