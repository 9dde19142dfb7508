export type { EmbeddedDaprConfig } from "./config.ts";
export {
  type DeadLetter,
  listDeadLetters,
  type Outcome,
  replayTopic,
  resendDeadLetters,
} from "./pubsub/log-commands.ts";
export { type EmbeddedDapr, migrations, startEmbeddedDapr } from "./start.ts";
