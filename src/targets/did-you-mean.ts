/** The candidate that a person most likely meant: at most a third of its letters away, or undefined. */
export function didYouMean(written: string, candidates: readonly string[]): string | undefined {
  const isNear = (candidate: string) => Math.abs(candidate.length - written.length) <= mostAway(candidate, written);
  const ranked = candidates
    .filter(isNear)
    .map((candidate) => ({ candidate, away: distance(written.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, away }) => away <= mostAway(candidate, written))
    .sort((a, b) => a.away - b.away);
  return ranked[0]?.candidate;
}

const mostAway = (a: string, b: string): number => Math.max(1, Math.floor(Math.max(a.length, b.length) / 3));

/** Edits between two words, a swap of neighbours counting as one. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const above = rows[i - 1] ?? [];
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
