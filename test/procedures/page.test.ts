import fc from "fast-check";
import { expect, test } from "vitest";
import { PAGE_LIMIT, renderPage, withEta } from "../../src/procedures/page.ts";
import type { Target } from "../../src/targets/schema.ts";

const OPERATION = "op-20260115-020000-3f9a2c";
const page = (message: string, contentType: Target["page"]["contentType"] = "text/plain") =>
  ({ page: { message, contentType } }) as Target;

test("says when the site will be back, wherever its message asks for that", () => {
  const told = withEta(page("Back at {{eta}}. Really, {{eta}}."), "02:35 UTC");
  expect(renderPage(told.page, OPERATION)).toBe(`Back at 02:35 UTC. Really, 02:35 UTC.\n\n(${OPERATION})\n`);
});

test("leaves out the sentence about the time when nobody knows it", () => {
  const rendered = (message: string) => renderPage(page(message).page, OPERATION).split("\n")[0];
  expect(rendered("We upgrade. Back at about {{eta}}. Thank you!")).toBe("We upgrade. Thank you!");
  expect(rendered("Back at about {{eta}}")).toBe("We will be back soon.");
  expect(rendered("Version 2.0 is coming.")).toBe("Version 2.0 is coming.");
});

test("never shows a placeholder, and the longest message fits into a rule", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.boolean(), (message, known) => {
      const target = page(`${message} {{eta}}`, "application/json");
      const rendered = renderPage((known ? withEta(target, "02:35 UTC") : target).page, OPERATION);
      expect(rendered).not.toContain("{{eta}}");
      expect(JSON.parse(rendered)).toMatchObject({ error: { status: 503, operation: OPERATION } });
    }),
    { numRuns: 50 },
  );
  expect(renderPage(withEta(page("x".repeat(400), "text/html"), "02:35 UTC").page, OPERATION).length).toBeLessThan(
    PAGE_LIMIT,
  );
});
