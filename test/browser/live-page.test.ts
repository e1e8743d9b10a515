import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accessibilityOf, axeFindings } from "./axe.ts";
import { openBrowser } from "./headless-chromium.ts";
import { upgradeCourse, upgradeRequest } from "./live-course.ts";
import { type LiveStage, setLiveStage, watchFor } from "./live-stage.ts";

let browser: Browser;
let stage: LiveStage;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  stage = await setLiveStage(upgradeRequest);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await stage.close();
});

const BERLIN = { timezoneId: "Europe/Berlin", locale: "en-GB" };
const PHONE = { viewport: { width: 320, height: 640 }, colorScheme: "dark" } satisfies BrowserContextOptions;

async function open(options: BrowserContextOptions = {}): Promise<{ page: Page; wrong: string[] }> {
  const page = await (await browser.newContext({ ...BERLIN, ...options })).newPage();
  const wrong = watchFor(page, stage.origin);
  await page.goto(stage.url);
  return { page, wrong };
}
const text = (page: Page, selector: string) => page.locator(selector).innerText();
const seen = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor({ timeout: 10_000 });
/** Waits for nothing but the answer: a page asks at once where the browser says that it is connected again. */
async function seenAtOnce(page: Page, words: string | RegExp): Promise<void> {
  await page.evaluate("dispatchEvent(new Event('online'))");
  await seen(page, words);
}
const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((node) => (node as { matches?(selector: string): boolean }).matches?.(":focus") ?? false);

/** In the light, in the dark, and on the smallest phone. */
async function expectReadable(): Promise<void> {
  const options: BrowserContextOptions[] = [{ colorScheme: "light" }, { colorScheme: "dark" }, PHONE];
  const found = await Promise.all(options.map((each) => accessibilityOf(browser, stage.url, each)));
  expect(found).toEqual([[], [], []]);
}

