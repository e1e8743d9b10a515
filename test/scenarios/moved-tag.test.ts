import { expect, test } from "vitest";
import { at, judgedUpgrade, startsOf } from "../simulation/judged-upgrade.ts";
import { NEW_IMAGE } from "../simulation/noticeboard-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";

test("a tag that is moved to another image inside the window is not followed", { timeout: 60_000 }, () =>
  inVirtualTime(async () => {
    const evil = `sha256:${"6".repeat(64)}`;
    const { state, cloud } = await judgedUpgrade({
      meddle: at("close/closed", ({ images }) => {
        const { program } = images.resolve(NEW_IMAGE)!;
        images.add({ reference: NEW_IMAGE, program, digest: evil });
      }),
    });
    expect(cloud.images.resolve(NEW_IMAGE)?.digest).toBe(evil);
    expect(state.status).toBe("succeeded");
    expect(startsOf(cloud, evil)).toEqual([]);
    expect(new Set(state.nodes.after.map(({ imageDigest }) => imageDigest?.slice(0, 10)))).toEqual(
      new Set(["sha256:222"]),
    );
  }),
);
