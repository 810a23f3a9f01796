import type { OrganizationSettingsRead } from '@curtain/protocol'
import { useCallback, useEffect, useState } from 'react'
import { useSession } from '../session/session.tsx'

/** What the organization decides for its visits; null while that is not known, or cannot be read. */
export function useOrganizationSettings(): { settings: OrganizationSettingsRead | null; read: () => Promise<void> } {
  const { api } = useSession()
  const [settings, setSettings] = useState<OrganizationSettingsRead | null>(null)
  useEffect(() => {
    const controller = new AbortController()
    api.settings(controller.signal).then(setSettings, () => {})
    return () => controller.abort()
  }, [api])
  const read = useCallback(async () => setSettings(await api.settings().catch(() => null)), [api])
  return { settings, read }
}
