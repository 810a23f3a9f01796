/**
 * What a page shows and what its connections carried, in one line for the message of a test that waited in vain. Runs
 * inside the page; self-contained on purpose.
 */
export async function readPictureFacts(): Promise<string> {
  const videos = [...document.querySelectorAll('video')].map((video) => ({
    size: `${video.videoWidth}x${video.videoHeight}`,
    paused: video.paused,
    at: video.currentTime,
    tracks: ((video.srcObject as MediaStream | null)?.getVideoTracks() ?? []).map(({ enabled, muted, readyState }) => ({ enabled, muted, readyState })),
  }))
  const counted = /^(kind|rid|active|framesSent|framesReceived|framesDecoded|keyFramesDecoded|keyFramesEncoded|pliCount|packetsReceived|packetsSent|availableOutgoingBitrate|qualityLimitationReason)$/
  const streams: unknown[] = []
  for (const connection of (window as unknown as { peerConnections: RTCPeerConnection[] }).peerConnections) {
    for (const report of (await connection.getStats()).values()) {
      if (!/^(inbound-rtp|outbound-rtp|candidate-pair)$/.test(report.type)) continue
      streams.push(Object.fromEntries([['type', report.type], ...Object.entries(report).filter(([name]) => counted.test(name))]))
    }
  }
  return JSON.stringify({ visible: document.visibilityState, videos, streams })
}
