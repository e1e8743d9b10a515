import type { FirstStartRequest } from "../../operations/operation.ts";
import { wordsFor } from "../../operations/request-words.ts";
import { wantedCounts } from "../first-counts.ts";
import { type Check, type CheckInput, fail, given, none, ok, warn } from "./check.ts";

const FIRST_START = ["first-start"] as const;
const requestOf = ({ request }: CheckInput) => request as FirstStartRequest;
const even = (input: CheckInput, what: FirstStartRequest["evenIf"][number]) => requestOf(input).evenIf.includes(what);

/** Whether this is a first start at all: one node on data that others use, or that is not empty, does harm. */
export const firstStartChecks: Check[] = [
  {
    name: "nothing-runs",
    of: FIRST_START,
    looked: ({ target }) => `counts of ${target.services.map(({ name }) => name).join(", ")}`,
    expected: "every service at 0 nodes",
    find: (input) =>
      given(input.discovery.services, (services) => {
        const running = services.filter(({ desiredCount, runningCount }) => desiredCount + runningCount > 0);
        if (running.length === 0) return ok("all at 0");
        const found = running.map(({ name, desiredCount }) => `${name}: ${desiredCount}`).join(", ");
        return even(input, "runs")
          ? warn(`${found}; they will be stopped`, "That is what `evenIf: [runs]` asks for")
          : fail(
              found,
              "An application that runs has had its first start: upgrade it instead. To stop it and start it from one node, ask with `evenIf: [runs]`",
            );
      }),
  },
  {
    name: "has-no-history",
    of: FIRST_START,
    looked: ({ target }) => `operations of ${target.name}`,
    expected: "none that succeeded: a first start comes first",
    find: (input) =>
      given(input.discovery.lastSuccess, (last) => {
        if (!last) return ok("none");
        const found = `${last.id}, ${wordsFor(last.request)}, succeeded at ${last.finishedAt}`;
        return even(input, "has-history")
          ? warn(found, "That is what `evenIf: [has-history]` asks for")
          : fail(found, "If the database was emptied since, ask with `evenIf: [has-history]`");
      }),
  },
  {
    name: "database-is-empty",
    of: FIRST_START,
    concerns: ({ database }) => database !== "none",
    looked: () => "what the request declares",
    expected: "`database: empty`: the first node installs into it, or migrates what it finds",
    find: (input) => {
      if (requestOf(input).database === "empty") return ok("declared empty; nothing here can look into it");
      return even(input, "not-empty")
        ? warn("not declared", "That is what `evenIf: [not-empty]` asks for: what is in it will be migrated")
        : fail("not declared", "Look into it, and ask with `database: empty` if it is");
    },
  },
  {
    name: "counts-are-known",
    of: FIRST_START,
    looked: () => "`counts` of the request, and scalable targets",
    expected: "services of the target, the leader's with at least one node",
    find: (input) =>
      given(input.discovery.services, (services) =>
        given(input.discovery.scalableTargets, (scalableTargets) => {
          const names = input.target.services.map(({ name }) => name);
          const request = requestOf(input);
          const unknown = Object.keys(request.counts ?? {}).filter((name) => !names.includes(name));
          const counts = wantedCounts({ services, scalableTargets }, request);
          const leaderless = counts[names[0]!] === 0 ? [`${names[0]}: 0`] : [];
          return none(
            [...unknown.map((name) => `${name} is no service of the target`), ...leaderless],
            String,
            names.map((name) => `${name}: ${counts[name]}`).join(", "),
            `Name services of the target in \`counts\` (${names.join(", ")}), the first with 1 or more`,
          );
        }),
      ),
  },
];
