import { useEffect, useRef } from 'react'

interface Picture {
  track: MediaStreamTrack
  /** As a mirror shows it: for one's own camera. */
  mirrored?: boolean
  /** All of it with bars beside it, rather than filled and cut off: for screens. */
  whole?: boolean
  /** Told how large the picture is shown, in device pixels, and 0 × 0 when it goes. */
  onResize?: (width: number, height: number) => void
}

/** Shows a video track, without its sound. */
export function Picture({ track, mirrored = false, whole = false, onResize }: Picture) {
  const video = useRef<HTMLVideoElement>(null)

  useEffect(() => {
    const element = video.current
    if (element === null) return undefined
    element.srcObject = new MediaStream([track])
    // Muted video may always play; a rejection only means that the element was taken away meanwhile.
    element.play().catch(() => undefined)
    return () => {
      element.srcObject = null
    }
  }, [track])

  useEffect(() => {
    const element = video.current
    if (element === null || onResize === undefined) return undefined
    const observer = new ResizeObserver(() => {
      onResize(element.clientWidth * devicePixelRatio, element.clientHeight * devicePixelRatio)
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      onResize(0, 0)
    }
  }, [onResize])

  const classes = ['picture', mirrored ? 'picture-mirrored' : '', whole ? 'picture-whole' : '']
  // What is said is heard, not read: captions of a live conversation come with their own feature.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video ref={video} className={classes.filter(Boolean).join(' ')} autoPlay playsInline muted tabIndex={-1} />
}
