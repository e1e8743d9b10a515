import type { Disturbance, Scenario } from "../scenario.ts";
import { isScenario } from "../scenario-schema.ts";

/**
 * Histories that are one step simpler, the boldest steps first: fewer disturbances, then what surrounds them as it usually is, then smaller
 * numbers. A step may lead to what no generator would draw; it only has to be a history.
 */
export function* smallerThan(scenario: Scenario): Generator<Scenario> {
  for (const smaller of stepsFrom(scenario)) if (isScenario(smaller)) yield smaller;
}

function* stepsFrom(scenario: Scenario): Generator<Scenario> {
  yield* fewer(scenario.disturbances).map((disturbances) => ({ ...scenario, disturbances }));
  yield* usualSurroundings(scenario);
  for (const [index, disturbance] of scenario.disturbances.entries())
    for (const simpler of simplerDisturbances(disturbance))
      yield { ...scenario, disturbances: scenario.disturbances.with(index, simpler) };
  yield* smallerNumbers(scenario.application).map((application) => ({ ...scenario, application }));
  yield* smallerNumbers(scenario.choices).map((choices) => ({ ...scenario, choices }));
  if (scenario.seed !== 1) yield { ...scenario, seed: 1 };
}

/** Without all, without each half, without each quarter, and so on down to without each one. */
export function fewer<Member>(members: Member[]): Member[][] {
  const left: Member[][] = [];
  for (let size = members.length; size >= 1; size = Math.floor(size / 2))
    for (let from = 0; from < members.length; from += size) left.push(members.toSpliced(from, size));
  return left;
}

function* usualSurroundings(scenario: Scenario): Generator<Scenario> {
  if (scenario.shape !== "plain") yield { ...scenario, shape: "plain" };
  for (const member of ["switches", "latencies"] as const) {
    const names = Object.keys(scenario[member]);
    for (const kept of fewer(names))
      yield {
        ...scenario,
        [member]: Object.fromEntries(Object.entries(scenario[member]).filter(([name]) => kept.includes(name))),
      };
  }
  if (scenario.callMs > 0) yield { ...scenario, callMs: 0 };
  for (const choices of fewer(scenario.choices)) yield { ...scenario, choices };
  for (const name of ["breakage", "followerBreakage", "cannotStart"] as const) {
    const { [name]: found, ...application } = scenario.application;
    if (found !== undefined) yield { ...scenario, application };
  }
  for (const procedure of usualProcedures(scenario.procedure)) yield { ...scenario, procedure };
  for (const latencies of smallerNumbers(scenario.latencies)) yield { ...scenario, latencies };
}

function usualProcedures(found: Scenario["procedure"]): Scenario["procedure"][] {
  switch (found.procedure) {
    case "upgrade":
      return [
        ...(found.approval === "none" ? [] : [{ ...found, approval: "none" as const }]),
        ...(found.snapshot === "required" ? [] : [{ ...found, snapshot: "required" as const }]),
        ...(found.onFailure === "rollback" ? [] : [{ ...found, onFailure: "rollback" as const }]),
      ];
    case "first-start":
      return found.pause ? [{ ...found, pause: false }] : [];
    case "maintenance":
      return [
        ...(found.traffic === "closed" ? [] : [{ ...found, traffic: "closed" as const }]),
        ...(found.otherwise === "rollback" ? [] : [{ ...found, otherwise: "rollback" as const }]),
      ];
    case "rollback":
      return [];
  }
}

function simplerDisturbances(disturbance: Disturbance): Disturbance[] {
  const without = "lingersMs" in disturbance ? [{ ...disturbance, lingersMs: undefined }] : [];
  return [...without, ...smallerNumbers(disturbance)].map((each) => JSON.parse(JSON.stringify(each)) as Disturbance);
}

/** The same, with one of its numbers as small as it may be, or half of it, or one less where it counts something. */
function smallerNumbers<Value>(value: Value): Value[] {
  return numbersIn(value).flatMap(({ path, number }) =>
    [...new Set([leastOf(path.at(-1)), Math.floor(number / 2), ...(leastOf(path.at(-1)) > 0 ? [number - 1] : [])])]
      .filter((smaller) => smaller >= leastOf(path.at(-1)) && smaller < number)
      .map((smaller) => replaced(value, path, smaller) as Value),
  );
}

type Path = (string | number)[];

function numbersIn(value: unknown, path: Path = []): { path: Path; number: number }[] {
  if (typeof value === "number") return [{ path, number: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    numbersIn(member, [...path, Array.isArray(value) ? Number(name) : name]),
  );
}

function replaced(value: unknown, [first, ...rest]: Path, by: number): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(first), replaced(value[Number(first)], rest, by));
  return { ...(value as object), [first]: replaced((value as Record<string, unknown>)[first], rest, by) };
}

/** The first call is number one; how often, how long and which start at none. */
const leastOf = (name: string | number | undefined): number => (name === "nth" || name === "count" ? 1 : 0);
