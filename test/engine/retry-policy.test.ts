import { expect, test } from "vitest";
import { CallTooOld } from "../../src/aws/call-limits.ts";
import { attemptStep, stepRetryDelaySeconds } from "../../src/engine/retry-policy.ts";

/** The client tries a throttled call again for about so long by itself. */
const CLIENT_SECONDS = 9;

async function secondsUntilGivenUp(error: Error): Promise<number> {
  for (let attempt = 1, seconds = 0; ; attempt += 1) {
    seconds += CLIENT_SECONDS;
    try {
      await attemptStep(() => Promise.reject(error), attempt);
      return seconds;
    } catch {
      seconds += stepRetryDelaySeconds(attempt);
    }
  }
}

test("a step that is throttled is given up after half an hour, and not twice that: the site may be closed meanwhile", async () => {
  const throttle = Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  for (const error of [throttle, new CallTooOld("late")]) {
    const minutes = (await secondsUntilGivenUp(error)) / 60;
    expect(minutes).toBeGreaterThan(25);
    expect(minutes).toBeLessThan(31);
  }
});
