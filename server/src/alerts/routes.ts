import { alertDelivery, alertDeliveryId, alertList, alertRuleId, alertRuleInput, alertRuleKept } from '@curtain/protocol'
import { z } from 'zod'
import type { Authentication } from '../http/authentication.ts'
import type { HttpApp } from '../http/http-server.ts'
import { problemResponses } from '../http/problems.ts'
import type { Alerts } from './service.ts'

const ofRule = z.object({ alertRuleId })
const ofDelivery = z.object({ alertDeliveryId })
const tags = ['audit']
const security = [{ staffSession: [] }]
const always = ['not-signed-in', 'forbidden', 'confirmation-needed'] as const

/** When those who watch over the log are alerted, and by what. */
export function alertRoutes(app: HttpApp, { alerts, authentication }: { alerts: Alerts; authentication: Authentication }): void {
  app.get(
    '/v1/audit/alerts',
    {
      config: { records: ['alert.listed'] },
      schema: {
        tags,
        summary: 'The rules of when somebody is alerted, and what was sent lately',
        security,
        response: { 200: alertList, ...problemResponses(false, 'not-signed-in', 'forbidden') },
      },
    },
    async (request) => alerts.list(await authentication.staff(request)),
  )

  app.post(
    '/v1/audit/alerts/rules',
    {
      config: { records: ['alert.rule-created'] },
      schema: {
        tags,
        summary: 'Make a rule; the secret that signs its webhook is in this answer alone',
        security,
        body: alertRuleInput,
        response: { 201: alertRuleKept, ...problemResponses(true, ...always, 'alert-rules-full') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      return reply.code(201).send(await alerts.create(actor, request.body))
    },
  )

  app.put(
    '/v1/audit/alerts/rules/:alertRuleId',
    {
      config: { records: ['alert.rule-changed'] },
      schema: {
        tags,
        summary: 'Put a rule in the place of another; counting begins anew',
        security,
        params: ofRule,
        body: alertRuleInput,
        response: { 200: alertRuleKept, ...problemResponses(true, ...always, 'not-found') },
      },
    },
    async (request) => {
      const actor = await authentication.confirmed(request)
      return alerts.change(actor, request.params.alertRuleId, request.body)
    },
  )

  app.delete(
    '/v1/audit/alerts/rules/:alertRuleId',
    {
      config: { records: ['alert.rule-removed'] },
      schema: {
        tags,
        summary: 'Remove a rule; what it has not sent yet is not sent any more',
        security,
        params: ofRule,
        response: { 204: z.undefined().describe('Removed'), ...problemResponses(true, ...always, 'not-found') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      await alerts.remove(actor, request.params.alertRuleId)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/audit/alerts/rules/:alertRuleId/secret',
    {
      config: { records: ['alert.rule-changed'] },
      schema: {
        tags,
        summary: 'Sign with another secret from now on, and for a day with the one before as well; it is in this answer alone',
        security,
        params: ofRule,
        response: { 200: alertRuleKept, ...problemResponses(true, ...always, 'not-found') },
      },
    },
    async (request) => {
      const actor = await authentication.confirmed(request)
      return alerts.newSecret(actor, request.params.alertRuleId)
    },
  )

  app.delete(
    '/v1/audit/alerts/rules/:alertRuleId/old-secret',
    {
      config: { records: ['alert.rule-changed'] },
      schema: {
        tags,
        summary: 'Sign with the present secret alone from now on',
        security,
        params: ofRule,
        response: { 204: z.undefined().describe('Forgotten, or there was none'), ...problemResponses(true, ...always, 'not-found') },
      },
    },
    async (request, reply) => {
      const actor = await authentication.confirmed(request)
      await alerts.forgetOldSecret(actor, request.params.alertRuleId)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/audit/alerts/rules/:alertRuleId/test',
    {
      config: { records: ['alert.tested'] },
      schema: {
        tags,
        summary: 'Send a message that says that it is a test',
        security,
        params: ofRule,
        response: {
          204: z.undefined().describe('On its way'),
          ...problemResponses(true, 'not-signed-in', 'forbidden', 'not-found', 'rate-limited'),
        },
      },
    },
    async (request, reply) => {
      await alerts.test(await authentication.staff(request), request.params.alertRuleId)
      return reply.code(204).send()
    },
  )

  app.post(
    '/v1/audit/alerts/deliveries/:alertDeliveryId/send',
    {
      config: { records: ['alert.sent-again'] },
      schema: {
        tags,
        summary: 'Send a webhook again that was given up, or at once if it waits',
        security,
        params: ofDelivery,
        response: { 200: alertDelivery, ...problemResponses(true, 'not-signed-in', 'forbidden', 'not-found', 'rate-limited') },
      },
    },
    async (request) => alerts.sendAgain(await authentication.staff(request), request.params.alertDeliveryId),
  )
}
