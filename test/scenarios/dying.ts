/** Kills the runbook once before, once after and once behind each step whose path begins as one of these. */
export function dying(paths: string[]): (point: string) => void {
  const left = new Set(paths.flatMap((path) => ["before", "after", "remembered"].map((moment) => `${moment} ${path}`)));
  return (point) => {
    const hit = [...left].find((each) => point.startsWith(each));
    if (!hit) return;
    left.delete(hit);
    throw new Error("the worker was killed");
  };
}
