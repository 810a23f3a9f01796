import { alertDelivery, alertList, alertRuleKept, type AlertDelivery, type AlertRule, type AlertRuleInput } from '@curtain/protocol'
import { z } from 'zod'
import type { Asking } from '../api/ask.ts'

const rules = '/v1/audit/alerts/rules'

/** When those who watch over the log are alerted, and by what. */
export const alertCalls = ({ ask, post }: Asking) => ({
  alerts: (signal: AbortSignal) => ask('/v1/audit/alerts', alertList, { signal }),
  createAlertRule: (input: AlertRuleInput) => post(rules, alertRuleKept, input),
  changeAlertRule: (id: AlertRule['id'], input: AlertRuleInput) => ask(`${rules}/${id}`, alertRuleKept, { method: 'PUT', body: input }),
  removeAlertRule: (id: AlertRule['id']) => ask(`${rules}/${id}`, z.unknown(), { method: 'DELETE' }),
  /** The one before signs too, for a day. */
  newWebhookSecret: (id: AlertRule['id']) => post(`${rules}/${id}/secret`, alertRuleKept),
  forgetOldWebhookSecret: (id: AlertRule['id']) => ask(`${rules}/${id}/old-secret`, z.unknown(), { method: 'DELETE' }),
  testAlertRule: (id: AlertRule['id']) => post(`${rules}/${id}/test`, z.unknown()),
  sendAlertAgain: (id: AlertDelivery['id']) => post(`/v1/audit/alerts/deliveries/${id}/send`, alertDelivery),
})
