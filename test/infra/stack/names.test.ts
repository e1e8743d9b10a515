import { expect, it } from "vitest";
import { namesOf } from "../../../infra/names.ts";
import { functionNames } from "../../../infra/permissions/grant.ts";

const account = "111122223333";
const longest = namesOf({ name: "a".repeat(31), account, region: "ap-southeast-1" });

it("fits into what AWS allows, with the longest name that a deployment can have", () => {
  for (const name of functionNames) {
    expect(longest.role(name).length).toBeLessThanOrEqual(64);
    expect(longest.function(name).length).toBeLessThanOrEqual(64);
    expect(longest.policy(name, "restore-databases-10-0123abcd").length).toBeLessThanOrEqual(128);
  }
  expect(longest.of("ended-runs").length).toBeLessThanOrEqual(64);
  expect(longest.dashboard.length).toBeLessThanOrEqual(255);
});

it("names what is the whole account's after its region too, so that each region can have a deployment", () => {
  const [here, there] = ["eu-central-1", "us-east-1"].map((region) =>
    namesOf({ name: "intermission", account, region }),
  );
  for (const name of functionNames) {
    expect(here!.role(name)).not.toBe(there!.role(name));
    expect(here!.policy(name, "base")).not.toBe(there!.policy(name, "base"));
  }
  expect(here!.dashboard).not.toBe(there!.dashboard);
});
