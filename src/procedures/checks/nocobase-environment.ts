import { type AppContainer, ofContainers } from "./app-containers.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** What every node must be told alike. Of DB_*, not how many connections a node may hold and what it logs. */
const SHARED = [
  "APP_KEY",
  "APP_AES_SECRET_KEY",
  "DB_DIALECT",
  "DB_HOST",
  "DB_PORT",
  "DB_DATABASE",
  "DB_USER",
  "DB_PASSWORD",
  "DB_SCHEMA",
  "DB_TABLE_PREFIX",
  "DB_UNDERSCORED",
  "CACHE_DEFAULT_STORE",
  "CACHE_REDIS_URL",
  "PUBSUB_ADAPTER_REDIS_URL",
  "LOCK_ADAPTER_DEFAULT",
  "LOCK_ADAPTER_REDIS_URL",
  "QUEUE_ADAPTER",
  "QUEUE_ADAPTER_REDIS_URL",
  "REDIS_URL",
  "TZ",
];

type Source = { kind: "value" | "secret"; text: string } | undefined;

const sourceOf = ({ container }: AppContainer, name: string): Source => {
  const plain = container.environment?.find((each) => each.name === name);
  if (plain) return { kind: "value", text: plain.value ?? "" };
  const secret = container.secrets?.find((each) => each.name === name);
  return secret && { kind: "secret", text: secret.valueFrom ?? "" };
};

/** What NocoBase reads from the environment, as far as the task definitions have it. Values are compared and never shown. */
export const nocobaseEnvironmentChecks: Check[] = [
  {
    name: "nocobase-environment",
    looked: () => "environment and secrets of the services' task definitions",
    expected: "the same keys, database, Redis addresses and time zone on all nodes",
    find: (input) =>
      ofContainers(input, (containers) => {
        const [first, ...others] = containers;
        if (!first || others.length === 0) return ok("one task definition");
        const files = containers.filter(({ container }) => container.environmentFiles?.length);
        const differing = SHARED.flatMap((name) => {
          const sources = containers.map((each) => sourceOf(each, name));
          const kinds = new Set(sources.map((source) => source?.kind));
          const same = sources.every((source) => source?.text === sources[0]?.text) && kinds.size === 1;
          if (same) return [];
          // A secret here and a value there may still be the same; a variable that only a file may have, too.
          const isUncertain = (kinds.has("secret") && kinds.has("value")) || (kinds.has(undefined) && files.length > 0);
          return [{ name, isUncertain }];
        });
        const services = containers.map(({ service }) => service).join(", ");
        const words = (list: typeof differing) =>
          `${list.map(({ name }) => name).join(", ")}: not the same in ${services}`;
        const certain = differing.filter(({ isUncertain }) => !isUncertain);
        if (certain.length > 0) return fail(words(certain), "Give every service the same value, or the same secret");
        if (differing.length > 0)
          return warn(
            `cannot be compared: ${words(differing)} by where they come from`,
            "Take them from the same place in every service",
          );
        return files.length > 0
          ? warn("the same, but for what environment files hold, which are not read", "Compare these files yourself")
          : ok(`the same in ${services}`);
      }),
  },
  {
    name: "nocobase-one-process",
    looked: () => "CLUSTER_MODE of the application's containers",
    expected:
      "unset: it starts several processes in one container, each of which upgrades at its start. The leader runs as one whatever it says",
    find: (input) =>
      ofContainers(input, (containers) => {
        const set = containers.filter((each) => (sourceOf(each, "CLUSTER_MODE")?.text ?? "") !== "");
        return set.length === 0
          ? ok("unset")
          : warn(
              `set in ${set.map(({ service }) => service).join(", ")}`,
              "Leave it unset on ECS, and run more nodes instead",
            );
      }),
  },
  {
    name: "nocobase-writes-to-the-writer",
    looked: () => "DB_HOST of the application's containers",
    expected: "no reader endpoint of a cluster: reads and writes go to one server",
    find: (input) =>
      ofContainers(input, (containers) => {
        const reading = containers.filter((each) => /\.cluster-ro-/.test(sourceOf(each, "DB_HOST")?.text ?? ""));
        return reading.length === 0
          ? ok("none")
          : fail(
              `${reading.map(({ service }) => service).join(", ")} reads from a reader endpoint`,
              "Point DB_HOST at the cluster's writer endpoint",
            );
      }),
  },
];
