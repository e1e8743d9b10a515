import { PAGE_LIMIT, tooLong } from "../../targets/page.ts";
import type { Target } from "../../targets/schema.ts";
import type { Closures } from "../closing-rules.ts";
import type { Discovery } from "../discovery.ts";
import { type Door, doorsTo, forwardedGroups, guardOf, nameOfDoor } from "../doors.ts";
import type { SharedGroup } from "../shared-groups.ts";
import { closuresToCome, leaderDoors, type Site, siteOf } from "../site.ts";
import { type Check, type Finding, fail, given, ok, warn } from "./check.ts";

/** Through what the public gets in, and whether the page and the bypass fit in before it. */
export const doorChecks: Check[] = [
  {
    name: "every-door-is-named",
    looked: ({ target }) =>
      target.loadBalancer.listeners
        ? "the listeners that lead to the application, and those that the configuration names"
        : "the listeners that lead to the application",
    expected: "no way in but through the listeners in `loadBalancer.listeners`, where the configuration names them",
    find: ({ target, discovery }) => given(siteOf(target, discovery), (site) => namedDoors(site)),
  },
  {
    name: "page-fits-in",
    looked: () => "listener rules around those that lead to the application, and the page",
    expected: `room for a closing rule and its bypass directly before each such rule, and a page of at most ${PAGE_LIMIT} characters`,
    find: ({ target, discovery, operationId }) =>
      given(siteOf(target, discovery), (site) =>
        given(discovery.maximumRules, (maximum) => pageFits(closuresToCome(site, operationId), site, maximum)),
      ),
  },
  {
    name: "page-closes-ours-alone",
    looked: () => "where the rules that will be closed lead",
    expected: "target groups of the target's services and no others",
    find: ({ target, discovery }) => given(siteOf(target, discovery), closesOursAlone),
  },
  {
    name: "target-groups-are-ours",
    looked: () => "every target of the services' target groups, and the load balancers of every service in the cluster",
    expected: "nodes of the target's services and nothing else",
    find: ({ target, discovery }) =>
      given(discovery.sharedGroups, (shared) => groupsAreOurs(shared, { target, discovery })),
  },
  {
    name: "leader-can-be-asked",
    looked: () => "the doors that the probes' request comes to, and what stands before the application there",
    expected: "one at least where a bypass rule lets the probes past the page to the leader",
    find: ({ target, discovery }) => given(siteOf(target, discovery), leaderCanBeAsked),
  },
];

const every = (doors: Door[]) => doors.map(nameOfDoor).join("; ");
const doorsOf = ({ listeners, targetGroups }: Site) =>
  doorsTo(
    listeners,
    targetGroups.map(({ arn }) => arn),
  );

function namedDoors(site: Site): Finding {
  const doors = doorsOf(site);
  const { listeners: named } = site.target.loadBalancer;
  if (!named) return ok(every(doors));
  const open = doors.filter(({ listener }) => !named.includes(listener.arn));
  const idle = named.filter((arn) => !doors.some(({ listener }) => listener.arn === arn));
  const problems = [
    ...open.map((door) => `${nameOfDoor(door)} (${door.listener.arn}) leads to the application and is not named`),
    ...idle.map((arn) => `${arn} is named and does not lead to the application`),
  ];
  return problems.length
    ? fail(
        problems.join("; "),
        "Name exactly the listeners that forward to the target's groups: through any other people would get past the page. Or leave `loadBalancer.listeners` out, and they are found",
      )
    : ok(every(doors));
}

