import { describe, expect, it } from "vitest";
import { canRender } from "../../kube/render.ts";
import { deploy } from "../commands/deploy.ts";
import { placeNamed } from "../places.ts";
import { secretNames } from "../secrets.ts";
import type { Shell } from "../shell.ts";

/** A cluster that has these secrets, and remembers what is asked of it beside them. */
function clusterWith(present: string[]) {
  const calls: string[] = [];
  const shell: Shell = {
    isDry: false,
    say: () => {},
    run: async (program, args) => {
      if (args.includes("secrets")) return present.map((name) => `secret/${name}\n`).join("");
      calls.push([program, ...args].join(" "));
      return "";
    },
    keep: () => undefined,
  };
  return { shell, calls };
}

const made = secretNames.filter(({ optional }) => !optional).map(({ name }) => name);

describe.skipIf(!(await canRender()))("npm run cluster:deploy", () => {
  it("refuses at once, and says what to do, where a secret is missing that this version needs", async () => {
    const { shell, calls } = clusterWith(made.filter((name) => name !== "postgres-credentials-events"));
    const refusal =
      "Secrets are missing: postgres-credentials-events. `npm run cluster:setup -- --place prod` makes them";
    await expect(deploy(shell, placeNamed("prod"), { load: "kind" })).rejects.toThrow(refusal);
    expect(calls).toEqual([]);
  });

  it("asks only for those that the place uses", async () => {
    const present = made.filter((name) => name !== "postgres-owner");
    const managed = clusterWith(present);
    await deploy(managed.shell, placeNamed("prod-managed"), {});
    expect(managed.calls).toContain("kubectl apply -k k8s/overlays/prod-managed");
    const own = clusterWith(present);
    await expect(deploy(own.shell, placeNamed("prod"), {})).rejects.toThrow("missing: postgres-owner.");
  });
});
