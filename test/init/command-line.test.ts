import { expect, test } from "vitest";
import { readInitCommand } from "../../src/init/command-line.ts";

test("says everything at once that is wrong with a command", () => {
  expect(
    readInitCommand(["--service", "crm/web", "--app", "nocobse", "--url", "crm", "--target", "CRM"]),
  ).toMatchObject({
    kind: "wrong",
    problems: [
      expect.stringContaining("--target: expected lower-case"),
      expect.stringContaining("--url: expected an http"),
      expect.stringMatching(/--app: expected one of nocobase.*did you mean nocobase/),
      expect.stringContaining("--cluster: expected the ECS cluster"),
      expect.stringContaining('say "web"'),
    ],
  });
  expect(readInitCommand(["--refresh", "--cluster", "crm", "--force"])).toMatchObject({
    kind: "wrong",
    problems: { length: 2 },
  });
  expect(readInitCommand(["--refresh", "--verbose"])).toMatchObject({
    kind: "wrong",
    problems: [expect.stringContaining("--verbose")],
  });
});

test("names the target after the first service", () => {
  const command = readInitCommand([
    "--cluster",
    "c",
    "--service",
    "CRM_Web",
    "--service",
    "worker",
    "--service",
    "worker",
  ]);
  expect(command).toMatchObject({
    kind: "write",
    target: "crm-web",
    services: ["CRM_Web", "worker"],
    out: "intermission.yml",
  });
});
