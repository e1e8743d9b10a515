import { describe, expect, it } from "vitest";
import { breakages } from "../../src/demo/breakages.ts";
import { HELP, procedures, showOf } from "../../src/demo/command-line.ts";
import { commandOf } from "./command-of.ts";

describe("npm run demo", () => {
  it("breaks nothing and leaves nothing up unless told to", () => {
    expect(commandOf()).toEqual({ kind: "demo", procedure: "upgrade", open: false, keep: false });
    expect(commandOf("--break", "migration", "--keep")).toEqual({
      kind: "demo",
      procedure: "upgrade",
      breakage: "migration",
      open: false,
      keep: true,
    });
  });

  it("shows the procedure that is named, an upgrade unless one is", () => {
    for (const procedure of Object.keys(procedures)) {
      expect(commandOf(procedure)).toMatchObject({ procedure });
      expect(HELP).toMatch(new RegExp(`^  ${procedure} `, "m"));
      expect(showOf(commandOf(procedure)).heading).toMatch(/^(three nodes of )?the noticeboard/);
    }
    expect(() => commandOf("rolback")).toThrow(
      'expected one of upgrade, first-start, maintenance, rollback, found "rolback"; did you mean rollback?',
    );
    expect(commandOf("maintenance", "--open")).toMatchObject({ procedure: "maintenance", open: true });
    expect(() => commandOf("--open")).toThrow("--open: expected maintenance, found upgrade");
    expect(() => commandOf("rollback", "--break", "image", "upgrade", "--open")).toThrow(
      /^expected one procedure, found "rollback" and "upgrade"\n--break: expected upgrade, found rollback.*\n--open: expected maintenance, found rollback/,
    );
  });

  it("refuses to break what it does not know, and says what it does", () => {
    expect(() => commandOf("--break", "everything")).toThrow(
      '--break: expected one of image, snapshot, start, cancel, migration, crash, version, followers, worker, job, found "everything"',
    );
    expect(() => commandOf("--break", "toString")).toThrow("expected one of");
    expect(() => commandOf("--brek", "image")).toThrow("--brek: no such option; did you mean --break?");
  });

  it("lists each breakage with its ending, every ending among them", () => {
    for (const [name, { what, ending }] of Object.entries(breakages))
      expect(HELP).toMatch(new RegExp(`^  ${name} +${what} → ${ending}$`, "m"));
    expect(new Set(Object.values(breakages).map(({ ending }) => ending))).toEqual(
      new Set(["refused", "rolled-back", "held", "succeeded"]),
    );
  });
});
