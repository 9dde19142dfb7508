import { copy, drop, type FaultRow, set, unset } from "../mutate.ts";

const eventsPod = "spec/jobTemplate/spec/template";
const ofEvents = `${eventsPod}/spec/containers/0`;

export const ofKafka: FaultRow[] = [
  ["a topic that is gone", drop("KafkaTopic", "audit-logs"), /no KafkaTopic audit-logs/],
  ["a topic that nobody publishes", copy("KafkaTopic", "reminders", "extra"), /nobody publishes it/],
  ["two copies", set("KafkaTopic", "reminders", "spec/replicas", 2), /lost broker/],
  ["more copies than brokers", set("KafkaTopic", "reminders", "spec/replicas", 4), /4 copies on 3 brokers/],
  ["writing with one copy", set("KafkaTopic", "reminders", "spec/config/min.insync.replicas", 1), /lost broker/],
  ["no retention", unset("KafkaTopic", "reminders", "spec/config/retention.ms"), /how long it keeps/],
  ["a topic of no cluster", set("KafkaTopic", "reminders", "metadata/labels", {}), /belongs to no Kafka cluster/],
  [
    "a right too few",
    unset("KafkaUser", "audit-service", "spec/authorization/acls/0"),
    /lacks the right: topic task-events/,
  ],
  [
    "a right too many",
    set("KafkaUser", "audit-service", "spec/authorization/acls/0/operations", ["All"]),
    /right it does not need/,
  ],
  [
    "rights by prefix",
    set("KafkaUser", "audit-service", "spec/authorization/acls/0/resource/patternType", "prefix"),
    /rights by prefix/,
  ],
  [
    "a watcher that reads",
    set("KafkaUser", "consumer-lag", "spec/authorization/acls/0/operations", ["Read"]),
    /may do more than look/,
  ],
  ["another way to sign in", set("KafkaUser", "audit-service", "spec/authentication/type", "tls"), /sign in by SCRAM/],
  ["an open listener", set("Kafka", "tend", "spec/kafka/listeners/0/tls", false), /listener scram is open/],
  ["no denial of rights", unset("Kafka", "tend", "spec/kafka/authorization"), /denies nothing/],
  [
    "topics by accident",
    set("Kafka", "tend", "spec/kafka/config/auto.create.topics.enable", true),
    /topics that nobody defined/,
  ],
  [
    "an even number of controllers",
    set("KafkaNodePool", "controllers", "spec/replicas", 2),
    /even number of controllers/,
  ],
  [
    "more copies than brokers for offsets",
    set("Kafka", "tend", "spec/kafka/config/offsets.topic.replication.factor", 5),
    /more than there are brokers/,
  ],
  [
    "brokers without a limit",
    unset("KafkaNodePool", "brokers", "spec/resources/limits/memory"),
    /KafkaNodePool brokers: has no limit of memory/,
  ],
  [
    "brokers that can write to their root",
    set("KafkaNodePool", "brokers", "spec/template/kafkaContainer/securityContext/readOnlyRootFilesystem", false),
    /can write to its root/,
  ],
  [
    "events that go with their definition",
    set("KafkaNodePool", "brokers", "spec/storage/volumes/0/deleteClaim", true),
    /would remove the events/,
  ],
  [
    "an operator without a limit",
    unset("Kafka", "tend", "spec/cruiseControl/resources/limits/cpu"),
    /cruiseControl has no limit/,
  ],
  [
    "brokers at another port",
    set("Component", "pubsub", "spec/metadata/0/value", "tend-kafka-bootstrap:9092"),
    /no brokers at tend-kafka-bootstrap:9092/,
  ],
  [
    "brokers that let in nobody",
    set("Kafka", "tend", "spec/kafka/listeners/0/networkPolicyPeers", []),
    /brokers do not let it in/,
  ],
  [
    "who resends, at other brokers",
    set("CronJob", "events", `${ofEvents}/env/2/value`, "tend-kafka-bootstrap:9092"),
    /no brokers at tend-kafka-bootstrap:9092/,
  ],
  ["who resends, as nobody", set("CronJob", "events", `${ofEvents}/env/3/value`, "x"), /no KafkaUser "x"/],
  [
    "who resends, by another's password",
    set("CronJob", "events", `${ofEvents}/env/4/valueFrom/secretKeyRef/name`, "audit-service"),
    /another password than that of events/,
  ],
  [
    "who resends, without the brokers' authority",
    set("CronJob", "events", `${ofEvents}/env/5/value`, "/etc/x"),
    /KAFKA_CA is no file/,
  ],
  [
    "who resends, by a secret that nobody makes",
    set("CronJob", "events", `${eventsPod}/spec/volumes/3/projected/sources/0/secret/name`, "x"),
    /names the secret x/,
  ],
  [
    "who resends, not let in",
    unset("CronJob", "events", `${eventsPod}/metadata/labels/tend~kafka`),
    /CronJob events: the brokers do not let it in/,
  ],
  [
    "who resends, as root",
    set("CronJob", "events", `${eventsPod}/spec/securityContext/runAsNonRoot`, false),
    /may run as root/,
  ],
  [
    "who resends, with a right too few",
    unset("KafkaUser", "events", "spec/authorization/acls/0"),
    /lacks the right: topic task-events-dead-letters/,
  ],
  [
    "who resends, with a right too many",
    set("KafkaUser", "events", "spec/authorization/acls/3/operations", ["Read", "Write", "Describe"]),
    /right it does not need: topic task-events Describe,Read,Write/,
  ],
];
