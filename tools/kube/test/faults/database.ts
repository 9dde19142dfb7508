import { type FaultRow, set, unset } from "../mutate.ts";

const parameters = "spec/postgresql/parameters";
const database = (path: string, value: string) => set("Cluster", "tend-postgres", path, value);

export const ofDatabase: FaultRow[] = [
  [
    "fewer connections than the pools open",
    database(`${parameters}/max_connections`, "750"),
    /lets in 750 connections/,
  ],
  [
    "PostgreSQL's own number of connections",
    unset("Cluster", "tend-postgres", `${parameters}/max_connections`),
    /in 100/,
  ],
  [
    "more replicas than the database lets in",
    set("HorizontalPodAutoscaler", "todo-backend", "spec/maxReplicas", 12),
    /lets in 1050 connections, and all replicas together may open 1073/,
  ],
  [
    "more pods of a rollout than the database lets in",
    set("Deployment", "notification-service", "spec/strategy/rollingUpdate/maxSurge", "25%"),
    /may open 1107/,
  ],
  [
    "a state store with as many connections as it likes",
    unset("Component", "statestore", "spec/metadata/1"),
    /Component statestore: has no maxConns/,
  ],
  [
    "too little memory for all connections",
    database("spec/resources/limits/memory", "4Gi"),
    /its memory is too little/,
  ],
  ["no memory left by shared_buffers", database(`${parameters}/shared_buffers`, "8GB"), /its memory is too little/],
];
