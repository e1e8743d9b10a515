import { describe, expect, test } from "vitest";
import type { InvariantNumber } from "../../src/sandbox/checker/verdict.ts";
import { judge, stateOf } from "../simulation/judge.ts";
import { type NoticeboardCloudOptions, noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { runUpgrade } from "../simulation/run-upgrade.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { startVisitors } from "../simulation/visitors.ts";
import { inVirtualTime } from "../virtual-time.ts";
import * as atTheEnd from "./mistakes/at-the-end.ts";
import type { Mistake } from "./mistakes/mistake.ts";
import * as whileClosed from "./mistakes/while-closed.ts";
import { scheduled, withReports } from "./shapes/reports.ts";

type Run = {
  plant?: Mistake[];
  options?: NoticeboardCloudOptions;
  request?: Parameters<typeof runUpgrade>[1];
};
type Case = Run & { mistake: string; violates: InvariantNumber[] };

async function upgradeWith({ plant = [], options, request }: Run) {
  // A snapshot that is there at once hides who does not wait for it.
  const cloud = await noticeboardCloud({ latencies: ["rds: { snapshotMs: 60000 }"], ...options });
  await addRuleOfOthers(cloud);
  const before = stateOf(cloud);
  const visitors = startVisitors(cloud, { everyMs: 700 });
  await cloud.world.clock.sleep(5_000);
  for (const mistake of plant) mistake(cloud);
  const finished = await runUpgrade(cloud, request);
  await cloud.world.clock.sleep(60_000);
  await visitors.stop();
  const second = await cloud.store.events(atTheEnd.SECOND);
  const others = second.length > 0 ? [{ id: atTheEnd.SECOND, claims: second }] : [];
  return { finished, verdict: judge(cloud, { before, finished, visitors, others }) };
}

async function addRuleOfOthers(cloud: SimulatedCloud) {
  const [balancer] = cloud.elb.state().loadBalancers;
  await cloud.runbook.aws.loadBalancers.createRule({
    listenerArn: balancer!.listeners[0]!.arn,
    priority: atTheEnd.OTHERS_PRIORITY,
    conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: ["/robots.txt"] } }],
    action: { type: "fixed-response", statusCode: "404", contentType: "text/plain", body: "none" },
    tags: { owner: "others" },
  });
  await cloud.world.clock.sleep(10_000);
}

const REPORTS = withReports({ scheduled: scheduled("cron(30 * * * ? *)"), target: ["otherWriters: pause"] }).cloud;

