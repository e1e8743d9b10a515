import { CreateServiceCommand, ECSClient } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { noticeboardCloud } from "../simulation/noticeboard-cloud.ts";
import { inVirtualTime } from "../virtual-time.ts";
import { runInit } from "./run-init.ts";

const WRITE = ["--cluster", "noticeboard", "--service", "noticeboard"];

test("renews resources alone, keeps comments, says what changed, and tells a program whether anything did", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ worker: true, cannotStart: true, installMs: 1 });
    const { text, files } = await runInit(cloud, WRITE);
    expect(await runInit(cloud, ["--refresh"], files)).toMatchObject({ code: 0, text });

    const mended = text
      .replace(
        "      - name: noticeboard\n",
        "      - { name: noticeboard-worker, container: app } # a second\n      - name: noticeboard\n",
      )
      .replace("        - noticeboard\n", "        - noticeboard # ours since ever\n        - gone # by hand\n");
    files.set("intermission.yml", mended);
    const shown = await runInit(cloud, ["--refresh", "--print"], files);
    expect(shown).toMatchObject({ code: 1, text: mended });
    expect(shown.printed).toContain("targets.noticeboard.resources.families\n  - gone\n  + noticeboard-worker\n");

    const renewed = await runInit(cloud, ["--refresh", "--target", "noticeboard", "--json"], files);
    expect(renewed.code).toBe(1);
    expect(renewed.text).toBe(mended.replace("        - gone # by hand\n", "        - noticeboard-worker\n"));
    expect(JSON.parse(renewed.printed)).toMatchObject({
      changed: true,
      written: true,
      differences: [{ target: "noticeboard", member: "families", added: ["noticeboard-worker"], removed: ["gone"] }],
    });
    expect(await runInit(cloud, ["--refresh"], files)).toMatchObject({ code: 0 });
  }));

test("refuses what it cannot renew, with everything that is wrong", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ cannotStart: true, installMs: 1 });
    expect(await runInit(cloud, ["--refresh"])).toMatchObject({
      code: 2,
      printed: expect.stringContaining("Write it first"),
    });
    const { text, files } = await runInit(cloud, WRITE);
    const typo = await runInit(cloud, ["--refresh", "--target", "noticebord"], files);
    expect(typo).toMatchObject({ code: 2, printed: expect.stringContaining("Did you mean --target noticeboard?") });

    const broken = text
      .replace("- name: noticeboard\n", "- name: noticebored\n")
      .replace("instance: noticeboard-db", "instance: none-such");
    files.set("intermission.yml", broken);
    const gone = await runInit(cloud, ["--refresh"], files);
    expect(gone).toMatchObject({
      code: 2,
      text: broken,
      printed: expect.stringContaining("Did you mean --service noticeboard?"),
    });
    files.set("intermission.yml", text.replace('"111122223333"', '"444455556666"'));
    expect(await runInit(cloud, ["--refresh"], files)).toMatchObject({
      code: 2,
      printed: expect.stringContaining("credentials of 444455556666"),
    });
    files.set("intermission.yml", text.replace("app: generic", "app: genric"));
    expect(await runInit(cloud, ["--refresh"], files)).toMatchObject({
      code: 2,
      printed: expect.stringContaining("genric"),
    });
  }));

test("finds services beyond a page of AWS's answers", () =>
  inVirtualTime(async () => {
    const cloud = await noticeboardCloud({ cannotStart: true, installMs: 1 });
    const ecs = new ECSClient(cloud.operator);
    for (let index = 0; index < 12; index += 1)
      await ecs.send(
        new CreateServiceCommand({
          cluster: "noticeboard",
          serviceName: `other-${index}`,
          taskDefinition: "noticeboard",
          desiredCount: 0,
          launchType: "FARGATE",
          networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a"] } },
        }),
      );
    const { code, text } = await runInit(cloud, WRITE);
    expect(code).toBe(0);
    // They run the same image on the same database, so they must be the target's too.
    expect(text.replaceAll(/\n *# /g, " ")).toMatch(
      /DECIDE: other-0, .*other-11.* run the same image on the same database/,
    );
  }));
