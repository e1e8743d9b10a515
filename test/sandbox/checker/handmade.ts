import type { OperationEvent } from "../../../src/operations/event.ts";
import { check } from "../../../src/sandbox/checker/check.ts";
import { type CloudState, cloudStateOf } from "../../../src/sandbox/checker/cloud-state.ts";
import type { CheckedScenario } from "../../../src/sandbox/checker/scenario.ts";
import type { CheckInput } from "../../../src/sandbox/checker/story.ts";
import type { Violation } from "../../../src/sandbox/checker/verdict.ts";
import type { SandboxEvent, SandboxFact } from "../../../src/sandbox/cloud/event-log.ts";

export const OLD = "sha256:old";
export const NEW = "sha256:new";
const RUNBOOK = "arn:aws:sts::1:assumed-role/intermission-runbook/session";
export const SOMEBODY = "arn:aws:iam::1:user/somebody";
export const LISTENER = "arn:aws:elasticloadbalancing:r:1:listener/app/web/1/1";
export const RULE = "arn:aws:elasticloadbalancing:r:1:listener-rule/app/web/1/1/";
const GROUP = "arn:aws:elasticloadbalancing:r:1:targetgroup/web/1";
export const ADDRESS = "198.18.0.1";

export const scenario: CheckedScenario = {
  procedure: "upgrade",
  traffic: "closed",
  counts: {},
  target: "web",
  cluster: "main",
  services: [{ name: "web", container: "app" }],
  families: ["web"],
  targetGroupArns: [GROUP],
  listeners: [{ arn: LISTENER, addresses: [ADDRESS] }],
  database: "db",
  snapshotRequired: true,
  digests: { old: [OLD], new: NEW },
  bypassHeader: "x-intermission-bypass",
  runbookCaller: ":assumed-role/intermission-runbook/",
  deadlineMs: 600_000,
};

/** A fact at so many seconds, under a name by which a test leaves it out or moves it. */
export type Entry = { at: number; name?: string; fact: SandboxFact };
export const timeAt = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString();

type Node = { task: string; digest: string; group?: string; address?: string; name?: string };
const container = (change: "started" | "ended", { task, digest, group, address = "10.0.0.1", name = "app" }: Node) =>
  ({
    kind: "container",
    change,
    taskArn: `arn:aws:ecs:r:1:task/main/${task}`,
    group: group ?? "service:web",
    taskDefinitionArn: `arn:aws:ecs:r:1:task-definition/web:${digest === OLD ? 1 : 2}`,
    container: name,
    image: "web",
    imageDigest: digest,
    address,
    environment: { DATABASE_URL: "postgres://u:p@127.0.0.9:5432/app" },
  }) satisfies SandboxFact;
export const started = (node: Node): SandboxFact => container("started", node);
export const ended = (node: Node): SandboxFact => container("ended", node);

export const snapshot = (status: "creating" | "available", contentAt: number): SandboxFact => ({
  kind: "snapshot",
  identifier: "backup",
  of: "db",
  status,
  percent: status === "available" ? 100 : 0,
  generation: "data-1",
  contentAt: timeAt(contentAt),
});

export const call = (operation: string, parameters: object, caller = RUNBOOK): SandboxFact => ({
  kind: "call",
  service: "ECS",
  operation,
  caller,
  parameters,
  outcome: "ok",
});

type Asked = { at: number; node?: string; status?: number; headers?: Record<string, string>; ruleArn?: string };
/** A request that a node answered, or the page. */
export const request = ({
  at,
  node,
  status = node ? 200 : 503,
  headers = {},
  ruleArn = node ? `${RULE}default` : `${RULE}page`,
}: Asked): SandboxFact => ({
  kind: "request",
  startedAt: timeAt(at),
  listenerArn: LISTENER,
  address: ADDRESS,
  host: "web",
  method: "GET",
  path: "/",
  headers,
  ruleArn,
  action: node ? "forward" : "fixed-response",
  target: node ? { targetGroupArn: GROUP, id: node, port: 3000 } : undefined,
  status,
});

const bypass = { "x-intermission-bypass": "secret" };
const revision = (image: string) => ({
  family: "web",
  networkMode: "awsvpc",
  containerDefinitions: [{ name: "app", image, portMappings: [{ containerPort: 3000 }] }],
});
const old = { task: "old", digest: OLD, address: "10.0.0.1" };
const leader = { task: "leader", digest: NEW, address: "10.0.0.2", group: "family:web" };
const next = { task: "next", digest: NEW, address: "10.0.0.3" };
export const nodes = { old, leader, next };

/** An upgrade of one node in which everything is right. */
const upgrade: Entry[] = [
  {
    at: 0,
    fact: {
      kind: "database",
      identifier: "db",
      change: "status",
      status: "available",
      generation: "data-1",
      endpoint: "127.0.0.9:5432",
    },
  },
  { at: 0, fact: call("RegisterTaskDefinition", revision("old"), SOMEBODY) },
  { at: 0, fact: started(old) },
  { at: 11, name: "register", fact: call("RegisterTaskDefinition", revision("new")) },
  {
    at: 12,
    fact: call("CreateRule", {
      ListenerArn: LISTENER,
      Conditions: [{ HttpHeaderConfig: { HttpHeaderName: "X-Intermission-Bypass", Values: ["secret"] } }],
    }),
  },
  { at: 22, name: "page", fact: request({ at: 22 }) },
  { at: 30, name: "old ends", fact: ended(old) },
  { at: 31, name: "snapshot", fact: snapshot("creating", 31) },
  { at: 40, name: "snapshot available", fact: snapshot("available", 31) },
  { at: 50, name: "leader starts", fact: started(leader) },
  { at: 55, name: "leader answers", fact: request({ at: 55, node: leader.address, headers: bypass }) },
  { at: 60, name: "next starts", fact: started(next) },
  { at: 70, name: "leader ends", fact: ended(leader) },
  { at: 85, name: "visit", fact: request({ at: 85, node: next.address }) },
  { at: 95, name: "last visit", fact: request({ at: 95, node: next.address }) },
];

