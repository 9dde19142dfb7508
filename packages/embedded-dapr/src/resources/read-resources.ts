import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { type Component, ComponentYaml, toComponent } from "./component.ts";
import { type AppConfiguration, ConfigurationYaml, mergeConfigurations } from "./configuration.ts";
import { noResiliency, type Resiliency, ResiliencyYaml, toResiliency } from "./resiliency.ts";
import { type Subscription, SubscriptionYaml, toSubscription } from "./subscription.ts";

export interface Resources {
  components: Component[];
  resiliency: Resiliency;
  subscriptions: { subscription: Subscription; scopes: ReadonlySet<string> | null }[];
  /** `config.yaml` with `apps/<app id>.yaml` on top, as daprd merges several `--config`. */
  configuration(appId: string): AppConfiguration;
}

interface Document {
  file: string;
  content: { kind?: unknown };
}

function readYaml(file: string): Document[] {
  return parseAllDocuments(readFileSync(file, "utf8")).flatMap((document) => {
    const error = document.errors[0];
    if (error) throw new Error(`${file}: ${error.message}`);
    const content: unknown = document.toJS();
    return content && typeof content === "object" ? [{ file, content }] : [];
  });
}

function readFolder(folder: string): Document[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .flatMap((name) => readYaml(join(folder, name)));
}

function checked<Schema extends z.ZodType, To>(schema: Schema, to: (yaml: z.infer<Schema>) => To) {
  return ({ file, content }: Document): To => {
    const parsed = schema.safeParse(content);
    if (!parsed.success) throw new Error(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
    try {
      return to(parsed.data);
    } catch (error) {
      throw new Error(`${file} is not valid: ${error instanceof Error ? error.message : error}`);
    }
  };
}

function ofKind(documents: Document[], kind: string): Document[] {
  return documents.filter(({ content }) => content.kind === kind);
}

/** Reads what daprd would with `--resources-path <folder> --resources-path <folder>/components`. */
export function readResources(folder: string): Resources {
  if (!existsSync(folder)) throw new Error(`the folder with the Dapr components, ${folder}, does not exist`);
  const documents = [...readFolder(folder), ...readFolder(join(folder, "components"))];
  const components = ofKind(documents, "Component").map(checked(ComponentYaml, toComponent));
  const names = components.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`${folder} names the component ${twice} twice`);

  const resiliencies = ofKind(documents, "Resiliency").map(checked(ResiliencyYaml, toResiliency));
  if (resiliencies.length > 1)
    throw new Error(`${folder} has more than one Resiliency; put the policies into one file`);

  const subscriptions = ofKind(documents, "Subscription").map(
    checked(SubscriptionYaml, ({ spec, scopes }) => ({
      subscription: toSubscription(spec, "DECLARATIVE"),
      scopes: scopes?.length ? new Set(scopes) : null,
    })),
  );
  const toConfiguration = checked(ConfigurationYaml, (yaml) => yaml);
  const shared = ofKind(documents, "Configuration").map(toConfiguration);
  return {
    components,
    resiliency: resiliencies[0] ?? noResiliency,
    subscriptions,
    configuration: (appId) => {
      const own = join(folder, "apps", `${appId}.yaml`);
      return mergeConfigurations([...shared, ...(existsSync(own) ? readYaml(own).map(toConfiguration) : [])]);
    },
  };
}
