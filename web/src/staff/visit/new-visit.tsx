import { Checkbox, Modal, NativeSelect } from '@mantine/core'
import {
  personName,
  visitInput,
  visitKind,
  type EncryptionMode,
  type Link,
  type LinkCheck,
  type Patient,
  type SignedIn,
  type Visit,
  type VisitKind,
} from '@curtain/protocol'
import { useState, type FormEvent } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { mayUse } from '../session/access.ts'
import { useSession } from '../session/session.tsx'
import { FormActions } from '../shell/form-actions.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { dayOf, type CalendarDay } from '../time/calendar-day.ts'
import { nextQuarter, timeOf } from '../time/wall-time.ts'
import { ClinicianField, useClinicians } from './clinician-field.tsx'
import { EncryptionField } from './encryption-field.tsx'
import { lackingFor, LinkCheckField, NewPatientFields, readNewPatient } from './link-check-field.tsx'
import { PatientField, type PatientChoice } from './patient-field.tsx'
import { ReasonField } from './reason-field.tsx'
import { useOrganizationSettings } from './use-organization-settings.ts'
import { VisitMade } from './visit-made.tsx'
import { readWhen, WhenFields, type When } from './when-fields.tsx'
import { useVisitWords } from './words.ts'

interface NewVisitProps {
  who: SignedIn
  /** The day that is being looked at, offered as the day of the visit. */
  day: CalendarDay
  now: Date
  /** A visit was made: the list behind the dialog is to be read again. */
  onMade: (visit: Visit) => void
  onClose: () => void
}

/** Makes a visit in one dialog, and then hands over the patient's link with what to do next. */
export function NewVisit({ who, day, now, onMade, onClose }: NewVisitProps) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const [made, setMade] = useState<{ visit: Visit; link: Link } | null>(null)
  return (
    <Modal
      opened
      onClose={onClose}
      title={made === null ? words.newVisit : words.madeTitle}
      closeButtonProps={{ 'aria-label': shared.close }}
      // A link that is shown once must not vanish by a slip of the hand.
      closeOnClickOutside={false}
    >
      {made === null ? (
        <NewVisitForm
          who={who}
          day={day}
          now={now}
          onClose={onClose}
          onMade={(result) => {
            setMade(result)
            onMade(result.visit)
          }}
        />
      ) : (
        <VisitMade visit={made.visit} mayOpen={mayUse('holdVisits', who)} link={made.link} onAnother={() => setMade(null)} onClose={onClose} />
      )}
    </Modal>
  )
}

interface NewVisitFormProps {
  who: SignedIn
  day: CalendarDay
  now: Date
  onMade: (result: { visit: Visit; link: Link }) => void
  onClose: () => void
}

const reasonSchema = visitInput.shape.reason

