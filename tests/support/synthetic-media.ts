/**
 * Runs inside a page, before its own scripts: replaces cameras, microphones and the screen by a moving color code and a
 * steady tone that name their sender, so that a test can tell by the received pixels and sound who is seen and heard.
 *
 * A picture is 4 × 2 cells of eight colors. The upper row is the sender (one digit, base 8) and a frame counter (three
 * digits); the lower row is its complement, as a check. The tone of sender n is 300 + 150·n Hz.
 *
 * Self-contained on purpose: it is serialized into the page.
 */
export function installSyntheticMedia(options: { sender: number; screen: number; portrait: boolean }): void {
  const { sender, screen, portrait } = options
  const palette = ['#000000', '#ff0000', '#00ff00', '#0000ff', '#ffff00', '#ff00ff', '#00ffff', '#ffffff']

  /** A drawn person in a quiet room, for pictures that people look at. */
  function drawPortrait(context: CanvasRenderingContext2D, frame: number): void {
    const { width, height } = context.canvas
    const people = [
      { wall: '#d8cfc2', skin: '#c68c66', hair: '#2e2320', shirt: '#5f7c8a' },
      { wall: '#cdd8d6', skin: '#e0ac86', hair: '#5b3a24', shirt: '#f4f6f7' },
      { wall: '#d9d3e0', skin: '#8d5a3b', hair: '#1d1713', shirt: '#c77f5a' },
      { wall: '#d6dccb', skin: '#f0c6a4', hair: '#8a8f94', shirt: '#6b7d5c' },
    ]
    const { wall, skin, hair, shirt } = people[sender % people.length] ?? { wall: '', skin: '', hair: '', shirt: '' }
    const ellipse = (color: string, x: number, y: number, radiusX: number, radiusY: number) => {
      context.fillStyle = color
      context.beginPath()
      context.ellipse(width * 0.5 + x * height, y * height, radiusX * height, radiusY * height, 0, 0, 2 * Math.PI)
      context.fill()
    }
    const light = context.createLinearGradient(0, 0, width, height)
    light.addColorStop(0, '#ffffff')
    light.addColorStop(1, wall)
    context.fillStyle = light
    context.fillRect(0, 0, width, height)
    const sway = Math.sin(frame / 20) * 0.004
    ellipse(shirt, sway, 1.12, 0.46, 0.4)
    ellipse(skin, sway, 0.69, 0.075, 0.12)
    ellipse(hair, sway, 0.4, 0.215, 0.26)
    ellipse(skin, sway, 0.46, 0.165, 0.215)
    for (const side of [-1, 1]) ellipse(hair, sway + side * 0.062, 0.44, 0.017, frame % 60 < 3 ? 0.004 : 0.02)
    context.strokeStyle = hair
    context.lineWidth = height * 0.012
    context.beginPath()
    context.arc(width * 0.5 + sway * height, height * 0.53, height * 0.06, 0.25 * Math.PI, 0.75 * Math.PI)
    context.stroke()
  }

  function picture(code: number, width: number, height: number): MediaStreamTrack {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = height
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    let frame = 0
    const draw = () => {
      if (portrait && code !== screen) {
        drawPortrait(context, frame++)
        return
      }
      const digits = [code, (frame >> 6) & 7, (frame >> 3) & 7, frame & 7]
      for (const [row, values] of [digits, digits.map((digit) => 7 - digit)].entries()) {
        for (const [column, value] of values.entries()) {
          context.fillStyle = palette[value] ?? '#000000'
          context.fillRect((column * width) / 4, (row * height) / 2, width / 4, height / 2)
        }
      }
      frame++
    }
    draw()
    const timer = setInterval(draw, 1000 / 15)
    const [track] = canvas.captureStream(15).getVideoTracks()
    if (track === undefined) throw new Error('no track')
    const stop = track.stop.bind(track)
    track.stop = () => {
      clearInterval(timer)
      stop()
    }
    return track
  }

  function tone(code: number): MediaStreamTrack {
    const audio = new AudioContext()
    const oscillator = new OscillatorNode(audio, { frequency: 300 + 150 * code })
    const volume = new GainNode(audio, { gain: 0.4 })
    const destination = new MediaStreamAudioDestinationNode(audio)
    oscillator.connect(volume).connect(destination)
    oscillator.start()
    void audio.resume()
    const [track] = destination.stream.getAudioTracks()
    if (track === undefined) throw new Error('no track')
    return track
  }

  /** The second camera and microphone of a person are told from the first by the next code. */
  const devices = (['videoinput', 'audioinput', 'audiooutput'] as const).flatMap((kind) =>
    [0, 1].map((index) => ({
      kind,
      deviceId: `${kind}-${index}`,
      groupId: `group-${index}`,
      label: `Synthetic ${kind} ${index + 1}`,
      toJSON: () => ({}),
    })),
  )

  function chosen(constraints: boolean | MediaTrackConstraints, kind: string): { code: number; deviceId: string } {
    const wanted = typeof constraints === 'object' ? JSON.stringify(constraints.deviceId ?? '') : ''
    const second = wanted.includes(`${kind}-1`)
    return { code: second ? (sender + 4) % 8 : sender, deviceId: `${kind}-${second ? 1 : 0}` }
  }

  function named(track: MediaStreamTrack, deviceId: string, label: string): MediaStreamTrack {
    const settings = track.getSettings.bind(track)
    track.getSettings = () => ({ ...settings(), deviceId })
    Object.defineProperty(track, 'label', { value: label })
    return track
  }

  navigator.mediaDevices.enumerateDevices = () => Promise.resolve(devices)
  navigator.mediaDevices.getUserMedia = (constraints = {}) => {
    const stream = new MediaStream()
    if (constraints.video !== undefined && constraints.video !== false) {
      const { code, deviceId } = chosen(constraints.video, 'videoinput')
      stream.addTrack(named(picture(code, 640, 360), deviceId, `Synthetic ${deviceId}`))
    }
    if (constraints.audio !== undefined && constraints.audio !== false) {
      const { code, deviceId } = chosen(constraints.audio, 'audioinput')
      stream.addTrack(named(tone(code), deviceId, `Synthetic ${deviceId}`))
    }
    return Promise.resolve(stream)
  }
  navigator.mediaDevices.getDisplayMedia = () =>
    Promise.resolve(new MediaStream([named(picture(screen, 1280, 720), 'screen', 'Synthetic screen')]))
}

