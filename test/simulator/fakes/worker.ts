import { serve } from "../../processes/serve.ts";
import type { Result } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import { resultOf } from "./scenarios.ts";

/** Does as the history's seed says: dies, never answers, throws, or says in which process it was and what that was given. */
serve(async (scenario: Scenario): Promise<Result> => {
  switch (scenario.seed) {
    case 1:
      process.stderr.write("out of memory\n");
      return process.kill(process.pid, "SIGKILL") as never;
    case 2:
      return new Promise(() => {});
    case 3:
      throw new Error("a bug of the simulator");
    default:
      return resultOf(scenario, { status: `${process.pid}`, timeline: `${process.env.INTERMISSION_PLANT}` });
  }
});
