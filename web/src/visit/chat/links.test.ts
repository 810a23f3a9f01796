import { describe, expect, it, test } from 'vitest'
import { splitLinks } from './links.ts'

describe('links in a message', () => {
  it('are found among the words around them', () => {
    expect(splitLinks('See https://clinic.example/plan and call.')).toEqual([
      { text: 'See ' },
      { href: 'https://clinic.example/plan' },
      { text: ' and call.' },
    ])
  })

  test.each([
    ['(https://clinic.example/a)', 'https://clinic.example/a'],
    ['https://clinic.example/a.', 'https://clinic.example/a'],
    ['Is it https://clinic.example/a?!', 'https://clinic.example/a'],
    ['https://clinic.example/a_(b)', 'https://clinic.example/a_(b)'],
    ['(see https://clinic.example/a_(b)).', 'https://clinic.example/a_(b)'],
    ['“https://clinic.example/a”', 'https://clinic.example/a'],
    ['<https://clinic.example/a>', 'https://clinic.example/a'],
    ['https://clinic.example/?q=1,2&r=x', 'https://clinic.example/?q=1,2&r=x'],
    ['HTTPS://Clinic.Example/A', 'https://clinic.example/A'],
  ])('end where the address ends: %s', (message, href) => {
    expect(splitLinks(message).filter((piece) => 'href' in piece)).toEqual([{ href }])
  })

  test.each([
    // Cyrillic letters that look like Latin ones
    ['https://аррӏе.com/', 'https://xn--80ak6aa92e.com/'],
    ['https://münchen.example/ärzte', 'https://xn--mnchen-3ya.example/%C3%A4rzte'],
    ['https://clinic.example\\@evil.example', 'https://clinic.example/@evil.example'],
    ['https://0x7f.1/', 'https://127.0.0.1/'],
    ['https://clinic。example/', 'https://clinic.example/'],
  ])('show where the browser would go: %s', (message, href) => {
    expect(splitLinks(message)).toEqual([{ href }])
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,hello',
    'ftp://clinic.example/',
    'www.clinic.example',
    'https://clinic.example@evil.example/',
    'https://ann:secret@clinic.example/',
    'https://',
    'https://[::1',
    'mailto:ann@clinic.example',
  ])('are made of nothing else: %s', (message) => {
    expect(splitLinks(message)).toEqual([{ text: message }])
  })

  it('are all found, and no word is lost', () => {
    const message = 'a https://one.example/, b http://two.example/x c'
    expect(splitLinks(message).map((piece) => ('href' in piece ? piece.href : piece.text)).join('')).toBe(message)
  })

  it('of no message are none', () => {
    expect(splitLinks('')).toEqual([])
  })
})
