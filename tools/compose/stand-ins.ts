import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildDapr, fetchJars, fetchKafka } from "../stack/programs.ts";
import type { Docker } from "./docker.ts";

type Making = { tell: (line: string) => void; signal: AbortSignal };
/** What is copied beside the Dockerfile, by its name there. */
type Recipe = { dockerfile: string; files: Record<string, string> };

/** Of those that tools/docker-here makes; the compose files name exact versions of the same programs. */
const renamed: [RegExp, string][] = [
  [/^node:/, "node:26-bookworm-slim"],
  [/^nginx:/, "nginx:stable"],
  [/^postgres:/, "postgres:18-bookworm"],
];

const kafkaRun = `#!/bin/bash\nexec java $KAFKA_HEAP_OPTS -cp "/opt/kafka/libs/*" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn "$@"\n`;

/** Makes an image of the same program under the name of one that cannot be pulled; false where that is not possible. */
export async function makeStandIn(docker: Docker, image: string, making: Making): Promise<boolean> {
  const other = renamed.find(([pattern]) => pattern.test(image))?.[1];
  if (other) {
    await docker.run("tag", other, image);
    return true;
  }
  const recipe = await recipeFor(image, making);
  if (!recipe) return false;
  const folder = mkdtempSync(join(tmpdir(), "tend-image-"));
  try {
    writeFileSync(join(folder, "Dockerfile"), recipe.dockerfile);
    writeFileSync(join(folder, "kafka-run-class.sh"), kafkaRun, { mode: 0o755 });
    mkdirSync(join(folder, "files"));
    for (const [name, from] of Object.entries(recipe.files))
      cpSync(from, join(folder, "files", name), { recursive: true });
    await docker.run("build", "-q", "-t", image, folder);
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function recipeFor(image: string, making: Making): Promise<Recipe | undefined> {
  const [name = ""] = image.split(":");
  if (name === "daprio/daprd" || name === "daprio/sentry") {
    const program = name === "daprio/daprd" ? ("daprd" as const) : ("sentry" as const);
    return {
      dockerfile: `FROM scratch\nCOPY files/ /\nENTRYPOINT ["/${program}"]\n`,
      files: { [program]: (await buildDapr(making))[program] },
    };
  }
  if (name === "apache/kafka")
    return {
      dockerfile: `FROM eclipse-temurin:17-jre
RUN groupadd -g 1000 appuser && useradd -u 1000 -g 1000 appuser && install -d -o appuser -g appuser /var/lib/kafka/data
COPY files/jars /opt/kafka/libs
COPY kafka-run-class.sh /opt/kafka/bin/
USER appuser
`,
      files: { jars: await fetchKafka(making) },
    };
  if (name === "openzipkin/zipkin") {
    const jars = await fetchJars("zipkin", join(import.meta.dirname, "../stack/zipkin/pom.xml"), making);
    return {
      dockerfile: `FROM eclipse-temurin:17-jre
RUN apt-get update && apt-get install -y --no-install-recommends wget && rm -rf /var/lib/apt/lists/*
COPY files/jars /zipkin
ENTRYPOINT ["sh", "-c", "exec java $JAVA_OPTS -jar /zipkin/*.jar"]
`,
      files: { jars },
    };
  }
  if (name === "prom/prometheus")
    return {
      dockerfile: `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends prometheus wget && rm -rf /var/lib/apt/lists/* /etc/prometheus/* && install -d -o nobody /prometheus
ENTRYPOINT ["/usr/bin/prometheus"]
`,
      files: {},
    };
  return undefined;
}
