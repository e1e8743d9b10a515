import { describe, expect, test } from "vitest";
import { readCommand } from "../../../src/demo/workflow/command.ts";
import { parseWorkflow } from "../../../src/demo/workflow/workflow-file.ts";

describe("npm run workflow", () => {
  test("takes a file, and what GitHub would give it", () => {
    const args = ["x.yml", "--input", "version=2.0.0", "--var", "A=b=c", "--output", "image.digest=sha256:1"];
    expect(readCommand(args)).toMatchObject({
      file: "x.yml",
      inputs: { version: "2.0.0" },
      vars: { A: "b=c" },
      outputs: { image: { digest: "sha256:1" } },
      ref: "refs/heads/main",
    });
  });

  test("names everything that makes no sense at once", () => {
    expect(readCommand(["--input", "version", "--output", "image=1", "--var"])).toEqual({
      kind: "wrong",
      problems: [
        "expected one workflow file, found none",
        "--var: expected NAME=VALUE, found nothing",
        '--output: expected JOB.NAME=VALUE, found "image=1"',
        '--input: expected NAME=VALUE, found "version"',
      ],
    });
  });

  test("says so of a file that is no workflow", () => {
    for (const text of ["", "targets: {}", "jobs:"]) expect(() => parseWorkflow(text)).toThrow("expected a workflow");
  });
});
