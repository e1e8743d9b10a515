import { valuesOf } from "../procedures/doors.ts";
import { type Entry, UNDECIDED } from "./entry.ts";
import { type Found, isFound } from "./found.ts";

/** How users reach the application. */
export function draftUrl(found: Found): Entry {
  const { url: choice } = found;
  const meaning = "How users reach the application: what probes ask for, and the host that the page is proven at.";
  if (!isFound(choice))
    return {
      key: "url",
      value: UNDECIDED,
      above: [
        `DECIDE. ${meaning} Not found: ${choice.because}.`,
        ...choice.choices.map((each) => `- ${each}`),
        ...insideOf(found),
      ],
    };
  const own = choice.because.includes("own name");
  return {
    key: "url",
    value: choice.value,
    above: [
      `Found: ${choice.because}. ${meaning}`,
      ...pathsOf(found),
      ...insideOf(found),
      ...(own ? ["RISKY where users come by another name (Route 53, CloudFront, another proxy): say that one."] : []),
    ],
  };
}

/** A file that exists already has its `deployment`, which is not touched. */
const insideOf = ({ survey: { loadBalancers } }: Found): string[] =>
  loadBalancers
    .filter(({ scheme }) => scheme === "internal")
    .map(
      ({ name, vpcId }) =>
        `Load balancer ${name} is internal: \`deployment.network\` must let the functions reach it in ${vpcId}.`,
    );

/** Where no door takes every path, the application may live below one. */
function pathsOf({ survey: { doors }, url: choice }: Found): string[] {
  const paths = doors.map(({ rule }) =>
    rule.conditions.filter(({ Field }) => Field === "path-pattern").flatMap(valuesOf),
  );
  if (
    !paths.length ||
    paths.some((some) => !some.length) ||
    (isFound(choice) && new URL(choice.value).pathname !== "/")
  )
    return [];
  return [
    `RISKY: the rules there take no other paths than ${[...new Set(paths.flat())].join(", ")}. Where the application lives below one of them, the url ends in it: the probes' paths begin there.`,
  ];
}