/** What a page receives at this moment. Runs inside the page; self-contained like the above. */
export function readVideos(): { sender: number; frame: number }[] {
  const palette: readonly (readonly [number, number, number])[] = [
    [0, 0, 0],
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 0],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
  ]
  const canvas = document.createElement('canvas')
  canvas.width = 4
  canvas.height = 2
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) return []
  const found: { sender: number; frame: number }[] = []
  for (const video of document.querySelectorAll('video')) {
    const { videoWidth: width, videoHeight: height } = video
    if (width === 0 || video.getBoundingClientRect().width === 0) continue
    // Only the middle of each cell: its edges are smeared by compression.
    for (const row of [0, 1]) {
      for (const column of [0, 1, 2, 3]) {
        context.drawImage(video, ((column + 0.35) * width) / 4, ((row + 0.35) * height) / 2, (0.3 * width) / 4, (0.3 * height) / 2, column, row, 1, 1)
      }
    }
    const { data } = context.getImageData(0, 0, 4, 2)
    const digits = Array.from({ length: 8 }, (_, cell) => {
      const color = [data[cell * 4] ?? 0, data[cell * 4 + 1] ?? 0, data[cell * 4 + 2] ?? 0]
      const distances = palette.map((entry) => entry.reduce((sum, value, index) => sum + (value - (color[index] ?? 0)) ** 2, 0))
      return distances.indexOf(Math.min(...distances))
    })
    const [sender = 0, high = 0, middle = 0, low = 0] = digits
    const whole = [0, 1, 2, 3].every((index) => (digits[index] ?? 0) + (digits[index + 4] ?? 0) === 7)
    if (whole) found.push({ sender, frame: high * 64 + middle * 8 + low })
  }
  return found
}