describe("the live page of an upgrade", () => {
  it("goes along by itself from its request to its end, and is readable all the way", async () => {
    const { page, wrong } = await open();
    const phone = await open(PHONE);
    expect(await text(page, "h1")).toBe("About to begin. The site is open.");
    expect(await page.title()).toBe("open · pending · crm");

    await upgradeCourse.prepares(stage);
    await seen(page, "Getting ready. The site is open.");
    await seen(page, "warm-up snapshot: creating, 40 %");
    expect(await text(page, "#checks")).toContain("1 of 4 warned");
    await expectReadable();

    await upgradeCourse.closes(stage);
    await seenAtOnce(page, "The site is closed.");
    expect(await page.title()).toBe("closed · back-up · crm");
    expect(await text(page, "#announcer")).toContain("The site is closed. Now it takes a snapshot of the database.");
    expect(await text(page, ".clocks")).toMatch(
      /Closed for\s+1 min 4\d s[\s\S]*Expected open\s+about 03:0\d\s+as forecast/,
    );

    await upgradeCourse.migrates(stage);
    await seenAtOnce(page, "Now it starts one node, which migrates the database.");
    // The browser runs what is written in messages no more than it reads it as markup.
    await seen(page, "migration 32 of 48: 20260903-customers <b>&amp; their notes");
    expect(await page.locator("#messages b, .said b").count()).toBe(0);
    stage.passes(6);
    await seenAtOnce(page, "crm:2.0.0");
    expect(await text(page, "#serving")).toMatch(/1\s+crm-web by itself\s+crm:2.0.0 new\s+running/);
    expect(await text(page, "#serving")).toMatch(/Entrance crm-public HTTPS 443\s+closed: the page answers/);
    expect(await page.locator('[aria-current="step"] strong').innerText()).toBe("migrate");
    await expectReadable();
    expect(await phone.page.evaluate("document.documentElement.scrollWidth")).toBe(320);

    await upgradeCourse.opens(stage);
    await seenAtOnce(page, "The site is open again.");
    await upgradeCourse.ends(stage);
    await seenAtOnce(page, "Done. The site is open.");
    expect(await text(page, "#heard")).toContain("This page does not change any more");
    expect(await text(page, ".clocks")).toMatch(/Was closed for\s+(5 min 5|6 min 0)\d s\s+expected 7 min/);
    expect(await text(page, "#notes")).toContain("By hand: set its minimum to 2");
    await expectReadable();

    expect([...wrong, ...phone.wrong]).toEqual([]);
  });

  it("shows why it is held and how to decide, keeps what was folded open, and goes on when somebody decided", async () => {
    await upgradeCourse.prepares(stage);
    await upgradeCourse.closes(stage);
    await upgradeCourse.migrates(stage);
    await upgradeCourse.isHeld(stage);
    const { page, wrong } = await open();
    expect(await text(page, "h1")).toBe("Held. The site is closed until somebody decides.");
    expect(await text(page, "#problem")).toContain('duplicate column name "total_cents"');
    expect(await text(page, ".clocks")).toMatch(/Expected open\s+not known\s+it depends on a decision/);
    await expectReadable();

    // By keyboard alone, as far as the second way on.
    const fold = page.locator("#how-rollback summary");
    for (let presses = 0; presses < 10 && !(await hasFocus(fold)); presses += 1) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await text(page, "#how-rollback")).toContain(`operation-id: ${stage.id}`);
    expect(await text(page, "#how-rollback")).toContain(`--json '{"decision":"rollback"}'`);

    stage.cloudSays(new Error("no"));
    stage.passes(6);
    await seenAtOnce(page, "The cloud could not be asked: Error.");
    expect(await page.locator("#how-rollback").getAttribute("open")).toBe("");
    expect(await hasFocus(fold)).toBe(true);

    const by = {
      kind: "iam" as const,
      id: "arn:aws:iam::111122223333:role/operator",
      name: "operator/ada",
      details: { ip: "192.0.2.7" },
    };
    await stage.happens(
      { type: "decided", decision: "rollback", by },
      { type: "taken-over", epoch: 2, why: "operator/ada decided: rollback" },
    );
    await stage.happens({
      type: "going-back",
      why: "operator/ada decided: rollback",
      snapshot: "intermission-crm-3f9a2c",
    });
    await seenAtOnce(page, "Going back. The site is closed.");
    expect(await text(page, "#notes")).toContain("operator/ada decided: rollback");
    expect(await page.locator("#decide").count()).toBe(0);
    expect(wrong).toEqual([]);
  });

  it("says since when it has heard nothing while the API is away, and catches up when it is back", async () => {
    await upgradeCourse.prepares(stage);
    await upgradeCourse.closes(stage);
    const { page, wrong } = await open();
    await seen(page, /Up to date, 03:0/);
    await stage.goesAway();
    await seen(page, /Not heard since 03:0/);
    expect(await text(page, "#announcer")).toBe("The page is not heard from. It goes on trying.");
    expect(await text(page, "h1")).toBe("The site is closed.");
    // Nobody knows whether it is closed still, so the clock stands.
    const closedFor = page.locator("[data-since]").first();
    const stood = await closedFor.innerText();
    await page.waitForTimeout(1_100);
    expect(await closedFor.innerText()).toBe(stood);
    expect(await axeFindings(page)).toEqual([]);
    await upgradeCourse.migrates(stage);
    await stage.comesBack();
    await seen(page, "Now it starts one node, which migrates the database.");
    await seen(page, /Up to date, 03:0/);
    expect(await text(page, "#announcer")).toBe("Heard again. The site is closed.");
    expect(wrong).toEqual([]);
  });

  it("says of a link that has ended, before or while it is looked at, how to get a new one", async () => {
    await upgradeCourse.prepares(stage);
    const { page, wrong } = await open();
    await seen(page, "Getting ready. The site is open.");
    stage.passes(26 * 3_600);
    await seenAtOnce(page, "This link has ended. Ask for a new one");
    expect(await text(page, "h1")).toBe("Getting ready. The site is open.");
    // The browser notes the refusal, once: nothing is asked any more.
    await page.evaluate("dispatchEvent(new Event('online'))");
    expect(wrong).toEqual([expect.stringMatching(/^console: .* 403 /)]);
    const later = await open();
    expect(await text(later.page, "h1")).toBe("This link is not valid, or not any more.");
    expect(await axeFindings(later.page)).toEqual([]);
  });

  it("is whole without a script, in UTC, and loads again by itself as long as it may change", async () => {
    await upgradeCourse.prepares(stage);
    await upgradeCourse.closes(stage);
    const { page, wrong } = await open({ javaScriptEnabled: false });
    expect(await text(page, "h1")).toBe("The site is closed.");
    expect(await text(page, "#heard")).toMatch(/^As of 02:0\d:\d\d UTC\. Loads again every 10 seconds$/);
    expect(await page.locator("meta[http-equiv=refresh]").count()).toBe(1);
    await stage.happens({ type: "opened" }, { type: "finished", status: "rolled-back" });
    await page.reload();
    expect(await text(page, "h1")).toBe("Taken back. The site is open.");
    expect(await page.locator("meta[http-equiv=refresh]").count()).toBe(0);
    expect(wrong).toEqual([]);
  });
});
