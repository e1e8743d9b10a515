import { type Lag, type WaitName, waits } from "../analysis/detection-lag.ts";
import { quantile } from "./mean.ts";

/** How late what came true was acted on, in seconds, besides the time that a proof takes by itself. */
export type MeasuredLag = { wait: WaitName | "all"; times: number; p50: number; p99: number; proofSeconds: number };

export function measureLags(lags: readonly Lag[]): MeasuredLag[] {
  const of = (wait: MeasuredLag["wait"], all: readonly Lag[]): MeasuredLag => {
    const seconds = all.map(({ actedSeconds, proofSeconds }) => actedSeconds - proofSeconds);
    return {
      wait,
      times: all.length,
      p50: quantile(seconds, 0.5),
      p99: quantile(seconds, 0.99),
      proofSeconds: wait === "all" ? 0 : (all[0]?.proofSeconds ?? 0),
    };
  };
  return [
    ...waits.map((wait) =>
      of(
        wait,
        lags.filter((lag) => lag.wait === wait),
      ),
    ),
    of("all", lags),
  ];
}
