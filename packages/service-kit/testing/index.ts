export * from "./events.ts";
export * from "./fake-sidecar.ts";
export * from "./test-database.ts";
export * from "./until.ts";