function pageFits({ closures, shifts, obstacles }: Closures, { target, listeners }: Site, maximum: number): Finding {
  const long = tooLong(target.page);
  const rules = closures.flatMap(({ bypasses, closing }) => [...bypasses, closing]);
  const full = [...Map.groupBy(listeners, ({ loadBalancerArn }) => loadBalancerArn)].flatMap(([arn, own]) => {
    const there = own.flatMap((listener) => listener.rules).filter(({ priority }) => priority !== undefined).length;
    const more = rules.filter(({ listenerArn }) => own.some((listener) => listener.arn === listenerArn)).length;
    return there + more > maximum ? [`${arn} has ${there} rules, and ${more} more are more than ${maximum}`] : [];
  });
  const problems = [
    ...obstacles.map(({ door, problem }) => `${nameOfDoor(door)}: ${problem}`),
    ...full,
    ...(long ? [`the page has ${long.found}`] : []),
  ];
  const fixes = [
    ...obstacles.map(({ fix }) => fix),
    ...(full.length ? ["Delete rules, or have the quota rules-per-application-load-balancer raised"] : []),
    ...(long ? [long.fix] : []),
  ];
  if (problems.length) return fail(problems.join("; "), [...new Set(fixes)].join(". "));
  const counts = `${closures.length} closing and ${rules.length - closures.length} bypass rules`;
  const moved = shifts.flatMap((shift) => shift.moved);
  return ok(moved.length ? `${counts}, once ${moved.length} rules have moved` : counts);
}

function closesOursAlone(site: Site): Finding {
  const ours = site.targetGroups.map(({ arn }) => arn);
  const shared = doorsOf(site).flatMap((door) => {
    const others = forwardedGroups(door.rule).filter((arn) => !ours.includes(arn));
    return others.length ? [`${nameOfDoor(door)} also leads to ${others.join(", ")}`] : [];
  });
  return shared.length
    ? warn(
        shared.join("; "),
        "Whoever comes through such a rule reads the page, whichever group they would have got to: it is the application's door. If the nodes of the other group use the same database, name their service in `services`, or they go on writing during the window",
      )
    : ok("none but the target's own");
}

function leaderCanBeAsked(site: Site): Finding {
  const doors = leaderDoors(site);
  if (doors.length) {
    const past = doors.flatMap(({ rule }) => guardOf(rule) ?? []);
    return ok(`${every(doors)}${past.length ? `, past ${[...new Set(past)].join(", ")}` : ""}`);
  }
  const guards = [...new Set(doorsOf(site).flatMap(({ rule }) => guardOf(rule) ?? []))];
  return guards.length
    ? fail(
        `every door there asks for a login first: ${guards.join(", ")}`,
        "Set `loadBalancer.bypassAuthentication: true`: requests with a secret header, which nobody but the runbook knows and which ends with the window, then reach the application without the login. Or give the target group a listener without a login that the runbook can reach and the public cannot",
      )
    : fail(
        "no rule that the probes' request meets can have a bypass",
        "Give that rule fewer values to compare with: a rule may have five, and the bypass header is one. Or let the probes' path at the host of `url` lead to the leader's target group by another rule",
      );
}

/** A stranger behind the leader's group answers the probes in its place; behind another one it is only closed with the rest. */
function groupsAreOurs(
  shared: SharedGroup[],
  { target, discovery: { services } }: { target: Target; discovery: Discovery },
): Finding {
  if (shared.length === 0) return ok("nothing else");
  const leader = services.ok ? services.value.find(({ name }) => name === target.services[0]?.name) : undefined;
  const found = shared
    .map(({ name, services: others, targets }) => {
      const by = [
        ...others.map((service) => `the service ${service}`),
        ...targets.map((target) => `${target}, which is no task of the target`),
      ];
      return `${name} is also used by ${by.join(", ")}`;
    })
    .join("; ");
  const advice =
    "If it is the same application, name its service in `services`: it would write during the window. If it is another, give it a target group of its own";
  const asksStrangers = shared.some(({ arn }) =>
    leader?.loadBalancers.some(({ targetGroupArn }) => targetGroupArn === arn),
  );
  return asksStrangers
    ? fail(found, `${advice}. Behind the leader's target group it would answer the probes in the leader's place`)
    : warn(found, `${advice}. As it is, its visitors read the page too, and its deregistration delay stays`);
}
