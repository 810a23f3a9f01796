import type { RemoteParticipant, RemoteStream, VisitSnapshot } from '@curtain/client'
import { useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react'
import { useVisitWords } from '../words/words.ts'
import { arrangeGrid, arrangeStrip, type Box } from './arrangement.ts'
import { SelfTile } from './self-tile.tsx'
import { SelfView } from './self-view.tsx'
import { liveStream, ParticipantTile, ScreenTile } from './tile.tsx'

export type StageLayout = 'grid' | 'speaker'

interface Stage {
  snapshot: VisitSnapshot
  layout: StageLayout
  selfShown: boolean
  onTuckSelf: () => void
  /** Asked for when somebody did not fit: the list of people has all. */
  onShowPeople: () => void
}

/** With this many others, oneself is one tile among equals instead of a small picture over them. */
const othersForOwnTile = 3

/** Everybody's pictures. All tiles live in one list whatever the layout, so that no picture restarts when it changes. */
export function Stage({ snapshot, layout, selfShown, onTuckSelf, onShowPeople }: Stage) {
  const words = useVisitWords()
  const stage = useRef<HTMLElement>(null)
  const area = useSize(stage)
  const { participants } = snapshot
  const screen = newestScreen(participants)
  const large = screen?.participant ?? largest(participants, snapshot.activeSpeakerId)
  const strips = screen !== null || (layout === 'speaker' && participants.length > 1)

  const placed: { key: string; box: Box; tile: ReactNode }[] = []
  let selfArea: Box = { x: 0, y: 0, ...area }
  let selfFloats = selfShown
  const person = (participant: RemoteParticipant, box: Box) =>
    placed.push({ key: participant.id, box, tile: <ParticipantTile participant={participant} encryption={snapshot.encryption} /> })

  if (strips && large !== null) {
    const others = screen === null ? participants.filter((other) => other !== large) : participants
    const { main, strip } = arrangeStrip(others.length, area)
    if (screen === null) person(large, main)
    else placed.push({ key: screen.stream.consumerId, box: main, tile: <ScreenTile {...screen} /> })
    const fits = others.length <= strip.length ? others.length : strip.length - 1
    const shown = withSpeaker(others, fits, snapshot.activeSpeakerId)
    shown.forEach((participant, index) => {
      const box = strip[index]
      if (box !== undefined) person(participant, box)
    })
    const leftOut = others.length - shown.length
    const last = strip.at(-1)
    if (leftOut > 0 && last !== undefined) {
      const more = (
        <button type="button" className="tile stage-more" onClick={onShowPeople}>
          {words.room.more(leftOut)}
        </button>
      )
      placed.push({ key: 'more', box: last, tile: more })
    }
    selfArea = main
  } else {
    const ownTile = selfShown && participants.length >= othersForOwnTile
    const boxes = arrangeGrid(participants.length + (ownTile ? 1 : 0), area)
    for (const [index, participant] of participants.entries()) {
      const box = boxes[index]
      if (box !== undefined) person(participant, box)
    }
    const last = boxes.at(-1)
    if (ownTile && last !== undefined) {
      placed.push({ key: 'self', box: last, tile: <SelfTile snapshot={snapshot} /> })
      selfFloats = false
    }
  }

  const aloneText =
    snapshot.waiting.length > 0
      ? words.room.alone
      : snapshot.self?.role === 'host'
        ? words.room.aloneHost
        : words.room.aloneGuest
  return (
    <section ref={stage} className="stage" aria-label={words.room.stage}>
      <ul className="stage-tiles">
        {placed.map(({ key, box, tile }) => (
          <Placed key={key} box={box}>
            {tile}
          </Placed>
        ))}
      </ul>
      {participants.length === 0 && (
        <div className="stage-empty">
          <p>{aloneText}</p>
        </div>
      )}
      {selfFloats && area.width > 0 && (
        <SelfView area={selfArea} onTuck={onTuckSelf}>
          <SelfTile snapshot={snapshot} />
        </SelfView>
      )}
    </section>
  )
}

/** Keeps an element at its place through the CSS object model: the security policy allows no style attributes. */
function Placed({ box, children }: { box: Box; children: ReactNode }) {
  const item = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => {
    const style = item.current?.style
    if (style === undefined) return
    style.transform = `translate(${box.x}px, ${box.y}px)`
    style.width = `${box.width}px`
    style.height = `${box.height}px`
  }, [box.x, box.y, box.width, box.height])
  return (
    <li ref={item} className="stage-place" data-small={box.width < 150}>
      {children}
    </li>
  )
}

function useSize(element: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const observed = element.current
    if (observed === null) return undefined
    const measure = () => setSize({ width: observed.clientWidth, height: observed.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(observed)
    return () => observer.disconnect()
  }, [element])
  return size
}

function newestScreen(
  participants: readonly RemoteParticipant[],
): { participant: RemoteParticipant; stream: RemoteStream } | null {
  for (const participant of participants.toReversed()) {
    const stream = liveStream(participant, 'screen')
    if (stream !== null) return { participant, stream }
  }
  return null
}

function largest(participants: readonly RemoteParticipant[], speakerId: string | null): RemoteParticipant | null {
  return participants.find(({ id }) => id === speakerId) ?? participants[0] ?? null
}

/** The first `count`, but never without the one who speaks. */
function withSpeaker(
  participants: readonly RemoteParticipant[],
  count: number,
  speakerId: string | null,
): readonly RemoteParticipant[] {
  const shown = participants.slice(0, Math.max(0, count))
  const speaker = participants.find(({ id }) => id === speakerId)
  if (speaker === undefined || shown.length === 0 || shown.includes(speaker)) return shown
  return [...shown.slice(0, -1), speaker]
}
