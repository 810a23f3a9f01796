/**
 * What a page shows and what its connections carried, in one line for the message of a test that waited in vain. Runs
 * inside the page; self-contained on purpose.
 */
export async function readPictureFacts(): Promise<string> {
  const videos = [...document.querySelectorAll('video')].map((video) => ({
    size: `${video.videoWidth}x${video.videoHeight}`,
    paused: video.paused,
    at: video.currentTime,
    tracks: (video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks() : []).map(({ enabled, muted, readyState }) => ({ enabled, muted, readyState })),
  }))
  const counted = /^(kind|rid|active|framesSent|framesReceived|framesDecoded|keyFramesDecoded|keyFramesEncoded|pliCount|packetsReceived|packetsSent|availableOutgoingBitrate|qualityLimitationReason)$/
  const streams: unknown[] = []
  const connections: unknown = Reflect.get(window, 'peerConnections')
  for (const connection of Array.isArray(connections) ? connections : []) {
    if (!(connection instanceof RTCPeerConnection)) continue
    for (const report of (await connection.getStats()).values()) {
      if (!/^(inbound-rtp|outbound-rtp|candidate-pair)$/.test(report.type)) continue
      streams.push(Object.fromEntries([['type', report.type], ...Object.entries(report).filter(([name]) => counted.test(name))]))
    }
  }
  return JSON.stringify({ visible: document.visibilityState, videos, streams })
}
