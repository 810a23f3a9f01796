/** Measures how loud a track is. `close()` when done; it does not stop the track. */
export interface LevelMeter {
  /** 0 silence … 1 as loud as it gets, on a scale that follows hearing (−60 dB … 0 dB). */
  level(): number
  close(): void
}

/** Loudness of samples in −1 … 1 on a scale of 0 … 1, linear in decibels from −60 dB (0) to full scale (1). */
export function loudness(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rootMeanSquare = Math.sqrt(sum / Math.max(1, samples.length))
  if (rootMeanSquare === 0) return 0
  return Math.min(1, Math.max(0, 1 + (20 * Math.log10(rootMeanSquare)) / 60))
}

/**
 * Starts measuring. Browsers keep an audio context silent until the person has done something on the page: call this
 * from a click, or the level stays 0 until the next one.
 */
export function createLevelMeter(track: MediaStreamTrack): LevelMeter {
  const context = new AudioContext()
  const source = context.createMediaStreamSource(new MediaStream([track]))
  const analyser = new AnalyserNode(context, { fftSize: 1024 })
  source.connect(analyser)
  void context.resume()
  const samples = new Float32Array(analyser.fftSize)
  let isClosed = false
  return {
    level: () => {
      if (isClosed) return 0
      analyser.getFloatTimeDomainData(samples)
      return loudness(samples)
    },
    close: () => {
      if (isClosed) return
      isClosed = true
      source.disconnect()
      void context.close()
    },
  }
}
