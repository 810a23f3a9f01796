import { expect, test } from 'vitest'
import { browserFamily, type BrowserFamily } from './browser-family.ts'

const agents: [family: BrowserFamily, userAgent: string, maxTouchPoints: number][] = [
  ['chrome-desktop', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36', 0],
  ['chrome-android', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36', 5],
  ['firefox', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 0],
  ['safari-desktop', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15', 0],
  ['safari-ios', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15', 5],
  ['safari-ios', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0 Mobile/15E148 Safari/604.1', 5],
  ['other', 'something else', 0],
]

test.each(agents)('tells %s by its user agent', (family, userAgent, maxTouchPoints) => {
  expect(browserFamily({ userAgent, maxTouchPoints })).toBe(family)
})
