import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/**
 * What axe-core finds on a page that is serious or critical: one line each, `rule: element`. The script is injected by the
 * browser's own tools, past the content security policy of the page.
 */
export async function seriousProblems(page: Page): Promise<string[]> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Runtime.evaluate', { expression: await readFile(axePath, 'utf8') })
  await devTools.detach()
  const { violations } = await page.evaluate(async (): Promise<AxeResults> => await Reflect.get(window, 'axe').run())
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** Whether anything is wider than the window, so that a person would have to scroll sideways. */
export function overflowsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)
}
