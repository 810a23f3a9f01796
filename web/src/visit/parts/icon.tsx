/** The pages' own icons: outlines on a 24 × 24 grid. */
const shapes = {
  microphone: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7',
  'microphone-off': 'M9 9v3a3 3 0 0 0 4.6 2.5M15 10V6a3 3 0 0 0-5.7-1.3M5.5 11.5a6.5 6.5 0 0 0 10.5 5.1M18.5 11.5a6.5 6.5 0 0 1-.6 2.7M12 18v3M8.5 21h7M3.5 3.5l17 17',
  camera: 'M4.5 6.5h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM15.5 11l6-3.5v9l-6-3.5',
  'camera-off': 'M9.5 6.5h4a2 2 0 0 1 2 2v3.5l6-4.5v9l-3.5-2.2M15.5 15.5a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2h1.8M3.5 3.5l17 17',
  share: 'M4.5 4.5h15a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-15a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM8 20h8M12 13.5v-6M9.2 10 12 7.2 14.8 10',
  people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8',
  person: 'M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  leave: 'M13.5 4.5h-7a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h7M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  speaker: 'M3 4.5h18v10H3zM3 17.5h5v3H3zM9.5 17.5h5v3h-5zM16 17.5h5v3h-5z',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 8.8a4.5 4.5 0 0 1 0 6.4M18.3 6a8.5 8.5 0 0 1 0 12',
  'full-screen': 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  'exit-full-screen': 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5',
  'picture-in-picture': 'M10 18.5H5a2 2 0 0 1-2-2v-10a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2V10M13 13.5h8v6h-8z',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  keyboard: 'M4 6.5h16a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8',
  lock: 'M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5zM8 10.5V7.5a4 4 0 0 1 8 0v3',
  'lock-open': 'M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5zM8 10.5V6.8a4 4 0 0 1 7.6-1.7',
  chat: 'M5.5 4.5h13a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2H11l-4.5 4v-4h-1a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2zM8 9h8M8 12.5h5',
  send: 'M4 12 20 4.5 15.5 20l-4-6.5zM11.5 13.5 20 4.5',
  door: 'M5 20.5h14M7 20.5v-16a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v16M13.5 12h.01',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1-1',
  check: 'M5 12.5 10 17.5 19.5 7',
  close: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.2l3.5 2',
  warning: 'M12 4 2.8 20h18.4zM12 10.5v4M12 17.3h.01',
  offline: 'M3.5 3.5l17 17M5 12.5a10 10 0 0 1 4-2.3M19 12.5a10 10 0 0 0-5-2.6M8.5 16a5 5 0 0 1 6 -.5M12 19.5h.01M2 8.8A15 15 0 0 1 6 6.3M22 8.8a15 15 0 0 0-11.5-3.6',
  hide: 'M6 9.5l6 6 6-6',
} as const

export type IconName = keyof typeof shapes

/** An icon. Beside or behind words it says nothing itself; where it stands alone, `label` is what it says. */
export function Icon({ name, size = 24, label }: { name: IconName; size?: number; label?: string }) {
  const heavy = name === 'more'
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={heavy ? 3 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      // An SVG that is drawn here cannot be an <img>.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
      focusable="false"
    >
      {label !== undefined && <title>{label}</title>}
      <path d={shapes[name]} />
    </svg>
  )
}
