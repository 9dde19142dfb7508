-- Which engine ran on this database: the embedded sidecar with its log here, or real Dapr with Kafka, whose log is elsewhere.
CREATE TABLE engines (
  name text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  -- What its log still held when everything had stopped; null while it runs and after a crash. The embedded log is counted itself.
  waiting json,
  -- Dead letters of before were left behind on purpose.
  dead_letters_left_at timestamptz
);

-- Dead letters in Kafka that were sent again: a record there cannot be marked. A topic made anew has another id.
CREATE TABLE resent_letters (
  topic_id uuid NOT NULL,
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  resent_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic_id, partition, "offset")
);
