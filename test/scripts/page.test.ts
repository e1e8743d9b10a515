import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { showPages } from "../../scripts/page.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "page-gallery-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = Date.parse("2026-01-15T02:00:00Z");
async function run(...args: string[]) {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const code = await showPages(args, { nowMs, print, complain: print });
  return { code, text: lines.join("\n") };
}
function configurationWith(page: object): string {
  const file = join(folder, "intermission.yml");
  const target = {
    app: "nocobase",
    url: "https://crm.example.com",
    cluster: "crm",
    services: [{ name: "crm-web", container: "app" }],
    database: { instance: "crm-db" },
    access: { iam: [{ role: "arn:aws:iam::111122223333:role/operator", allow: ["*"] }] },
    page,
  };
  writeFileSync(file, JSON.stringify({ targets: { crm: target } }));
  return file;
}
type Answer = { limit: number; pages: { name: string; when: string; size: number; page: string }[] };

test("renders the default and every target's page, in the window and without a time, and prints where", async () => {
  const out = join(folder, "gallery.html");
  const file = configurationWith({ title: "Wartung", message: "Gegen {{eta}} geht es weiter. Danke." });
  const { code, text } = await run("--file", file, "--out", out);
  expect(code).toBe(0);
  expect(text.split("\n").at(-1)).toBe(out);
  expect(text).toMatch(/^ +\d{3} of 1024 {2}crm, in the window$/m);
  const gallery = readFileSync(out, "utf8");
  expect(gallery.match(/<iframe /g)).toHaveLength(4 * 3);
  expect(gallery).toContain("Gegen 02:30 UTC geht es weiter.");
  expect(gallery.match(/ sandbox srcdoc="/g)).toHaveLength(4 * 3);
});

test("answers as JSON what each page is and how much of the limit it takes", async () => {
  const { text } = await run("--json", "--file", configurationWith({ message: "Soon.", contentType: "text/plain" }));
  const { limit, pages } = JSON.parse(text) as Answer;
  expect(limit).toBe(1_024);
  expect(pages.map(({ name, when }) => `${name}, ${when}`)).toEqual([
    "the default, in the window",
    "the default, when nobody knows the time",
    "crm, in the window",
  ]);
  expect(pages.every(({ size, page }) => size === page.length)).toBe(true);
});

test("reads a page of one's own from beside the configuration", async () => {
  writeFileSync(join(folder, "page.html"), "<p>{{message}}</p><!-- {{operation}} -->");
  const { text } = await run("--json", "--file", configurationWith({ message: "Soon.", file: "page.html" }));
  expect((JSON.parse(text) as Answer).pages.at(-1)?.page).toBe("<p>Soon.</p><!-- op-20260115-020000-3f9a2c -->");
});

test.each([
  {
    what: "a page that is too long",
    page: { message: "x".repeat(500) },
    says: /targets\.crm\.page: expected a page of at most 1024 characters, found 1\d{3} once/,
  },
  {
    what: "a file that is not there",
    page: { file: "none.html" },
    says: /targets\.crm\.page\.file: expected a file that can be read, found "none\.html"/,
  },
  {
    what: "a file elsewhere",
    page: { file: "../page.html" },
    says: /expected a path from this file's folder that stays in it/,
  },
  {
    what: "two pages",
    page: { file: "page.html", body: "{{operation}}" },
    says: /expected either `file` or `body`, found both/,
  },
])("refuses $what and says what to do", async ({ page, says }) => {
  const { code, text } = await run("--file", configurationWith(page));
  expect(code).toBe(1);
  expect(text).toMatch(says);
});

test("explains itself, and what it cannot read", async () => {
  expect(await run("--help")).toMatchObject({ code: 0, text: expect.stringContaining("npm run page") });
  expect(await run("--file", join(folder, "nowhere.yml"))).toMatchObject({
    code: 2,
    text: expect.stringContaining("ENOENT"),
  });
  expect(await run("--jsn", "--file", "")).toMatchObject({
    code: 2,
    text: expect.stringMatching(
      /^--jsn: no such option; did you mean --json\?\n--file: expected a file, found nothing\n\nShows/,
    ),
  });
});
