import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { breakGlass } from "../../src/break-glass/break-glass.ts";
import { readSituation } from "../../src/break-glass/read-situation.ts";
import { onAurora } from "../simulation/database-seeds.ts";
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

/** Whether a POSIX shell can read all of it. */
const syntaxErrors = (script: string) => spawnSync("sh", ["-n"], { input: script, encoding: "utf8" }).stderr;

const brokenMigration = { ...quick, breakage: "migration" as const };
const FENCE = "fence: sg-0fe0ce";

describe("a held operation whose data a new version may have changed", () => {
  test.each(["rename", "repoint"])(
    "is taken back to the snapshot by hand, by %s",
    { timeout: 60_000 },
    async (mode) => {
      const target = [`restore: { ${FENCE}, mode: ${mode} }`];
      const situation = await situationOf({ cloud: { ...brokenMigration, target } });
      expect(situation.state.status).toBe("held");
      const script = breakGlass(situation);
      await expect(script).toMatchFileSnapshot(`golden/go-back-${mode}.sh`);
      expect(syntaxErrors(script)).toBe("");
    },
  );

  test("is taken back with all members of a cluster", { timeout: 60_000 }, async () => {
    const target = [`restore: { ${FENCE} }`];
    const script = breakGlass(await situationOf({ cloud: { ...brokenMigration, seed: onAurora(), target } }));
    await expect(script).toMatchFileSnapshot("golden/go-back-cluster.sh");
    expect(syntaxErrors(script)).toBe("");
  });

  test("stops before the old version where nobody can tell how its data comes back", async () => {
    const script = breakGlass(await situationOf({ cloud: { ...brokenMigration, target: ["restore: {}"] } }));
    const [before = ""] = script.split("\nexit 1\n");
    expect(before).toContain("There is no `restore.fence` in the configuration");
    expect(before).not.toContain("--desired-count 3");
  });
});
