import type { VisitClient, VisitSnapshot } from '@curtain/client'
import type { ReactElement } from 'react'
import type { Devices } from '../devices/devices.ts'
import { EndDialog, LeaveDialog, RefuseDialog, RemoveDialog } from './confirm-dialogs.tsx'
import type { OpenDialog } from './host-actions.ts'
import { InviteDialog } from './invite-dialog.tsx'
import { MoreDialog, type MoreItem } from './more-dialog.tsx'
import { PrivacyDialog } from './privacy-dialog.tsx'
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
export function RoomDialogs({ dialog, client, snapshot, devices, more, onClose, ...rest }: RoomDialogs): ReactElement | null {
  const leave = () => void client.leave()
  switch (dialog.kind) {
    case 'leave':
      return snapshot.grants.has('end') ? (
        <EndDialog onLeave={leave} onEnd={rest.onEnd} onClose={onClose} />
      ) : (
        <LeaveDialog onConfirm={leave} onClose={onClose} />
      )
    case 'more':
      return <MoreDialog items={more} onClose={onClose} />
    case 'settings':
      return <SettingsDialog snapshot={snapshot} devices={devices} onClose={onClose} />
    case 'shortcuts':
      return <ShortcutsDialog on={rest.shortcutsOn} onSwitch={rest.onSwitchShortcuts} onClose={onClose} />
    case 'privacy':
      return <PrivacyDialog onClose={onClose} />
    case 'invite':
      return snapshot.visit === null ? null : <InviteDialog visitId={snapshot.visit.id} onClose={onClose} />
    case 'refuse':
    case 'remove': {
      const Confirm = dialog.kind === 'refuse' ? RefuseDialog : RemoveDialog
      const confirm = () => {
        onClose()
        dialog.confirm()
      }
      return <Confirm name={dialog.name} onConfirm={confirm} onClose={onClose} />
    }
  }
}
