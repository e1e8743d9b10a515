import { describe, expect, it } from "vitest";
import { breakages } from "../../src/demo/breakages.ts";
import { HELP, procedures, readCommand, showOf } from "../../src/demo/command-line.ts";

describe("npm run demo", () => {
  it("breaks nothing and leaves nothing up unless told to", () => {
    expect(readCommand([])).toEqual({ procedure: "upgrade", open: false, keep: false, help: false });
    expect(readCommand(["--break", "migration", "--keep"])).toEqual({
      procedure: "upgrade",
      breakage: "migration",
      open: false,
      keep: true,
      help: false,
    });
  });

  it("shows the procedure that is named, an upgrade unless one is", () => {
    for (const procedure of Object.keys(procedures)) {
      expect(readCommand([procedure])).toMatchObject({ procedure });
      expect(HELP).toMatch(new RegExp(`^  ${procedure} `, "m"));
      expect(showOf(readCommand([procedure])).heading).toMatch(/^(three nodes of )?the noticeboard/);
    }
    expect(() => readCommand(["restore"])).toThrow(
      "expected one of upgrade, first-start, maintenance, rollback, found restore",
    );
    expect(readCommand(["maintenance", "--open"])).toMatchObject({ procedure: "maintenance", open: true });
    expect(() => readCommand(["--open"])).toThrow("--open: expected maintenance, found upgrade");
    expect(() => readCommand(["rollback", "--break", "image"])).toThrow("--break: expected upgrade, found rollback");
  });

  it("refuses to break what it does not know, and says what it does", () => {
    expect(() => readCommand(["--break", "everything"])).toThrow(
      "--break: expected one of image, snapshot, start, cancel, migration, crash, version, followers, worker, job, found everything",
    );
    expect(() => readCommand(["--break", "toString"])).toThrow("expected one of");
    expect(() => readCommand(["--brek", "image"])).toThrow("--brek");
  });

  it("lists each breakage with its ending, every ending among them", () => {
    for (const [name, { what, ending }] of Object.entries(breakages))
      expect(HELP).toMatch(new RegExp(`^  ${name} +${what} → ${ending}$`, "m"));
    expect(new Set(Object.values(breakages).map(({ ending }) => ending))).toEqual(
      new Set(["refused", "rolled-back", "held", "succeeded"]),
    );
  });
});
