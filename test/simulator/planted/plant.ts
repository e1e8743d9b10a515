import type { PlantedBug } from "./planted-bug.ts";

/** The files, below src/, that a bug is planted in. */
export const filesOf = ({ edits }: PlantedBug): string[] => [...new Set(edits.map(({ file }) => file))];

/** The file's source with the bug in it. Throws where the catalogue says something of the file that is not so any more. */
export function planted({ name, edits }: PlantedBug, { file, source }: { file: string; source: string }): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((text, { find, put }) => {
      const [before, after, ...more] = text.split(find);
      if (before === undefined || after === undefined || more.length > 0)
        throw new Error(
          `expected the piece of src/${file} that the planted bug ${name} replaces to be there exactly once, found it ${text.split(find).length - 1} times. The code has moved on: let the catalogue follow. The piece:\n${find}`,
        );
      return `${before}${put}${after}`;
    }, source);
}