/**
 * The senders whose tones a page plays at this moment, by the spectrum of what its audio elements play. Runs inside the
 * page.
 */
export async function readTones(): Promise<number[]> {
  const streams = [...document.querySelectorAll<HTMLMediaElement>('audio, video')].flatMap((element) => {
    const source = element.srcObject
    if (element.muted || element.paused || !(source instanceof MediaStream)) return []
    return source.getAudioTracks().filter((track) => track.enabled && track.readyState === 'live')
  })
  const context = new AudioContext()
  await context.resume()
  const heard = new Set<number>()
  try {
    const analysers = streams.map((track) => {
      const analyser = new AnalyserNode(context, { fftSize: 4096, smoothingTimeConstant: 0.3 })
      new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(analyser)
      return analyser
    })
    // Until the context has played five windows of the transform, by its own clock: the last holds sound only.
    const clock = new ConstantSourceNode(context, { offset: 0 })
    const played = new Promise((resolve) => clock.addEventListener('ended', resolve, { once: true }))
    clock.connect(context.destination)
    clock.start()
    clock.stop(context.currentTime + (5 * 4096) / context.sampleRate)
    await played
    for (const analyser of analysers) {
      const bins = new Float32Array(analyser.frequencyBinCount)
      analyser.getFloatFrequencyData(bins)
      const peak = bins.indexOf(Math.max(...bins))
      if ((bins[peak] ?? -Infinity) < -60) continue
      const frequency = (peak * context.sampleRate) / analyser.fftSize
      const sender = Math.round((frequency - 300) / 150)
      if (Math.abs(frequency - 300 - 150 * sender) < 30) heard.add(sender)
    }
  } finally {
    await context.close()
  }
  return [...heard].toSorted((a, b) => a - b)
}

/** Keeps every peer connection that a page makes, so that a test can ask what media runs over. Runs inside the page. */
export function watchPeerConnections(): void {
  const connections: RTCPeerConnection[] = []
  const madeAt = new Map<RTCPeerConnection, number>()
  Object.defineProperty(window, 'peerConnections', { value: connections })
  Object.defineProperty(window, 'peerConnectionMadeAt', { value: (one: RTCPeerConnection) => madeAt.get(one) })
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
      madeAt.set(this, performance.now())
    }
  }
}

export interface TransportFacts {
  protocol: string
  srtpCipher: string
  /** Bits per second; null where this side does not send. */
  availableOutgoingBitrate: number | null
  packetsSent: number
  /** Since this connection was made. */
  secondsSending: number
}

/** What the page's media runs over at this moment, one for each open transport. Runs inside the page. */
export async function readTransports(): Promise<TransportFacts[]> {
  const connections: unknown = Reflect.get(window, 'peerConnections')
  if (!Array.isArray(connections)) return []
  const facts: TransportFacts[] = []
  for (const connection of connections) {
    if (!(connection instanceof RTCPeerConnection) || connection.connectionState !== 'connected') continue
    const report = new Map<string, Record<string, unknown>>()
    ;(await connection.getStats()).forEach((entry, id) => report.set(id, entry))
    for (const transport of report.values()) {
      if (transport['type'] !== 'transport') continue
      const pair = report.get(String(transport['selectedCandidatePairId']))
      const local = report.get(String(pair?.['localCandidateId']))
      const bitrate = pair?.['availableOutgoingBitrate']
      facts.push({
        protocol: String(local?.['protocol']),
        srtpCipher: String(transport['srtpCipher']),
        availableOutgoingBitrate: typeof bitrate === 'number' ? bitrate : null,
        packetsSent: Number(transport['packetsSent'] ?? 0),
        secondsSending: (performance.now() - Number(Reflect.get(window, 'peerConnectionMadeAt')(connection))) / 1000,
      })
    }
  }
  return facts
}
