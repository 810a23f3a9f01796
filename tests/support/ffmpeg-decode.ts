import { spawnSync } from 'node:child_process'
import type { EncodedFrame } from './rtp-frames.ts'

/** How many pictures FFmpeg makes of VP8 frames, in an IVF container (each frame behind its size and time). */
export function decodedPictures(frames: readonly EncodedFrame[]): number {
  const header = Buffer.alloc(32)
  header.write('DKIF', 0, 'latin1')
  header.writeUInt16LE(32, 6)
  header.write('VP80', 8, 'latin1')
  header.writeUInt16LE(640, 12)
  header.writeUInt16LE(480, 14)
  header.writeUInt32LE(30, 16)
  header.writeUInt32LE(1, 20)
  header.writeUInt32LE(frames.length, 24)
  const parts = frames.flatMap(({ data }, index) => {
    const frameHeader = Buffer.alloc(12)
    frameHeader.writeUInt32LE(data.length, 0)
    frameHeader.writeBigUInt64LE(BigInt(index), 4)
    return [frameHeader, data]
  })
  const { stdout } = spawnSync(
    'ffmpeg',
    ['-v', 'quiet', '-f', 'ivf', '-i', 'pipe:0', '-vf', 'scale=16:16', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    { input: Buffer.concat([header, ...parts]), maxBuffer: 64 * 1024 * 1024 },
  )
  return stdout.length / (16 * 16)
}

/** Shannon entropy in bits per byte: 8 is noise. */
export function entropyOf(bytes: Uint8Array): number {
  const counts = new Uint32Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / bytes.length) * Math.log2(count / bytes.length)), 0)
}
