/** The code of the crash sweep's function: it acts on the server at EFFECTS_URL, by paths that say what it does. */
import { durableRunbook } from "../../src/engine/durable-handler.ts";
import type { Look } from "../../src/engine/workflow.ts";
import { OperationError } from "../../src/operations/operation-error.ts";

export const handler = durableRunbook(async (workflow, { operationId }) => {
  const ask = async (path: string): Promise<string> => {
    const response = await fetch(`${process.env.EFFECTS_URL}/${operationId}/${path}`, { method: "POST" });
    return response.text();
  };
  const undo: string[] = [];
  try {
    undo.push("open");
    await workflow.step("close", () => ask("close"));
    const nodes = await workflow.scope("stop", async (stop) => {
      await stop.step("scale to zero", () => ask("scale-to-zero"));
      return stop.poll(
        "stopped",
        async (): Promise<Look<number>> => {
          const running = Number(await ask("running?"));
          return running > 0 ? { done: false, seen: `${running} running` } : { done: true, result: 3 };
        },
        { everyMs: 20, timeoutMs: 30_000 },
      );
    });
    undo.push("scale-back");
    const approval = await workflow.waitForCallback("approval", async (id) => void (await ask(`approve/${id}`)), {
      timeoutMs: 30_000,
    });
    await workflow.step("migrate", async () => {
      if ((await ask("migrate")) === "refused") {
        throw new OperationError("the migration was refused", { code: "migration-refused", details: { nodes } });
      }
    });
    await workflow.step("open", () => ask("open"));
    return { outcome: "succeeded", nodes, approval };
  } catch (thrown) {
    const { code, details } = OperationError.from(thrown);
    const undone = await workflow.scope("undo", async (back) => {
      const done: string[] = [];
      for (const what of undo.toReversed()) {
        await back.step(what, () => ask(what));
        done.push(what);
      }
      return done;
    });
    return { outcome: "rolled-back", code, details, undone };
  }
});
