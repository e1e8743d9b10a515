import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** A minute each and more. A checkout that has never run them would begin with the largest files, and end with one of these alone. */
const LONGEST = [
  "/test/simulator/singles/every-single-fault.test.ts",
  ...["procedures", "break-glass", "demo", "worker-kills", "sandbox", "workflows", "durable"].map(
    (name) => `/test/real/${name}.test.ts`,
  ),
];

/** Begins with the files that take longest, in whichever group they are. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = LONGEST.findIndex((path) => moduleId.endsWith(path));
      return index === -1 ? LONGEST.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    setupFiles: ["test/setup.ts"],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/real/**", "test/browser/**"],
          // By default vitest leaves a core to itself, which is half of a machine that has two.
          maxWorkers: "100%",
          // A worker that stays has loaded and compiled the SDK for every file but its first. So a test leaves nothing behind in its process.
          isolate: false,
        },
      },
      // Real processes mostly wait for one another, so more files than cores run at a time. Only after everything else.
      {
        extends: true,
        test: {
          name: "real",
          include: ["test/real/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
