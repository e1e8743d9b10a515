import { OperationError } from "../operations/operation-error.ts";
import { presetOf } from "../targets/presets/preset.ts";
import { isVersion } from "../targets/version.ts";
import { askInventory, askVersion } from "./application.ts";
import type { Before } from "./before.ts";
import { entrances, nameOfEntrance, notReady } from "./front-door.ts";
import { type Answer, answerOf, inARow } from "./in-a-row.ts";
import { type Leader, leaderLook, withLeadersLastWords } from "./leader.ts";
import type { PhaseRun } from "./operation-run.ts";
import type { Prepared } from "./prepare.ts";
import { tellTellingLines } from "./telling-lines.ts";

/**
 * Verified is: ready at every address of the real load balancer, past the page and several times in a row; the version that was expected; the
 * very image, which the wait for the leader has made sure of; and everything that the application listed before. None of them proves it
 * alone: an application may report the version of its data, and be healthy without a plugin that did not load.
 */
export const verifyThroughBypass =
  (before: Before, { bypassSecret }: Prepared, leader: Leader) =>
  async (op: PhaseRun): Promise<string | undefined> => {
    const missing = inARow(presetOf(op.target).probes.consecutive);
    const wanted = wantedParts(op, before);
    const unfinished = installing(op);
    const { taskArn } = leader;
    const leaderNow = leaderLook(op, before, leader);
    const look = async () => {
      const { ending } = await leaderNow();
      if (ending) return { done: false as const, seen: "the leader is being stopped" };
      const found = await entrances(op, { ...before, doors: before.leaderDoors });
      const asks = found.map((entrance) => ({ world: op, target: op.target, entrance, bypassSecret }));
      const answers = await Promise.all(asks.map((ask) => answerOf(nameOfEntrance(ask.entrance), () => notReady(ask))));
      throwIfFailed(answers, taskArn);
      const seen = missing(answers);
      if (seen !== undefined) return { done: false as const, seen };
      const versions = [...new Set(await Promise.all(asks.map(askVersion)))];
      const parts = wanted.length || unfinished ? await askInventory(asks[0]!) : undefined;
      const open = unfinished?.(parts ?? []);
      if (open !== undefined) {
        await op.say(open);
        return { done: false as const, seen: open };
      }
      return { done: true as const, result: { versions, parts } };
    };
    const { versions: told, parts } = await withLeadersLastWords(op, before, leader, () =>
      op.poll("the leader is verified", look, { timeoutMs: op.target.timeouts.migrate }),
    );
    // Of an application that tells none it is null once the engine has remembered it.
    const versions = told.map((version) => version ?? undefined);
    throwIfOtherVersion(op, before, versions);
    await tellTellingLines(op, before, leader);
    if (parts) {
      throwIfMissing(wanted, parts);
      const message =
        op.request.procedure === "first-start"
          ? `lists ${parts.length} parts, as often as it was asked`
          : `lists everything that it listed before (${wanted.length})`;
      await op.record("parts", [{ type: "progress", phase: "verify", message }]);
    }
    const [version] = versions;
    await op.record("verified", [{ type: "verified", version, taskArn }]);
    return version;
  };

/** It was ready when it was waited for, or is one that a run before was held for: either way it says so again however often it is asked. */
function throwIfFailed(answers: Answer[], taskArn: string): void {
  const failed = answers.find((answer) => answer.failed);
  if (!failed) return;
  throw new OperationError(
    `expected the application to be ready, found at ${failed.of} that it has failed: ${failed.wrong}`,
    {
      code: "migration-failed",
      hint: "Read the leader's log. Where the cause is mended without another migration, decide `proceed` again; otherwise go back",
      details: { answer: failed.wrong, taskArn },
    },
  );
}

/** People may take parts away in a maintenance; nobody else may. */
const wantedParts = ({ target, request }: PhaseRun, { inventory = [] }: Before): string[] => [
  ...new Set([...(request.procedure === "maintenance" ? [] : inventory), ...(target.plugins?.expected ?? [])]),
];

/** How often in a row an application must list the same before what it installs is all there. */
const UNCHANGED_LOOKS = 5;

/** Nobody knows what a first node will install: it is done when the list is there, and stays as it is. */
function installing({ request, target }: PhaseRun) {
  if (request.procedure !== "first-start" || !presetOf(target).probes.inventory) return undefined;
  let last = "";
  let looks = 0;
  return (parts: string[]): string | undefined => {
    const now = JSON.stringify(parts.toSorted());
    looks = now === last ? looks + 1 : 1;
    last = now;
    if (parts.length > 0 && looks >= UNCHANGED_LOOKS) return undefined;
    return `lists ${parts.length} parts, ${parts.length ? `unchanged ${looks} of ${UNCHANGED_LOOKS} times` : "so nothing is installed yet"}`;
  };
}

/** What people have made of the data in a maintenance is theirs to judge: another backup may tell of another version. */
function throwIfOtherVersion({ target, request }: PhaseRun, before: Before, versions: (string | undefined)[]): void {
  if (request.procedure === "maintenance" && before.generation === undefined) return;
  const { expectedVersion } = before;
  const match = presetOf(target).probes.version?.match ?? "exact";
  const isExpected = (version = "") => expectedVersion === undefined || isVersion(version, expectedVersion, match);
  if (versions.every(isExpected)) return;
  throw new OperationError(
    `the application reports version ${versions.map((each) => each ?? "none").join(" and ")}, expected ${expectedVersion}`,
    {
      code: "wrong-version",
      hint: "Look at the application through the bypass: either the expectation or the migration is wrong",
    },
  );
}

function throwIfMissing(wanted: string[], parts: string[]): void {
  const missing = wanted.filter((name) => !parts.includes(name));
  if (missing.length === 0) return;
  throw new OperationError(`the application no longer lists ${missing.join(", ")}`, {
    code: "plugins-missing",
    hint: "Look at the leader's log and at the application through the bypass: the new image or the shared storage lacks them, or their licence does",
    details: { missing },
  });
}
