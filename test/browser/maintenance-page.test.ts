import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { renderPage, withEta } from "../../src/targets/page.ts";
import { pageSchema } from "../../src/targets/page-schema.ts";
import type { Target } from "../../src/targets/schema.ts";
import { axeFindings } from "./axe.ts";
import { openBrowser } from "./headless-chromium.ts";

const OPERATION = "op-20260115-020000-3f9a2c";
const rendered = (given: object = {}, eta = "02:35 UTC") =>
  renderPage(withEta({ page: pageSchema.parse(given) } as Target, eta).page, OPERATION);

let browser: Browser;
let server: Server;
let url: string;
/** What the site answers now. */
let answer: (response: ServerResponse) => void;
let asked: string[] = [];

const closed =
  (page = rendered(), headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(503, { "content-type": "text/html", ...headers }).end(page);
const open = (response: ServerResponse) =>
  response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>The application</title>");

beforeAll(async () => {
  browser = await openBrowser();
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin?tab=1`;
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(() => {
  answer = closed();
  asked = [];
});

/** A visitor; where `at` is given, with a clock that says it and goes on only when it is told to. */
async function visit(options: BrowserContextOptions & { at?: string } = {}): Promise<Page> {
  const { at, ...context } = options;
  const page = await (await browser.newContext(context)).newPage();
  await page.clock.install({ time: new Date(Date.parse(at ?? "2026-01-15T02:00:00Z") - 1_000) });
  if (at) await page.clock.pauseAt(new Date(at));
  await page.goto(url);
  return page;
}

describe("for everybody", () => {
  const long = {
    language: "de",
    title: "Wartungsarbeiten am Kundenbeziehungsverwaltungssystem",
    message: `Gegen {{eta}} geht es weiter. ${"Donaudampfschifffahrtsgesellschaft".repeat(4)} Danke.`,
  };
  test.each([
    { who: "in the light", given: {}, options: { colorScheme: "light" as const } },
    { who: "in the dark", given: {}, options: { colorScheme: "dark" as const } },
    { who: "on a phone", given: long, options: { viewport: { width: 320, height: 568 } } },
    {
      who: "who reads from right to left",
      given: { language: "ar", title: "صيانة", message: "نعود حوالي {{eta}}." },
      options: {},
    },
  ])("is readable $who: axe finds nothing, and nothing is cut off", async ({ given, options }) => {
    answer = closed(rendered(given));
    const page = await visit(options);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.context().close();
  });

  test("is dark where the visitor likes it dark, and begins at the right where the language does", async () => {
    const dark = await visit({ colorScheme: "dark" });
    expect(await dark.evaluate('getComputedStyle(document.querySelector("h1")).color')).toBe("rgb(255, 255, 255)");
    await dark.context().close();
    answer = closed(rendered({ language: "ar", title: "صيانة", message: "نعود قريبا." }));
    const arabic = await visit();
    expect(await arabic.evaluate('getComputedStyle(document.querySelector("main")).direction')).toBe("rtl");
    await arabic.context().close();
  });

  test("can be read where the listener forbids inline scripts and styles", async () => {
    answer = closed(rendered(), { "content-security-policy": "default-src 'none'" });
    const page = await visit();
    expect(await page.innerText("main")).toContain("We expect to be back at about 02:35 UTC.");
    await page.context().close();
  });
});

describe("reloads by itself", () => {
  const minutes = async (page: Page, count: number) => {
    for (let index = 0; index < count; index += 1) await page.clock.runFor(60_000);
  };

  /** An answer may take longer than the page's minute, whose next look comes after it. */
  const untilBack = async (page: Page) => {
    const isBack = async () => (await page.title()) === "The application";
    const nothingWhileItLoads = () => undefined;
    for (let tries = 0; tries < 50 && !(await isBack().catch(nothingWhileItLoads)); tries += 1)
      await minutes(page, 1).catch(nothingWhileItLoads);
    expect(await page.title()).toBe("The application");
  };

  test("when the site is back, and not before", async () => {
    const page = await visit({ at: "2026-01-15T02:00:00Z" });
    await page.evaluate("globalThis.isTheSame = true");
    await minutes(page, 3);
    expect(await page.evaluate("globalThis.isTheSame")).toBe(true);
    const looks = asked.filter((request) => request === "GET /admin?tab=1").length - 1;
    expect(looks).toBeGreaterThanOrEqual(1);
    expect(looks).toBeLessThanOrEqual(9);

    answer = open;
    await untilBack(page);
    await page.context().close();
  });

  test("when the site is back behind a login at another host", async () => {
    const page = await visit({ at: "2026-01-15T02:00:00Z" });
    answer = (response) => {
      answer = open;
      response.writeHead(302, { location: "https://login.example.com/authorize" }).end();
    };
    await untilBack(page);
    await page.context().close();
  });

  test("each minute where scripts do not run", async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(url);
    expect(await page.locator("meta[http-equiv=refresh]").getAttribute("content")).toBe("60");
    await page.context().close();
  });
});

test.each([
  { at: "2026-01-15T02:34:00Z", eta: "02:35 UTC", isShown: true },
  { at: "2026-01-15T02:36:00Z", eta: "02:35 UTC", isShown: false },
  { at: "2026-01-15T23:50:00Z", eta: "00:05 UTC", isShown: true },
  { at: "2026-01-16T00:10:00Z", eta: "23:55 UTC", isShown: false },
  { at: "2026-01-16T00:01:00Z", eta: "00:00 UTC", isShown: false },
])("shows at $at the time $eta: $isShown", async ({ at, eta, isShown }) => {
  answer = closed(rendered({}, eta));
  const page = await visit({ at });
  const text = await page.innerText("main");
  expect(text.includes(eta)).toBe(isShown);
  expect(text).toContain("This page reloads by itself once the site is back.");
  await page.context().close();
});

test("takes the time away from a page that stays open, once it is past", async () => {
  const page = await visit({ at: "2026-01-15T02:34:30Z" });
  expect(await page.innerText("main")).toContain("02:35 UTC");
  await page.clock.runFor(90_000);
  expect(await page.innerText("main")).not.toContain("02:35 UTC");
  expect(asked.filter((request) => !/^GET \/(admin\?tab=1|favicon\.ico)$/.test(request))).toEqual([]);
  await page.context().close();
});
