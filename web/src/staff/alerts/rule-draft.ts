import { alertRuleInput, type AlertRule, type AlertRuleInput, type AlertTopic, type AuditEventType } from '@curtain/protocol'

/** A rule as it stands in the form: what is typed is text. */
export interface RuleDraft {
  name: string
  topics: readonly AlertTopic[]
  types: readonly AuditEventType[]
  outcome: 'any' | 'success' | 'denied'
  /** Empty for everybody. */
  userId: string
  target: string
  count: string
  withinMinutes: string
  countBy: AlertRule['countBy']
  isOn: boolean
  mailOfficers: boolean
  mailAddresses: string
  webhookUrl: string
}

export const newRule: RuleDraft = {
  name: '', topics: [], types: [], outcome: 'any', userId: '', target: '', count: '1', withinMinutes: '10', countBy: 'everybody',
  isOn: true, mailOfficers: true, mailAddresses: '', webhookUrl: '',
}

export function draftOf(rule: AlertRule): RuleDraft {
  return {
    name: rule.name,
    topics: rule.topics,
    types: rule.types,
    outcome: rule.outcome ?? 'any',
    userId: rule.userId ?? '',
    target: rule.target ?? '',
    count: String(rule.count),
    withinMinutes: String(rule.withinMinutes),
    countBy: rule.countBy,
    isOn: rule.isOn,
    mailOfficers: rule.mailOfficers,
    mailAddresses: rule.mailAddresses.join('\n'),
    webhookUrl: rule.webhookUrl ?? '',
  }
}

/** What is wrong in a form, by the field that says so. */
export type WrongFields = ReadonlySet<keyof RuleDraft>

const isField = (name: PropertyKey | undefined): name is keyof RuleDraft => typeof name === 'string' && Object.hasOwn(newRule, name)
const wholeNumber = (text: string) => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN)

/** @returns what is sent, or what has to be put right first */
export function readDraft(draft: RuleDraft): AlertRuleInput | { wrong: WrongFields } {
  const webhookUrl = draft.webhookUrl.trim()
  const read = alertRuleInput.safeParse({
    name: draft.name,
    topics: draft.topics,
    types: draft.types,
    outcome: draft.outcome === 'any' ? null : draft.outcome,
    userId: draft.userId === '' ? null : draft.userId,
    target: draft.target.trim() === '' ? null : draft.target.trim(),
    count: wholeNumber(draft.count),
    withinMinutes: wholeNumber(draft.withinMinutes),
    countBy: draft.countBy,
    isOn: draft.isOn,
    mailOfficers: draft.mailOfficers,
    mailAddresses: draft.mailAddresses.split(/[\s,;]+/).filter((part) => part !== ''),
    webhookUrl: webhookUrl === '' ? null : webhookUrl,
  })
  const wrong = new Set((read.error?.issues ?? []).map(({ path }) => path[0]).filter(isField))
  if (webhookUrl !== '' && !/^https?:\/\/[^/]/.test(webhookUrl)) wrong.add('webhookUrl')
  return read.success && wrong.size === 0 ? read.data : { wrong }
}