const planted: Case[] = [
  { mistake: "the snapshot is not awaited", plant: [whileClosed.snapshotNotAwaited], violates: [1] },
  { mistake: "the snapshot is taken before the stop", plant: [whileClosed.snapshotTakenBeforeTheStop], violates: [1] },
  {
    mistake: "running count instead of STOPPED",
    plant: [whileClosed.runningCountInsteadOfStopped],
    violates: [1],
  },
  {
    mistake: "the leader is in the service",
    plant: [whileClosed.leaderInTheService, whileClosed.leaderKilledInMidMigration],
    violates: [2],
  },
  {
    mistake: "the leader dies in the service, and nobody notices",
    plant: [whileClosed.leaderInTheService, whileClosed.leadersDeathUnnoticed, whileClosed.leaderKilledInMidMigration],
    violates: [2, 8],
  },
  {
    mistake: "the leader starts before the stop",
    plant: [whileClosed.leaderStartedBeforeTheStop],
    options: { target: ["timeouts: { stop: 2m, putBack: 2m }"] },
    violates: [1],
  },
  { mistake: "the page is not proven", plant: [whileClosed.pageNotProven], violates: [3] },
  { mistake: "the site opens before it is verified", plant: [whileClosed.openedBeforeItIsVerified], violates: [3] },
  {
    mistake: "scaling is suspended after the stop",
    plant: [whileClosed.scalingSuspendedAfterTheStop, whileClosed.servicesNotSetTo0Again],
    violates: [4, 5],
  },
  { mistake: "the leader is verified by a guess", plant: [whileClosed.verifiedByAFriendlyGuess], violates: [2] },
  { mistake: "the deregistration delay is not restored", plant: [atTheEnd.delayNotRestored], violates: [7] },
  { mistake: "the breaker is not restored", plant: [atTheEnd.breakerNotRestored], violates: [7] },
  { mistake: "scaling is not resumed", plant: [atTheEnd.scalingNotResumed], violates: [7] },
  { mistake: "a rule stays disabled", plant: [atTheEnd.ruleNotEnabled], options: REPORTS, violates: [7] },
  {
    mistake: "a task of others is not waited for",
    plant: [whileClosed.othersNotWaitedFor],
    options: withReports({ target: ["otherWriters: { families: { nightly-report: refuse } }"], takesMs: 600_000 })
      .cloud,
    violates: [1],
  },
  { mistake: "the bypass rule is forgotten", plant: [atTheEnd.bypassRuleForgotten], violates: [7] },
  { mistake: "the closing rule is forgotten", plant: [atTheEnd.closingRuleForgotten], violates: [6, 7] },
  { mistake: "the leader stays registered", plant: [atTheEnd.leaderLeftRegistered], violates: [7] },
  { mistake: "the leader is left running", plant: [atTheEnd.leaderLeftRunning], violates: [7] },
  {
    mistake: "the warm-up snapshot is left",
    plant: [atTheEnd.warmUpSnapshotLeft],
    violates: [7],
    options: { target: ["snapshot: { warmUp: true }"] },
  },
  {
    mistake: "the old version starts on migrated data",
    plant: [whileClosed.oldVersionOnMigratedData],
    violates: [5],
    options: { breakage: "crash" },
  },
  { mistake: "the lock is ignored", plant: [atTheEnd.lockIgnored], violates: [9] },
  { mistake: "a run goes on after its end", plant: [atTheEnd.endedBeforeItsEnd], violates: [9] },
  { mistake: "a rule of others is deleted", plant: [atTheEnd.otherRuleDeleted], violates: [7] },
  { mistake: "one node is missing", plant: [atTheEnd.oneNodeShort], violates: [6, 7] },
];

describe("finds the planted mistake", () => {
  test.each(planted)("$mistake", { timeout: 60_000 }, ({ violates, ...run }) =>
    inVirtualTime(async () => {
      const { violations } = (await upgradeWith(run)).verdict;
      expect(violations.map(({ invariant }) => invariant)).toEqual(expect.arrayContaining(violates));
    }),
  );
});

const unmodified: (Run & { run: string; ends: string })[] = [
  { run: "nothing goes wrong", ends: "succeeded" },
  { run: "no snapshot is wanted", ends: "succeeded", request: { request: { snapshot: "none" } } },
  { run: "a preflight check fails", ends: "refused", options: { target: ["frozen: end of the quarter"] } },
  {
    run: "the snapshot cannot be taken",
    ends: "rolled-back",
    plant: [
      ({ faults }) =>
        faults.add({ service: "RDS", operation: "CreateDBSnapshot", fault: "internal-error", count: 100 }),
    ],
  },
  { run: "the leader's container cannot be started", ends: "rolled-back", options: { cannotStart: true } },
  { run: "the migration fails", ends: "held", options: { breakage: "migration" } },
  { run: "the leader crashes", ends: "held", options: { breakage: "crash" } },
  { run: "the leader hangs", ends: "held", options: { breakage: "hang", target: ["timeouts: { migrate: 5m }"] } },
  { run: "the leader exits early", ends: "held", options: { breakage: "early-exit" } },
  {
    run: "the followers do not start",
    ends: "held",
    options: { followerBreakage: "early-exit", target: ["timeouts: { scaleOut: 3m }"] },
  },
];

describe("finds no mistake in production code where", () => {
  test.each(unmodified)("$run", { timeout: 60_000 }, ({ ends, ...run }) =>
    inVirtualTime(async () => {
      const { finished, verdict } = await upgradeWith(run);
      expect(finished.state.status).toBe(ends);
      expect(verdict.violations).toEqual([]);
    }),
  );
});
