import { inBothLanguages } from '../mail/both-languages.ts'
import type { OutgoingMail } from '../mail/mail.ts'
import { meaningsInSpanish } from './meanings.es.ts'
import { type Alert, logLink, sentenceOf } from './message.ts'

type Message = Pick<OutgoingMail, 'subject' | 'text'>

interface Words {
  sentence: (alert: Alert) => string
  /** Names of what stands in the lines below, as wide as the widest. */
  what: string
  denied: string
  who: string
  nobody: string
  on: string
  when: string
  log: string
  rule: string
}

const english: Words = {
  sentence: sentenceOf,
  what: 'What:    ',
  denied: 'denied',
  who: 'Who:     ',
  nobody: 'nobody known',
  on: 'On:      ',
  when: 'When:    ',
  log: 'In the log:',
  rule: 'The rule:',
}

const spanish: Words = {
  sentence: sentenceInSpanish,
  what: 'Qué:     ',
  denied: 'denegado',
  who: 'Quién:   ',
  nobody: 'no se sabe',
  on: 'Sobre:   ',
  when: 'Cuándo:  ',
  log: 'En el registro:',
  rule: 'La regla:',
}

function sentenceInSpanish({ kind, count, event, rule, quietMinutes }: Alert): string {
  if (kind === 'test') return 'Esto es una prueba. No ocurrió nada.'
  if (kind === 'more') return `${count} más en los últimos ${quietMinutes} minutos, de lo que ya se le avisó.`
  const meaning = event === null ? '' : meaningsInSpanish[event.type]
  return count === 1 ? `${meaning}.` : `${count} en ${rule.within_minutes} minutos. El último: ${meaning}.`
}

/** @param name of who did it, where that is one of the staff */
export function mailOf(alert: Alert, { publicUrl, name }: { publicUrl: string; name: string | null }): Message {
  const { rule, event } = alert
  const who = event === null ? null : (event.userId ?? event.participantId)
  const inWords = (words: Words) =>
    [
      words.sentence(alert),
      '',
      ...(event === null
        ? []
        : [
            `${words.what}${event.type}${event.outcome === 'denied' ? ` (${words.denied})` : ''}`,
            `${words.who}${name === null ? (who ?? words.nobody) : `${name} (${who})`}`,
            ...(event.target === null ? [] : [`${words.on}${event.target}`]),
            `${words.when}${event.at.toISOString()}`,
            '',
          ]),
      `${words.log} ${logLink(alert, publicUrl)}`,
      `${words.rule} ${publicUrl}/log/alerts`,
    ].join('\n')
  return {
    subject: `${alert.kind === 'test' ? 'Test / Prueba' : 'Alert / Aviso'}: ${rule.name}`,
    text: inBothLanguages(inWords(english), inWords(spanish)),
  }
}

/** What those who watch over the log are told when a webhook was given up. */
export function failureMail(ruleName: string, publicUrl: string): Message {
  const page = `${publicUrl}/log/alerts`
  return {
    subject: 'An alert could not be delivered / No se pudo entregar un aviso',
    text: inBothLanguages(
      `An alert of the rule “${ruleName}” could not be delivered by webhook, and is not tried any more.\n\nSee why, and send it again:\n${page}`,
      `Un aviso de la regla «${ruleName}» no se pudo entregar por webhook y no se intenta más.\n\nVea por qué, y envíelo de nuevo:\n${page}`,
    ),
  }
}
