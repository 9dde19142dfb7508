import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../bootstrap/folders.mjs";
import { services } from "../../launcher/apps.ts";
import { asList, asRecord, asText, at, findNamed, type Json, type Manifest, named, ofKind } from "../manifest.ts";

type Route = { object: Manifest; host: string; path: string; service: string; port: string };

/** All that the outside reaches, and by whom it is answered. */
const open: Record<string, string> = {
  "/": "todo-frontend",
  "/api/v1": "todo-backend",
  "/api/auth": "todo-backend",
  "/docs": "todo-backend",
  "/health": "todo-backend",
};
/** Within "/"; a Gateway has no rule of its own for it. */
const pageParts = "/_next/static";

function routesOf(all: readonly Manifest[]): Route[] {
  const ingress = ofKind(all, "Ingress").flatMap((object) =>
    asList(at(object, "spec", "rules")).flatMap((rule) =>
      asList(at(rule, "http", "paths")).map((path) => ({
        object,
        host: asText(at(rule, "host")),
        path: asText(at(path, "path")),
        service: asText(at(path, "backend", "service", "name")),
        port: asText(
          at(path, "backend", "service", "port", "name") ?? at(path, "backend", "service", "port", "number"),
        ),
      })),
    ),
  );
  const gateway = ofKind(all, "HTTPRoute").flatMap((object) =>
    asList(at(object, "spec", "rules")).flatMap((rule) =>
      asList(at(rule, "backendRefs")).flatMap((backend) => ofRule(object, rule, backend)),
    ),
  );
  return [...ingress, ...gateway];
}

function ofRule(object: Manifest, rule: Json, backend: Json): Route[] {
  return asList(at(rule, "matches")).map((match) => ({
    object,
    host: asText(at(object, "spec", "hostnames", 0)),
    path: asText(at(match, "path", "value")),
    service: asText(at(backend, "name")),
    port: asText(at(backend, "port")),
  }));
}

/** Exactly these paths are open, each leads to a port that exists, under the address that people use. */
export function checkRoutes(all: readonly Manifest[]): string[] {
  const settings = ofKind(all, "ConfigMap").find(({ data }) => asRecord(data).PUBLIC_URL);
  if (!settings) return [];
  const address = new URL(asText(asRecord(settings.data).PUBLIC_URL));
  const routes = routesOf(all);
  const missing = Object.keys(open).filter((path) => !routes.some((route) => route.path === path));
  return [
    ...missing.map((path) => `nothing leads ${path} to ${open[path]}`),
    ...routes.flatMap((route) => checkRoute(route, all, address).map((fault) => `${named(route.object)}: ${fault}`)),
    ...checkEncryption(all, address),
    ...checkVersions(all),
  ];
}

function checkRoute({ host, path, service, port }: Route, all: readonly Manifest[], address: URL): string[] {
  const ports = asList(at(findNamed(all, "Service", service), "spec", "ports"));
  const isThere = ports.some((one) => asText(at(one, "name")) === port || asText(at(one, "port")) === port);
  return [
    ...((path === pageParts ? open["/"] : open[path]) === service
      ? []
      : [`leads ${path} to ${service}, which is not open to the outside`]),
    ...(isThere ? [] : [`there is no port ${port} of the Service ${service}`]),
    ...(host === address.hostname ? [] : [`answers for ${host}, and people use ${address.hostname}`]),
  ];
}

function checkEncryption(all: readonly Manifest[], address: URL): string[] {
  if (address.protocol !== "https:") return [];
  const certified = [
    ...ofKind(all, "Ingress").flatMap((ingress) =>
      asList(at(ingress, "spec", "tls")).flatMap((tls) => asList(at(tls, "hosts"))),
    ),
    ...ofKind(all, "Gateway")
      .flatMap((gateway) => asList(at(gateway, "spec", "listeners")))
      .filter((listener) => asList(at(listener, "tls", "certificateRefs")).length > 0)
      .map((listener) => at(listener, "hostname") ?? null),
  ];
  return certified.includes(address.hostname) ? [] : [`nothing has a certificate for ${address.hostname}`];
}

/** Two versions of the UI side by side: what one replica does not have is asked of others, which an API must not be. */
function checkVersions(all: readonly Manifest[]): string[] {
  return routesOf(all)
    .filter(({ object, path }) => object.kind === "Ingress" && asksOthers(object) !== (path === pageParts))
    .map(({ object, path }) =>
      path === pageParts
        ? `${named(object)}: asks no other replica for a part of a page`
        : `${named(object)}: asks every replica for what is not there below ${path}`,
    );
}

const asksOthers = (ingress: Manifest) =>
  /\bhttp_404\b/.test(
    asText(at(ingress, "metadata", "annotations", "nginx.ingress.kubernetes.io/proxy-next-upstream")),
  );

/** The route of every subscription and tick stands in the source of the app that is asked. */
export function checkAppRoutes(all: readonly Manifest[]): string[] {
  const events = ofKind(all, "Subscription").map((object) => ({
    object,
    route: asText(at(object, "spec", "routes", "default")),
  }));
  const ticks = ofKind(all, "Component")
    .filter((object) => at(object, "spec", "type") === "bindings.cron")
    .map((object) => {
      const field = asList(at(object, "spec", "metadata")).find((one) => at(one, "name") === "route");
      return { object, route: asText(at(field, "value")) };
    });
  return [...events, ...ticks].flatMap(({ object, route }) =>
    asList(object.scopes)
      .map(asText)
      .filter((appId) => !hasRoute(appId, route))
      .map((appId) => `${named(object)}: ${appId} has no route ${route}`),
  );
}

const sources = new Map<string, string>();

function hasRoute(appId: string, route: string): boolean {
  const folder = services.find((service) => service.appId === appId)?.folder;
  if (!folder || !route) return false;
  const source = sources.get(appId) ?? readSource(join(root, folder, "src"));
  sources.set(appId, source);
  // A group of routes says the folder once, and each route the rest.
  const [, group = "", rest = ""] = /^(\/api\/jobs)(\/.+)$/.exec(route) ?? [];
  return (
    source.includes(`"${route}"`) ||
    (group !== "" && source.includes(`prefix: "${group}"`) && source.includes(`"${rest}"`))
  );
}

function readSource(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}
