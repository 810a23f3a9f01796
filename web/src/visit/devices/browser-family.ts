/** Browsers whose permission settings are found in different places. */
export type BrowserFamily = 'chrome-desktop' | 'chrome-android' | 'firefox' | 'safari-desktop' | 'safari-ios' | 'other'

/**
 * Guesses the browser from its user agent string: good enough to choose between instructions, for nothing else.
 * All browsers on iPhones and iPads are Safari underneath; an iPad says it is a Mac, but has a touch screen.
 */
export function browserFamily({ userAgent, maxTouchPoints }: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>): BrowserFamily {
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'safari-ios'
  if (/Macintosh/.test(userAgent) && maxTouchPoints > 1) return 'safari-ios'
  if (/Firefox\//.test(userAgent)) return 'firefox'
  if (/Chrome\/|Chromium\//.test(userAgent)) return /Android/.test(userAgent) ? 'chrome-android' : 'chrome-desktop'
  if (/Safari\//.test(userAgent)) return 'safari-desktop'
  return 'other'
}
