import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { RDS } from "@aws-sdk/client-rds";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { describe, expect, test, vi } from "vitest";
import { noticeboardCloud } from "../../simulation/noticeboard-cloud.ts";
import { API_ROLE, RUNBOOK_ROLE, type SimulatedCloud } from "../../simulation/simulated-cloud.ts";
import { inVirtualTime } from "../../virtual-time.ts";
import { permit } from "./permitted-cloud.ts";

vi.setConfig({ testTimeout: 60_000 });

const ROLES = ["noticeboard", "admin"].map((name) => `arn:aws:iam::111122223333:role/${name}`);
const [OWN_ROLE, ADMIN] = ROLES as [string, string];

const clientsOf = ({ configFor, operator }: SimulatedCloud, role: string) => {
  const config = { ...(role === "operator" ? operator : configFor(role)), maxAttempts: 1 };
  return {
    ecs: new ECS(config),
    elb: new ElasticLoadBalancingV2(config),
    rds: new RDS(config),
    autoScaling: new ApplicationAutoScaling(config),
    events: new EventBridge(config),
    scheduler: new Scheduler(config),
  };
};
type Clients = ReturnType<typeof clientsOf>;
type Tried = Record<string, () => Promise<unknown>>;

/** A noticeboard behind a listener that it shares with a wiki, and what another application has around it. */
async function neighbours() {
  const cloud = await noticeboardCloud({
    neighbour: true,
    latencies: ["rds: { snapshotMs: 1000, instanceMs: 1000, clusterMs: 1000, deleteMs: 1000 }"],
    target: ["restore: { fence: sg-fence }"],
    seed: `
databases: { wiki-db: {} }
taskDefinitions:
  noticeboard: { taskRoleArn: "${OWN_ROLE}", executionRoleArn: "${OWN_ROLE}" }
`,
  });
  const operator = clientsOf(cloud, "operator");
  const snapshot = (DBSnapshotIdentifier: string, DBInstanceIdentifier = "noticeboard-db") =>
    operator.rds.createDBSnapshot({ DBSnapshotIdentifier, DBInstanceIdentifier });
  await snapshot("before-the-fair");
  await cloud.world.clock.sleep(10_000);
  await snapshot("intermission-by-hand");
  await cloud.world.clock.sleep(10_000);
  await permit(cloud);
  const { Listeners = [] } = await operator.elb.describeListeners({
    LoadBalancerArn: (await operator.elb.describeLoadBalancers({})).LoadBalancers![0]!.LoadBalancerArn,
  });
  const listener = Listeners[0]!.ListenerArn!;
  const rule = (await operator.elb.describeRules({ ListenerArn: listener })).Rules!.find(
    ({ Priority }) => Priority === "10",
  )!.RuleArn!;
  const { TargetGroups = [] } = await operator.elb.describeTargetGroups({});
  const group = (name: string) => TargetGroups.find((each) => each.TargetGroupName === name)!.TargetGroupArn!;
  return { cloud, operator, listener, rule, group };
}

/** What was tried and not denied. Whatever else is wrong with a call is found only after IAM was asked. */
async function allowed(tried: Tried): Promise<string[]> {
  const outcomes = await Promise.all(
    Object.entries(tried).map(async ([what, call]) => {
      const error = await call().then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      return error?.name.startsWith("AccessDenied") ? [] : [`${what}: ${error?.name ?? "done"}`];
    }),
  );
  return outcomes.flat();
}

const OURS = [
  { Key: "intermission:target", Value: "noticeboard" },
  { Key: "intermission:operation", Value: "op-1" },
];
const RESTORED = [...OURS, { Key: "intermission:role", Value: "restored" }];
const taskDefinition = { family: "noticeboard", containerDefinitions: [{ name: "app", image: "app:1" }] };
const tags = OURS.map(({ Key, Value }) => ({ key: Key, value: Value }));
const FIXED = [{ Type: "fixed-response" as const, FixedResponseConfig: { StatusCode: "503" } }];
const AT_PATH = [{ Field: "path-pattern", Values: ["/x"] }];

