import { VisitError, type VisitClient } from '@curtain/client'
import { useMemo } from 'react'
import { useSay } from '../parts/notices.tsx'
import type { HostActions } from './people-list.tsx'
import { useSentence } from './use-sentence.ts'

/** Something that is asked for or confirmed in a dialog. */
export type OpenDialog =
  | { kind: 'leave' | 'more' | 'settings' | 'shortcuts' | 'privacy' | 'code' | 'invite' }
  | { kind: 'refuse' | 'remove'; confirm: () => void; name: string }

/** What a host does, with failures told in a sentence. What is hard to undo asks first. */
export function useHostActions(client: VisitClient, open: (dialog: OpenDialog) => void): HostActions & { end: () => void } {
  const say = useSay()
  const sentence = useSentence()
  return useMemo(() => {
    const run = (work: Promise<void>) => {
      work.catch((error: unknown) => say(sentence(error instanceof VisitError ? error.code : 'internal')))
    }
    return {
      admit: (id) => run(client.admit(id)),
      refuse: ({ id, displayName }) =>
        open({ kind: 'refuse', name: displayName, confirm: () => run(client.refuse(id)) }),
      mute: (id) => run(client.mute(id)),
      sendBack: (id) => run(client.sendBack(id)),
      remove: ({ id, displayName }) =>
        open({ kind: 'remove', name: displayName, confirm: () => run(client.remove(id)) }),
      lock: (locked) => run(client.lock(locked)),
      invite: () => open({ kind: 'invite' }),
      end: () => run(client.end()),
    }
  }, [client, open, say, sentence])
}
