import { until } from "@tend/service-kit/testing";
import { expect, it } from "vitest";
import { SidecarClient } from "../support/sidecar-client.ts";
import type { Suite } from "./suite.ts";

interface Metadata {
  components: { name: string }[];
  subscriptions: unknown[];
  extended: Record<string, string>;
}

export function runtimeCases(suite: () => Suite): void {
  const asCaller = () => new SidecarClient(suite().target.endpoint("caller"));

  it("wants the API token everywhere but on healthz", async () => {
    const { baseUrl } = suite().client.endpoint;
    expect((await fetch(`${baseUrl}/v1.0/metadata`)).status).toBe(401);
    expect((await fetch(`${baseUrl}/v1.0/publish/pubsub/plain`, { method: "POST", body: "{}" })).status).toBe(401);
    const wrong = { headers: { "dapr-api-token": "wrong" } };
    expect((await fetch(`${baseUrl}/v1.0/secrets/secret-store/flat`, wrong)).status).toBe(401);
    expect((await fetch(`${baseUrl}/v1.0/healthz`)).status).toBe(204);
    expect((await fetch(`${baseUrl}/v1.0/healthz/outbound`)).status).toBe(204);
  });

  it("tells about itself", async () => {
    const { client, app } = suite();
    const readMetadata = async () => (await client.call("/v1.0/metadata")).json as Metadata;
    const json = await readMetadata();
    expect(json).toMatchObject({ id: "app", appConnectionProperties: { port: app.port, protocol: "http" } });
    expect(json.components.map(({ name }) => name)).toEqual(expect.arrayContaining(["pubsub", "statestore"]));
    expect(json.subscriptions).toContainEqual(
      expect.objectContaining({ pubsubname: "pubsub", topic: "plain", deadLetterTopic: "plain-dead" }),
    );
    expect((await client.call("/v1.0/metadata/colour", { method: "PUT", body: "green" })).status).toBe(204);
    expect((await readMetadata()).extended.colour).toBe("green");
  });

  it("reads secrets, nested ones as parent:child", async () => {
    const { client } = suite();
    expect(await client.call("/v1.0/secrets/secret-store/flat")).toMatchObject({
      status: 200,
      json: { flat: "value" },
    });
    expect((await client.call("/v1.0/secrets/secret-store/parent:child")).json).toEqual({ "parent:child": "nested" });
    expect((await client.call("/v1.0/secrets/secret-store/missing")).status).toBe(500);
    expect((await client.call("/v1.0/secrets/nowhere/flat")).status).toBe(401);
    expect((await client.call("/v1.0/secrets/secret-store/bulk")).json).toMatchObject({ flat: { flat: "value" } });
  });

  it("hides secrets out of an app's scope", async () => {
    const caller = asCaller();
    expect((await caller.call("/v1.0/secrets/secret-store/flat")).status).toBe(403);
    expect((await caller.call("/v1.0/secrets/secret-store/parent:child")).status).toBe(200);
    expect((await caller.call("/v1.0/secrets/secret-store/bulk")).json).toEqual({
      "parent:child": { "parent:child": "nested" },
    });
  });

  it("ticks", async () => {
    const { app } = suite();
    const [tick] = await until(() => (app.at("/api/jobs/tick").length > 1 ? app.at("/api/jobs/tick") : null));
    expect(tick).toMatchObject({ method: "POST", body: "" });
    expect(tick!.headers["dapr-api-token"]).toBe(app.appApiToken);
    expect(tick!.headers["dapr-caller-app-id"]).toBeUndefined();
  });

  it("asks before it ticks where the direction is not given", async () => {
    const { app } = suite();
    expect(app.at("/api/jobs/probed")[0]!.method).toBe("OPTIONS");
    await until(() => app.at("/api/jobs/probed").some(({ method }) => method === "POST"));
    expect(app.at("/api/jobs/unwanted").map(({ method }) => method)).toEqual(["OPTIONS"]);
  });
}
