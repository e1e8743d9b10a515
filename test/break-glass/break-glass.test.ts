import { describe, expect, test } from "vitest";
import { breakGlass } from "../../src/break-glass/break-glass.ts";
import { readSituation } from "../../src/break-glass/read-situation.ts";
import { at, judgedUpgrade, type Meddling } from "../simulation/judged-upgrade.ts";
import { inVirtualTime } from "../virtual-time.ts";

const quick = { migrationMs: 5_000, latencies: ["rds: { snapshotMs: 5000 }"] };

const situationOf = (meddling: Meddling) =>
  inVirtualTime(async () => {
    const { cloud, state } = await judgedUpgrade(meddling);
    return readSituation(cloud.store, { table: "intermission", operation: state.id });
  });

const noRulesGo = at("back/put-back/begin", (cloud) =>
  cloud.faults.add({
    service: "Elastic Load Balancing v2",
    operation: "DeleteRule",
    fault: "internal-error",
    count: 1_000,
  }),
);

describe("a held operation whose data no other version has touched", () => {
  test("is put back by hand as the journal says", { timeout: 60_000 }, async () => {
    const situation = await situationOf({
      cloud: { ...quick, cannotStart: true },
      meddle: noRulesGo,
    });
    await expect(breakGlass(situation)).toMatchFileSnapshot("golden/put-back.sh");
  });
});

const hostile = "it failed\nrm -rf /\r\nreboot\u2028halt 'now' $(touch owned) `touch owned`";

test("nothing that others wrote gets out of its comment or its quotes", async () => {
  const situation = await situationOf({ cloud: { ...quick, cannotStart: true }, meddle: noRulesGo });
  const { state } = situation;
  const script = breakGlass({
    ...situation,
    target: { ...situation.target, url: `https://crm.example.com/${hostile}` },
    state: {
      ...state,
      requestedBy: { ...state.requestedBy, name: hostile },
      problem: { code: "x", message: hostile },
    },
  });
  const commands = script.replace(/^#.*$/gm, "").replace(/'[^']*'/g, "");
  expect(commands).toContain("aws elbv2 delete-rule");
  expect(commands).not.toMatch(/rm -rf|reboot|halt|touch/);
});
