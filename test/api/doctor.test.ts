import { describe, expect, it } from "vitest";
import type { Planner } from "../../src/operations/plan.ts";
import { sampleForecast } from "../operations/sample-forecast.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { createWorld, iam, problemOf } from "./world.ts";

const passed = { name: "a", outcome: "passed" as const, looked: "there", expected: "this", found: "this" };
const failed = { ...passed, name: "b", outcome: "failed" as const, found: "that", fix: "mend it" };
const ann = iam("arn:aws:iam::111122223333:user/people/ann");

/** A world whose targets are examined as told, by name. */
async function worldWhere(examine: Planner["examine"]) {
  const { deps } = await createWorld();
  return createWorld({ planner: { ...deps.planner, examine } });
}
const healthy: Planner["examine"] = async () => ({ ok: true, checks: [passed], forecast: sampleForecast });
const asText = { headers: { accept: "text/plain" } };

describe("the doctor", () => {
  it("says at once what is wrong with which target, and whether anything is", async () => {
    const world = await worldWhere(async (target, options) =>
      target.name === "wiki"
        ? { ok: false, checks: [passed, failed], forecast: sampleForecast }
        : healthy(target, options),
    );
    const answer = await world.request("/v1/doctor");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      ok: false,
      targets: [
        { target: "crm", ok: true },
        { target: "wiki", ok: false, checks: [passed, failed] },
      ],
    });
    await expect(await (await world.request("/v1/doctor", asText)).text()).toMatchFileSnapshot("golden/doctor.txt");
  });

  it("examines the targets that are named, however many, and no other", async () => {
    const world = await worldWhere(healthy);
    const names = async (query: string) =>
      ((await (await world.request(`/v1/doctor?${query}`)).json()) as { targets: { target: string }[] }).targets.map(
        ({ target }) => target,
      );
    expect(await names("target=wiki")).toEqual(["wiki"]);
    expect(await names("target=wiki&target=crm&target=wiki")).toEqual(["wiki", "crm"]);
    expect(await problemOf(await world.request("/v1/doctor?target=crm&target=nothing"))).toMatchObject({
      code: "unknown-target",
    });
  });

  it("examines what the caller may see, and an image only where the caller may plan", async () => {
    const images: (string | undefined)[] = [];
    const world = await worldWhere(async (target, { image }) => {
      images.push(`${target.name} ${image}`);
      return healthy(target, { image });
    });
    expect(await (await world.request("/v1/doctor", {}, ann)).json()).toMatchObject({ targets: [{ target: "crm" }] });
    const image = "registry.example.com/crm:2.0.0";
    expect(await (await world.request(`/v1/doctor?image=${image}`, {}, ann)).json()).toEqual({ ok: true, targets: [] });
    expect(await problemOf(await world.request(`/v1/doctor?image=${image}&target=crm`, {}, ann))).toMatchObject({
      code: "not-allowed",
    });
    expect(images).toEqual(["crm undefined"]);
    await world.request(`/v1/doctor?image=${image}&target=crm`);
    expect(images.at(-1)).toBe(`crm ${image}`);
    expect(await problemOf(await world.request("/v1/doctor?image=crm"))).toMatchObject({ code: "invalid-parameter" });
  });

  it("does not let one target that cannot be examined hide the others", async () => {
    const world = await worldWhere(async (target, options) => {
      if (target.name === "wiki")
        throw Object.assign(new Error("secret ARN"), { name: "ThrottlingException", $fault: "client" });
      return healthy(target, options);
    });
    const answer = await world.request("/v1/doctor");
    expect(await answer.json()).toMatchObject({
      ok: false,
      targets: [
        { target: "crm", ok: true },
        { target: "wiki", ok: false, checks: [], problem: "AWS answered with ThrottlingException" },
      ],
    });
    expect(world.log.at(-1)).toMatchObject({ target: "wiki", error: expect.stringContaining("secret ARN") });
  });

  it("answers about the others when AWS never answers about one", () =>
    inVirtualTime(async () => {
      const world = await worldWhere((target, options) =>
        target.name === "crm" ? new Promise(() => {}) : healthy(target, options),
      );
      const began = Date.now();
      const text = await (await world.request("/v1/doctor", asText)).text();
      expect(Date.now() - began).toBeLessThan(30_000);
      expect(text).toContain("crm: AWS did not answer in time");
      expect(text).toContain("1 of 2 targets could not be upgraded now.");
    }));
});
