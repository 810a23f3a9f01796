import { Dialog } from '../parts/dialog.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { LanguageSwitch } from '../parts/page-frame.tsx'
import { useVisitWords } from '../words/words.ts'

export interface MoreItem {
  label: string
  icon: IconName
  onPress: () => void
}

/** What is needed less often, as a list of buttons with words. A press closes the list and then does it. */
export function MoreDialog({ items, onClose }: { items: readonly MoreItem[]; onClose: () => void }) {
  const words = useVisitWords()
  return (
    <Dialog title={words.controls.more} onClose={onClose}>
      <ul className="more">
        {items.map(({ label, icon, onPress }) => (
          <li key={label}>
            <button
              type="button"
              className="more-item"
              onClick={() => {
                onClose()
                onPress()
              }}
            >
              <Icon name={icon} size={22} />
              <span>{label}</span>
            </button>
          </li>
        ))}
      </ul>
      <LanguageSwitch />
    </Dialog>
  )
}
