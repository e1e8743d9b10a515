import { createHash } from "node:crypto";
import type { OperationFact } from "../../src/operations/event.ts";
import type { Decision } from "../../src/operations/operation.ts";
import type { OperationState } from "../../src/operations/state.ts";
import { type CloudState, listenersOf } from "../../src/sandbox/checker/cloud-state.ts";
import { hurry } from "../../src/sandbox/seeding-latencies.ts";
import { judge, stateOf } from "../simulation/judge.ts";
import type { SimulatedCloud } from "../simulation/simulated-cloud.ts";
import { startVisitors } from "../simulation/visitors.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { cloudOfScenario, DEADLINE_MS } from "./cloud-of-scenario.ts";
import { disturb } from "./disturb.ts";
import { healCloud } from "./disturbances/cloud-disturbance.ts";
import { createExecutions, isOwnMistake } from "./executions.ts";
import { createMoments } from "./moments.ts";
import { createOperatorApi, type OperatorApi } from "./operator-api.ts";
import { createPeople } from "./people.ts";
import { isRefused, isTheSame, isUseful, isWrittenDown } from "./promises.ts";
import { requestOf } from "./request-of-scenario.ts";
import type { Hit, Result } from "./result.ts";
import type { Scenario } from "./scenario.ts";
import { type Note, storyOf } from "./story.ts";

/** Longer than any operation may take between two of its questions, by the time limits of the simulated target. */
const PATIENCE_MS = 3 * 3_600_000;
/** An operation is over before its run is, which then lets go of the target. What is to disturb that has so long. */
const LAST_CALLS_MS = 10_000;
/** What comes to rest only after the operation has ended: targets drain, visitors come again. */
const SETTLES_MS = 40_000;

/** Runs one whole history in virtual time, in this process, and judges it. Never throws for what the code under test does. */
export const runScenario = (scenario: Scenario): Promise<Result> =>
  inVirtualTime(() => history(scenario), { seed: scenario.seed });

async function history(scenario: Scenario): Promise<Result> {
  const cloud = await cloudOfScenario(scenario);
  const { clock, log } = cloud.world;
  const hangs: string[] = [];
  const hits: Hit[] = [];
  const notes: Note[] = [];
  const note = (text: string) => notes.push({ at: new Date(clock.now()).toISOString(), text });
  const onBug = (bug: string) => {
    hangs.push(bug);
    note(bug);
  };

  const isKept = (broken: string | undefined) => (broken === undefined ? undefined : onBug(broken));

  const moments = createMoments((ms) => clock.sleep(ms));
  let current = "";
  const written: OperationFact[] = [];
  const decisions: Decision[] = [];
  const onFacts = (id: string, facts: OperationFact[]) => {
    if (id === current) written.push(...facts);
    for (const fact of facts) if (fact.type === "phase-started") moments.enter(fact.phase);
    people.hear(facts);
  };
  const hook = disturb(scenario, {
    cloud,
    moments,
    executions: () => executions,
    api: () => api,
    operation: () => current,
    onBug,
    onHit(hit) {
      hits.push(hit);
      note(`${hit.kind}: ${[hit.what, hit.service, hit.operation].filter(Boolean).join(" ")}`);
    },
  });
  const executions = createExecutions(cloud, { hook, onFacts, onBug });
  const api: OperatorApi = createOperatorApi(cloud, { starter: executions.starter, onBug });
  const heal = async () => {
    moments.end();
    cloud.faults.clear();
    await healCloud(cloud);
    note("the cloud is healed");
  };
  const people = createPeople(cloud, {
    api,
    ...{ choices: scenario.choices, healsAtOnce: scenario.healsAtOnce },
    heal,
    onAsked: async (operation) => isKept(await isRefused(api, operation)),
    onDecision({ decision }) {
      decisions.push(decision as Decision);
      note(`somebody decides: ${decision}`);
    },
  });

  const visitors = startVisitors(cloud, { everyMs: 2_000 });
  await clock.sleep(5_000);

  async function operate(request: object): Promise<OperationState | undefined> {
    const key = `request/${current}`;
    const { status, body } = await api.post<{ id: string }>("/v1/targets/noticeboard/operations", request, key);
    if (status !== 202) {
      onBug(`the request was answered with ${status}: ${JSON.stringify(body)}`);
      return undefined;
    }
    current = body.id;
    written.length = 0;
    isKept(await isTheSame(api, { request, key, id: current }));
    const { stuck } = await people.follow(current, PATIENCE_MS);
    if (stuck) onBug(stuck);
    await executions.untilOver(LAST_CALLS_MS);
    // What still goes on by itself, such as storage that is full, is not what the operation has left behind.
    moments.end();
    await healCloud(cloud);
    await clock.sleep(SETTLES_MS);
    await cloudSettles(cloud);
    const state = await cloud.store.get(current);
    if (state) isKept(await isWrittenDown(cloud, { state, facts: written }));
    return state;
  }

  const isRollback = scenario.procedure.procedure === "rollback";
  // What is only the past is over soon.
  const slowDown = isRollback ? hurry(cloud.world.latencies) : () => {};
  const earlier = isRollback
    ? await operate(requestOf({ procedure: "upgrade", snapshot: "required", onFailure: "hold", approval: "none" }))
    : undefined;
  slowDown();
  if (isRollback) await clock.sleep(60_000);
  const before = stateOf(cloud);
  moments.begin();
  const state = await operate(requestOf(scenario.procedure, earlier));
  await visitors.stop();

  const events = state ? await cloud.store.events(state.id) : [];
  const others = earlier ? [{ id: earlier.id, claims: await cloud.store.events(earlier.id) }] : [];
  const violations = state
    ? judge(cloud, {
        before,
        finished: { state, events },
        visitors,
        takesBack: earlier,
        others,
        deadlineMs: DEADLINE_MS,
      }).violations
    : [];
  if (state?.problem && isOwnMistake({ ...state.problem, name: undefined }))
    hangs.push(`the code is mistaken: ${state.problem.message}`);
  if (state) isKept(isUseful(scenario, { status: state.status, hits, decisions }));
  for (const bug of cloud.bugs) hangs.push(`the simulated cloud failed: ${(bug as Error).stack ?? String(bug)}`);
  return {
    scenario,
    status: state?.status ?? "not accepted",
    violations,
    hangs,
    calls: [...moments.calls],
    hits,
    timeline: storyOf({ events, notes, violations }),
    digest: createHash("sha256").update(JSON.stringify(log.after())).digest("hex"),
  };
}

/** What AWS is about to do by itself is waited for: RDS ends what somebody had it do, and rules come into force. Visitors are served again some seconds later. */
async function cloudSettles(cloud: SimulatedCloud): Promise<void> {
  const { clock } = cloud.world;
  if (isSettled(stateOf(cloud))) return;
  for (const until = clock.now() + PATIENCE_MS; !isSettled(stateOf(cloud)) && clock.now() < until; )
    await clock.sleep(5_000);
  await clock.sleep(SETTLES_MS);
}

const isSettled = (state: CloudState): boolean =>
  state.rds.instances.every(({ DBInstanceStatus }) => DBInstanceStatus === "available") &&
  state.rds.clusters.every(({ Status }) => Status === "available") &&
  listenersOf(state).every(({ rules, inForce }) =>
    Object.values(inForce).every((applied) => applied.length === rules.length),
  );
