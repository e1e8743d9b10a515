import type { Table } from "./tables.ts";

/** One page with the chart and all tables that needs nothing else. */
export const htmlPage = (chart: string, tables: readonly Table[], about: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>How long the window is</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: light-dark(#fff, #14181c); color: light-dark(#1c2126, #e8ecf0); }
svg { width: 100%; height: auto; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid light-dark(#dde2e7, #2c343b); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
</style>
<h1>How long the window is</h1>
<p>${escaped(about)}</p>
${chart}
${tables.map(tableOf).join("\n")}
</html>
`;

const tableOf = ({ title, head, rows }: Table): string =>
  `<h2>${escaped(title)}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${escaped(title)}"><table>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join("")}</tr>`).join("\n")}
</tbody></table></div>`;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
