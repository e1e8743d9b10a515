/** What a visitor got for one request: from a node of the application, the maintenance page, or something that nobody should see. */
export type Answer = {
  visitor: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
  answeredAt: number;
  from: { kind: "node"; version: string; node: string } | { kind: "page" } | { kind: "error"; what: string };
};

export type Counts = { byVersion: Record<string, number>; page: number; errors: number };

export function countAnswers(answers: readonly Answer[]): Counts {
  const counts: Counts = { byVersion: {}, page: 0, errors: 0 };
  for (const { from } of answers) {
    if (from.kind === "node") counts.byVersion[from.version] = (counts.byVersion[from.version] ?? 0) + 1;
    else if (from.kind === "page") counts.page += 1;
    else counts.errors += 1;
  }
  return counts;
}

/** From when a visitor sent the first request that the application did not serve to when the first one was served after the last such. */
export type Downtime = { visitor: string; from: number; to: number | undefined };

/** Of those visitors who noticed any. `to` is undefined where the application does not serve the visitor again. */
export function downtimesOf(answers: readonly Answer[]): Downtime[] {
  return [...Map.groupBy(answers, ({ visitor }) => visitor)].flatMap(([visitor, theirs]) => {
    const inOrder = theirs.toSorted((a, b) => a.sentAt - b.sentAt);
    const first = inOrder.find(isDown);
    if (!first) return [];
    const back = inOrder[inOrder.findLastIndex(isDown) + 1];
    return [{ visitor, from: first.sentAt, to: back?.answeredAt }];
  });
}

/** From the first visitor's first request that was not served to the last one's first that was again; undefined where nobody noticed any. */
export function overallDowntime(downtimes: readonly Downtime[]): Pick<Downtime, "from" | "to"> | undefined {
  if (downtimes.length === 0) return undefined;
  const ends = downtimes.map(({ to }) => to ?? Number.POSITIVE_INFINITY);
  const to = Math.max(...ends);
  return { from: Math.min(...downtimes.map(({ from }) => from)), to: Number.isFinite(to) ? to : undefined };
}

const isDown = ({ from }: Answer) => from.kind !== "node";
