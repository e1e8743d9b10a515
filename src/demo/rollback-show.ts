import { setTimeout as sleep } from "node:timers/promises";
import { NEW_IMAGE, OLD_IMAGE } from "./breakages.ts";
import { expect, generalClaims, NEW_VERSION, OLD_VERSION, runsNodes, servesEverybody } from "./claims.ts";
import { gather, judgement, storedNotices } from "./evidence.ts";
import { compareNotices, lossesInWords } from "./notices.ts";
import { operate } from "./operate.ts";
import { isReachable, liftFence, urlOf } from "./put-aside.ts";
import { CALM_MS, type Scene, type Show } from "./show.ts";

const NODES = 3;
/** Visitors write to the new version before anybody finds out that it is no good. */
const WRITTEN_TO_MS = 3_000;

/** An upgrade that succeeded is taken back after all, and what visitors wrote since is thrown away knowingly. */
export const rollbackShow: Show = {
  heading: `three nodes of the noticeboard ${OLD_VERSION} behind a load balancer`,
  aside:
    "A restore and two renames take seconds here, and on AWS many minutes: a renamed database's name resolves after about ten.",
  // Two windows one after the other: each a little shorter than when it is shown alone.
  changes: [
    { path: ["images", NEW_IMAGE, "environment", "NOTICEBOARD_MIGRATION_MS"], value: "1500" },
    { path: ["latencies", "rds", "snapshotMs"], value: 1_000 },
    { path: ["intermission", "targets", "noticeboard", "drain", "seconds"], value: 1 },
  ],
  async play(scene) {
    const { stage, signal, terminal } = scene;
    const { sandbox, target } = stage;
    const { images } = sandbox.services;
    const [old, renewed] = [OLD_IMAGE, NEW_IMAGE].map((image) => images.resolve(image)!.digest);
    const visitors = scene.visit();
    await sleep(CALM_MS, undefined, { signal });
    const upgrade = await operate(scene, {
      title: `It is upgraded to ${NEW_VERSION}, in short`,
      request: { procedure: "upgrade", image: NEW_IMAGE },
      visitors,
      brief: true,
    });
    const upgraded = { id: upgrade.operation.id, claims: await stage.operator.events(upgrade.operation.id) };
    await sleep(WRITTEN_TO_MS, undefined, { signal });
    const upgradeVerdict = judgement({
      ...{ sandbox, target, operation: upgrade.operation, events: upgraded.claims, before: upgrade.before },
      about: { procedure: "upgrade", newDigest: renewed! },
      acknowledged: [...visitors.acknowledged],
      stored: await storedNotices(urlOf(sandbox)),
    });

    const request = { procedure: "rollback", of: upgrade.operation.id };
    const refusal = await refusalOf(scene, request);
    terminal.print();
    terminal.print(`Somebody finds that ${NEW_VERSION} is no good, and asks what a rollback would do:`);
    terminal.print(terminal.paint("yellow", `  ${refusal ?? "nothing is in its way"}`));
    const from = upgrade.operation.window.openingAt!;
    let interval: { from: number; to: number } | undefined;
    const { settledAt, ...operated } = await operate(scene, {
      title: `An operator asks for the rollback, and confirms that what was written since ${from} is lost`,
      request: { ...request, discards: { from }, comment: `${NEW_VERSION} is no good` },
      visitors,
      async onEvent(event) {
        if (event.type !== "discarded") return;
        interval = { from: Date.parse(event.from), to: Date.parse(event.to) };
        visitors.forget(interval);
      },
    });
    await sleep(CALM_MS, undefined, { signal });
    await visitors.stop();

    const discarded = visitors.acknowledged.filter(
      ({ sentAt }) => interval !== undefined && interval.from <= sentAt && sentAt <= interval.to,
    );
    const evidence = await gather(stage, {
      ...{ visitors, settledAt, discarded, others: [upgraded], ...operated },
      about: {
        procedure: "rollback",
        newDigest: old!,
        oldDigests: [renewed!],
        restores: upgrade.operation.snapshot,
        discards: from,
      },
    });
    const { receipt, stored } = evidence;
    const aside = receipt?.restored?.aside;
    const wasReachable = aside !== undefined && (await isReachable(sandbox, aside));
    if (aside) await liftFence(sandbox, aside);
    const kept = aside ? await storedNotices(urlOf(sandbox, aside)) : [];
    const there = stored.filter(({ text }) => discarded.some((notice) => notice.text === text));
    return {
      ending: "succeeded",
      because: `${OLD_VERSION} runs again on the data of before the upgrade`,
      evidence,
      claims: [
        ...generalClaims({ ending: "succeeded" }, evidence),
        expect(
          "the nine invariants hold in the upgrade too",
          upgradeVerdict.violations.length === 0,
          upgradeVerdict.violations.map(({ invariant, message }) => `${invariant}: ${message}`).join("; "),
        ),
        expect(
          "a rollback is refused until the interval is confirmed",
          refusal?.includes("discards-are-confirmed") ?? false,
          String(refusal),
        ),
        expect("visitors had written to the new version", discarded.length > 0, "none"),
        expect("none of that is in the database now", there.length === 0, `${there.length}`),
        expect(
          "the receipt lists the interval",
          receipt?.discarded.some((each) => each.from === from) ?? false,
          JSON.stringify(receipt?.discarded),
        ),
        expect(
          "the database of the new version is kept, and nobody reaches it",
          aside !== undefined && !wasReachable,
          aside ? "reachable" : "no such",
        ),
        {
          claim: "it has everything, what was thrown away and what was written before",
          wrong: lossesInWords(compareNotices(upTo(visitors.acknowledged, interval?.to), kept)),
        },
        runsNodes(NODES, OLD_VERSION, evidence),
        servesEverybody(OLD_VERSION, evidence),
      ],
      rows: [
        [
          "Thrown away",
          `${discarded.length} notices, written from ${receipt?.discarded[0]?.from} to ${receipt?.discarded[0]?.to}`,
        ],
        ["  kept aside", `${kept.length} rows of ${NEW_VERSION} in ${aside}, behind ${target.restore.fence}`],
      ],
    };
  },
};

const upTo = <Notice extends { sentAt: number }>(notices: readonly Notice[], to = 0) =>
  notices.filter(({ sentAt }) => sentAt <= to);

/** What a plan finds wrong, in one line. */
async function refusalOf({ stage: { operator, target } }: Scene, request: Record<string, unknown>) {
  const { checks } = await operator.plan(target.name, request);
  const failed = checks.filter(({ outcome }) => outcome === "failed");
  return failed.map(({ name, found, fix }) => `✗ ${name}: ${found}. ${fix}`).join("\n  ") || undefined;
}
