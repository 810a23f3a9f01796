import {
  createTheme,
  type MantineColorSchemeManager,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'

const accent: MantineColorsTuple = [
  'var(--accent-0)',
  'var(--accent-1)',
  'var(--accent-2)',
  'var(--accent-3)',
  'var(--accent-4)',
  'var(--accent-5)',
  'var(--accent-6)',
  'var(--accent-7)',
  'var(--accent-8)',
  'var(--accent-9)',
]

/** Colors of a control by what it does, from the tokens: their contrast is the token file's promise in both schemes. */
const variantColorResolver: VariantColorsResolver = ({ variant, color }) => {
  const role = color === 'danger' ? 'danger' : 'accent'
  const edge = '1px solid transparent'
  if (variant === 'filled')
    return {
      background: `var(--color-${role})`,
      hover: `var(--color-${role}-strong)`,
      color: `var(--color-on-${role})`,
      border: edge,
    }
  if (variant === 'light')
    return {
      background: `var(--color-${role}-soft)`,
      hover: `var(--color-${role}-soft)`,
      color: `var(--color-${role}-text)`,
      border: edge,
    }
  if (variant === 'subtle')
    return {
      background: 'transparent',
      hover: 'var(--color-sunken)',
      color: color === 'gray' ? 'var(--color-text-quiet)' : `var(--color-${role}-text)`,
      border: edge,
    }
  return {
    background: 'var(--color-surface)',
    hover: 'var(--color-page)',
    color: color === 'danger' ? 'var(--color-danger-text)' : 'var(--color-text)',
    border: '1px solid var(--color-edge)',
  }
}

// A dialog's <header> would count as a second banner of the page.
const dialogAttributes = { header: { role: 'presentation' } }

/** The component library's theme: sizes and behavior here, every color and length by way of `mantine.css`. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: 8,
  colors: { accent },
  variantColorResolver,
  fontFamily: 'var(--font-body)',
  cursorType: 'pointer',
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    Modal: { defaultProps: { lockScroll: false, size: 500, attributes: dialogAttributes } },
    Drawer: { defaultProps: { lockScroll: false, attributes: dialogAttributes } },
  },
})

/** Light or dark is the system's choice alone: nothing is remembered on the device. */
export const systemColorScheme: MantineColorSchemeManager = {
  get: () => 'auto',
  set() {},
  subscribe() {},
  unsubscribe() {},
  clear() {},
}
