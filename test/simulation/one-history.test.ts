import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { upgradeDigest } from "./upgrade-digest.ts";

test("one seed gives one history, whichever process runs it and whatever ran there before", {
  timeout: 60_000,
}, async () => {
  const script = fileURLToPath(import.meta.resolve("./upgrade-digest.ts"));
  const elsewhere = promisify(execFile)(process.execPath, [script, "7"]);
  const digests = [await upgradeDigest(7), await upgradeDigest(7), (await elsewhere).stdout.trim()];
  expect(digests).toEqual([digests[0], digests[0], digests[0]]);
});
