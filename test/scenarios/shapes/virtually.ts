import { test } from "vitest";
import { inVirtualTime } from "../../virtual-time.ts";

/** A test in virtual time. */
export const virtually = (name: string, run: () => Promise<unknown>) =>
  test(name, { timeout: 60_000 }, () => inVirtualTime(async () => void (await run())));
