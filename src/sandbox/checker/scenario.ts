import { type CloudState, isRunning, listenersOf } from "./cloud-state.ts";

/** What the operation does. The break-glass one goes on with another's, and is judged as that one. */
export type CheckedProcedure = "first-start" | "upgrade" | "maintenance" | "rollback";

/** What belongs to the target of the operation that is judged, and what the operation is about. */
export type CheckedScenario = {
  procedure: CheckedProcedure;
  /** `open`: a maintenance during which users are served. */
  traffic: "closed" | "open";
  /** How many nodes a service is to have after a success, by its name; as many as before where it is not named. */
  counts: Record<string, number>;
  /** What a rollback brings back: the identifier of the snapshot that was taken before what it takes back. */
  restores?: string;
  /** The begin of the interval whose writes the caller confirmed to lose. */
  discards?: string;
  target: string;
  cluster: string;
  services: { name: string; container: string }[];
  /** Task definition families of the services. */
  families: string[];
  targetGroupArns: string[];
  listeners: { arn: string; addresses: string[] }[];
  /** The database instance or cluster; undefined where the target has none. */
  database?: string;
  /** The caller wanted a snapshot before the first node of the new version. */
  snapshotRequired: boolean;
  /** What ran before, and what runs after a success: of a rollback that is the version it goes back to, and elsewhere than in an upgrade the same. */
  digests: { old: string[]; new: string };
  /** Variables that the application's container may get with a new revision. */
  newVariables?: string[];
  bypassHeader: string;
  /** From where requests pass the page without it, as the target says. */
  bypassCidrs?: string[];
  /** What the ARN of the runbook's credentials contains. */
  runbookCaller: string;
  /** What the target says about tasks of others on its data: a mode for all, or by family. */
  otherWriters?: OtherWriters;
  /** The longest an operation may take from its request to its end, holding included. */
  deadlineMs: number;
};

type OtherWriters = string | { default: string; families: Record<string, string> };

export type ScenarioOptions = {
  target: {
    name: string;
    cluster: string;
    services: { name: string; container: string }[];
    database: "none" | { instance: string } | { cluster: string };
    otherWriters?: OtherWriters;
    loadBalancer?: { bypassCidrs?: string[] };
    followers?: { skipSameVersionUpgrade: boolean | Record<string, string> };
  };
  /** The cloud before the operation. */
  state: CloudState;
  newDigest: string;
  /** Of what ran before, where nothing runs any more. */
  oldDigests?: string[];
  snapshot: "required" | "none";
  deadlineMs: number;
  bypassHeader?: string;
  runbookCaller?: string;
} & Partial<Pick<CheckedScenario, "procedure" | "traffic" | "counts" | "restores" | "discards">>;

/** Reads from the cloud as it was before the operation what belongs to a target. Throws where a service of the target is not there. */
export function scenarioOf(options: ScenarioOptions): CheckedScenario {
  const { target, state, newDigest, oldDigests, snapshot, deadlineMs } = options;
  const { procedure = "upgrade", traffic = "closed", counts = {}, restores, discards } = options;
  const { bypassHeader = "x-intermission-bypass", runbookCaller = "/intermission-runbook" } = options;
  const cluster = target.cluster.split("/").at(-1)!;
  const services = target.services.map(({ name }) => {
    const found = state.ecs.services.find(
      ({ serviceName, clusterArn }) => serviceName === name && clusterArn.endsWith(`/${cluster}`),
    );
    if (!found) throw new Error(`expected the service ${name} in the cluster ${cluster}, found none`);
    return found;
  });
  const targetGroupArns = [
    ...new Set(services.flatMap(({ loadBalancers }) => loadBalancers.map(({ targetGroupArn }) => targetGroupArn))),
  ];
  const applications = state.ecs.tasks.filter(isRunning).flatMap(({ group, containers }) => {
    const service = target.services.find(({ name }) => group === `service:${name}`);
    return containers.filter(({ name }) => name === service?.container);
  });
  return {
    procedure,
    traffic,
    counts,
    restores,
    discards,
    target: target.name,
    cluster,
    services: target.services.map(({ name, container }) => ({ name, container })),
    families: [...new Set(services.map(({ taskDefinition }) => familyOf(taskDefinition)))],
    targetGroupArns,
    listeners: listenersOf(state)
      .filter(({ rules }) =>
        rules.some(({ Actions }) => targetGroupArns.some((group) => JSON.stringify(Actions).includes(`"${group}"`))),
      )
      .map(({ arn, addresses }) => ({ arn, addresses })),
    database: databaseOf(target.database),
    snapshotRequired: snapshot === "required" && target.database !== "none",
    digests: {
      old: oldDigests ?? [...new Set(applications.flatMap(({ imageDigest }) => imageDigest ?? []))],
      new: newDigest,
    },
    newVariables: Object.keys(target.followers?.skipSameVersionUpgrade ?? {}),
    bypassHeader,
    bypassCidrs: target.loadBalancer?.bypassCidrs,
    runbookCaller,
    otherWriters: target.otherWriters,
    deadlineMs,
  };
}

function databaseOf(database: ScenarioOptions["target"]["database"]): string | undefined {
  if (database === "none") return undefined;
  return "cluster" in database ? database.cluster : database.instance;
}

export const familyOf = (taskDefinitionArn: string): string =>
  taskDefinitionArn.split("task-definition/").at(-1)!.split(":")[0]!;
