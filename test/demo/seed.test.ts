import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { breakages, NEW_IMAGE, undisturbed } from "../../src/demo/breakages.ts";
import { showOf } from "../../src/demo/command-line.ts";
import { readSeed } from "../../src/demo/seed.ts";
import { commandOf } from "./command-of.ts";

const file = fileURLToPath(new URL("../../examples/noticeboard/sandbox.yml", import.meta.url));

describe("the demonstration's sandbox", () => {
  it("is the noticeboard's sandbox.yml where nothing is to break", async () => {
    const seed = await readSeed(file, undisturbed);
    expect(seed.services.noticeboard).toMatchObject({ desiredCount: 3 });
    expect(seed.loadBalancers.noticeboard?.targetGroups.noticeboard?.deregistrationDelaySeconds).toBe(300);
    expect(seed.images[NEW_IMAGE]?.environment.NOTICEBOARD_BREAK).toBeUndefined();
  });

  it.each(Object.entries(breakages))("can be read with what breaks `%s`", async (_, course) => {
    await expect(readSeed(file, course)).resolves.toBeDefined();
  });

  it.each(["first-start", "maintenance", "rollback"])("can be read with what %s changes", async (procedure) => {
    await expect(readSeed(file, showOf(commandOf(procedure)))).resolves.toBeDefined();
  });

  it("has nothing that runs before a first start", async () => {
    const { services, scalableTargets } = await readSeed(file, showOf(commandOf("first-start")));
    expect(services.noticeboard).toMatchObject({ desiredCount: 0 });
    // One whose minimum is above that would be scaled out at once.
    expect(scalableTargets).toMatchObject([{ min: 0 }]);
  });

  it("has what a breakage changes", async () => {
    const broken = await readSeed(file, breakages.migration!);
    expect(broken.images[NEW_IMAGE]?.environment).toMatchObject({ NOTICEBOARD_BREAK: "migration", PORT: "{port}" });
    const slow = await readSeed(file, breakages.snapshot!);
    expect(slow.latencies.rds.snapshotMs).toBe(25_000);
    expect(slow.targets?.text).toMatch(/snapshot: 5s/);
  });

  it("refuses a change of something that is not there", async () => {
    await expect(readSeed(file, { changes: [{ path: ["images", "no-such", "command"], value: [] }] })).rejects.toThrow(
      "expected images › no-such › command",
    );
  });
});
