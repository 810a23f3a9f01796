/**
 * Plays a short, soft two-note chime, so that somebody can tell whether the speaker works. Resolves when it has ended.
 * @param speakerId where to play it, if the browser lets a page choose (Chromium); otherwise the default speaker.
 */
export async function playTestTone(speakerId?: string): Promise<void> {
  const context = new AudioContext()
  try {
    if (speakerId !== undefined && 'setSinkId' in context && typeof context.setSinkId === 'function') {
      await context.setSinkId(speakerId)
    }
    await context.resume()
    const loudness = new GainNode(context, { gain: 0 })
    const tone = new OscillatorNode(context, { type: 'sine', frequency: 523.25 })
    tone.connect(loudness).connect(context.destination)
    const start = context.currentTime
    tone.frequency.setValueAtTime(659.25, start + 0.35)
    // Rises and falls gently: a hard edge would click.
    for (const noteStart of [start, start + 0.35]) {
      loudness.gain.setValueAtTime(0, noteStart)
      loudness.gain.linearRampToValueAtTime(0.2, noteStart + 0.03)
      loudness.gain.linearRampToValueAtTime(0, noteStart + 0.33)
    }
    tone.start(start)
    tone.stop(start + 0.7)
    await new Promise((resolve) => tone.addEventListener('ended', resolve, { once: true }))
  } finally {
    await context.close()
  }
}
