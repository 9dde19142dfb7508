/**
 * Who may know whom. `tools/test/boundaries.ts` runs it, and fails too when it read too little. Cycles and the UI's imports (whose .tsx it cannot
 * read) are Biome's.
 */
const services = "^(backend|notification-service|recurring-task-service|audit-service)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "unresolved", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^fastify/types/" } },
    {
      name: "services-meet-through-the-sidecar",
      comment: "A service imports no other service: it invokes it, or hears its events.",
      severity: "error",
      from: { path: services },
      to: { path: services, pathNot: "^$1/" },
    },
    {
      name: "services-know-no-broker",
      severity: "error",
      from: { path: `${services}|^packages/(contracts|recurrence|service-kit)/|^frontend/` },
      to: { path: "node_modules/(kafkajs|@platformatic/kafka|node-rdkafka|amqplib)/|^packages/embedded-dapr/" },
    },
    {
      name: "contracts-are-zod-and-nothing-else",
      severity: "error",
      from: { path: "^packages/contracts/src/" },
      to: { pathNot: "^packages/contracts/src/|node_modules/zod/" },
    },
    {
      name: "recurrence-is-pure",
      severity: "error",
      from: { path: "^packages/recurrence/src/" },
      to: { pathNot: "^packages/recurrence/src/|node_modules/rrule-temporal/" },
    },
    {
      name: "packages-know-no-service",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: `${services}|^frontend/|^tools/` },
    },
    {
      name: "products-know-no-tools",
      severity: "error",
      from: { path: `${services}|^frontend/`, pathNot: "/test/" },
      to: { path: "^tools/" },
    },
    {
      severity: "error",
      from: { pathNot: "/test/|^tools/|\\.config\\." },
      to: { path: "/test/" },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/test/|/generated/|/\\.next/|/dist/" },
    tsPreCompilationDeps: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".css", ".json"],
    },
  },
};
