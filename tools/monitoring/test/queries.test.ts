import { describe, expect, test } from "vitest";
import { missingIn, own } from "../exported.ts";
import { exporters, namesOf } from "../exporters.ts";
import { alertsOf, queriesOf, readAlerts, readClusterAlerts, readDashboards } from "../files.ts";
import { metricsIn } from "../queries.ts";

const queries = [...alertsOf(readClusterAlerts()), ...readDashboards().flatMap(queriesOf)].map(({ expr }) => expr);

test("a cluster is watched by the alerts of the containers, word for word, and by more", () => {
  const { groups } = readClusterAlerts();
  expect(groups.slice(0, 1)).toEqual(readAlerts().groups);
  expect(groups.length).toBeGreaterThan(1);
});

test.each(queries)("%s asks for what is exported", (query) => {
  expect(metricsIn(query).length).toBeGreaterThan(0);
  expect(missingIn(query)).toEqual([]);
});

describe("a query for what nobody exports is found", () => {
  test.each([
    ['sum by (service) (rate(tend_nothing_total{status="200"}[5m])) > 0.1', "tend_nothing_total"],
    ["max(tend_event_delay_seconds) > 1", "tend_event_delay_seconds"],
    ["rate(tend_outbox_age_seconds_bucket[5m])", "tend_outbox_age_seconds_bucket"],
    ["topk(5, sum(kafka_consumergroup_lags) by (topic))", "kafka_consumergroup_lags"],
    ["up == 0 and on (pod) cnpg_backends > 1", "cnpg_backends"],
  ])("%s", (query, name) => {
    expect(missingIn(query)).toEqual([name]);
  });
});

test("the services say their own metrics", () => {
  for (const name of ["tend_mails_total", "http_request_duration_seconds_bucket", "process_resident_memory_bytes"])
    expect(own).toContain(name);
});

test("each dashboard shows something else, and Grafana tells its panels apart", () => {
  const boards = readDashboards();
  expect(boards.map(({ title }) => title).sort()).toEqual(["Tend: event flow", "Tend: what users feel"]);
  expect(new Set(boards.map(({ uid }) => uid)).size).toBe(boards.length);
  for (const { panels } of boards) expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test("nothing is kept of what others export that nobody asks for", () => {
  const asked = new Set(queries.flatMap(metricsIn));
  expect(namesOf(...Object.values(exporters)).filter((name) => !asked.has(name))).toEqual([]);
});
