import { isClosedAt } from "../interference.ts";
import type { Story, Write } from "../story.ts";
import type { Finding, Violation } from "../verdict.ts";

/**
 * 8: what the application acknowledged is there at the end of (a) and (b), with the value it had; but for writes of an interval that the
 * operation says to have thrown away, and that somebody had named before. Where somebody takes the data as it is they must be there, whatever a version made of their values.
 */
export function writesKept(story: Story): Finding {
  const { writes, moments, scenario } = story;
  const { kind, at } = moments.ending;
  if (!writes) return { violations: [], looked: { acknowledged: 0, found: 0, discarded: 0 } };
  const confirmed = [...moments.confirmed, ...(scenario.discards === undefined ? [] : [scenario.discards])];
  const isDiscarded = ({ at: askedAt }: Write): boolean =>
    askedAt !== undefined &&
    moments.discarded.some(({ from, to }) => isSameTime(confirmed, from) && from <= askedAt && askedAt <= to);
  const kept = writes.acknowledged.filter((write) => !isDiscarded(write));
  const looked = {
    acknowledged: writes.acknowledged.length,
    found: writes.found.length,
    discarded: writes.acknowledged.length - kept.length,
  };
  if (kind === "held" || kind === "none") return { violations: [], looked };
  const violations: Violation[] = [];
  const add = (message: string, time = at ?? "") => violations.push({ invariant: 8, at: time, message, events: [] });
  for (const { from, to } of moments.discarded)
    if (!isSameTime(confirmed, from))
      add(
        `expected somebody to have named the interval from ${from} before its writes were thrown away, found nobody`,
        to,
      );
  const neverServed = scenario.procedure === "first-start" && (kind === "rolled-back" || kind === "refused");
  if (writes.acknowledged.length === 0 && !neverServed) add("expected acknowledged writes to judge by, found none");
  const values = new Map(writes.found.map(({ key, value }) => [key, value]));
  const lost = kept.filter(({ key }) => !values.has(key));
  const mayChange = moments.asItIsAt !== undefined || wasChangedByOthers(story);
  const changed = kept.filter(({ key, value }) => values.has(key) && values.get(key) !== value);
  const count = kept.length;
  if (lost[0]) add(`expected all ${count} acknowledged writes, found ${lost.length} lost; the first is ${lost[0].key}`);
  if (changed[0] && !mayChange) {
    const { key, value } = changed[0];
    add(
      `expected all ${count} acknowledged writes as they were, found ${changed.length} changed; ${key} was ${value} and is ${values.get(key)}`,
    );
  }
  return { violations, looked };
}

/** Somebody else started another version than the one that it ended with while the site was open: what that makes of the data is theirs. */
const wasChangedByOthers = ({ containers, moments, scenario: { digests } }: Story): boolean => {
  const own = moments.ending.kind === "succeeded" ? [digests.new] : digests.old;
  return containers.some(
    ({ foreign, application, imageDigest, started }) =>
      foreign && application && !own.includes(imageDigest) && !isClosedAt(moments, started.at),
  );
};

const isSameTime = (times: string[], time: string): boolean =>
  times.some((each) => Date.parse(each) === Date.parse(time));
