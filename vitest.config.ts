import { defineConfig } from 'vitest/config';

const project = (name: string, options: { timeout: number; parallel: boolean }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    setupFiles: ['test/setup/assert-node.ts'],
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    fileParallelism: options.parallel,
  },
});

export default defineConfig({
  test: {
    reporters: ['default', './test/setup/counts-reporter.ts'],
    projects: [
      project('unit', { timeout: 30_000, parallel: true }),
      project('conventions', { timeout: 120_000, parallel: true }),
      project('infra', { timeout: 120_000, parallel: true }),
      project('lab', { timeout: 120_000, parallel: false }),
      project('aws', { timeout: 300_000, parallel: false }),
    ],
  },
});