function NewVisitForm({ who, day, now, onMade, onClose }: NewVisitFormProps) {
  const words = useVisitWords()
  const { api } = useSession()
  const [patient, setPatient] = useState<PatientChoice>({ name: '', known: null })
  const { clinicians, failure: cliniciansFailure, self } = useClinicians(who)
  const [clinicianId, setClinicianId] = useState(self)
  const [when, setWhen] = useState<When>(() => sensibleTime(day, now))
  const [kind, setKind] = useState<VisitKind>('consultation')
  const { settings, read: readSettings } = useOrganizationSettings()
  const [chosenEncryption, setEncryption] = useState<EncryptionMode>('end-to-end')
  const mayChoose = settings?.transportVisits.includes(kind) ?? false
  const encryption = mayChoose ? chosenEncryption : 'end-to-end'
  const [chosenCheck, setCheck] = useState<LinkCheck | null>(null)
  const [send, setSend] = useState(false)
  const [newPatient, setNewPatient] = useState({ birthDate: '', email: '' })
  const link = linkOf(patient.known, chosenCheck ?? settings?.linkCheck ?? 'none', { canMail: settings?.canMail ?? false, send })
  const [reason, setReason] = useState('')
  const [checked, setChecked] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)
  const reasonRead = reasonSchema.safeParse(reason)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setChecked(true)
    setFailure(null)
    const name = personName.safeParse(patient.name)
    const read = readWhen(when)
    const known = readNewPatient(newPatient, link.needs)
    if (!name.success || known === null || read === null || clinicianId === null || !reasonRead.success) return
    setBusy(true)
    try {
      onMade(
        await api.createVisit({
          patient: patient.known === null ? { name: name.data, ...known } : { id: patient.known.id },
          clinicianId,
          startsAt: read.instant.toISOString(),
          durationMinutes: when.durationMinutes,
          kind,
          encryption,
          reason,
          // Where the settings are not known, the server goes by them.
          ...(settings === null ? {} : { check: link.check }),
          send: link.send,
        }),
      )
    } catch (error) {
      const refusal = asFailure(error)
      // Switched off in the meantime: the choice goes away, and the visit can be made encrypted.
      if (refusal.code === 'transport-not-allowed') void readSettings()
      setFailure(refusal)
      setBusy(false)
    }
  }

  return (
    <form className="dialog-body" noValidate onSubmit={(event) => void submit(event)}>
      <PatientField value={patient} onChange={setPatient} checked={checked} />
      <ClinicianField value={clinicianId} onChange={setClinicianId} clinicians={clinicians} checked={checked} />
      {cliniciansFailure !== null && <p className="field-note">{words.cliniciansFailed}</p>}
      <WhenFields value={when} onChange={setWhen} now={now} checked={checked} />
      <NativeSelect
        label={words.kind}
        value={kind}
        onChange={(event) => {
          setKind(visitKind.catch('consultation').parse(event.currentTarget.value))
          // Chosen for one kind, it is not chosen for another.
          setEncryption('end-to-end')
        }}
        data={visitKind.options.map((value) => ({ value, label: words.kinds[value] }))}
      />
      {mayChoose && <EncryptionField value={encryption} onChange={setEncryption} />}
      {settings !== null && (
        <LinkCheckField
          value={link.check}
          onChange={setCheck}
          canMail={settings.canMail}
          lacking={link.lacking}
          {...(link.isUsualLacking && { note: words.checkUsualLacking })}
        />
      )}
      {link.maySend && (
        <Checkbox
          label={words.sendLink}
          description={link.check === 'mailed-code' ? words.sameMailbox : undefined}
          checked={send}
          onChange={(event) => setSend(event.currentTarget.checked)}
        />
      )}
      <NewPatientFields value={newPatient} onChange={setNewPatient} needs={link.needs} checked={checked} />
      {mayUse('reasons', who) && <ReasonField value={reason} onChange={setReason} isWrong={!reasonRead.success} />}
      {failure !== null && <FailureNotice failure={failure} />}
      <FormActions act={words.makeVisit} busy={busy} onCancel={onClose} />
    </form>
  )
}

/** What the link is to do, and what that takes, for somebody on record or a new patient. */
function linkOf(known: Patient | null, wanted: LinkCheck, { canMail, send }: { canMail: boolean; send: boolean }) {
  const lacking = known === null ? [] : lackingFor(known)
  const isUsualLacking = lacking.includes(wanted)
  const check = isUsualLacking ? 'none' : wanted
  const maySend = canMail && known?.email !== null
  const isSent = send && maySend
  const needs = {
    birthDate: known === null && check === 'birth-date',
    email: known === null && (check === 'mailed-code' || isSent),
  }
  return { check, lacking, isUsualLacking, maySend, send: isSent, needs }
}

function sensibleTime(day: CalendarDay, now: Date): When {
  const soon = nextQuarter(now, 5)
  if (day <= dayOf(now)) return { date: dayOf(soon), time: timeOf(soon), durationMinutes: 30 }
  return { date: day, time: '09:00', durationMinutes: 30 }
}
