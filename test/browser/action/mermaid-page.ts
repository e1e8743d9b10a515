import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

export type Task = { name: string; start: number; end: number; section: string; crit: boolean; milestone: boolean };
/** What the real Mermaid makes of a text: its tasks, or what it complains of. */
export type Parsed = { tasks: Task[] } | { error: string };
export type MermaidPage = {
  page: Page;
  parse(texts: readonly string[]): Promise<Parsed[]>;
  /** Draws it into the page. Throws what Mermaid complains of. */
  draw(text: string): Promise<void>;
};

/** The real Mermaid in a real browser, set up as GitHub does. It needs a DOM even to parse. */
export async function mermaidPage(browser: Browser, timezoneId = "UTC"): Promise<MermaidPage> {
  const context = await browser.newContext({ viewport: { width: 920, height: 640 }, timezoneId });
  const page = await context.newPage();
  const script = fileURLToPath(new URL("../../../node_modules/mermaid/dist/mermaid.min.js", import.meta.url));
  await page.addScriptTag({ content: await readFile(script, "utf8") });
  await page.evaluate('mermaid.initialize({ startOnLoad: false, securityLevel: "strict" })');
  return {
    page,
    parse: (texts) => page.evaluate<Parsed[], readonly string[]>(parseAll, texts),
    draw: (text) => page.evaluate<void, string>(draw, text),
  };
}

type Mermaid = {
  parse(text: string): Promise<unknown>;
  render(id: string, text: string): Promise<{ svg: string }>;
  mermaidAPI: { getDiagramFromText(text: string): Promise<{ db: { getTasks(): Drawn[] } }> };
};
type Drawn = { task: string; startTime: Date; endTime: Date; section: string; crit?: boolean; milestone?: boolean };

/** Runs in the page, so it may use nothing of this file. */
async function parseAll(texts: readonly string[]): Promise<Parsed[]> {
  const { mermaid } = globalThis as unknown as { mermaid: Mermaid };
  const answers: Parsed[] = [];
  for (const text of texts) {
    try {
      await mermaid.parse(text);
      const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
      const tasks = db.getTasks().map(({ task, startTime, endTime, section, crit, milestone }) => ({
        ...{ name: task.trim(), start: startTime.getTime(), end: endTime.getTime(), section },
        ...{ crit: Boolean(crit), milestone: Boolean(milestone) },
      }));
      answers.push({ tasks });
    } catch (error) {
      answers.push({ error: String(error) });
    }
  }
  return answers;
}

async function draw(text: string): Promise<void> {
  const { mermaid, document } = globalThis as unknown as {
    mermaid: Mermaid;
    document: { body: { innerHTML: string } };
  };
  const { svg } = await mermaid.render(`gantt-${Date.now()}`, text);
  document.body.innerHTML = svg;
}
