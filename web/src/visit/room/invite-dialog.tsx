import { postJson } from '@curtain/client'
import { link as linkSchema, linkInput, type Link, type ParticipantId, type VisitId } from '@curtain/protocol'
import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { problemOf } from '../screens/problem.ts'
import { useVisitWords } from '../words/words.ts'
import { readExpectedPeople } from './expected-people.ts'
import { useSentence } from './use-sentence.ts'

interface Invite {
  visitId: VisitId
  onClose: () => void
}

interface Made {
  name: string
  link: Link
}

/** Makes links: for a guest by name, or again for somebody who is expected. Each is told once, here. */
export function InviteDialog({ visitId, onClose }: Invite) {
  const words = useVisitWords()
  const sentence = useSentence()
  const [name, setName] = useState('')
  const [made, setMade] = useState<Made | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  // Whoever may need their link again: they lost it, or use another device now.
  const [known, setKnown] = useState<readonly { id: ParticipantId; name: string }[]>([])
  const nameId = useId()
  const problemId = useId()

  useEffect(() => {
    const abort = new AbortController()
    void readExpectedPeople(visitId, abort.signal).then(setKnown)
    return () => abort.abort()
  }, [visitId])

  async function make(input: unknown, forName: string) {
    const checked = linkInput.safeParse(input)
    if (!checked.success) {
      setProblem(words.host.nameMissing)
      return
    }
    setBusy(true)
    setProblem(null)
    try {
      const path = `/v1/visits/${visitId}/links`
      const link = await postJson(path, checked.data, linkSchema, { baseUrl: location.origin })
      setMade({ name: forName, link })
      setName('')
    } catch (error) {
      setProblem(sentence(problemOf(error)))
    } finally {
      setBusy(false)
    }
  }

  function onGuest(event: FormEvent) {
    event.preventDefault()
    void make({ guest: { name } }, name.trim())
  }

  return (
    <Dialog title={words.host.inviteTitle} onClose={onClose}>
      {made !== null && <ReadyLink key={made.link.id} {...made} />}
      <form className="invite" onSubmit={onGuest} noValidate>
        <h3>{words.host.guestTitle}</h3>
        <p className="small quiet">{words.host.guestText}</p>
        <div className="field">
          <label htmlFor={nameId}>{words.host.guestName}</label>
          <input
            id={nameId}
            value={name}
            maxLength={100}
            autoComplete="off"
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? undefined : problemId}
            onChange={(event) => setName(event.target.value)}
          />
          {problem !== null && (
            <p id={problemId} className="field-problem" role="alert">
              {problem}
            </p>
          )}
        </div>
        <Button type="submit" look="primary" disabled={busy}>
          {words.host.makeGuestLink}
        </Button>
      </form>
      {known.map((person) => (
        <section key={person.id} className="invite">
          <h3>{words.host.newPatientLink(person.name)}</h3>
          <p className="small quiet">{words.host.newPatientLinkText}</p>
          <Button disabled={busy} onClick={() => void make({ participantId: person.id }, person.name)}>
            {words.host.makeLink}
          </Button>
        </section>
      ))}
    </Dialog>
  )
}

function ReadyLink({ name, link }: Made) {
  const words = useVisitWords()
  const field = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<'new' | 'copied' | 'by-hand'>('new')
  const id = useId()
  useEffect(() => field.current?.focus(), [])

  async function copy() {
    field.current?.select()
    try {
      await navigator.clipboard.writeText(link.url)
      setState('copied')
    } catch {
      setState('by-hand')
    }
  }

  return (
    <section className="ready-link">
      <h3>
        <output>{words.host.linkReady(name)}</output>
      </h3>
      <p className="small">{words.host.linkText}</p>
      <div className="field">
        <label htmlFor={id}>{words.host.linkField}</label>
        <input ref={field} id={id} readOnly value={link.url} onFocus={(event) => event.target.select()} />
      </div>
      <Button look="primary" icon={state === 'copied' ? 'check' : 'link'} onClick={() => void copy()}>
        {state === 'copied' ? words.host.linkCopied : words.host.copyLink}
      </Button>
      {state === 'by-hand' && <output>{words.host.selectLink}</output>}
    </section>
  )
}
