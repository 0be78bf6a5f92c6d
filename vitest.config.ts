import { defineConfig } from 'vitest/config';

/** `order`: those of one order run together. `workers`: files at a time; by itself, vitest leaves one of two processors idle. */
const project = (name: string, options: { timeout: number; workers: number; order: number }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ['test/setup/assert-node.ts'],
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    maxWorkers: options.workers,
    sequence: { groupOrder: options.order },
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/counts-reporter.ts'],
    projects: [
      project('unit', { timeout: 30_000, workers: 2, order: 0 }),
      project('conventions', { timeout: 120_000, workers: 2, order: 0 }),
      project('infra', { timeout: 120_000, workers: 2, order: 0 }),
      // Its files mostly wait for servers.
      project('lab', { timeout: 120_000, workers: 2, order: 1 }),
      project('aws', { timeout: 300_000, workers: 1, order: 2 }),
    ],
  },
});
