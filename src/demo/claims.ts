import { downtimesOf, overallDowntime } from "./answers.ts";
import type { Course, Ending } from "./breakages.ts";
import type { Evidence, RunningNode } from "./evidence.ts";
import { compareNotices, lossesInWords } from "./notices.ts";

export const OLD_VERSION = "1.4.2";
export const NEW_VERSION = "2.0.0";

/** Something that must be true at the end. `wrong` says what is found instead; undefined where it holds. */
export type Claim = { claim: string; wrong: string | undefined };

/** What is claimed of every operation that ends so, whatever it does. */
export function generalClaims({ ending, problem }: Pick<Course, "ending" | "problem">, evidence: Evidence): Claim[] {
  const { operation, acknowledged, discarded, wrongReads, shown, stored, answers, verdict, receipt } = evidence;
  const errors = answers.flatMap(({ from }) => (from.kind === "error" ? [from.what] : []));
  const gone = new Set(discarded.map(({ text }) => text));
  const kept = acknowledged.filter(({ text }) => !gone.has(text));
  const every = discarded.length === 0 ? "every acknowledged notice" : "every acknowledged notice that was to be kept";
  return [
    expect(`the operation is ${ending}`, operation.status === ending, operation.status),
    expect(
      problem ? `its problem is ${problem}` : "it reports no problem",
      operation.problem?.code === problem,
      operation.problem ? `${operation.problem.code}: ${operation.problem.message}` : "no problem",
    ),
    expect("visitors wrote notices", acknowledged.length > 0, "none acknowledged"),
    { claim: `the database has ${every} once`, wrong: lossesInWords(compareNotices(kept, stored)) },
    { claim: `the application shows ${every} once`, wrong: shown && lossesInWords(compareNotices(kept, shown)) },
    expect("no visitor read anything wrong", wrongReads.length === 0, String(wrongReads[0])),
    expect("no visitor saw an error", errors.length === 0, `${errors.length}, the first: ${errors[0]}`),
    expect(
      "the nine invariants hold",
      verdict.violations.length === 0,
      verdict.violations.map(({ invariant, message }) => `${invariant}: ${message}`).join("; "),
    ),
    expect("there is a receipt", ending === "held" || receipt !== undefined, "none"),
  ];
}

/** Everything that a course of the upgrade promises, held against what was found. */
export function claimsOf(course: Course, evidence: UpgradeEvidence): Claim[] {
  return [
    ...generalClaims(course, evidence),
    ...claimsOfTheAction(course, evidence),
    ...atTheEnd(course.ending, evidence),
  ];
}

/** What is known of an upgrade that the action asked for. */
export type UpgradeEvidence = Evidence & { exitCodes: { main: number; post: number }; newDigest?: string };

function claimsOfTheAction({ ending, jobIsCancelled }: Course, { exitCodes }: UpgradeEvidence): Claim[] {
  const green = ending === "succeeded" && !jobIsCancelled;
  return [
    expect(
      green ? "the action succeeded" : "the action's step is red",
      (exitCodes.main === 0) === green,
      `exit code ${exitCodes.main}`,
    ),
    expect("its post step succeeded", exitCodes.post === 0, `exit code ${exitCodes.post}`),
  ];
}

/** A version serves every visitor, once the operation is over. */
export function servesEverybody(version: string, { lastAnswers }: Pick<Evidence, "lastAnswers">): Claim {
  const others = lastAnswers.filter(({ from }) => from.kind !== "node" || from.version !== version);
  const found = lastAnswers.length === 0 ? "no answers" : JSON.stringify(others[0]?.from);
  return expect(`at the end ${version} serves everybody`, lastAnswers.length > 0 && others.length === 0, found);
}

/** That many nodes run, all of one version. */
export const runsNodes = (count: number, version: string, { nodes }: Pick<Evidence, "nodes">): Claim =>
  expect(
    `${count} nodes run, all of ${version}`,
    nodes.after.length === count && nodes.after.every((node) => node.version === version),
    nodesInWords(nodes.after),
  );

function atTheEnd(ending: Ending, evidence: UpgradeEvidence): Claim[] {
  const { nodes, answers, lastAnswers, newDigest } = evidence;
  const downtime = overallDowntime(downtimesOf(answers));
  const sawNew = answers.filter(({ from }) => from.kind === "node" && from.version === NEW_VERSION);
  const noneSawNew = expect(`no visitor reached ${NEW_VERSION}`, sawNew.length === 0, `${sawNew.length} answers`);
  const allSee = (version: string) => servesEverybody(version, evidence);
  const count = (version: string) =>
    expect(
      `as many nodes as before, all of ${version}`,
      nodes.after.length === nodes.before.length && nodes.after.every((node) => node.version === version),
      nodesInWords(nodes.after),
    );
  switch (ending) {
    case "succeeded":
      return [
        count(NEW_VERSION),
        expect(
          "every node runs the image that was asked for",
          newDigest !== undefined && nodes.after.every(({ imageDigest }) => imageDigest === newDigest),
          nodes.after.map(({ imageDigest }) => imageDigest).join(", "),
        ),
        allSee(NEW_VERSION),
      ];
    case "rolled-back":
      return [count(OLD_VERSION), noneSawNew, allSee(OLD_VERSION)];
    case "refused":
      return [
        expect(
          "the same nodes as before",
          ids(nodes.before) === ids(nodes.after),
          `${ids(nodes.before)} before, ${ids(nodes.after)} after`,
        ),
        expect("no visitor noticed anything", downtime === undefined, "downtime"),
        allSee(OLD_VERSION),
      ];
    case "held":
      return [
        noneSawNew,
        expect(
          "at the end everybody sees the page",
          lastAnswers.length > 0 && lastAnswers.every(({ from }) => from.kind === "page"),
          JSON.stringify(lastAnswers.find(({ from }) => from.kind !== "page")?.from ?? "no answers"),
        ),
      ];
  }
}

export const expect = (claim: string, holds: boolean, found: string): Claim => ({
  claim,
  wrong: holds ? undefined : found,
});

const ids = (nodes: readonly RunningNode[]) =>
  nodes
    .map(({ task }) => task.slice(0, 6))
    .toSorted()
    .join(" ");

/** `3 × 1.4.2 (0a1b2c, 3d4e5f, 60718a)`. */
export function nodesInWords(nodes: readonly RunningNode[]): string {
  const groups = Map.groupBy(nodes, ({ version }) => version ?? "an unknown version");
  return (
    [...groups]
      .map(([version, group]) => `${group.length} × ${version} (${ids(group).replaceAll(" ", ", ")})`)
      .join(", ") || "none"
  );
}