/** Claims without what the checker does not read. */
export const claim = (at: number, claim: Record<string, unknown> & { type: OperationEvent["type"] }): OperationEvent =>
  ({ seq: 1, at: timeAt(at), key: claim.type, ...claim }) as unknown as OperationEvent;

const claims: OperationEvent[] = [
  claim(10, { type: "requested", target: "web" }),
  claim(20, { type: "closed" }),
  claim(56, { type: "verified", taskArn: "arn:aws:ecs:r:1:task/main/leader" }),
  claim(80, { type: "opening-started" }),
  claim(84, { type: "opened" }),
  claim(90, { type: "finished", status: "succeeded" }),
];

const rule = (name: string, action: object) => ({ RuleArn: RULE + name, Priority: "default", Actions: [action] });

/** The cloud with one healthy node of one version. */
export function cloudWith({ task, digest, address }: { task: string; digest: string; address: string }): CloudState {
  const taskDefinition = `arn:aws:ecs:r:1:task-definition/web:${digest === OLD ? 1 : 2}`;
  const rules = [rule("default", { Type: "forward", TargetGroupArn: GROUP })];
  return cloudStateOf({
    ecs: {
      services: [
        {
          serviceName: "web",
          serviceArn: "arn:aws:ecs:r:1:service/main/web",
          clusterArn: "arn:aws:ecs:r:1:cluster/main",
          status: "ACTIVE",
          desiredCount: 1,
          taskDefinition,
          loadBalancers: [{ targetGroupArn: GROUP, containerPort: 3000 }],
          deploymentConfiguration: { maximumPercent: 200 },
          deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED", taskDefinition }],
        },
      ],
      tasks: [
        {
          taskArn: `arn:aws:ecs:r:1:task/main/${task}`,
          taskDefinitionArn: taskDefinition,
          group: "service:web",
          lastStatus: "RUNNING",
          desiredStatus: "RUNNING",
          containers: [{ name: "app", imageDigest: digest, networkInterfaces: [{ privateIpv4Address: address }] }],
        },
      ],
    },
    elbv2: {
      loadBalancers: [
        { arn: "lb", addresses: [ADDRESS], listeners: [{ arn: LISTENER, rules, inForce: { [ADDRESS]: rules } }] },
      ],
      targetGroups: [
        {
          arn: GROUP,
          attributes: { "deregistration_delay.timeout_seconds": "300" },
          targets: [{ id: address, port: 3000, registeredBy: "service", State: "healthy" }],
        },
      ],
    },
    rds: {
      instances: [{ DBInstanceIdentifier: "db", DBInstanceStatus: "available", generation: "data-1" }],
      snapshots: [],
      clusters: [{ DBClusterIdentifier: "cluster", Status: "available", generation: "data-9" }],
      clusterSnapshots: [],
      proxies: [{ DBProxyName: "proxy", targets: [{ RdsResourceId: "db" }] }],
    },
    autoScaling: { targets: [{ ResourceId: "service/main/web", MinCapacity: 1 }], policies: [] },
  });
}

export type Edit = {
  /** Names of entries to leave out. */
  without?: string[];
  and?: Entry[];
  claims?: (claims: OperationEvent[]) => OperationEvent[];
  after?: (state: CloudState) => void;
  input?: Partial<CheckInput>;
};

export function logOf(entries: Entry[]): SandboxEvent[] {
  return entries
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, fact }, index) => ({ seq: index + 1, at: timeAt(at), ...fact }));
}

/** An operation in which everything is right. */
export type Right = {
  entries: Entry[];
  claims: OperationEvent[];
  scenario: CheckedScenario;
  before: () => CloudState;
  after: () => CloudState;
};
const rightUpgrade: Right = {
  entries: upgrade,
  claims,
  scenario,
  before: () => cloudWith(old),
  after: () => cloudWith(next),
};

/** What is right, but for the edit. */
export function but(
  right: Right,
  { without = [], and = [], claims: editClaims, after: editAfter, input }: Edit = {},
): CheckInput {
  const after = right.after();
  editAfter?.(after);
  return {
    events: logOf([...right.entries.filter(({ name }) => !without.includes(name ?? "")), ...and]),
    scenario: right.scenario,
    operation: { id: "op-1", claims: editClaims?.(right.claims) ?? right.claims },
    before: right.before(),
    after,
    writes: { acknowledged: [{ key: "a", value: "1" }], found: [{ key: "a", value: "1" }] },
    ...input,
  };
}

export const violationsOf = (edit?: Edit, right = rightUpgrade): Violation[] => check(but(right, edit)).violations;
/** Each violation as `invariant: message`. */
export const foundIn = (edit?: Edit, right = rightUpgrade): string[] =>
  violationsOf(edit, right).map(({ invariant, message }) => `${invariant}: ${message}`);
