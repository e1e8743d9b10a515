import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_LIMIT, renderPage, tooLong, withEta } from "../../src/targets/page.ts";
import { brokenPageRules } from "../../src/targets/page-rules.ts";
import { type Page, pageSchema } from "../../src/targets/page-schema.ts";
import type { Target } from "../../src/targets/schema.ts";

const OPERATION = "op-20260115-020000-3f9a2c";
const page = (given: Partial<Page>): Page => pageSchema.parse({ contentType: "text/plain", ...given });
const toldAt = (eta: string, given: Partial<Page>) => withEta({ page: page(given) } as Target, eta).page;
const render = (given: Partial<Page>) => renderPage(page(given), OPERATION);
const html = (given: Partial<Page>) => render({ contentType: "text/html", ...given });

describe("what it says", () => {
  test("says when the site will be back, wherever its message asks for that", () => {
    const told = toldAt("02:35 UTC", { message: "Back at {{eta}}. Really, {{eta}}." });
    expect(renderPage(told, OPERATION)).toBe(
      `Maintenance\n\nBack at 02:35 UTC. Really, 02:35 UTC.\n\n(${OPERATION})\n`,
    );
  });

  test.each([
    { message: "We upgrade. Back at about {{eta}}. Thank you!", said: "We upgrade. Thank you!" },
    { message: "Wir sind dran. Gegen {{eta}} geht es weiter.", said: "Wir sind dran." },
    { message: "メンテナンス中です。{{eta}}頃に再開します。", said: "メンテナンス中です。" },
    { message: "Back at about {{eta}}", said: "We will be back soon." },
    { message: "Version 2.0 is coming.", said: "Version 2.0 is coming." },
  ])("leaves out the sentence about the time when nobody knows it: $said", ({ message, said }) => {
    expect(render({ message }).split("\n")[2]).toBe(said);
  });

  test("escapes in HTML whatever the configuration says", () => {
    const hostile = '</title><script>alert("1")</script>&';
    const rendered = html({ title: hostile, message: hostile });
    expect(rendered.match(/<script/g)).toHaveLength(1);
    expect(rendered).toContain("<h1>&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;</h1>");
  });

  test("never shows a placeholder, in no content type, and names its operation", () => {
    const contentTypes = ["text/html", "text/plain", "application/json"] as const;
    fc.assert(
      fc.property(
        fc.string({ maxLength: 100 }),
        fc.boolean(),
        fc.constantFrom(...contentTypes),
        (text, known, contentType) => {
          const given = { message: `${text} {{eta}}`, contentType };
          const rendered = renderPage(known ? toldAt("02:35 UTC", given) : page(given), OPERATION);
          expect(rendered).not.toContain("{{eta}}");
          expect(rendered).toContain(OPERATION);
          expect(rendered.length).toBeLessThanOrEqual(PAGE_LIMIT);
          if (contentType === "application/json")
            expect(JSON.parse(rendered)).toMatchObject({ error: { status: 503, operation: OPERATION } });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("asks nobody else for anything", () => {
    expect(html({})).not.toMatch(/https?:|src=|url\(|@import/);
  });
});

describe("what fits", () => {
  const times = Array.from({ length: 24 * 12 }, (_, index) => {
    const two = (value: number) => String(value).padStart(2, "0");
    return `${two(Math.floor(index / 12))}:${two((index % 12) * 5)} UTC`;
  });

  test("a page that is let in fits with any time that it will name", () => {
    const longest = { contentType: "text/html" as const, message: "" };
    while (!tooLong(page({ ...longest, message: `${longest.message}x {{eta}}` }))) longest.message += "x";
    const message = `${longest.message} {{eta}}`;
    expect(message.length).toBeGreaterThan(250);
    expect(Math.max(...times.map((eta) => renderPage(toldAt(eta, { ...longest, message }), OPERATION).length))).toBe(
      PAGE_LIMIT,
    );
  });

  test("refuses one that is too long, saying by how much and what takes the room", () => {
    const [finding] = brokenPageRules({ message: `${"&".repeat(100)}` });
    expect(finding).toMatchObject({ path: [], expected: "a page of at most 1024 characters" });
    expect(finding?.found).toMatch(
      /^1\d{3} once it is rendered, \d+ too many: the message takes 500, the title 22, the page around them \d+ \(in HTML each & and < takes 4 or 5\)$/,
    );
    const tooMany = Number(/(\d+) too many/.exec(finding!.found)?.[1]);
    expect(finding?.hint).toBe(`Shorten the message by ${tooMany} characters`);
    expect(brokenPageRules({ message: `${"&".repeat(100 - Math.ceil(tooMany / 5))}` })).toEqual([]);
  });

  test("counts characters and not bytes", () => {
    expect(brokenPageRules({ message: "保".repeat(300) })).toEqual([]);
    expect(brokenPageRules({ message: "保".repeat(400) })).toHaveLength(1);
  });
});

describe("a page of the operator's own", () => {
  test("says what the configuration says, escaped for its content type", () => {
    const said = { title: "Wartung & mehr", message: 'Bald "zurück".', language: "de" };
    const body = "<html lang={{language}}><h1>{{title}}</h1>{{ message }}<!-- {{operation}} -->";
    expect(html({ ...said, body })).toBe(
      `<html lang=de><h1>Wartung &amp; mehr</h1>Bald &quot;zurück&quot;.<!-- ${OPERATION} -->`,
    );
    const json = render({
      ...said,
      contentType: "application/json",
      body: '{"why":"{{message}}","id":"{{operation}}"}',
    });
    expect(JSON.parse(json)).toEqual({ why: 'Bald "zurück".', id: OPERATION });
  });

  test("puts nothing in that stands in what it has put in", () => {
    expect(render({ message: "{{operation}} {{title}}", body: "{{message}} {{operation}}" })).toBe(
      `{{operation}} {{title}} ${OPERATION}`,
    );
  });

  test("is refused where it could not be told from any other 503, or names what nobody puts in", () => {
    const findings = brokenPageRules({ body: "<h1>{{title}}</h1>Back at {{eta}}" });
    expect(findings).toEqual([
      expect.objectContaining({ path: ["body"], expected: "`{{operation}}` in the page" }),
      expect.objectContaining({ path: ["body"], found: "{{eta}}", hint: expect.stringContaining("{{message}}") }),
    ]);
  });

  test("is refused where it is too long or is no JSON", () => {
    const [long] = brokenPageRules({ body: `{{operation}}${"x".repeat(1_024)}` });
    expect(long).toMatchObject({
      found: expect.stringMatching(/^1049 once it is rendered, 25 too many: .*the rest of the page 1049/),
    });
    expect(long?.hint).toBe("Shorten the page by 25 characters");
    expect(brokenPageRules({ contentType: "application/json", body: "{{operation}}" })).toMatchObject([
      { expected: "JSON" },
    ]);
  });
});
