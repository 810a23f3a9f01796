import { Button } from '@mantine/core'
import type { AlertRule } from '@curtain/protocol'
import { useTranslation } from '../../i18n/translation.tsx'
import { useInstant } from '../account/use-instant.ts'
import { useRequest } from '../api/use-request.ts'
import { useSentences } from '../audit/sentences/sentences.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { useAlertWords } from './words.ts'

interface RuleLineProps {
  rule: AlertRule
  nameOf: (userId: string) => string
  onShow: (what: 'change' | 'remove' | 'secret' | 'old-secret') => void
  onTested: () => void
}

/** A rule in words, and what can be done with it. */
export function RuleLine({ rule, nameOf, onShow, onTested }: RuleLineProps) {
  const words = useAlertWords()
  const { format } = useTranslation()
  const instant = useInstant()
  const { title } = useSentences()
  const { api } = useSession()
  const say = useAnnouncer()
  const { busy, failure, run } = useRequest()
  const { name, outcome, userId, target, webhookUrl, oldSecretUntil, quiet } = rule
  const test = () =>
    run(async () => {
      await api.testAlertRule(rule.id)
      say(words.tested)
      onTested()
    })
  const about = [...rule.topics.map((topic) => words.topics[topic].name), ...rule.types.map(title)]
  const when = [
    words.when(rule.count, rule.withinMinutes),
    ...(rule.count > 1 && rule.countBy === 'person' ? [words.byOne] : []),
    ...(userId === null ? [] : [words.onlyBy(nameOf(userId))]),
    ...(target === null ? [] : [words.onlyOn(target)]),
    ...(outcome === null ? [] : [words.onlyOutcome[outcome]]),
  ]
  const whom = [
    ...(rule.mailOfficers ? [words.officers] : []),
    ...rule.mailAddresses,
    ...(webhookUrl === null ? [] : [words.receiver(hostOf(webhookUrl))]),
  ]
  return (
    <li className="alert-line">
      <div className="alert-what">
        <span className="alert-name">
          <strong>{name}</strong>
          {!rule.isOn && <span className="alert-mark">{words.off}</span>}
          {quiet !== null && <span className="alert-mark" data-tone="quiet">{words.quiet(instant(quiet.until), quiet.more)}</span>}
        </span>
        <span>{format.list(about)}</span>
        <span className="quiet">{when.join(', ')}</span>
        <span className="quiet">{words.tells(format.list(whom))}</span>
        {oldSecretUntil !== null && <span className="quiet">{words.oldSecret(instant(oldSecretUntil))}</span>}
        <span className="quiet">{words.made(format.date(new Date(rule.createdAt)), rule.createdBy.name)}</span>
      </div>
      <div className="alert-actions">
        <Button size="xs" variant="default" aria-label={words.changeOf(name)} onClick={() => onShow('change')}>
          {words.change}
        </Button>
        <Button size="xs" variant="default" aria-label={words.testOf(name)} loading={busy} onClick={() => void test()}>
          {words.test}
        </Button>
        {webhookUrl !== null && (
          <Button size="xs" variant="default" aria-label={words.newSecretOf(name)} onClick={() => onShow('secret')}>
            {words.newSecret}
          </Button>
        )}
        {oldSecretUntil !== null && (
          <Button size="xs" variant="default" aria-label={words.forgetOldOf(name)} onClick={() => onShow('old-secret')}>
            {words.forgetOld}
          </Button>
        )}
        <Button size="xs" variant="default" aria-label={words.removeOf(name)} onClick={() => onShow('remove')}>
          {words.remove}
        </Button>
      </div>
      {failure !== null && <FailureNotice failure={failure} />}
    </li>
  )
}

/** What stands behind the host may be a secret of the receiver's. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
