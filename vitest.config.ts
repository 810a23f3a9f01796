import { defineConfig } from 'vitest/config'

const everywhere = { exclude: ['**/node_modules/**', '**/dist/**'] }

/**
 * `unit` lies beside the code; `integration`, `console` and `e2e` start the real parts, the latter two with browsers. Visits
 * (`e2e`) come last, one file after the other: pictures and sound of one keep two cores busy. Where a visit mostly waits, to
 * recover, it is among `integration`. What waits for a browser may wait five times as long as on an idle machine, and more.
 */
export default defineConfig({
  test: {
    reporters: ['default', './tests/support/count-reporter.ts'],
    globalSetup: ['./tests/support/global-setup.ts'],
    // Not a time in which something has to happen, but one after which it is clear that it never will, on any machine.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'unit',
          include: ['{protocol,audit-log,e2ee,server,sdk,web,cli,bench,setup,media-worker}/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'console',
          include: ['tests/console/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          ...everywhere,
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
