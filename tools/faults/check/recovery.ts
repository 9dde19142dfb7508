import type { Check } from "./facts.ts";

export const everyKillRecovers: Check = {
  promise: "the product comes back by itself after every kill (the launcher: once it is started again)",
  find: ({ kills }) =>
    kills
      .filter(({ recoveredAt }) => recoveredAt === null)
      .map(({ target, at }) => `${target}, killed at ${new Date(at).toISOString()}, did not come back`),
};
