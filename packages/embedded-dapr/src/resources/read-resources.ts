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
  subscriptions: { name: string; subscription: Subscription; scopes: ReadonlySet<string> | null }[];
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

function repeated(names: string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** Reads what daprd would with `--resources-path` for the folder, its `components` and its `subscriptions`. */
export function readResources(folder: string): Resources {
  if (!existsSync(folder)) throw new Error(`the folder with the Dapr components, ${folder}, does not exist`);
  const documents = ["", "components", "subscriptions"].flatMap((name) => readFolder(join(folder, name)));
  const components = ofKind(documents, "Component").map(checked(ComponentYaml, toComponent));
  const twice = repeated(components.map(({ name }) => name));
  if (twice) throw new Error(`${folder} names the component ${twice} twice`);

  const resiliencies = ofKind(documents, "Resiliency").map(checked(ResiliencyYaml, toResiliency));
  if (resiliencies.length > 1)
    throw new Error(`${folder} has more than one Resiliency; put the policies into one file`);

  const subscriptions = ofKind(documents, "Subscription").map(
    checked(SubscriptionYaml, ({ metadata, spec, scopes }) => ({
      name: metadata.name,
      subscription: toSubscription(spec, "DECLARATIVE"),
      scopes: scopes?.length ? new Set(scopes) : null,
    })),
  );
  const doubled = repeated(subscriptions.map(({ name }) => name));
  if (doubled) throw new Error(`${folder} names the subscription ${doubled} twice`);
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
