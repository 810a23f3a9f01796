import type { Browser } from 'playwright-core'
import { beforeEach } from 'vitest'
import { launchChromium, Person, type PersonOptions } from './browser.ts'
import { type Curtain, startCurtain } from './curtain.ts'
import { Staff } from './staff.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A running Curtain with its organization, a member of staff, and a browser to open people in. */
export interface World extends AsyncDisposable {
  curtain: Curtain
  staff: Staff
  browser: Browser
  open(options: PersonOptions): Promise<Person>
}

export async function makeWorld(environment: Record<string, string> = {}): Promise<World> {
  await using cleanup = new AsyncDisposableStack()
  const folder = cleanup.use(temporaryFolder())
  const curtain = await startCurtain(folder.path, environment)
  cleanup.defer(() => curtain.stop())
  const staff = new Staff(curtain.url)
  await staff.setUp(curtain)
  const browser = await launchChromium()
  cleanup.defer(() => browser.close())
  const all = cleanup.move()
  return {
    curtain,
    staff,
    browser,
    open: (options) => Person.open(browser, options),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/**
 * Has the member of staff show before each test who they are: what is dangerous may be done for five minutes after that, and a
 * slow machine takes longer over a file.
 */
export function confirmBeforeEach(world: () => World): void {
  beforeEach(() => world().staff.signIn())
}
