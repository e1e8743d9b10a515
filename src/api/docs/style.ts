import { createHash } from "node:crypto";

export const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dade, #33363d); --soft: light-dark(#f4f5f7, #1b1d22); --dim: light-dark(#555b66, #a4abb8);
  --link: light-dark(#0b57d0, #8ab4f8); --get: light-dark(#0a6b3d, #7ad6a3); --post: light-dark(#8a3b00, #f3b27a); --here: light-dark(#fff3c4, #4a3d0c); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.6 system-ui, sans-serif; background: light-dark(#fff, #111317); color: light-dark(#1b1d21, #e4e6ea); }
a { color: var(--link); } code, pre { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
nav { padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--soft); font-size: .9rem; }
nav h2 { font-size: 1em; margin: 1rem 0 .25rem; } nav ul { list-style: none; margin: 0; padding: 0; } nav li a { display: block; padding: .15rem 0; text-decoration: none; overflow-wrap: anywhere; }
main { padding: 1rem 1.25rem 4rem; max-width: 62rem; }
main h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } section { margin: 2.5rem 0; }
h3 { margin-bottom: .25rem; } section h3 { font-size: 1.05rem; }
pre { margin: .75rem 0; padding: .75rem 1rem; background: var(--soft); border: 1px solid var(--line); border-radius: .4rem; overflow: auto; }
pre code { overflow-wrap: normal; }
.table { overflow-x: auto; margin: .75rem 0; } table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line); } th { color: var(--dim); font-weight: 600; }
td:first-child { min-width: 6rem; } td.as { white-space: nowrap; }
summary { cursor: pointer; padding: .2rem 0; } dt { margin-top: 1rem; font-weight: 600; } dd { margin: 0; }
.get, .post { font: 700 .75em ui-monospace, monospace; } .get { color: var(--get); } .post { color: var(--post); }
:target { background: var(--here); } .skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: Canvas; padding: .5rem; }
@media (min-width: 64rem) { body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); } nav { position: sticky; top: 0; height: 100vh; overflow: auto; border: 0; border-right: 1px solid var(--line); } main { padding: 1rem 2.5rem 6rem; } }
@media print { nav { display: none; } }
`;

const hash = createHash("sha256").update(style).digest("base64");

/** The page runs nothing and loads nothing: its style is in it, and nobody may put it in a frame. */
export const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
