import { Skeleton } from '@mantine/core'

interface LoadingLinesProps {
  /** Says that something is on its way to whoever does not see the lines. */
  label: string
  /** Of each line, in percent of the room there is; no two the same, as of text. */
  widths: readonly number[]
  /** Of every line, in px. */
  height: number
}

/** Lines where something is on its way, within a section. */
export function LoadingLines({ label, widths, height }: LoadingLinesProps) {
  return (
    <div>
      <output className="visually-hidden">{label}</output>
      {widths.map((width) => (
        <Skeleton key={width} height={height} width={`${width}%`} mb="sm" aria-hidden="true" />
      ))}
    </div>
  )
}

/** The same where a whole section is on its way. */
export function LoadingSection({ label, widths, height }: LoadingLinesProps) {
  return (
    <div>
      <output className="visually-hidden">{label}</output>
      <div className="settings-section" aria-hidden="true">
        {widths.map((width) => (
          <Skeleton key={width} height={height} width={`${width}%`} />
        ))}
      </div>
    </div>
  )
}
