import { listenersOf } from "../cloud-state.ts";
import { excusedBy, foreignRuleChanges, isClosedAt } from "../interference.ts";
import { reachesNode } from "../requests.ts";
import type { Story } from "../story.ts";
import type { Fault } from "./ending.ts";
import { fullCountFaults } from "./full-count.ts";

/** The page is up at every address, but where users are served meanwhile, and the person who is called reads what is wrong and what to do. */
export function heldFaults(story: Story): Fault[] {
  const { moments, scenario, requests } = story;
  const { at = "", problem } = moments.ending;
  const faults = unsaid(problem);
  if (scenario.traffic === "open" && !isClosedAt(moments, at)) return faults;
  // Before the site was closed nothing may be stopped: what was found serves on, and whoever takes it over finds it so.
  if (moments.windows.length === 0) return [...faults, ...fullCountFaults(story, scenario.digests.old)];
  const after = requests.public.filter(({ startedAt }) => startedAt > at);
  for (const { arn } of scenario.listeners)
    if (!after.some(({ listenerArn }) => listenerArn === arn))
      faults.push({ message: `expected public requests at ${arn} after it was held, found none to judge by` });
  const isExcused = excusedBy(story, foreignRuleChanges(story));
  const passed = after.filter((request) => reachesNode(request, scenario) && !isExcused(request));
  if (passed[0])
    faults.push({
      message: `expected the page for every public request of a held operation, found ${passed.length} of ${after.length} at a node`,
      at: passed[0].startedAt,
      events: passed.map(({ seq }) => seq),
    });
  return [...faults, ...missingPages(story)];
}

/**
 * What the log alone tells of each hold that was taken over from: what came after it hides how the cloud stood. Nobody looks after the page of a held operation: what
 * somebody else makes of the rules is theirs.
 */
export function earlierHoldFaults(story: Story): Fault[] {
  const { moments, scenario, requests } = story;
  const changes = foreignRuleChanges(story);
  return moments.holds.flatMap(({ at, until, problem }) => {
    const faults = unsaid(problem).map((fault) => ({ ...fault, at }));
    const wasClosed = moments.windows.some(({ closedAt }) => closedAt <= at);
    if (!wasClosed || (scenario.traffic === "open" && !isClosedAt(moments, at))) return faults;
    const meanwhile = requests.public.filter(({ startedAt }) => at < startedAt && startedAt < until);
    const passed = meanwhile.filter(
      (request) => reachesNode(request, scenario) && !changes.some((change) => change.at <= request.startedAt),
    );
    if (!passed[0]) return faults;
    const message = `expected the page for every public request while the operation was held from ${at} to ${until}, found ${passed.length} of ${meanwhile.length} at a node`;
    return [...faults, { message, at: passed[0].startedAt, events: passed.map(({ seq }) => seq) }];
  });
}

/** What is missing of what the person who is called reads. */
const unsaid = (problem: Story["moments"]["ending"]["problem"]): Fault[] =>
  problem?.message && problem.hint
    ? []
    : [{ message: "expected a held operation to say what is wrong and what to do, found no such problem" }];

function missingPages({ before, after, scenario }: Story): Fault[] {
  const known = new Set(listenersOf(before).flatMap(({ rules }) => rules.map(({ RuleArn }) => RuleArn)));
  return listenersOf(after)
    .filter(({ arn }) => scenario.listeners.some((listener) => listener.arn === arn))
    .flatMap(({ inForce }) => Object.entries(inForce))
    .filter(
      ([, rules]) =>
        !rules.some(
          ({ RuleArn, Actions }) =>
            !known.has(RuleArn) && Actions.some(({ FixedResponseConfig }) => FixedResponseConfig?.StatusCode === "503"),
        ),
    )
    .map(([address]) => ({ message: `expected a closing rule in force at ${address}, found none` }));
}
