import { describe, expect, test } from "vitest";
import { inVirtualTime } from "../virtual-time.ts";
import { bypass, fakeApi, operationId, problem } from "./fake-api.ts";
import { runAction } from "./run-action.ts";
import { beginsMaintenance, endsMaintenance, maintenanceRequest } from "./scripts.ts";

const begin = { procedure: "maintenance-begin", image: "" };
const end = { procedure: "maintenance-end", image: "" };

describe("maintenance-begin", () => {
  test("ends well when the node is ready, and says how it is reached and how the maintenance is ended", async () => {
    const api = fakeApi({ script: beginsMaintenance });
    const { exitCode, outputs, lines } = await inVirtualTime(() =>
      runAction(api.fetch, { given: { ...begin, within: "30m", traffic: "closed" } }),
    );
    expect(exitCode, lines.join("\n")).toBe(0);
    expect(api.calls[0]).toMatchObject({
      body: { procedure: "maintenance", traffic: "closed", within: "30m", otherwise: "hold" },
    });
    expect(outputs).toMatchObject({
      "operation-id": operationId,
      status: "waiting",
      "waiting-for": "maintenance",
      site: "closed",
      "bypass-header": "x-intermission-bypass: s3cret-way-past",
    });
    expect(lines.at(-1)).toContain("::notice crm-production is ready for the work on its one node::");
    expect(lines.at(-1)).toContain(`procedure: maintenance-end with operation-id: ${operationId}`);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/maintenance-begin.log.txt");
    const [masked, ...saidLater] = lines.slice(lines.findIndex((line) => line.includes(bypass.header.value)));
    expect(masked).toBe("::add-mask::s3cret-way-past");
    expect(saidLater.join("\n")).not.toContain(bypass.header.value);
  });

  test("waits for the node when something else is asked before", async () => {
    const api = fakeApi({
      script: [
        [1, { type: "waiting", for: "before-window" }],
        [100, { type: "waited" }],
        ...beginsMaintenance.map(([at, fact]): [number, typeof fact] => [at + 100, fact]),
      ],
    });
    const { outputs } = await inVirtualTime(() => runAction(api.fetch, { given: begin }));
    expect(outputs["waiting-for"]).toBe("maintenance");
  });

  test("needs no way past the page that it may not have", async () => {
    const api = fakeApi({
      script: beginsMaintenance,
      intercept: ({ path }) => (path.endsWith("/bypass") ? problem(403, { title: "Not allowed" }) : undefined),
    });
    const { exitCode, outputs, lines } = await inVirtualTime(() => runAction(api.fetch, { given: begin }));
    expect({ exitCode, header: outputs["bypass-header"] }).toEqual({ exitCode: 0, header: "" });
    expect(lines).toContainEqual(expect.stringContaining("::notice Intermission: no way past the page for this job::"));
  });
});

describe("maintenance-end", () => {
  const ended = (given: Record<string, string> = {}, script = beginsMaintenance) =>
    inVirtualTime(async () => {
      const api = fakeApi({ script, afterDecision: endsMaintenance });
      api.requestEarlier("crm-production", maintenanceRequest);
      await new Promise((resolve) => setTimeout(resolve, 400_000));
      return { ...(await runAction(api.fetch, { given: { ...end, ...given } })), calls: api.calls };
    });

  test("finds the target's maintenance, lets it go on, and follows it to its end", async () => {
    const { exitCode, calls, lines } = await ended();
    expect(exitCode, lines.join("\n")).toBe(0);
    expect(calls.filter((call) => call.method === "POST").map(({ path, body }) => ({ path, body }))).toEqual([
      { path: `/v1/operations/${operationId}/decisions`, body: { decision: "proceed" } },
    ]);
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("golden/maintenance-end.log.txt");
  });

  test("answers no question but its own", async () => {
    const { exitCode, calls, lines } = await ended({}, [[1, { type: "waiting", for: "before-window" }]]);
    expect(exitCode).toBe(1);
    expect(calls.filter((call) => call.method === "POST")).toEqual([]);
    expect(lines.at(-1)).toContain("::error Nothing was decided on crm-production::");
    expect(lines.at(-1)).toContain("waits for a decision before-window. Use procedure: decide");
  });
});
