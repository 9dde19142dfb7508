import { execFile, spawn } from "node:child_process";
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  AclOperations,
  AclPermissionTypes,
  Admin,
  alterUserScramCredentialsV0,
  Connection,
  ResourcePatternTypes,
  ResourceTypes,
  ScramMechanisms,
} from "@platformatic/kafka";
import { parseAllDocuments } from "yaml";
import { root } from "../../bootstrap/folders.mjs";
import { toBroker } from "../../engine/kafka-log.ts";
import { freePort } from "../../launcher/free-port.ts";
import { ensureTopics, prepareKafka } from "../kafka.ts";
import { fetchKafka } from "../programs.ts";

const run = promisify(execFile);
const keyPassword = "of-a-key-that-lives-for-a-test";

/** A real broker as Strimzi makes it: TLS, an account for everyone, and the rights of strimzi/base/users.yaml and no others. */
export async function startSecureBroker({ accounts, topics }: { accounts: Record<string, string>; topics: string[] }) {
  const folder = mkdtempSync(join(tmpdir(), "tend-secure-broker-"));
  const jars = await fetchKafka({ tell: console.log, signal: new AbortController().signal });
  const [port, openPort, controllerPort] = [await freePort(), await freePort(), await freePort()];
  const { store, ca } = await makeCertificate(folder);
  const settings = secured({ store, port, openPort, controllerPort });
  const kafka = await prepareKafka({ jars, folder, port, controllerPort, settings });
  const child = spawn(kafka.program, kafka.args, { stdio: "ignore" });
  const ended = once(child, "exit");
  // The brokers' own listener, whose nameless client may do everything.
  const open = `127.0.0.1:${openPort}`;
  await ensureTopics(open, topics, 3);
  const admin = new Admin(toBroker(open));
  await admin.createAcls({ creations: readRights() });
  await setPasswords(openPort, accounts);
  const stop = async () => {
    await admin.close();
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return {
    address: `localhost:${port}`,
    /** For who may do everything. */
    open,
    /** File of the certificate that vouches for it. */
    ca,
    changePassword: (user: string, password: string) => setPasswords(openPort, { [user]: password }),
    stop,
  };
}

/** Of `localhost`, by an authority of its own. */
export async function makeCertificate(folder: string) {
  const [store, ca] = [join(folder, "broker.p12"), join(folder, "ca.crt")];
  const common = ["-alias", "broker", "-keystore", store, "-storetype", "PKCS12", "-storepass", keyPassword];
  await run("keytool", [
    ...["-genkeypair", ...common, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"],
    ...["-dname", "CN=broker", "-ext", "san=dns:localhost", "-ext", "bc=ca:true"],
  ]);
  await run("keytool", ["-exportcert", ...common, "-rfc", "-file", ca]);
  return { store, ca };
}

type Place = { store: string; port: number; openPort: number; controllerPort: number };

const secured = ({ store, port, openPort, controllerPort }: Place) => ({
  listeners: `SCRAM://127.0.0.1:${port},OPEN://127.0.0.1:${openPort},CONTROLLER://127.0.0.1:${controllerPort}`,
  "advertised.listeners": `SCRAM://localhost:${port},OPEN://127.0.0.1:${openPort}`,
  "listener.security.protocol.map": "SCRAM:SASL_SSL,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT",
  "inter.broker.listener.name": "OPEN",
  "sasl.enabled.mechanisms": "SCRAM-SHA-512",
  "listener.name.scram.scram-sha-512.sasl.jaas.config":
    "org.apache.kafka.common.security.scram.ScramLoginModule required;",
  "ssl.keystore.location": store,
  "ssl.keystore.password": keyPassword,
  "ssl.keystore.type": "PKCS12",
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
});

const types = { topic: ResourceTypes.TOPIC, group: ResourceTypes.GROUP };
const operations = { Read: AclOperations.READ, Write: AclOperations.WRITE, Describe: AclOperations.DESCRIBE };
type User = {
  metadata: { name: string };
  spec: {
    authorization: {
      acls: { resource: { type: keyof typeof types; name: string }; operations: (keyof typeof operations)[] }[];
    };
  };
};

/** What each account may do, as Strimzi tells the brokers. */
function readRights() {
  const file = readFileSync(join(root, "strimzi/base/users.yaml"), "utf8");
  const users = parseAllDocuments(file).map((document) => document.toJS() as User);
  return users.flatMap(({ metadata, spec }) =>
    spec.authorization.acls.flatMap(({ resource, operations: allowed }) =>
      allowed.map((operation) => ({
        resourceType: types[resource.type],
        resourceName: resource.name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: `User:${metadata.name}`,
        host: "*",
        operation: operations[operation],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    ),
  );
}

/** As Strimzi does when it makes another password: what the brokers get is made of it, and is not it. */
async function setPasswords(port: number, accounts: Record<string, string>): Promise<void> {
  const iterations = 4096;
  const credentials = Object.entries(accounts).map(([name, password]) => {
    const salt = randomBytes(16);
    const saltedPassword = pbkdf2Sync(password, salt, iterations, 64, "sha512");
    return { name, mechanism: ScramMechanisms.SCRAM_SHA_512, iterations, salt, saltedPassword };
  });
  const connection = new Connection("tend-tools");
  await connection.connect("127.0.0.1", port);
  try {
    await alterUserScramCredentialsV0.api.async(connection, [], credentials);
  } finally {
    await connection.close();
  }
}
