import { errors, type ErrorCode } from '@curtain/protocol'

/** The words that all pages share. Its type is what every other language must fill. */
export const en = {
  productName: 'Curtain',
  language: 'Language',
  languageNames: { en: 'English', es: 'Español' },
  /** What an error code means, and what to do. */
  sentence: (code: ErrorCode): string => errors[code].sentence,
  close: 'Close',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  loading: 'Loading…',
  offline: 'You are offline. We try again as soon as the network is back.',
}

export type SharedWords = typeof en
