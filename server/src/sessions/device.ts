import type { Device } from '@curtain/protocol'

type Sign = readonly [name: string, sign: RegExp]

/** In an order in which the more particular comes first: most browsers call themselves Chrome and Safari as well. */
const browsers: readonly Sign[] = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\b(OPR|OPT|OPX)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Headless)?(Chrome|Chromium|CriOS)\//],
  ['Safari', /\bVersion\/\S+ .*\bSafari\//],
]
const systems: readonly Sign[] = [
  ['iOS', /\b(iPhone|iPod)\b/],
  ['iPadOS', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows NT\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\bLinux\b/],
]

/** A user agent is read no further: what is longer is no browser's. */
const longest = 512

/**
 * What somebody may know their browser again by. Names alone: versions change every few weeks, and with everything else
 * that a user agent says they make a person easier to follow.
 * @param userAgent the header, which anybody may make up
 * @returns a name is empty where nothing known says it
 */
export function deviceOf(userAgent: string | undefined): Device {
  const said = (userAgent ?? '').slice(0, longest)
  const named = (signs: readonly Sign[]) => signs.find(([, sign]) => sign.test(said))?.[0] ?? ''
  return { browser: named(browsers), system: named(systems) }
}
