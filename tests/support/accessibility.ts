import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { phoneViewport } from './browser.ts'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/**
 * What axe-core finds on a page that is serious or critical: one line each, `rule: element`. The script is injected by the
 * browser's own tools, past the content security policy of the page.
 */
export async function seriousProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    const devTools = await page.context().newCDPSession(page)
    await devTools.send('Runtime.evaluate', { expression: await readFile(axePath, 'utf8') })
    await devTools.detach()
  }
  const { violations } = await page.evaluate(
    async (): Promise<AxeResults> => await Reflect.get(window, 'axe').run(document, { resultTypes: ['violations'] }),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** Whether anything is wider than the window, so that a person would have to scroll sideways. */
export function overflowsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
}

/** Expects a page to be in order as it is shown, to fit at a desk and on phones, and to be left at the size it had. */
export async function isInOrder(page: Page): Promise<void> {
  const before = page.viewportSize()
  expect(await seriousProblems(page)).toEqual([])
  for (const viewport of [{ width: 1280, height: 800 }, phoneViewport, { width: 360, height: 640 }]) {
    await page.setViewportSize(viewport)
    expect(await overflowsSideways(page)).toBe(false)
  }
  if (before !== null) await page.setViewportSize(before)
}
