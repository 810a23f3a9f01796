import type { AuditEventType, AuditEventView } from '@curtain/protocol'
import type { Format } from '../../../i18n/format.ts'

/** What a type of event is called, and the sentence that one of them is told in. */
type Telling = readonly [title: string, sentence: (event: Told) => string]

/** The sentences of some of the types. */
export type Tellings<Type extends AuditEventType = AuditEventType> = Readonly<Record<Type, Telling>>

/** Words for the values of a fact. What has none is said as it stands. */
export type ValueWords = Readonly<Record<string, string>>

/** One event, ready to be put into a sentence. */
export interface Told {
  /** Who did it, to begin a sentence with. */
  who: string
  /** The same, in the middle of a sentence. */
  them: string
  /** On the staff: whom it was done to. */
  whom: string
  /** On the staff: whom a fact names. */
  user: (fact: string) => string
  /** In a visit: whom it was done to, in the middle of a sentence. */
  participant: string
  /** Whether it was done to something at all. */
  hasTarget: boolean
  has: (fact: string) => boolean
  /** What a fact says, in words where there are any; empty where there is no such fact. */
  word: (fact: string, words?: ValueWords) => string
  /** The same of all that it says, as a list. */
  list: (fact: string, words?: ValueWords) => string
  /** The roles that a fact names. */
  roles: (fact: string) => string
  count: (fact?: string) => number
  /** A count as the language writes it. */
  number: (fact?: string) => string
}

/** What is said of those who have no name here. */
export interface Unnamed {
  /** On the staff, and not known by name any more. */
  colleague: string
  roles: Readonly<Record<'patient' | 'guest' | 'host', string>>
  /** A participant of whom nothing is known. */
  somebody: string
  /** By nobody: the server itself, or somebody who is not known. */
  nobody: string
}

export interface Names {
  names: Readonly<Record<string, string>>
  roles: Readonly<Record<string, string>>
}

/** What a language brings to every sentence. */
export interface Voice {
  unnamed: Unnamed
  roleNames: ValueWords
  format: Format
}

/** Makes an event ready to be told in a language. */
export function toldOf(event: AuditEventView, { names, roles }: Names, { unnamed, roleNames, format }: Voice): Told {
  const facts = new Map(Object.entries(event.facts))
  const values = (fact: string): string[] => {
    const value = facts.get(fact)
    return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
      typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? [`${one}`] : [],
    )
  }
  const colleague = (id: string | null | undefined) => (id === null || id === undefined ? unnamed.colleague : (names[id] ?? unnamed.colleague))
  const participant = (id: string | null | undefined) => {
    const role = id === null || id === undefined ? undefined : roles[id]
    return role === 'patient' || role === 'guest' || role === 'host' ? unnamed.roles[role] : unnamed.somebody
  }
  const byWhom = () => {
    if (event.userId !== null) return colleague(event.userId)
    return event.participantId === null ? unnamed.nobody : participant(event.participantId)
  }
  const count = (fact = 'count') => Number(values(fact)[0] ?? 0)
  const inWords = (fact: string, words: ValueWords = {}) => values(fact).map((value) => words[value] ?? value)
  const list = (fact: string, words?: ValueWords) => format.list([...new Set(inWords(fact, words))])
  return {
    who: capitalized(byWhom()),
    them: byWhom(),
    whom: colleague(event.target),
    user: (fact) => colleague(values(fact)[0]),
    participant: participant(values('participantId')[0]),
    hasTarget: event.target !== null,
    has: (fact) => values(fact).length > 0,
    word: (fact, words) => inWords(fact, words)[0] ?? '',
    list,
    roles: (fact) => list(fact, roleNames),
    count,
    number: (fact) => format.number(count(fact)),
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
