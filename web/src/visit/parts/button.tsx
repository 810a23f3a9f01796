import type { ComponentPropsWithRef, ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

interface Look {
  look?: 'primary' | 'plain' | 'danger' | 'quiet'
  icon?: IconName
  children: ReactNode
}

/** A button with words, and an icon before them where that helps. */
export function Button({ look = 'plain', icon, children, ...rest }: Look & ComponentPropsWithRef<'button'>) {
  return (
    <button type="button" {...rest} className={`button button-${look}`}>
      {icon !== undefined && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </button>
  )
}

/** A link that looks like a button: for going to another page. */
export function ButtonLink({ look = 'plain', icon, children, ...rest }: Look & ComponentPropsWithRef<'a'>) {
  return (
    <a {...rest} className={`button button-${look}`}>
      {icon !== undefined && <Icon name={icon} size={20} />}
      <span>{children}</span>
    </a>
  )
}

/** A button that shows only an icon; its words are for screen readers and as a tooltip. */
export function IconButton({
  label,
  icon,
  size = 20,
  className = '',
  ...rest
}: { label: string; icon: IconName; size?: number } & Omit<ComponentPropsWithRef<'button'>, 'children'>) {
  return (
    <button type="button" title={label} aria-label={label} {...rest} className={`icon-button ${className}`}>
      <Icon name={icon} size={size} />
    </button>
  )
}
