import { readFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/api/app.ts";
import type { Dependencies } from "../../src/api/dependencies.ts";
import { waysIn } from "../../src/api/docs/snippets.ts";
import { axeFindings } from "./axe.ts";
import { openBrowser } from "./headless-chromium.ts";

const app = createApp({ version: "1.2.3", ids: { hex: () => "a" }, log: () => undefined } as unknown as Dependencies);
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** The page as the API sends it, what else it asks for, and what the browser complains about. */
async function open(options: BrowserContextOptions, at = "") {
  const page: Page = await (await browser.newContext(options)).newPage();
  const [asked, complaints]: string[][] = [[], []];
  page.on("console", (message) => complaints!.push(message.text()));
  await page.route("**/*", async (route) => {
    asked!.push(new URL(route.request().url()).pathname);
    const answer = await app.request(route.request().url());
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  });
  await page.goto(`http://localhost/docs${at}`);
  return { page, asked: asked!, complaints: complaints! };
}

test.each([
  { who: "in the light", options: { colorScheme: "light" as const } },
  { who: "in the dark", options: { colorScheme: "dark" as const } },
  { who: "on a phone", options: { viewport: { width: 360, height: 640 } } },
])("is readable $who: axe finds nothing, and only tables and code scroll sideways", async ({ options }) => {
  const { page, asked, complaints } = await open(options);
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  expect(complaints).toEqual([]);
  expect(asked.filter((path) => path !== "/favicon.ico")).toEqual(["/docs"]);
  await page.context().close();
});

test("opens what a link leads to, without a script", async () => {
  const { page } = await open({ javaScriptEnabled: false }, "#Receipt");
  await page.locator("#Receipt").waitFor({ state: "visible" });
  expect(await page.locator("#Operation").isVisible()).toBe(false);
  await page.context().close();
});

test("every link on it leads somewhere", async () => {
  const { page } = await open({});
  const dead = await page.evaluate(
    `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1)).filter((id) => !document.getElementById(id))`,
  );
  expect(dead).toEqual([]);
  await page.context().close();
});

test("defines its two ways in as the page about curl does", () => {
  const curl = readFileSync("docs/curl.md", "utf8");
  for (const { code } of waysIn) expect(curl).toContain(code);
});
