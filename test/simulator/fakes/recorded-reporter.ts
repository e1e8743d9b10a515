import type { Reporter } from "../report/reporter.ts";

/** Remembers what is told, each thing by its kind. */
export function recordedReporter() {
  const told: { kind: keyof Reporter; [name: string]: unknown }[] = [];
  const reporter: Reporter = {
    say: (text, facts) => void told.push({ kind: "say", text, ...facts }),
    ran: (label, { status }) => void told.push({ kind: "ran", label, status }),
    progress() {},
    failed: ({ item, result }, replay) => void told.push({ kind: "failed", label: item.label, result, replay }),
    shrunk: ({ result, runs }, of) => void told.push({ kind: "shrunk", result, runs, ...of }),
    told: ({ scenario }) => void told.push({ kind: "told", scenario }),
    end: ({ tally, coverage, interrupted }) => void told.push({ kind: "end", tally, coverage, interrupted }),
  };
  const of = (kind: keyof Reporter) => told.filter((each) => each.kind === kind);
  return { reporter, of };
}
