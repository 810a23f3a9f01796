import { Button, Switch } from '@mantine/core'
import type { AuditFilter, SignedIn } from '@curtain/protocol'
import { useMemo, useState } from 'react'
import { useTranslation } from '../../i18n/translation.tsx'
import { navigate, useAddress } from '../router/location.ts'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Icon } from '../shell/icons.tsx'
import { Notice } from '../shell/notice.tsx'
import { PageHeading } from '../shell/page-heading.tsx'
import { useOpener } from '../shell/use-opener.ts'
import { EventList } from './event-list.tsx'
import { ExportEvents } from './export-events.tsx'
import './audit.css'
import { logPath, readFilter } from './log-address.ts'
import { LogTabs } from './log-tabs.tsx'
import { LookedFor, Narrow } from './narrow.tsx'
import { questionOf, Questions, type Question } from './questions.tsx'
import { SavedSearches } from './saved-searches.tsx'
import { Summary } from './summary.tsx'
import { useLogEvents } from './use-log-events.ts'
import { useStaffNames } from './use-staff-names.ts'
import { useLogWords } from './words.ts'

/** `/log`: what is on record, for those who watch over access. What is looked for stands in the address, as ids. */
export function LogPage({ who }: { who: SignedIn }) {
  const words = useLogWords()
  const { format } = useTranslation()
  const say = useAnnouncer()
  const opener = useOpener()
  const { search } = useAddress()
  const filter = useMemo(() => readFilter(new URLSearchParams(search)), [search])
  // A question that is chosen and not asked yet, since something has to be said first.
  const [chosen, setChosen] = useState<{ search: string; question: Question } | null>(null)
  const question = chosen?.search === search ? chosen.question : questionOf(filter)
  const isAsked = question === questionOf(filter)
  const [wantsLive, setWantsLive] = useState(false)
  const canBeLive = isAsked && filter.until === undefined
  const events = useLogEvents(isAsked ? filter : null, wantsLive && canBeLive)
  const staff = useStaffNames()
  const [open, setOpen] = useState<'export' | 'saved' | null>(null)

  const ask = (wanted: Question) => {
    if (wanted === 'everything') navigate('/log')
    else if (wanted === 'denied') navigate(logPath({ outcome: 'denied' }))
    setChosen(wanted === 'everything' || wanted === 'denied' ? null : { search, question: wanted })
  }
  const look = (wanted: AuditFilter) => navigate(logPath(wanted))
  const show = (dialog: 'export' | 'saved') => {
    opener.remember()
    setOpen(dialog)
  }
  const close = () => {
    opener.giveBack({ leaving: false })
    setOpen(null)
  }

  return (
    <div className="settings">
      <div className="page-head">
        <div>
          <PageHeading name={words.title}>{words.title}</PageHeading>
          <p className="quiet">{words.of(who.organization.name)}</p>
        </div>
        <div className="log-actions">
          <Button variant="default" onClick={() => show('saved')}>
            {words.saved}
          </Button>
          <Button variant="default" leftSection={<Icon name="download" />} onClick={() => show('export')}>
            {words.export}
          </Button>
        </div>
      </div>
      <LogTabs who={who} />
      <section className="settings-section" aria-labelledby="ask">
        <h2 id="ask">{words.ask}</h2>
        <Questions asked={question} onAsk={ask} filter={filter} onFilter={look} staff={staff} />
        {isAsked && <Narrow key={search} filter={filter} onFilter={look} />}
        {isAsked && <LookedFor filter={filter} names={staff.names ?? {}} />}
      </section>
      {isAsked && events.list !== null && <Summary filter={filter} list={events.list} />}
      {isAsked && (
        <section className="settings-section" aria-labelledby="events">
          <div className="log-head">
            <h2 id="events">{words.events}</h2>
            <output className="log-arrived">
              {events.arrived > 0 && words.arrived(events.arrived, format.number(events.arrived))}
            </output>
            {canBeLive && (
              <Switch
                label={words.live}
                title={words.liveHint}
                checked={wantsLive}
                onChange={(event) => setWantsLive(event.currentTarget.checked)}
              />
            )}
          </div>
          {events.mode === 'waiting' && <Notice tone="warning">{words.liveWaiting}</Notice>}
          <EventList {...events} filter={filter} />
        </section>
      )}
      <p className="quiet log-recorded">{words.recorded}</p>
      {open === 'export' && (
        <ExportEvents
          filter={isAsked ? filter : {}}
          onExported={() => {
            close()
            say(words.exported)
          }}
          onClose={close}
        />
      )}
      {open === 'saved' && (
        <SavedSearches
          filter={isAsked ? filter : {}}
          onOpen={(saved) => {
            close()
            look(saved.filter)
          }}
          onClose={close}
        />
      )}
    </div>
  )
}
