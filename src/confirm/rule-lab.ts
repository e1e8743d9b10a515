import { OPERATION_TAG, ROLE_TAG, TARGET_TAG } from "../aws/tags.ts";
import { covers, type Door, rulesBefore } from "../procedures/doors.ts";
import { usersRequest } from "../targets/users-request.ts";
import type { Lab } from "./measurement.ts";

const LOOK_MS = 200;
const HTTP_TIMEOUT_MS = 5_000;

export type Answer = { status: number; headers: Record<string, string>; body: string };

/** A door of the target with a path that nobody asks for: rules on it change nothing for anybody. */
export type RuleLab = {
  door: Door;
  path: string;
  addresses: string[];
  /** So many free numbers, in order, with which rules on the path are evaluated first of all that match it. */
  priorities: number[];
};

/** Undefined where no rule of ours would ever be evaluated there, with why. */
export async function ruleLab(lab: Lab, count: number): Promise<RuleLab | string> {
  const [door] = lab.survey.doors;
  if (!door) return "no listener leads to the target";
  const listener = lab.survey.listeners.find(({ arn }) => arn === door.listener.arn)!;
  const balancer = lab.survey.loadBalancers.find(({ arn }) => arn === listener.loadBalancerArn)!;
  const path = `/intermission-confirm/${lab.run}`;
  // Others may have come or gone since the target was looked at.
  const rules = await lab.aws.loadBalancers.rules(listener.arn);
  const taken = new Set(rules.map(({ priority }) => priority));
  const priorities: number[] = [];
  for (let number = 1; priorities.length < count && number <= 50_000; number += 1)
    if (!taken.has(number)) priorities.push(number);
  const ours = { arn: "", listenerArn: listener.arn, conditions: conditionsOf(path), actions: [] };
  const earlier = rulesBefore(rules, { priority: priorities.at(-1) ?? 0 }).find((rule) => covers(rule, ours));
  if (priorities.length < count) return `the listener has no ${count} numbers left for rules`;
  if (earlier) return `rule ${earlier.priority} takes every request before any number that is free`;
  return { door, path, addresses: await lab.resolveName(balancer.dnsName), priorities };
}

const conditionsOf = (path: string) => [{ Field: "path-pattern", PathPatternConfig: { Values: [path] } }];

/** A rule that answers the path with a text. Written down before it is made; answers its ARN and when AWS had answered. */
export async function answerWith(
  lab: Lab,
  { door, path }: RuleLab,
  { priority, body, status = 200 }: { priority: number; body: string; status?: number },
): Promise<{ arn: string; at: number }> {
  const listenerArn = door.listener.arn;
  const arn = await lab.make({ kind: "rules", listenerArn, tag: lab.run }, () =>
    lab.aws.loadBalancers.createRule({
      listenerArn,
      priority,
      conditions: conditionsOf(path),
      action: { type: "fixed-response", statusCode: `${status}`, contentType: "text/plain", body },
      tags: { [OPERATION_TAG]: lab.run, [ROLE_TAG]: body, [TARGET_TAG]: lab.target.name },
    }),
  );
  return { arn, at: lab.clock.now() };
}

/** What one address answers to the path on a fresh connection; undefined where it answers nothing. */
export async function askAt(
  { http, target }: Lab,
  { door, path }: RuleLab,
  address: string,
): Promise<Answer | undefined> {
  const { host } = usersRequest(target, "");
  const scheme = door.listener.protocol === "HTTPS" ? "https" : "http";
  return http({
    url: `${scheme}://${host}${path}`,
    connectTo: { address, port: door.listener.port },
    timeoutMs: HTTP_TIMEOUT_MS,
  }).catch(() => undefined);
}

/** By address: when it first answered as wanted, and what else it answered after that for a while, or before. */
export type Followed = { address: string; ms?: number; others: string[]; wentBack: boolean };

/** Asks every address again and again until each answers as wanted, and then for `settleMs` more. */
export async function follow(
  lab: Lab,
  at: RuleLab,
  options: { since: number; wanted: (answer: Answer | undefined) => boolean; withinMs: number; settleMs: number },
): Promise<Followed[]> {
  const { clock, signal } = lab;
  const followed = at.addresses.map((address): Followed => ({ address, others: [], wentBack: false }));
  let settledAt: number | undefined;
  for (const deadline = clock.now() + options.withinMs; ; ) {
    signal.throwIfAborted();
    await Promise.all(
      followed.map(async (one) => {
        const answer = await askAt(lab, at, one.address);
        const isWanted = options.wanted(answer);
        if (isWanted) one.ms ??= clock.now() - options.since;
        else {
          one.wentBack ||= one.ms !== undefined;
          const said = answer ? (answer.body.startsWith("confirm ") ? answer.body : "another answer") : "no answer";
          if (!one.others.includes(said)) one.others.push(said);
        }
      }),
    );
    if (followed.every(({ ms }) => ms !== undefined)) settledAt ??= clock.now();
    if (settledAt !== undefined && clock.now() - settledAt >= options.settleMs) return followed;
    if (settledAt === undefined && clock.now() >= deadline) return followed;
    await clock.sleep(LOOK_MS, signal);
  }
}
