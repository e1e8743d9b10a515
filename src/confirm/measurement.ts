import type { Aws } from "../aws/aws.ts";
import type { Clock } from "../clock.ts";
import type { Survey } from "../init/survey.ts";
import type { Http, ResolveName } from "../targets/http.ts";
import type { Target } from "../targets/schema.ts";
import type { ChangeJournal } from "./change-journal.ts";

/** What a measurement has at hand. Everything that it changes goes through `make`; every wait ends when `signal` aborts. */
export type Lab = {
  aws: Aws;
  http: Http;
  resolveName: ResolveName;
  clock: Clock;
  signal: AbortSignal;
  target: Target;
  survey: Survey;
  make: ChangeJournal["make"];
  /** Names that only this run has: `op-20260115-020000-3f9a2c`. */
  run: string;
  rounds: number;
  say: (line: string) => void;
};

/** A series of times, or what was seen. */
export type Measured = { what: string; unit: "ms"; values: number[] } | { what: string; seen: string };
export type Verdict =
  | { verdict: "as-assumed" }
  /** `change`: what is to be changed because of it, or that nothing is. */
  | { verdict: "differs"; change: string }
  | { verdict: "not-measured"; why: string };
export type Outcome = Verdict & { measured: Measured[] };

/** One thing that only a real account tells. */
export type Measurement = {
  name: string;
  asks: string;
  /** What the design assumes, and so what `as-assumed` means. */
  assumes: string;
  does: string;
  disturbs: string;
  /** It takes the application down, so it is only done when it is named. */
  onlyWhenNamed?: true;
  /** It is begun with every node running and healthy. */
  needsNodes?: true;
  run: (lab: Lab) => Promise<Outcome>;
};

export const asAssumed = (measured: Measured[]): Outcome => ({ verdict: "as-assumed", measured });
export const differs = (change: string, measured: Measured[]): Outcome => ({ verdict: "differs", change, measured });
export const notMeasured = (why: string, measured: Measured[] = []): Outcome => ({
  verdict: "not-measured",
  why,
  measured,
});

/** Looks every so often until it answers something; undefined when the time is up. Rejects when the signal aborts. */
export async function lookUntil<Value>(
  { clock, signal }: Pick<Lab, "clock" | "signal">,
  { everyMs, withinMs }: { everyMs: number; withinMs: number },
  look: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  for (const deadline = clock.now() + withinMs; ; ) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (clock.now() >= deadline) return undefined;
    await clock.sleep(everyMs, signal);
  }
}