describe("the runbook", () => {
  test("may not touch what is not its targets', or what is but not for that", () =>
    inVirtualTime(async () => {
      const { cloud, listener, rule, group } = await neighbours();
      const { ecs, elb, rds, autoScaling }: Clients = clientsOf(cloud, RUNBOOK_ROLE);
      const create = { ListenerArn: listener, Priority: 7, Conditions: AT_PATH, Actions: FIXED };
      const restore = { DBSnapshotIdentifier: "intermission-by-hand", Tags: RESTORED };
      expect(
        await allowed({
          "delete another's rule": () => elb.deleteRule({ RuleArn: rule }),
          "give another's rule our tag": () => elb.addTags({ ResourceArns: [rule], Tags: OURS }),
          "change another's rule": () => elb.modifyRule({ RuleArn: rule, Actions: FIXED }),
          "move another's rule": () => elb.setRulePriorities({ RulePriorities: [{ RuleArn: rule, Priority: 9 }] }),
          "make a rule that is not tagged as ours": () => elb.createRule(create),
          "make a rule of another target": () =>
            elb.createRule({ ...create, Tags: [{ Key: "intermission:target", Value: "wiki" }] }),
          "make a rule at another listener": () =>
            elb.createRule({ ...create, ListenerArn: listener.replace(/.$/, "0"), Tags: OURS }),
          "register at another's target group": () =>
            elb.registerTargets({ TargetGroupArn: group("wiki"), Targets: [{ Id: "10.0.0.1" }] }),
          "delete a target group": () => elb.deleteTargetGroup({ TargetGroupArn: group("noticeboard") }),
          "stop a task in another cluster": () => ecs.stopTask({ cluster: "shop", task: "a".repeat(32) }),
          "scale another's service": () =>
            ecs.updateService({ cluster: "noticeboard", service: "wiki", desiredCount: 0 }),
          "delete its own service": () => ecs.deleteService({ cluster: "noticeboard", service: "noticeboard" }),
          "run in another cluster": () => ecs.runTask({ cluster: "shop", taskDefinition: "noticeboard", tags }),
          "register a revision of another's family": () =>
            ecs.registerTaskDefinition({ ...taskDefinition, family: "wiki", tags }),
          "register a revision that is not tagged as ours": () => ecs.registerTaskDefinition(taskDefinition),
          "run another's task definition": () => ecs.runTask({ cluster: "noticeboard", taskDefinition: "wiki", tags }),
          "run with another role": () =>
            ecs.runTask({
              cluster: "noticeboard",
              taskDefinition: "noticeboard",
              tags,
              overrides: { taskRoleArn: ADMIN },
            }),
          "register with another role": () =>
            ecs.registerTaskDefinition({ ...taskDefinition, taskRoleArn: ADMIN, tags }),
          "register in another's family": () => ecs.registerTaskDefinition({ ...taskDefinition, family: "wiki", tags }),
          "tag a task later": () =>
            ecs.tagResource({ resourceArn: "arn:aws:ecs:us-east-1:111122223333:task/noticeboard/1", tags }),
          "delete its own database": () => rds.deleteDBInstance({ DBInstanceIdentifier: "noticeboard-db" }),
          "delete another's database": () => rds.deleteDBInstance({ DBInstanceIdentifier: "wiki-db" }),
          "change another's database": () => rds.modifyDBInstance({ DBInstanceIdentifier: "wiki-db" }),
          "tag another's database as restored": () =>
            rds.addTagsToResource({ ResourceName: "arn:aws:rds:us-east-1:111122223333:db:wiki-db", Tags: RESTORED }),
          "snapshot another's database": () =>
            rds.createDBSnapshot({
              DBInstanceIdentifier: "wiki-db",
              DBSnapshotIdentifier: "intermission-1",
              Tags: OURS,
            }),
          "take a snapshot under another name": () =>
            rds.createDBSnapshot({ DBInstanceIdentifier: "noticeboard-db", DBSnapshotIdentifier: "mine", Tags: OURS }),
          "delete another's snapshot": () => rds.deleteDBSnapshot({ DBSnapshotIdentifier: "before-the-fair" }),
          "delete a snapshot that only has our name": () =>
            rds.deleteDBSnapshot({ DBSnapshotIdentifier: "intermission-by-hand" }),
          "restore another's snapshot": () =>
            rds.restoreDBInstanceFromDBSnapshot({
              ...restore,
              DBInstanceIdentifier: "noticeboard-db",
              DBSnapshotIdentifier: "before-the-fair",
            }),
          "restore over another's name": () =>
            rds.restoreDBInstanceFromDBSnapshot({ ...restore, DBInstanceIdentifier: "wiki-db-restored-1" }),
          "restore untagged": () =>
            rds.restoreDBInstanceFromDBSnapshot({ ...restore, DBInstanceIdentifier: "noticeboard-db", Tags: [] }),
          "scale something else than ECS": () =>
            autoScaling.registerScalableTarget({
              ServiceNamespace: "dynamodb",
              ScalableDimension: "dynamodb:table:ReadCapacityUnits",
              ResourceId: "table/orders",
            }),
        }),
      ).toEqual([]);

      // The same calls in their own place are allowed, so it is not the calls that are refused.
      await elb.createRule({ ...create, Tags: OURS });
      await rds.createDBSnapshot({
        DBInstanceIdentifier: "noticeboard-db",
        DBSnapshotIdentifier: "intermission-1",
        Tags: OURS,
      });
      await cloud.world.clock.sleep(10_000);
      await rds.deleteDBSnapshot({ DBSnapshotIdentifier: "intermission-1" });
      expect(cloud.bugs).toEqual([]);
    }));

  test("may delete what carries the tags of a restore", () =>
    inVirtualTime(async () => {
      const { cloud } = await neighbours();
      const { rds } = clientsOf(cloud, RUNBOOK_ROLE);
      const DBInstanceIdentifier = "noticeboard-db-restored-3f9a2c-g2";
      await rds.restoreDBInstanceFromDBSnapshot({
        DBInstanceIdentifier,
        DBSnapshotIdentifier: "intermission-by-hand",
        Tags: RESTORED,
      });
      await cloud.world.clock.sleep(60_000);
      await rds.deleteDBInstance({ DBInstanceIdentifier, SkipFinalSnapshot: true });
    }));
});

