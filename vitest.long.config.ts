import { defineConfig } from 'vitest/config';

// What is repeated, fuzzed or at scale: CI runs it too.
export default defineConfig({
  test: {
    reporters: ['default', './test/setup/counts-reporter.ts'],
    include: ['test/long/**/*.test.ts'],
    setupFiles: ['test/setup/assert-node.ts'],
    testTimeout: 900_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
