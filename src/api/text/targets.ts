import type { TargetDetail, TargetSummary } from "../schemas.ts";
import { columns } from "./columns.ts";
import { operationsAsText } from "./operation.ts";

const stateOf = ({ frozen, heldBy }: TargetSummary): string =>
  [heldBy && `held by ${heldBy.id}`, frozen && `frozen: ${frozen}`].filter(Boolean).join(", ") || "free";

export function targetsAsText(targets: readonly TargetSummary[]): string {
  if (targets.length === 0) return "No targets that you may see.\n";
  return `${columns(targets.map((target) => [target.name, target.app, target.url, stateOf(target)])).join("\n")}\n`;
}

export function targetAsText(target: TargetDetail): string {
  const { cluster, services, database } = target.configuration as Configured;
  const facts = [
    ["target", target.name],
    ["application", `${target.app} at ${target.url}`],
    ["cluster", String(cluster)],
    ["services", (services ?? []).map(({ name, container }) => `${name} (container ${container})`).join(", ")],
    ["database", databaseInWords(database)],
    ["state", stateOf(target)],
  ];
  const live = target.live ? JSON.stringify(target.live, null, 2) : (target.liveProblem ?? "");
  return `${columns(facts).join("\n")}\n\nLive\n${live}\n\nLast operations\n${operationsAsText(target.operations, target.unreadable)}`;
}

/** As much of a configuration as people need to know which application is meant. */
type Configured = {
  cluster?: string;
  services?: { name: string; container: string }[];
  database?: "none" | Record<string, unknown>;
};

function databaseInWords(database: Configured["database"]): string {
  if (typeof database !== "object") return database ?? "none";
  const kind = ["instance", "cluster"].find((each) => each in database);
  return kind ? `${kind} ${String(database[kind])}` : JSON.stringify(database);
}
