import { createAuthority, type Authority } from '@curtain/e2ee/authority'
import { makeId, type MlsGroupId, type ParticipantId } from '@curtain/protocol'
import { emptyPskIndex, processPublicMessage, type ClientState } from 'ts-mls'
import { Group } from '../src/group/group.ts'
import { joinByWelcome } from '../src/group/join.ts'
import { makeKeyPackage, type OwnKeyPackage } from '../src/group/key-package.ts'
import { readMessage } from '../src/group/mls-message.ts'
import { ourSuite, type Suite } from '../src/group/suite.ts'

export const now = Date.now()

/** The id of somebody, the same for the same letter. */
export function idOf(letter: string): ParticipantId {
  return makeId('participant', now, new Uint8Array(10).fill(letter.charCodeAt(0)))
}

/** What a test of groups without sessions needs. */
export class GroupWorld {
  readonly suite: Suite
  readonly authority: Authority
  readonly groupId: MlsGroupId = `${makeId('visit', now, new Uint8Array(10))}.AAAAAAAAAAAAAAAAAAAAAA`

  static async open(): Promise<GroupWorld> {
    return new GroupWorld(await ourSuite(), await createAuthority(new Uint8Array(32).fill(1)))
  }

  private constructor(suite: Suite, authority: Authority) {
    this.suite = suite
    this.authority = authority
  }

  keyPackage(letter: string): Promise<OwnKeyPackage> {
    return makeKeyPackage(this.suite, idOf(letter), now)
  }

  /** A key package with somebody else's encryption key. */
  async copycat(letter: string, encryptionKey: Uint8Array): Promise<OwnKeyPackage> {
    const keys = [encryptionKey]
    const hpke = {
      ...this.suite.hpke,
      // The first that is asked for is the leaf's.
      exportPublicKey: async (key: Parameters<Suite['hpke']['exportPublicKey']>[0]) =>
        keys.shift() ?? (await this.suite.hpke.exportPublicKey(key)),
    }
    return makeKeyPackage({ ...this.suite, hpke }, idOf(letter), now)
  }

  /** A group of `a` alone. */
  async found(): Promise<Group> {
    return Group.create(this.suite, this.groupId, await this.keyPackage('a'), this.authority.publicKey)
  }

  add(epoch: number, own: OwnKeyPackage): Promise<Uint8Array> {
    return this.authority.proposeAdd(this.groupId, epoch, own.message)
  }

  /** Proposes to all, and the first commits. @returns the welcome, if there is one */
  async round(groups: readonly Group[], proposals: readonly Uint8Array[]): Promise<Uint8Array | null> {
    for (const group of groups) for (const proposal of proposals) await group.propose(proposal, now)
    const [committer, ...others] = groups
    if (committer === undefined) throw new Error('somebody has to commit')
    const commit = await committer.commit()
    for (const other of others) await other.process(commit.message)
    commit.accept()
    return commit.welcome
  }

  /** Somebody more, as they would be. */
  async admit(groups: readonly Group[], letter: string): Promise<Group> {
    const [first] = groups
    if (first === undefined) throw new Error('somebody has to be there')
    const own = await this.keyPackage(letter)
    const welcome = await this.round(groups, [await this.add(first.epoch, own)])
    return this.join(welcome, own, first.epoch)
  }

  join(welcome: Uint8Array | null, own: OwnKeyPackage, epoch: number): Promise<Group> {
    if (welcome === null) throw new Error('there is no welcome')
    const expected = { id: this.groupId, epoch, rosterKey: this.authority.publicKey }
    return Group.join(this.suite, welcome, own, expected)
  }

  /** Somebody more, with the library alone: they may do whatever it lets them. */
  async admitRogue(groups: readonly Group[], letter: string): Promise<ClientState> {
    const [first] = groups
    if (first === undefined) throw new Error('somebody has to be there')
    const own = await this.keyPackage(letter)
    const welcome = await this.round(groups, [await this.add(first.epoch, own)])
    const message = readMessage(welcome ?? new Uint8Array(), 'bad-welcome')
    if (message.wireformat !== 'mls_welcome') throw new Error('there is no welcome')
    return joinByWelcome(message.welcome, own, this.suite)
  }

  /** What a rogue makes of proposals. */
  async heard(state: ClientState, proposals: readonly Uint8Array[]): Promise<ClientState> {
    let heard = state
    for (const bytes of proposals) {
      const message = readMessage(bytes, 'bad-proposal')
      if (message.wireformat !== 'mls_public_message') throw new Error('it is no proposal')
      heard = (await processPublicMessage(heard, message.publicMessage, emptyPskIndex, this.suite)).newState
    }
    return heard
  }
}
