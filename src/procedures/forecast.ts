import { asksAt } from "../operations/asks-at.ts";
import type { Forecast, ForecastPart, PhaseForecast } from "../operations/forecast.ts";
import type { OperationRequest, Phase } from "../operations/operation.ts";
import { takesSnapshot } from "../operations/request-words.ts";
import { milliseconds } from "../targets/duration.ts";
import { followerEnvironment, presetOf } from "../targets/presets/preset.ts";
import type { Target } from "../targets/schema.ts";
import type { Discovery } from "./discovery.ts";
import { median } from "./history.ts";
import { timesInside } from "./quick-health-checks.ts";
import { enoughOf, opensEarly } from "./quorum.ts";
import { waitsOf } from "./waits.ts";

type Input = { target: Target; request: OperationRequest; discovery: Omit<Discovery, "forecast">; now: number };

type Part = { phase: Phase; closed: boolean; parts: (input: Input) => ForecastPart[] };

const preflight: Part = { phase: "preflight", closed: false, parts: () => [assumed("every check", 10)] };
const prepare: Part = { phase: "prepare", closed: false, parts: preparing };
const close: Part = {
  phase: "close",
  closed: true,
  parts: (input) => [assumed("the rules reach every address of the load balancer", 5), inARow(input)],
};
const stop: Part = { phase: "stop", closed: true, parts: stopping };
const backUp: Part = { phase: "back-up", closed: true, parts: backingUp };
const migrate: Part = {
  phase: "migrate",
  closed: true,
  parts: (input) => [starting(input), assumed("the migration", 120), ...becomingHealthy(input)],
};
const start: Part = { phase: "start", closed: true, parts: (input) => [starting(input), ...becomingHealthy(input)] };
const verify: Part = { phase: "verify", closed: true, parts: (input) => [inARow(input)] };
const scaleOut: Part = {
  phase: "scale-out",
  closed: true,
  parts: (input) => [startingEnough(input), ...upgradingAgain(input), ...becomingHealthy(input)],
};
const open: Part = {
  phase: "open",
  closed: true,
  parts: (input) => [assumed("the page leaves every address of the load balancer", 5), inARow(input)],
};
const finish: Part = {
  phase: "finish",
  closed: false,
  parts: () => [assumed("deployments are completed, settings put back", 60)],
};
/** People take what time they take: the most that they may. */
const work = (what: string, seconds: number): Part => ({
  phase: "work",
  closed: true,
  parts: () => [part(what, seconds, { source: "settings" })],
});
/** Renames take some ten minutes by AWS's own word, and a restored volume is as fast as its data is far away. */
const restore: Part = {
  phase: "restore",
  closed: true,
  parts: ({ target, request }) => [
    ...(((request.procedure === "rollback" ? request.restore : undefined) ?? target.restore.mode) === "rename"
      ? [assumed("the present database is renamed", 600)]
      : []),
    assumed("a database is restored from the snapshot", 900),
    assumed("settings that a restore is not given, and their restart", 300),
  ],
};

/** In the order of the procedure; the site is closed from the first `closed` one to the last. */
function partsOf({ target, request }: Input): Part[] {
  const leading = [preflight, prepare, close, stop];
  const following = [scaleOut, open, finish];
  switch (request.procedure) {
    case "upgrade":
      return [
        ...leading,
        backUp,
        migrate,
        verify,
        ...(asksAt("before-open", { target, request })
          ? [work("the time to decide", target.approval.within / 1_000)]
          : []),
        ...following,
      ];
    case "first-start":
      return [...leading, backUp, migrate, verify, ...following];
    case "maintenance": {
      const people = work("the time for the work", milliseconds(request.within) / 1_000);
      const parts = [preflight, prepare, backUp, stop, people, verify, scaleOut, finish];
      return request.traffic === "open"
        ? parts.map((each) => ({ ...each, closed: false }))
        : [...leading, backUp, start, people, verify, ...following];
    }
    case "rollback":
      return [...leading, restore, start, verify, ...following];
  }
}

/**
 * From what is known: how long the phases of past operations took, else the settings of the target and of AWS, else a guess that is
 * labelled as one. What could not be read is guessed; the checks say that it could not.
 */
