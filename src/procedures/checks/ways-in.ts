import type { InFront } from "../in-front.ts";
import { type Check, fail, given, none, ok, warn } from "./check.ts";
import { remedies } from "./remedies.ts";

/** Whether the runbook sees what users see, from where it runs. */
export const wayInChecks: Check[] = [
  {
    name: "probes-reach-the-site",
    of: ["upgrade", "maintenance", "rollback"],
    onlyWarns: ["rollback"],
    looked: ({ target }) => `${target.url} and every other way in, at every address of the load balancer`,
    expected: "the application answers as ready at each, and something at each way in: the page must be proven there",
    find: ({ target, reachability, discovery }) => {
      if (!reachability.ok)
        return fail(reachability.error, "The runbook must reach the load balancer, and resolve its name");
      const { answers } = reachability.value;
      return given(discovery.loadBalancers, (balancers) =>
        none(
          [...Map.groupBy(answers, ({ wrong }) => wrong)].filter(([wrong]) => wrong !== undefined),
          ([wrong, at]) => `${at.map(({ of }) => of).join(" and ")}: ${wrong}`,
          `${answers.length} answers`,
          remedies(answers, { target, balancers }),
        ),
      );
    },
  },
  {
    name: "url-leads-straight-here",
    looked: ({ target }) => `where ${new URL(target.url).hostname} leads, and who answers there`,
    expected: "the load balancer itself: then users see what the probes see",
    find: ({ target, reachability }) =>
      reachability.ok ? judged(reachability.value.inFront, target.url) : ok("not known"),
  },
];

function judged(inFront: InFront, url: string) {
  switch (inFront.kind) {
    case "nothing":
      return ok("the load balancer's own addresses");
    case "unknown":
      return warn(
        inFront.why,
        `The page is proven at the load balancer itself; what users see at ${url} cannot be watched. Where the name is in a private hosted zone, associate the zone with the VPC in which the runbook's functions run`,
      );
    case "something": {
      const { what, sign, addresses, wrong, cached } = inFront;
      const seen = wrong ?? (cached ? `the application, from a cache (${cached})` : "the application");
      return warn(
        `${what}${sign ? ` (${sign})` : ""} at ${addresses.join(", ")} shows ${seen}`,
        wrong ? NOT_JUDGED : `${PROVEN_BEHIND} ${CACHES[what] ?? CACHES_OF_OTHERS}`,
      );
    }
  }
}

const PROVEN_BEHIND =
  "The page is proven at the load balancer itself. Meanwhile users may read from a cache in front of it. Afterwards the operation waits up to timeouts.open until `url` shows the application, and says so where it does not.";
const NOT_JUDGED =
  "The page is proven at the load balancer itself. What is in front does not show the application to the runbook, so that it is not waited for afterwards either: look at `url` yourself";
const CACHES: Record<string, string> = {
  CloudFront:
    "CloudFront keeps a 503 for its error caching minimum TTL: 10 s, unless the distribution's error pages say otherwise",
};
const CACHES_OF_OTHERS = "Make sure that it caches no 503";
