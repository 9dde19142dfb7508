import { asList, asText, at, findNamed, type Manifest, named, ofKind, podOf } from "../manifest.ts";
import { componentsOf } from "./dapr.ts";

/** Every account exists, and may read exactly the secrets that its sidecar needs. */
export function checkAccounts(all: readonly Manifest[]): string[] {
  return [
    ...all.filter(podOf).flatMap((object) => checkAccount(object, all)),
    ...ofKind(all, "RoleBinding").flatMap((binding) => checkBinding(binding, all)),
    ...ofKind(all, "Deployment").flatMap((deployment) => checkReading(deployment, all)),
  ].concat(checkRoles(all));
}

function checkAccount(object: Manifest, all: readonly Manifest[]): string[] {
  const spec = at(podOf(object), "spec");
  const name = asText(at(spec, "serviceAccountName"));
  if (name === "")
    return at(spec, "automountServiceAccountToken") === false
      ? []
      : [`${named(object)}: has the account of the namespace`];
  return findNamed(all, "ServiceAccount", name) ? [] : [`${named(object)}: there is no ServiceAccount ${name}`];
}

function checkBinding(binding: Manifest, all: readonly Manifest[]): string[] {
  const role = asText(at(binding, "roleRef", "name"));
  const unknown = asList(binding.subjects)
    .map((subject) => asText(at(subject, "name")))
    .filter((name) => !findNamed(all, "ServiceAccount", name));
  return [
    ...(findNamed(all, "Role", role) ? [] : [`${named(binding)}: there is no Role ${role}`]),
    ...unknown.map((name) => `${named(binding)}: there is no ServiceAccount ${name}`),
  ];
}

/** No role but those that read named secrets. */
function checkRoles(all: readonly Manifest[]): string[] {
  return ofKind(all, "Role").flatMap((role) =>
    asList(role.rules).flatMap((rule) => {
      const isGet = asList(at(rule, "verbs")).join() === "get" && asList(at(rule, "resources")).join() === "secrets";
      return isGet && asList(at(rule, "resourceNames")).length > 0
        ? []
        : [`${named(role)}: allows more than to read named secrets`];
    }),
  );
}

function readableBy(account: string, all: readonly Manifest[]): string[] {
  return ofKind(all, "RoleBinding")
    .filter((binding) => asList(binding.subjects).some((subject) => at(subject, "name") === account))
    .flatMap((binding) => findNamed(all, "Role", asText(at(binding, "roleRef", "name"))) ?? [])
    .flatMap((role) => asList(role.rules))
    .flatMap((rule) => asList(at(rule, "resourceNames")))
    .map(asText)
    .sort();
}

function checkReading(deployment: Manifest, all: readonly Manifest[]): string[] {
  const annotations = at(podOf(deployment), "metadata", "annotations");
  const appId = asText(at(annotations, "dapr.io/app-id"));
  if (!appId) return [];
  const configuration = findNamed(all, "Configuration", asText(at(annotations, "dapr.io/config")));
  const allowed = asList(at(configuration, "spec", "secrets", "scopes")).flatMap((scope) =>
    asList(at(scope, "allowedSecrets")),
  );
  const components = componentsOf(appId, all)
    .flatMap((component) => asList(at(component, "spec", "metadata")))
    .map((field) => at(field, "secretKeyRef", "name"))
    .filter((name) => name !== undefined);
  const needed = [...new Set([...allowed, ...components].map(asText))].sort();
  const account = asText(at(podOf(deployment), "spec", "serviceAccountName"));
  const readable = readableBy(account, all);
  const canAsk = at(findNamed(all, "ServiceAccount", account), "automountServiceAccountToken") !== false;
  return [
    ...needed.filter((name) => !readable.includes(name)).map((name) => `may not read ${name}, which its sidecar needs`),
    ...readable
      .filter((name) => !needed.includes(name))
      .map((name) => `may read ${name}, which its sidecar does not need`),
    ...(canAsk === needed.length > 0
      ? []
      : [canAsk ? "has a token that nothing needs" : "has no token to read secrets with"]),
  ].map((fault) => `${named(deployment)}: ${fault}`);
}
