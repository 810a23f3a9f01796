import type { Admission, Grant, MediaSource, ParticipantId, ParticipantRole } from '@curtain/protocol'

/** The little that the rules look at. */
interface Person {
  id: ParticipantId
  role: ParticipantRole
  admission: Admission
}

const takePart: readonly Grant[] = ['publish-audio', 'publish-video', 'publish-screen', 'subscribe', 'chat']
const run: readonly Grant[] = ['admit', 'moderate', 'end']

/**
 * What somebody may do: nothing until they are admitted, and running the visit is the host's.
 * @param listed what they came with, which can leave out some of it and never add to it; null: all that their role may
 */
export function grantsOf(person: Pick<Person, 'role' | 'admission'>, listed: readonly Grant[] | null = null): readonly Grant[] {
  if (person.admission !== 'admitted') return []
  const ofRole = person.role === 'host' ? [...takePart, ...run] : takePart
  return listed === null ? ofRole : ofRole.filter((grant) => listed.includes(grant))
}

/** What publishing a source takes. */
export const grantOfSource: Record<MediaSource, Grant> = {
  microphone: 'publish-audio',
  camera: 'publish-video',
  screen: 'publish-screen',
  'screen-audio': 'publish-screen',
}

export type ActionOnSomebody = 'admit' | 'refuse' | 'send-back' | 'remove' | 'mute'

/**
 * Whether one person may do this to another; that they hold the grant was checked before. Nobody acts on themselves.
 * Hosts are in by who they are: they can be muted, not put out.
 */
export function mayActOn(action: ActionOnSomebody, actor: Pick<Person, 'id'>, target: Pick<Person, 'id' | 'role'>) {
  return actor.id !== target.id && (action === 'mute' || target.role !== 'host')
}

/** Hosts are let in by who they are; everybody else as the record says. */
export function admissionOf(person: Pick<Person, 'role' | 'admission'>): 'admitted' | 'waiting' {
  return person.role === 'host' || person.admission === 'admitted' ? 'admitted' : 'waiting'
}
