import { Dialog } from '../parts/dialog.tsx'
import { useVisitWords } from '../words/words.ts'
import { shortcutKeys, shortcuts } from './shortcuts.ts'

interface Shortcuts {
  on: boolean
  onSwitch: (on: boolean) => void
  onClose: () => void
}

export function ShortcutsDialog({ on, onSwitch, onClose }: Shortcuts) {
  const words = useVisitWords()
  return (
    <Dialog title={words.shortcuts.title} onClose={onClose}>
      <p className="quiet">{words.shortcuts.text}</p>
      <label className="check-box">
        <input type="checkbox" checked={on} onChange={(event) => onSwitch(event.target.checked)} />
        <span>{words.shortcuts.enable}</span>
      </label>
      <table className="shortcuts">
        <thead>
          <tr>
            <th scope="col">{words.shortcuts.key}</th>
            <th scope="col">{words.shortcuts.action}</th>
          </tr>
        </thead>
        <tbody>
          {shortcuts.map((shortcut) => (
            <tr key={shortcut}>
              <td>
                <kbd>{shortcutKeys[shortcut].toUpperCase()}</kbd>
              </td>
              <td>{words.shortcuts[shortcut]}</td>
            </tr>
          ))}
          <tr>
            <td>
              <kbd>{words.shortcuts.esc}</kbd>
            </td>
            <td>{words.shortcuts.escape}</td>
          </tr>
        </tbody>
      </table>
    </Dialog>
  )
}
