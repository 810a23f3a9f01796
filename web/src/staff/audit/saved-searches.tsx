import { Button, TextInput } from '@mantine/core'
import { savedSearchInput, type AuditFilter, type SavedSearch } from '@curtain/protocol'
import { useCallback, useState } from 'react'
import { useSharedWords } from '../../i18n/translation.tsx'
import { useFresh } from '../api/use-fresh.ts'
import { useRequest } from '../api/use-request.ts'
import { useSession } from '../session/session.tsx'
import { useAnnouncer } from '../shell/announcer.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { FailureNotice } from '../shell/notice.tsx'
import { Question } from '../shell/question.tsx'
import { useLogWords } from './words.ts'

interface SavedSearchesProps {
  /** What is looked for now. */
  filter: AuditFilter
  onOpen: (search: SavedSearch) => void
  onClose: () => void
}

/** The searches that the readers of the log keep for one another. */
export function SavedSearches({ filter, onOpen, onClose }: SavedSearchesProps) {
  const words = useLogWords()
  const shared = useSharedWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const [removing, setRemoving] = useState<SavedSearch | null>(null)
  // Kept while it is asked about a removal, in whose favour the form leaves the page.
  const [name, setName] = useState('')
  const { value, failure, read } = useFresh(
    useCallback(async (signal: AbortSignal) => (await api.savedSearches(signal)).searches, [api]),
  )
  if (removing !== null) {
    const remove = async () => {
      await api.removeSavedSearch(removing.id)
      say(words.removed(removing.name))
      setRemoving(null)
      read()
    }
    return (
      <Question
        title={words.removeTitle(removing.name)}
        keep={words.keepSearch}
        act={words.remove}
        onAct={remove}
        onClose={() => setRemoving(null)}
      >
        <p>{words.removeExplained}</p>
      </Question>
    )
  }
  return (
    <Dialog title={words.saved} onClose={onClose}>
      <p className="quiet">{words.savedHint}</p>
      {failure !== null && <FailureNotice failure={failure} onRetry={read} />}
      {value === null && failure === null && <output className="quiet">{shared.loading}</output>}
      {value?.length === 0 && <p>{words.savedEmpty}</p>}
      {value !== null && value.length > 0 && (
        <ul className="log-saved">
          {value.map((search) => (
            <li key={search.id}>
              <button type="button" className="text-button" onClick={() => onOpen(search)}>
                {search.name}
              </button>
              <Button size="xs" variant="default" aria-label={words.removeNamed(search.name)} onClick={() => setRemoving(search)}>
                {words.remove}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <SaveSearch filter={filter} name={name} onName={setName} onSaved={read} />
    </Dialog>
  )
}

interface SaveSearchProps {
  filter: AuditFilter
  name: string
  onName: (name: string) => void
  onSaved: () => void
}

function SaveSearch({ filter, name, onName, onSaved }: SaveSearchProps) {
  const words = useLogWords()
  const { api } = useSession()
  const say = useAnnouncer()
  const { busy, failure, run } = useRequest()
  const [checked, setChecked] = useState(false)
  const input = savedSearchInput.safeParse({ name, filter })
  if (Object.keys(filter).length === 0) return <p className="quiet">{words.nothingToSave}</p>
  return (
    <form
      className="log-save"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setChecked(true)
        if (!input.success) return
        void run(async () => {
          await api.saveSearch(input.data)
          onName('')
          setChecked(false)
          say(words.savedNow)
          onSaved()
        })
      }}
    >
      <h3>{words.saveAs}</h3>
      <TextInput
        label={words.saveName}
        description={words.saveNameHint}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="off"
        maxLength={80}
        value={name}
        onChange={(event) => onName(event.currentTarget.value)}
        error={checked && !input.success ? words.saveNameWrong : undefined}
      />
      {failure !== null && <FailureNotice failure={failure} />}
      <div className="dialog-actions">
        <Button type="submit" loading={busy}>
          {words.save}
        </Button>
      </div>
    </form>
  )
}