export function forecastOf(input: Input): Forecast {
  const { target, request, discovery, now } = input;
  const waits = waitsOf(target, request, { operationId: "" });
  const phases = partsOf(input).map(({ phase, closed, parts: guessed }): PhaseForecast => {
    const parts = measured(discovery, phase) ?? guessed(input);
    const expectedSeconds = parts.reduce((sum, { seconds }) => sum + seconds, 0);
    const timeouts = waits.filter((wait) => wait.phase === phase).map(({ atMostSeconds }) => atMostSeconds);
    const worstSeconds = Math.max(
      expectedSeconds,
      timeouts.reduce((sum, each) => sum + each, 0),
    );
    return { phase, closed, expectedSeconds, worstSeconds, parts };
  });
  const sum = (of: PhaseForecast[], kind: "expectedSeconds" | "worstSeconds") =>
    of.reduce((total, each) => total + each[kind], 0);
  const window = phases.filter(({ closed }) => closed);
  const firstClosed = phases.findIndex(({ closed }) => closed);
  const open = firstClosed < 0 ? phases.length : firstClosed;
  const begins = Math.max(now, request.notBefore === undefined ? now : Date.parse(request.notBefore));
  const closes = (kind: "expectedSeconds" | "worstSeconds") => begins + sum(phases.slice(0, open), kind) * 1_000;
  const opens = (kind: "expectedSeconds" | "worstSeconds") => closes(kind) + sum(window, kind) * 1_000;
  return {
    at: new Date(now).toISOString(),
    phases,
    window: { expectedSeconds: sum(window, "expectedSeconds"), worstSeconds: sum(window, "worstSeconds") },
    closesAt: new Date(closes("expectedSeconds")).toISOString(),
    opensAt: new Date(opens("expectedSeconds")).toISOString(),
    opensAtWorst: new Date(opens("worstSeconds")).toISOString(),
  };
}

function measured({ history }: Input["discovery"], phase: Phase): ForecastPart[] | undefined {
  const took = (history.ok && history.value[phase]) || [];
  const seconds = median(took);
  if (seconds === undefined) return undefined;
  return [part("this phase before", seconds, { source: "measured", on: count(took.length, "operation") })];
}

function preparing(input: Input): ForecastPart[] {
  const registering = assumed("new revisions are registered", 2 * input.target.services.length);
  return input.target.snapshot.warmUp ? [registering, ...backingUp(input, { fresh: false })] : [registering];
}

/** ECS's default where a container has no `stopTimeout`, on Fargate and on instances alike. */
const STOP_TIMEOUT_SECONDS = 30;

function stopping({ target, discovery: { targetGroups, shapes } }: Input): ForecastPart[] {
  const delays = targetGroups.ok ? targetGroups.value.map((group) => group.deregistrationDelaySeconds) : [];
  const delay = Math.min(target.drain.seconds, Math.max(0, ...delays));
  const configured = (shapes.ok ? shapes.value : []).flatMap(({ definition }) =>
    (definition.containerDefinitions ?? []).map(({ stopTimeout }) => stopTimeout ?? STOP_TIMEOUT_SECONDS),
  );
  const longest = configured.length ? Math.max(...configured) : STOP_TIMEOUT_SECONDS;
  return [
    part("deregistration delay inside the window", delay, { source: "settings" }),
    part("containers end, by the longest stopTimeout", longest, { source: "settings" }),
  ];
}

/** An RDS snapshot carries what changed since the one before: these are guesses, and the size is that of the volume, used or not. */
const SNAPSHOT_SECONDS = 120;
const SECONDS_PER_GIBIBYTE = { changed: 0.5, all: 6 };
const RECENT_MS = 36 * 3_600_000;

