import { Button, Modal } from '@mantine/core'
import type { Link, LinkCheck, VisitId, VisitParticipant } from '@curtain/protocol'
import { useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { asFailure, type RequestFailed } from '../api/request-failed.ts'
import { useSession } from '../session/session.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { LinkCheckField } from './link-check-field.tsx'
import { LinkToCopy } from './link-to-copy.tsx'
import { useOrganizationSettings } from './use-organization-settings.ts'
import { useVisitWords } from './words.ts'

export interface LinkDialogProps {
  visitId: VisitId
  person: VisitParticipant
  onClose: () => void
}

/** Makes a new link for somebody expected, after saying that it takes an earlier one's place. */
export function LinkDialog({ visitId, person, onClose }: LinkDialogProps) {
  const words = useVisitWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const { displayName: name } = person
  const { settings } = useOrganizationSettings()
  const [check, setCheck] = useState<LinkCheck>(person.check?.kind ?? 'none')
  const [link, setLink] = useState<Link | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<RequestFailed | null>(null)

  const make = async () => {
    setBusy(true)
    setFailure(null)
    try {
      setLink(await api.createLink(visitId, { participantId: person.id, check }))
    } catch (error) {
      setFailure(asFailure(error))
    }
    setBusy(false)
  }

  return (
    <Modal opened onClose={onClose} title={words.newLinkTitle(name)} closeButtonProps={{ 'aria-label': shared.close }}>
      {link === null ? (
        <div className="dialog-body">
          {failure !== null && <FailureNotice failure={failure} />}
          <p>{words.newLinkExplained}</p>
          <p className="quiet">{words.newLinkAgain}</p>
          {settings !== null && (
            <LinkCheckField
              value={check}
              onChange={setCheck}
              canMail={settings.canMail}
              lacking={person.role === 'guest' ? ['birth-date'] : []}
            />
          )}
          <div className="dialog-actions">
            <Button variant="default" onClick={onClose}>
              {shared.cancel}
            </Button>
            <Button data-autofocus loading={busy} onClick={() => void make()}>
              {words.makeLink}
            </Button>
          </div>
        </div>
      ) : (
        <div className="dialog-body">
          <LinkToCopy link={link} name={name} copyNow />
          <div className="dialog-actions">
            <Button variant="default" onClick={onClose}>
              {words.done}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  )
}
