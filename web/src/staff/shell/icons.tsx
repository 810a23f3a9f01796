const paths = {
  plus: 'M12 5v14M5 12h14',
  copy: 'M9 9h10v10H9zM15 9V5H5v10h4',
  check: 'M5 12.5l4.5 4.5L19 7',
  calendar: 'M5 6h14v14H5zM5 10h14M9 3v4M15 3v4',
  back: 'M14.5 6L8.5 12l6 6',
  forward: 'M9.5 6l6 6-6 6',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20c1-4 4-6 7.5-6s6.5 2 7.5 6',
  people: 'M9 11.500a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM2.500 19c.8-3.500 3.400-5 6.500-5s5.700 1.500 6.500 5M15.500 4.800a3.500 3.500 0 010 6.400M17.500 14.300c2 .6 3.500 2.100 4 4.700',
  record: 'M5 4h14v16H5zM9 9h6M9 13h6M9 17h3',
  log: 'M4 6h.01M4 12h.01M4 18h.01M8 6h12M8 12h12M8 18h12',
  search: 'M10.500 17a6.500 6.500 0 100-13 6.500 6.500 0 000 13zM15.300 15.300L20 20',
  close: 'M6 6l12 12M18 6L6 18',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  'lock-open': 'M6 11h12v9H6zM8.5 11V7a3.5 3.5 0 016.800-1.200',
  settings: 'M4 8h8M18 8h2M4 16h2M12 16h8M15 11a3 3 0 100-6 3 3 0 000 6zM9 19a3 3 0 100-6 3 3 0 000 6z',
  video: 'M4 7h11v10H4zM15 11l5-3v8l-5-3',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3.5 2',
  info: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v5M12 7.6v.01',
  warning: 'M12 4l9 16H3zM12 10v4.5M12 17.2v.01',
  leave: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  globe: 'M12 21a9 9 0 100-18 9 9 0 000 18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  link: 'M10 14a4 4 0 006 0l3-3a4.2 4.2 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4.2 4.2 0 006 6l1-1',
  key: 'M8 19a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM11.200 11.300L19 3.500M15.500 7l3 3',
  phone: 'M8 3h8a1 1 0 011 1v16a1 1 0 01-1 1H8a1 1 0 01-1-1V4a1 1 0 011-1zM11 18h2',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  print: 'M7 8V4h10v4M7 17H4v-8h16v8h-3M7 14h10v6H7z',
  device: 'M4 5h16v11H4zM2 19h20',
  absent: 'M11 12a4 4 0 100-8 4 4 0 000 8zM4 20c.8-3.800 3.600-6 7-6M15 15l5.500 5.500M20.500 15L15 20.500',
} as const

/** A drawing beside words that say the same: readers of the page are not told about it. */
export function Icon({ name, size = 18 }: { name: keyof typeof paths; size?: number }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.6 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  )
}