function backingUp(
  { target, request, discovery: { database, newestSnapshotAt }, now }: Input,
  { fresh = target.snapshot.warmUp }: { fresh?: boolean } = {},
): ForecastPart[] {
  if (target.database === "none" || !takesSnapshot(request)) return [];
  const newest = newestSnapshotAt.ok ? newestSnapshotAt.value : undefined;
  const recent = newest !== undefined && now - Date.parse(newest) < RECENT_MS;
  const found = database.ok ? database.value : undefined;
  // Aurora's storage has no size, and copies itself all the time: its snapshots do not follow what changed.
  if (found && found.allocatedGibibytes === undefined)
    return [assumed("a snapshot of an Aurora cluster", SNAPSHOT_SECONDS)];
  const gibibytes = found?.allocatedGibibytes ?? 0;
  const [rate, what] = fresh
    ? [SECONDS_PER_GIBIBYTE.changed, "changes since the warm-up snapshot"]
    : recent
      ? [SECONDS_PER_GIBIBYTE.changed, `changes since the snapshot of ${newest.slice(0, 16)}Z`]
      : [SECONDS_PER_GIBIBYTE.all, "all of it: no snapshot of the last 36 hours"];
  return [assumed(`a snapshot of ${gibibytes} GiB, ${what}`, SNAPSHOT_SECONDS + rate * gibibytes)];
}

function starting(input: Input): ForecastPart {
  const took = startsOf(input);
  return nodeStarts("a node starts", median(took), took);
}

/** The site opens with the last of them, or as soon as enough serve: so many of the fastest. */
function startingEnough(input: Input): ForecastPart {
  const { target, discovery } = input;
  const took = startsOf(input).toSorted((a, b) => a - b);
  const leading = discovery.services.ok
    ? discovery.services.value.find(({ name }) => name === target.services[0]?.name)
    : undefined;
  const share = leading?.desiredCount ? enoughOf(target, leading) / leading.desiredCount : 1;
  const slowest = took[Math.max(1, Math.ceil(share * took.length)) - 1];
  return nodeStarts(
    opensEarly(target) ? "a node starts, of those that the site opens with" : "a node starts",
    slowest,
    took,
  );
}

/** From a task's creation to its containers' start, in seconds, of the tasks of the leader's service that run. */
function startsOf({ target, discovery: { shapes } }: Input): number[] {
  const leader = shapes.ok ? shapes.value.find(({ service }) => service === target.services[0]?.name) : undefined;
  return (leader?.tasks ?? []).flatMap(({ createdAt, startedAt }) =>
    createdAt && startedAt ? [(Date.parse(startedAt) - Date.parse(createdAt)) / 1_000] : [],
  );
}

const nodeStarts = (what: string, seconds: number | undefined, took: readonly number[]): ForecastPart =>
  seconds === undefined
    ? assumed(what, 60)
    : part(what, seconds, { source: "measured", on: count(took.length, "running node") });

/** What every node but the leader spends in an upgrade that has been made, where it is not told to skip that. */
function upgradingAgain({ target }: Input): ForecastPart[] {
  const { sameVersionUpgradeSeconds } = presetOf(target);
  return sameVersionUpgradeSeconds === undefined || Object.keys(followerEnvironment(target)).length > 0
    ? []
    : [assumed("every other node goes through the upgrade again", sameVersionUpgradeSeconds)];
}

function becomingHealthy({ target, discovery: { targetGroups, sharedGroups } }: Input): ForecastPart[] {
  const groups = targetGroups.ok ? targetGroups.value : [];
  if (groups.length === 0) return [];
  const shared = sharedGroups.ok ? sharedGroups.value.map(({ arn }) => arn) : [];
  const slowest = Math.max(
    ...groups.map((group) => {
      const times = shared.includes(group.arn) ? group.times : timesInside(target, group);
      return times ? times.intervalSeconds * times.healthyThreshold : group.healthyAfterSeconds;
    }),
  );
  return [part("health check interval × healthy threshold", slowest, { source: "settings" })];
}

const inARow = ({ target }: Input): ForecastPart => {
  const { consecutive } = presetOf(target).probes;
  return part(`${consecutive} answers in a row, one a second`, consecutive, { source: "settings" });
};

const part = (what: string, seconds: number, from: Pick<ForecastPart, "source" | "on">): ForecastPart => ({
  what,
  seconds: Math.ceil(seconds),
  ...from,
});
const assumed = (what: string, seconds: number) => part(what, seconds, { source: "assumed" });
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