test("the API may change nothing of ECS, the load balancer, RDS, scaling, rules and schedules", () =>
  inVirtualTime(async () => {
    const { cloud, listener, rule, group } = await neighbours();
    const { ecs, elb, rds, autoScaling, events, scheduler } = clientsOf(cloud, API_ROLE);
    const service = { cluster: "noticeboard", service: "noticeboard" };
    const targets = { TargetGroupArn: group("noticeboard"), Targets: [{ Id: "10.0.0.1" }] };
    const DBInstanceIdentifier = "noticeboard-db";
    expect(
      await allowed({
        UpdateService: () => ecs.updateService({ ...service, desiredCount: 0 }),
        RunTask: () => ecs.runTask({ cluster: "noticeboard", taskDefinition: "noticeboard", tags }),
        StopTask: () => ecs.stopTask({ cluster: "noticeboard", task: "a".repeat(32) }),
        RegisterTaskDefinition: () => ecs.registerTaskDefinition({ ...taskDefinition, tags }),
        DeregisterTaskDefinition: () => ecs.deregisterTaskDefinition({ taskDefinition: "noticeboard:1" }),
        CreateRule: () =>
          elb.createRule({ ListenerArn: listener, Priority: 7, Conditions: AT_PATH, Actions: FIXED, Tags: OURS }),
        DeleteRule: () => elb.deleteRule({ RuleArn: rule }),
        RegisterTargets: () => elb.registerTargets(targets),
        DeregisterTargets: () => elb.deregisterTargets(targets),
        ModifyTargetGroupAttributes: () =>
          elb.modifyTargetGroupAttributes({ TargetGroupArn: group("noticeboard"), Attributes: [] }),
        CreateDBSnapshot: () =>
          rds.createDBSnapshot({ DBInstanceIdentifier, DBSnapshotIdentifier: "intermission-1", Tags: OURS }),
        DeleteDBSnapshot: () => rds.deleteDBSnapshot({ DBSnapshotIdentifier: "intermission-by-hand" }),
        ModifyDBInstance: () => rds.modifyDBInstance({ DBInstanceIdentifier }),
        DeleteDBInstance: () => rds.deleteDBInstance({ DBInstanceIdentifier }),
        RegisterScalableTarget: () =>
          autoScaling.registerScalableTarget({
            ServiceNamespace: "ecs",
            ScalableDimension: "ecs:service:DesiredCount",
            ResourceId: "service/noticeboard/noticeboard",
          }),
        DisableRule: () => events.disableRule({ Name: "nightly" }),
        UpdateSchedule: () =>
          scheduler.updateSchedule({
            Name: "nightly",
            ScheduleExpression: "rate(1 day)",
            FlexibleTimeWindow: { Mode: "OFF" },
            Target: { Arn: "arn:aws:scheduler:::aws-sdk:ecs:runTask", RoleArn: ADMIN },
          }),
      }),
    ).toEqual([]);
    expect(cloud.bugs).toEqual([]);
  }));
