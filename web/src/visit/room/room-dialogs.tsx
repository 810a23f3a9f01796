import type { VisitClient, VisitSnapshot } from '@curtain/client'
import type { Devices } from '../devices/devices.ts'
import { PrivacyDialog } from '../privacy/privacy-dialog.tsx'
import { EndDialog, LeaveDialog, RefuseDialog, RemoveDialog } from './confirm-dialogs.tsx'
import type { OpenDialog } from './host-actions.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { MoreDialog, type MoreItem } from './more-dialog.tsx'
import { SettingsDialog } from './settings-dialog.tsx'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'

interface RoomDialogs {
  dialog: OpenDialog
  client: VisitClient
  snapshot: VisitSnapshot
  devices: Devices
  more: readonly MoreItem[]
  shortcutsOn: boolean
  onSwitchShortcuts: (on: boolean) => void
  onEnd: () => void
  onClose: () => void
}

/** The one dialog that is open in a visit. */
export function RoomDialogs({ dialog, client, snapshot, devices, more, onClose, ...rest }: RoomDialogs) {
  const leave = () => void client.leave()
  const confirmed = (act: () => void) => () => {
    onClose()
    act()
  }
  const { kind } = dialog
  if (kind === 'refuse' || kind === 'remove') {
    const Confirm = kind === 'refuse' ? RefuseDialog : RemoveDialog
    return <Confirm name={dialog.name} onConfirm={confirmed(dialog.confirm)} onClose={onClose} />
  }
  if (kind === 'leave') {
    return snapshot.grants.has('end') ? (
      <EndDialog onLeave={leave} onEnd={confirmed(rest.onEnd)} onClose={onClose} />
    ) : (
      <LeaveDialog onConfirm={leave} onClose={onClose} />
    )
  }
  if (kind === 'more') return <MoreDialog items={more} onClose={onClose} />
  if (kind === 'settings') return <SettingsDialog snapshot={snapshot} devices={devices} onClose={onClose} />
  if (kind === 'privacy' || kind === 'code') {
    const forCode = kind === 'code'
    return <PrivacyDialog client={client} snapshot={snapshot} forCode={forCode} onLeave={leave} onClose={onClose} />
  }
  if (kind === 'shortcuts') {
    return <ShortcutsDialog on={rest.shortcutsOn} onSwitch={rest.onSwitchShortcuts} onClose={onClose} />
  }
  return snapshot.visit === null ? null : <InviteDialog visitId={snapshot.visit.id} onClose={onClose} />
}
