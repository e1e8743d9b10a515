import { expect, test } from "vitest";
import { CallTooOld } from "../../src/aws/call-limits.ts";
import { OperationError } from "../../src/operations/operation-error.ts";
import { read } from "../../src/procedures/read.ts";

/** Answers what comes next each time; an error is thrown. */
function answers(...each: unknown[]) {
  let asked = 0;
  const run = async () => {
    const answer = each[asked++];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { run, asked: () => asked };
}
const refused = Object.assign(new Error("not authorized"), {
  name: "AccessDeniedException",
  $metadata: { httpStatusCode: 400 },
});

test("asks once more where no answer came in time, which the SDK does not", async () => {
  const { run, asked } = answers(new CallTooOld("expected every attempt within 8000 ms"), "what there is");
  expect(await read(run)).toEqual({ ok: true, value: "what there is" });
  expect(asked()).toBe(2);
});

test("says why nothing could be read where no answer comes again", async () => {
  const { run, asked } = answers(new Error("first"), new Error("second"), "too late");
  expect(await read(run)).toEqual({ ok: false, error: "Error: second" });
  expect(asked()).toBe(2);
});

test("takes a refusal for an answer, of AWS and of the code itself", async () => {
  for (const error of [refused, new OperationError("there is none", { code: "no-such-thing" })]) {
    const { run, asked } = answers(error, "never asked for");
    expect(await read(run)).toMatchObject({ ok: false });
    expect(asked()).toBe(1);
  }
});
